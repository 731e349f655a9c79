"""Next actions: plays that propose what to do, why and when, for a person to decide."""
