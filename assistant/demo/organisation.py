"""What a generated demo consists of: files to take in, people to sign in, calls to upload."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Somebody to sign in as; `territory` are ISO country codes with commas between."""

    name: str
    email: str
    role: str
    team: str
    territory: str


@dataclass(frozen=True, slots=True)
class DemoFile:
    """An export of a source system, listed in the order in which it is to be taken in."""

    source: str
    kind: str
    path: Path


@dataclass(frozen=True, slots=True)
class DemoCall:
    """A transcript or recording to upload; `account`, `contact`, `deal` are ids of the CRM export.

    channels: who speaks on which channel of a recording.
    """

    slug: str
    title: str
    path: Path
    account: str
    contact: str
    deal: str
    user_email: str
    started_at: datetime
    consent: str
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoOrganisation:
    """A generated organisation on disk; `truth` is the folder of what is really so.

    recordings: sample calls for the demo's own speech model; none where that model is not.
    """

    folder: Path
    scale: int
    seed: int
    today: date
    users: tuple[DemoUser, ...]
    files: tuple[DemoFile, ...]
    calls: tuple[DemoCall, ...]
    truth: Path
    recordings: tuple[DemoCall, ...] = ()
