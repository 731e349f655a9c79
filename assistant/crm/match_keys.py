"""Normal forms by which a record is found again, and the rule by which a row meets its record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.crm.hygiene import (
    fold,
    is_desk,
    is_free_mail,
    is_network,
    is_throwaway,
    organisation_key,
)
from assistant.db.tables import MatchKey

CHUNK = 400  # values in one IN list: SQLite's limit is far, plans of long lists are slow
# A key of these kinds alone says that two rows are one; the rest only helps a person to find it.
STRONG = {
    "account": ("domain", "name"),
    "contact": ("email", "name at account"),
    "lead": ("email",),
    "product": ("sku",),
}


def keys_of(
    kind: str, values: Mapping[str, object], account_id: str | None
) -> set[tuple[str, str]]:
    """(field, normal form) pairs under which a golden row of this kind is found."""
    keys: set[tuple[str, str]] = set()

    def add(field: str, value: object) -> None:
        if value:
            keys.add((field, str(value)[:320]))

    name = str(values.get("name") or "")
    if kind == "account":
        domain = str(values.get("domain") or "")
        own = domain and not is_free_mail(domain) and not is_network(domain)
        add("domain", domain if own else "")
        add("name", organisation_key(name))
    if kind in ("contact", "lead"):
        email = str(values.get("email") or "")
        add("email", email)
        add("name", fold(name))
        if account_id and " " in fold(name):
            add("name at account", f"{fold(name)}|{account_id}")
    if kind == "lead":
        add("company", organisation_key(str(values.get("company") or "")))
    for field in ("phone", "mobile"):
        add("phone", values.get(field))
    for field in ("number", "sku"):
        add(field, str(values.get(field) or "").casefold())
    if kind in ("deal", "product"):
        add("name", fold(name))
    return keys


def identifying(kind: str, keys: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The keys that alone say who it is, strongest first; a shared desk's address does not."""
    order = STRONG.get(kind, ())
    strong = [key for key in keys if key[0] in order and not _shared(key)]
    return sorted(strong, key=lambda key: (order.index(key[0]), key[1]))


def _shared(key: tuple[str, str]) -> bool:
    return key[0] == "email" and (is_desk(key[1]) or is_throwaway(key[1].rpartition("@")[2]))


def find(
    session: Session, kind: str, keys: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], list[str]]:
    """The records of this kind under each of the given keys, in a stable order."""
    wanted = sorted(set(keys))
    found: dict[tuple[str, str], list[str]] = {}
    for chunk in chunks(sorted({value for _, value in wanted})):
        rows = session.execute(
            select(MatchKey.field, MatchKey.value, MatchKey.record_id)
            .where(MatchKey.kind == kind, MatchKey.value.in_(chunk))
            .order_by(MatchKey.record_id)
        )
        for field, value, record_id in rows:
            found.setdefault((field, value), []).append(record_id)
    return {key: found[key] for key in wanted if key in found}


def chunks(values: Sequence[str], size: int = CHUNK) -> Iterable[Sequence[str]]:
    """The values in lists short enough for one query."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
