"""Features to scores that are sums."""
