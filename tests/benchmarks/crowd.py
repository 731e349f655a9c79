"""Many records at once, written straight into the tables: ground for benchmarks of reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from assistant.crm.lookup_keys import write_lookup_keys
from assistant.crm.match_keys import keys_of
from assistant.db import Sessions, make_engine, prepare
from assistant.db.tables import Account, Base, Contact, MatchKey, Record
from assistant.governance import people
from assistant.governance.access import Principal, Role

NOW = datetime(2026, 6, 15, 9, 30, tzinfo=UTC)
_ONSETS = ("b", "br", "d", "f", "g", "h", "k", "kl", "l", "m", "n", "p", "r", "s", "st", "t", "w")
_VOWELS = ("a", "e", "i", "o", "u", "ei", "au")
_ENDS = ("", "n", "r", "s", "t", "nd", "ck", "mann", "son", "er")
BATCH = 5000


def open_sessions(folder: Path) -> Sessions:
    """Sessions on a fresh, migrated SQLite database in this folder."""
    engine = make_engine(f"sqlite:///{folder / 'rapport.db'}")
    prepare(engine)
    return Sessions(engine)


def rep(session: Session) -> Principal:
    """A sales rep of one team."""
    user = people.add_user(
        session, "rep@vendor.example", Role.REP, now=NOW, password=None, teams=("north",)
    )
    return people.principal_of_user(session, user.id)


def names(random: Random, count: int) -> list[str]:
    """Made-up family names; the short ones come often."""
    return [
        "".join(
            random.choice(_ONSETS) + random.choice(_VOWELS) for _ in range(random.randint(1, 3))
        )
        + random.choice(_ENDS)
        for _ in range(count)
    ]


def add(session: Session, kind: str, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Records of one kind with their golden rows; `account_id` decides who sees them."""
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        session.execute(insert(Record), [_record(kind, row) for row in part])
        own = [
            {name: value for name, value in row.items() if name in table.__table__.columns}
            for row in part
        ]
        session.execute(insert(table), own)


def _record(kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    account_id = row["id"] if kind == "account" else row.get("account_id")
    return {
        "id": row["id"], "kind": kind, "golden_id": row["id"],
        "governing_id": account_id or row["id"], "account_id": account_id,
        "owner_id": row.get("owner_id"), "team_id": row.get("team_id"),
        "confidentiality": "account", "version": 1, "created_at": NOW, "updated_at": NOW,
    }  # fmt: skip


def people_at_accounts(
    session: Session, random: Random, contacts: int, *, team_id: str
) -> Iterator[dict[str, Any]]:
    """Accounts of ten contacts each, the first tenth of them the team's; yields the contacts."""
    surnames, given = names(random, max(contacts // 5, 50)), names(random, 400)
    count = max(contacts // 10, 1)
    accounts = [
        {
            "id": f"acc_{number:08d}", "name": f"{random.choice(surnames).title()} {number}",
            "domain": f"firm{number}.example", "team_id": team_id if number * 10 < count else None,
        }
        for number in range(count)
    ]  # fmt: skip
    add(session, "account", Account, accounts)
    _key(session, "account", accounts)
    made = []
    for number in range(contacts):
        name = f"{random.choice(given).title()} {random.choice(surnames).title()}"
        account = accounts[number % count]
        made.append({
            "id": f"con_{number:08d}", "name": name, "account_id": account["id"],
            "email": f"{name.replace(' ', '.').lower()}.{number}@{account['domain']}",
            "phone": f"+49{random.randint(10**8, 10**10)}", "team_id": account["team_id"],
        })  # fmt: skip
    add(session, "contact", Contact, made)
    _key(session, "contact", made)
    yield from made


def _key(session: Session, kind: str, rows: Sequence[Mapping[str, Any]]) -> None:
    for start in range(0, len(rows), BATCH):
        keys = {row["id"]: keys_of(kind, row, None) for row in rows[start : start + BATCH]}
        session.execute(
            insert(MatchKey),
            [
                {"record_id": record_id, "kind": kind, "field": field, "value": value}
                for record_id, own in keys.items()
                for field, value in sorted(own)
            ],
        )
        write_lookup_keys(session, kind, keys)


def days_ago(days: float) -> datetime:
    """A moment so many days before now."""
    return NOW - timedelta(days=days)
