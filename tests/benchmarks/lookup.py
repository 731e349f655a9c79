"""Customers found by phone, e-mail, part of a number, misspelt name and site among many."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from assistant.crm.customers import look_up
from assistant.governance.access import Principal, Role
from tests.benchmarks import crowd
from tests.benchmarks.report import Report
from tests.benchmarks.timing import milliseconds, p50_p95


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many people there are, and how many are asked for in each style."""
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=60)


def run(arguments: argparse.Namespace) -> Report:
    """Make the people in a temporary SQLite database and look them up, as support and as a rep."""
    with tempfile.TemporaryDirectory() as folder:
        sessions = crowd.open_sessions(Path(folder))
        random = Random(3)
        with sessions.begin() as session:
            rep = crowd.rep(session)
            support = Principal("usr_none", Role.SUPPORT)
            known = list(
                crowd.people_at_accounts(
                    session, random, arguments.contacts, team_id=rep.team_ids[0]
                )
            )
        figures: dict[str, float] = {}
        for style, told in _STYLES.items():
            wanted = [random.choice(known) for _ in range(arguments.rounds)]
            asked = [told(contact, random) for contact in wanted]
            for name, reader in (("support", support), ("rep", rep)):
                calls = [_call(reader, text) for text in asked]
                milliseconds(sessions, calls[:2])
                figures |= p50_p95(f"{style}_{name}", milliseconds(sessions, calls))
            with sessions.reading() as session:
                hits = [
                    {contact["id"], contact["account_id"]}
                    & {found.id for found in look_up(session, support, text)}
                    for contact, text in zip(wanted, asked, strict=True)
                ]
            figures[f"{style}_found"] = sum(map(bool, hits)) / len(hits)
        sessions.engine.dispose()
    return Report("lookup", f"{arguments.contacts:,} contacts", figures)


def _call(reader: Principal, text: str) -> Callable[[Session], object]:
    return partial(_look_up, reader, text)


def _look_up(reader: Principal, text: str, session: Session) -> object:
    return look_up(session, reader, text)


def _misspelt(contact: dict[str, Any], random: Random) -> str:
    """One letter of the family name missing, doubled or another."""
    given, family = contact["name"].split()
    at = random.randrange(1, len(family)) if len(family) > 1 else 0
    changed = random.choice(("", family[at] * 2, random.choice("aeinrst")))
    return f"{given} {family[:at]}{changed}{family[at + 1 :]}"


_STYLES: dict[str, Callable[[dict[str, Any], Random], str]] = {
    "email": lambda contact, _: str(contact["email"]).upper(),
    "phone": lambda contact, _: (
        f"{contact['phone'][:3]} {contact['phone'][3:6]}-" + contact["phone"][6:]
    ),
    "national_phone": lambda contact, _: f"0{contact['phone'][3:6]} {contact['phone'][6:]}",
    "last_digits": lambda contact, _: str(contact["phone"][-6:]),
    "name": lambda contact, _: str(contact["name"]).lower(),
    "misspelt_name": _misspelt,
    "site": lambda contact, _: f"https://www.{contact['email'].partition('@')[2]}/about",
    "nobody": lambda _, random: f"xq{random.randrange(10**6)} zwv",
}
