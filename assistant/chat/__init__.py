"""Questions become plans, plans become evidence, evidence becomes checked and cited sentences."""
