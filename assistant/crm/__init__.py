"""Customers and everything that happened with them: the one door in, hygiene, reading."""
