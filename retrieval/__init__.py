"""Passages to index to hits, claims to verdicts; knows nothing of CRM or HTTP."""
