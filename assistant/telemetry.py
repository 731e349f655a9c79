"""Counters and times of this process, for Prometheus; the one home of prometheus_client."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

REGISTRY = CollectorRegistry()
# Labels are routes and statuses, never addresses with ids: their number stays small.
REQUEST_SECONDS = Histogram(
    "rapport_request_seconds",
    "Time from a request's first byte to its reply's last.",
    ("method", "route", "status"),
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
    registry=REGISTRY,
)
JOB_SECONDS = Histogram(
    "rapport_job_seconds",
    "Time of one job on one row.",
    ("kind",),
    buckets=(0.1, 1, 10, 60, 600, 3600),
    registry=REGISTRY,
)
BACKGROUND_FAILURES = Counter(
    "rapport_background_failures_total",
    "Background steps that raised.",
    ("step",),
    registry=REGISTRY,
)
READER_LAG = Gauge(
    "rapport_reader_lag_changes",
    "Changes a reader has not done yet.",
    ("reader",),
    registry=REGISTRY,
)


def exposition() -> tuple[bytes, str]:
    """All figures as Prometheus reads them, and their content type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_PLAIN_0_0_4
