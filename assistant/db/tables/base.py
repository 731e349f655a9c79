"""The base of all tables, and the column types that read alike on both databases."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
MONEY_SCALE = 10_000  # four decimals: enough for unit prices, and exact in integer sums


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; a naive one is refused, because nobody knows what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"expected a time with a zone, got the naive {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Money(TypeDecorator[Decimal]):
    """A decimal amount kept as an integer of ten-thousandths, so that SQL sums are exact."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int((Decimal(value) * MONEY_SCALE).to_integral_value())

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / MONEY_SCALE


class Base(DeclarativeBase):
    """All tables of the service; retrieval/ keeps its own metadata."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


Json = JSON().with_variant(JSONB(), "postgresql")
# SQLite gives a rising number only to INTEGER PRIMARY KEY; PostgreSQL should have 64 bits.
Sequence64 = BigInteger().with_variant(Integer, "sqlite")

Id = Annotated[str, mapped_column(String(40))]
IdKey = Annotated[str, mapped_column(String(40), primary_key=True)]
Rising = Annotated[int, mapped_column(Sequence64, primary_key=True, autoincrement=True)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
Amount = Annotated[Decimal, mapped_column(Money)]


def new_id(prefix: str) -> str:
    """A fresh id such as `acc_01j8…`: 48 bits of milliseconds, then 80 random bits, base 32."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    digits = [_CROCKFORD[(number >> shift) & 31] for shift in range(125, -5, -5)]
    return f"{prefix}_{''.join(digits)}"
