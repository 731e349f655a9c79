"""One module per family of values; `retrieval.values` runs them in order."""
