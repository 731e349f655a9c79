"""Nobody is rung up again and again: one call per customer at a time, then a pause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.actions.model import Proposal
from assistant.actions.plays import CALL, REPLY

AFTER_CONTACT = timedelta(days=7)
AFTER_DISMISSAL = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Contacted:
    """When someone last decided on contacting a customer, and whether to do it."""

    at: datetime
    agreed: bool

    def still_counts(self, now: datetime) -> bool:
        """Is it too early to propose another call?"""
        return now - self.at < (AFTER_CONTACT if self.agreed else AFTER_DISMISSAL)


def spare(
    proposals: Iterable[Proposal], contacted: Mapping[str, Contacted], now: datetime
) -> list[Proposal]:
    """Leave out calls to customers just contacted, who wait for an answer, or are called already.

    contacted: by customer id. A message that waits is answered, whatever was before.
    """
    ordered = sorted(proposals, key=lambda each: (-each.priority, each.play, each.record_id))
    taken = {each.customer_id for each in ordered if each.play == REPLY}
    kept: list[Proposal] = []
    for each in ordered:
        if each.play == CALL:
            last = contacted.get(each.customer_id)
            if each.customer_id in taken or (last is not None and last.still_counts(now)):
                continue
            taken.add(each.customer_id)
        kept.append(each)
    return kept
