"""Behaviours of Rapport, beside its benchmarks and evaluations."""
