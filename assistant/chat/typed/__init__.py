"""Typed queries: computed over allow-listed columns, under the asker's access."""
