"""Figures over months, quarters or weeks, in sentences: each unit, extremes, what stands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from assistant.chat.question.clock import step
from assistant.chat.question.plan import Measure
from assistant.chat.typed.phrases import join, none_seen, rows_in_words
from assistant.chat.typed.query import Bucket, Result
from assistant.chat.typed.rows import money

_BUCKET_NAMES = {"month": "%B %Y", "year": "%Y"}
_COUNTS = frozenset({Measure.COUNT, Measure.HANDOVERS})
# How often the usual scatter a unit must differ from the others to stand out.
_RARE = Decimal(3)
# A unit counts as over when so little of it is left.
_ALMOST = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence on a result."""

    text: str
    rows: bool = True  # whether the rows of the result are those it speaks of


def trend(result: Result) -> list[Statement]:
    """All units, then what stands out and the extremes; the one asked for comes first."""
    query = result.resolved.query
    words = rows_in_words(result.resolved)
    if not result.buckets:
        return [Statement(f"There are {none_seen(words)}.")]
    said = []
    for currency in dict.fromkeys(bucket.currency for bucket in result.buckets):
        buckets = [bucket for bucket in result.buckets if bucket.currency == currency]
        listed = ", ".join(f"{_bucket_name(query.unit, b)}: {_bucket(result, b)}" for b in buckets)
        subject = words[0].upper() + words[1:]
        whole = Statement(f"{subject} by {query.unit} are {listed}.")
        outlier = Statement(_standing_out(result, buckets), rows=query.focus == "outlier")
        ends = Statement(_extremes(result, buckets), rows=query.focus == "extreme")
        if query.focus == "outlier":
            said += [outlier, whole]
        elif query.focus == "extreme":
            said += [ends, whole]
        else:
            said += [whole, outlier, ends]
    return [statement for statement in said if statement.text]


def _extremes(result: Result, buckets: Sequence[Bucket]) -> str:
    """The highest and the lowest unit, each the earliest of its equals."""
    if len({bucket.value for bucket in buckets}) < 2:
        return ""
    query = result.resolved.query
    unit = query.unit
    high = max(buckets, key=lambda bucket: bucket.value)
    low = min(buckets, key=lambda bucket: bucket.value)
    if query.focus == "extreme":
        best = low if query.least else high
        equals = [bucket for bucket in buckets if bucket.value == best.value]
        names = join([_bucket_name(unit, bucket) for bucket in equals])
        names = names[0].upper() + names[1:]
        have = "has" if len(equals) == 1 else "have"
        place = "lowest" if query.least else "highest"
        return f"{names} {have} the {place} of all {unit}s, with {_bucket(result, best)}."
    return (
        f"The highest is {_bucket_name(unit, high)} with {_bucket(result, high)}, the lowest "
        f"{_bucket_name(unit, low)} with {_bucket(result, low)}."
    )


def _bucket_name(unit: str, bucket: Bucket) -> str:
    if unit == "quarter":
        return f"the quarter from {bucket.first.day} {bucket.first:%B %Y}"
    if unit == "week":
        return f"the week of {bucket.first.day} {bucket.first:%B %Y}"
    return f"{bucket.first:{_BUCKET_NAMES[unit]}}"


def _bucket(result: Result, bucket: Bucket) -> str:
    if result.resolved.query.measure in _COUNTS:
        return str(bucket.rows)
    return money(cents(bucket.value), bucket.currency)


def _standing_out(result: Result, buckets: Sequence[Bucket]) -> str:
    """The unit that differs from the others by more than chance would let it, if any does.

    Counts of independent events scatter by the root of their mean; three times that is rare.
    """
    query = result.resolved.query
    if len(buckets) < 3:
        return ""
    # A unit that has only begun is low for no reason of its own.
    begun = result.resolved.today
    best, bucket_of_best, others_of_best = Decimal(0), None, Decimal(0)
    for bucket in buckets:
        rest = [other.value for other in buckets if other is not bucket]
        mean = sum(rest, Decimal(0)) / len(rest)
        if bucket.value < mean and _end_of(query.unit, bucket) > begun + _ALMOST:
            continue
        distance = abs(bucket.value - mean) / _spread(query.measure, rest, mean)
        if distance > best:
            best, bucket_of_best, others_of_best = distance, bucket, mean
    if bucket_of_best is None or best < _RARE:
        return f"No single {query.unit} stands out."
    name = _bucket_name(query.unit, bucket_of_best)
    mean_shown = (
        f"{others_of_best:.1f}" if query.measure in _COUNTS
        else money(cents(others_of_best), bucket_of_best.currency)
    )  # fmt: skip
    return (
        f"{name[0].upper()}{name[1:]} stands out with {_bucket(result, bucket_of_best)} against "
        f"an average of {mean_shown} in the others."
    )


def _end_of(unit: str, bucket: Bucket) -> date:
    return bucket.first + step(unit)


def _spread(measure: Measure, rest: Sequence[Decimal], mean: Decimal) -> Decimal:
    """By how much equal units scatter: counts by the root of their mean, sums as they do."""
    if measure in _COUNTS:
        return max(mean, Decimal(1)).sqrt()
    variance = sum(((one - mean) ** 2 for one in rest), Decimal(0)) / max(len(rest) - 1, 1)
    return max(variance.sqrt(), abs(mean) / 20, Decimal(1))


def cents(amount: Decimal) -> Decimal:
    """An amount as money is told: to the cent, halves away from zero."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
