"""Who may see what, who did what, and who forgets: what every feature stands on."""
