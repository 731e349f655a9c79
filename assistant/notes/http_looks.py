"""What reviewers tell of their looking over HTTP, and how far they are."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from assistant.notes.looking import Looks

_STRICT = ConfigDict(extra="forbid")
_Ids = Annotated[list[Annotated[str, Field(max_length=80)]], Field(max_length=2000)]


class LooksIn(BaseModel):
    """What you saw of a draft since you last told: ids of lines, and seconds at it.

    seen: in view.  looked: gone to.  played: evidence opened; counts as gone to.
    """

    model_config = _STRICT
    seen: _Ids = []
    looked: _Ids = []
    played: _Ids = []
    active_s: Annotated[float, Field(ge=0, le=3600)] = 0.0

    def looks(self) -> Looks:
        return Looks(self.seen, self.looked, self.played, self.active_s)


class ConfirmationIn(BaseModel):
    """May be left out. looked: lines that you looked at, beside those told before."""

    model_config = _STRICT
    looked: _Ids = []


class ProgressItem(BaseModel):
    """How far you are with the flagged lines of a draft; `to_look_at` are the ids left."""

    model_config = ConfigDict(from_attributes=True)
    flagged: int
    looked_at: int
    to_look_at: list[str]
