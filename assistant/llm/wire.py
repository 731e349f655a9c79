"""The wire ledger: one row for each request that left the house, and the budgets it counts towards.

Rows hold ids, counts, seconds and cost; never what was sent.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from assistant.db import Sessions
from assistant.db.tables import WireRow
from assistant.governance.http import utc_now
from assistant.governance.masking import masker
from assistant.llm.endpoint import EMBEDDING, SPEECH, Endpoint, Gate, WireEntry
from assistant.settings import Settings

LOG = logging.getLogger(__name__)
_MILLION = 1e6


@dataclass(frozen=True, slots=True)
class Spending:
    """Requests of one purpose to one model within a time."""

    purpose: str
    host: str
    model: str
    requests: int
    failed: int
    sent_bytes: int
    received_bytes: int
    tokens: int
    sound_s: float
    cost_usd: float | None
    last_at: datetime


class Wire:
    """Writes the ledger, and says what the day's budgets leave."""

    def __init__(
        self, sessions: Sessions, settings: Settings, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._sessions = sessions
        self._settings = settings
        self._clock = clock
        rules = (rule.strip() for rule in settings.wire_mask.split(","))
        self._mask = masker([rule for rule in rules if rule])

    def gate(self, endpoint: Endpoint, *, embedding: bool = False) -> Gate:
        """The way out to this endpoint: masked, within budget, written down."""
        host = urlsplit(endpoint.base_url).netloc
        return Gate(
            mask=self._mask,
            tokens_left=self.embedding_tokens_left if embedding else self.tokens_left,
            record=lambda entry: self._record(host, entry),
            sound_s_left=self.sound_s_left,
        )

    def tokens_left(self) -> int | None:
        """Of today's tokens; None where there is no budget."""
        spent_on = WireRow.purpose.not_in((SPEECH, EMBEDDING))
        return self._left(self._settings.llm_budget_tokens_per_day, spent_on)

    def embedding_tokens_left(self) -> int | None:
        """The same of today's tokens for vectors."""
        spent_on = WireRow.purpose == EMBEDDING
        return self._left(self._settings.embedding_budget_tokens_per_day, spent_on)

    def _left(self, budget: int, spent_on: ColumnElement[bool]) -> int | None:
        if not budget:
            return None
        with self._sessions.reading() as session:
            spent = session.scalar(
                select(func.sum(WireRow.prompt_tokens + WireRow.completion_tokens)).where(
                    WireRow.at >= self._today(), spent_on
                )
            )
        return max(0, budget - int(spent or 0))

    def sound_s_left(self) -> float | None:
        """Of today's seconds of sound that may be sent; None where there is no budget."""
        budget_s = self._settings.speech_budget_minutes_per_day * 60
        if not budget_s:
            return None
        with self._sessions.reading() as session:
            spent_s = session.scalar(
                select(func.sum(WireRow.sound_s)).where(WireRow.at >= self._today())
            )
        return max(0.0, budget_s - float(spent_s or 0.0))

    def _today(self) -> datetime:
        return self._clock().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)

    def _record(self, host: str, entry: WireEntry) -> None:
        LOG.info(
            "wire",
            extra={
                "purpose": entry.purpose, "model": entry.model, "outcome": entry.outcome,
                "http_status": entry.http_status, "attempt": entry.attempt,
                "seconds": round(entry.total_s, 3),
            },
        )  # fmt: skip
        row = WireRow(
            at=self._clock(),
            purpose=entry.purpose,
            host=host[:200],
            model=entry.model[:120],
            attempt=entry.attempt,
            outcome=entry.outcome,
            http_status=entry.http_status,
            prompt_tokens=entry.prompt_tokens,
            completion_tokens=entry.completion_tokens,
            tokens_estimated=entry.tokens_estimated,
            sent_bytes=entry.sent_bytes or entry.sent_chars,
            received_bytes=entry.received_chars,
            sound_s=entry.sound_s,
            total_s=round(entry.total_s, 3),
            cost_usd=self._cost_usd(entry),
        )
        try:
            with self._sessions.begin() as session:
                session.add(row)
        except SQLAlchemyError:
            # The answer is here and paid for: it must not be lost with the line about it.
            LOG.exception("wire entry not kept")

    def _cost_usd(self, entry: WireEntry) -> float | None:
        """By the prices that the settings name; None where they name none."""
        settings = self._settings
        if entry.purpose == SPEECH:
            price = settings.speech_usd_per_minute
            return round(price * entry.sound_s / 60, 6) if price else None
        if entry.purpose == EMBEDDING:
            price = settings.embedding_usd_per_million_tokens
            return round(price * entry.prompt_tokens / _MILLION, 6) if price else None
        prices = settings.llm_usd_per_million_tokens_in, settings.llm_usd_per_million_tokens_out
        if not any(prices):
            return None
        tokens = entry.prompt_tokens * prices[0] + entry.completion_tokens * prices[1]
        return round(tokens / _MILLION, 6)


def spending(session: Session, *, now: datetime, days: int) -> list[Spending]:
    """What left the house in the last days, by purpose and model, the latest first."""
    cost = func.sum(WireRow.cost_usd)
    rows = session.execute(
        select(
            WireRow.purpose, WireRow.host, WireRow.model, func.count(),
            func.count().filter(WireRow.outcome != "ok"), func.sum(WireRow.sent_bytes),
            func.sum(WireRow.received_bytes),
            func.sum(WireRow.prompt_tokens + WireRow.completion_tokens), func.sum(WireRow.sound_s),
            cost, func.max(WireRow.at),
        )
        .where(WireRow.at >= now - timedelta(days=days))
        .group_by(WireRow.purpose, WireRow.host, WireRow.model)
        .order_by(func.max(WireRow.at).desc())
    )  # fmt: skip
    return [
        Spending(
            purpose, host, model, int(requests), int(failed), int(sent), int(received),
            int(tokens), float(sound_s), None if usd is None else float(usd), last_at,
        )
        for (
            purpose, host, model, requests, failed, sent, received, tokens, sound_s, usd, last_at
        ) in rows
    ]  # fmt: skip
