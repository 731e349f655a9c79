"""From CRM events to scores that are sums: features, training, promotion, scoring, overrides."""
