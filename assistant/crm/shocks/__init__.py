"""Shocks: records that changed underfoot; found from change rows, told to owners, cleared."""
