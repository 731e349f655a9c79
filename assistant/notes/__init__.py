"""Drafts of call notes, their evidence, review by a person, and confirmation."""
