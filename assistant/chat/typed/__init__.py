"""Typed queries: what may be computed, over which allow-listed columns, under the asker's access."""
