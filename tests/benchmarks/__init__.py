"""Benchmarks: ours beside peers in one run; `python -m tests.benchmarks NAME [--json]`."""
