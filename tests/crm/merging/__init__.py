"""Merging records and taking merges back."""
