"""Opaque cursors: where the next page of a list begins."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from assistant.errors import Invalid

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list and the cursor of the next page, None at the end."""

    items: tuple[T, ...]
    next: str | None


def encode(position: Sequence[str]) -> str:
    """A cursor that continues after the item at this position."""
    return base64.urlsafe_b64encode(json.dumps(list(position)).encode()).decode().rstrip("=")


def decode(cursor: str, length: int) -> list[str]:
    """The position in a cursor; raises Invalid for one that we did not make."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        position = json.loads(text)
    except (binascii.Error, ValueError):
        position = None
    if (
        not isinstance(position, list)
        or len(position) != length
        or not all(isinstance(part, str) for part in position)
    ):
        raise Invalid(
            "Expected a cursor as the list before gave it under 'next'; leave it out to start.",
            field="cursor",
        )
    return position
