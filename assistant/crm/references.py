"""From what a row says of another record to that record's id, many rows at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from assistant.crm.hygiene import fold, organisation_key
from assistant.crm.kind import Kind
from assistant.crm.match_keys import chunks, find
from assistant.db.tables import SourceLink, SourceUser, TeamMember, User


@dataclass(frozen=True, slots=True)
class Mention:
    """A source names a record of a kind by one of its keys."""

    source_id: str
    kind: str
    key: str
    value: str


@dataclass(slots=True)
class Resolver:
    """Answers `record_id(mention)` after `load` has looked all of a batch up in few queries."""

    session: Session
    _known: dict[Mention, str | None] = field(default_factory=dict)
    _teams: dict[str, str | None] = field(default_factory=dict)

    def load(self, mentions: Iterable[Mention]) -> None:
        """Look up what is not known yet."""
        unknown = {mention for mention in mentions if mention not in self._known}
        by_kind: dict[str, list[Mention]] = defaultdict(list)
        for mention in sorted(unknown, key=lambda m: (m.kind, m.source_id, m.key, m.value)):
            by_kind[mention.kind].append(mention)
        for kind, group in by_kind.items():
            if kind == "user":
                self._load_users(group)
            else:
                self._load_ids(kind, [m for m in group if m.key == "id"])
                self._load_keys(kind, [m for m in group if m.key != "id"])

    def record_id(self, mention: Mention) -> str | None:
        """The one record (or user) that is meant; None when there is none, or more than one."""
        return self._known.get(mention)

    def first_found(self, mentions: Iterable[Mention]) -> str | None:
        """What the surest of several ways leads to."""
        return next((found for m in mentions if (found := self.record_id(m))), None)

    def unfound_before(self, mentions: Iterable[Mention]) -> list[Mention]:
        """The ways, surer than the one that leads on, that lead nowhere yet."""
        unfound: list[Mention] = []
        for mention in mentions:
            if self.record_id(mention):
                break
            unfound.append(mention)
        return unfound

    def forget(self) -> None:
        """New records have arrived: look up again."""
        self._known.clear()

    def team_of(self, user_id: str) -> str | None:
        """The first team of a user."""
        if user_id not in self._teams:
            query = select(TeamMember.team_id).where(TeamMember.user_id == user_id)
            self._teams[user_id] = self.session.scalar(query.order_by(TeamMember.team_id).limit(1))
        return self._teams[user_id]

    def _load_ids(self, kind: str, mentions: list[Mention]) -> None:
        by_source: dict[str, dict[str, Mention]] = defaultdict(dict)
        for mention in mentions:
            self._known[mention] = None
            by_source[mention.source_id][mention.value] = mention
        for source_id, named in by_source.items():
            for chunk in chunks(sorted(named)):
                rows = self.session.execute(
                    select(SourceLink.external_id, SourceLink.record_id).where(
                        SourceLink.source_id == source_id,
                        SourceLink.kind == kind,
                        SourceLink.external_id.in_(chunk),
                    )
                )
                for external_id, record_id in rows:
                    self._known[named[external_id]] = record_id

    def _load_keys(self, kind: str, mentions: list[Mention]) -> None:
        keys = {mention: (mention.key, _normal(kind, mention)) for mention in mentions}
        found = find(self.session, kind, keys.values())
        for mention, key in keys.items():
            records = found.get(key, [])
            self._known[mention] = records[0] if len(records) == 1 else None

    def _load_users(self, mentions: list[Mention]) -> None:
        self._known |= dict.fromkeys(mentions)
        ids = [(m.source_id, m.value) for m in mentions if m.key == "id"]
        if ids:
            rows = self.session.execute(
                select(SourceUser.source_id, SourceUser.external_id, SourceUser.user_id).where(
                    tuple_(SourceUser.source_id, SourceUser.external_id).in_(ids)
                )
            )
            for source_id, external_id, user_id in rows:
                self._known[Mention(source_id, "user", "id", external_id)] = user_id
        for column, key in ((User.email, "email"), (func.lower(User.name), "name")):
            wanted = {m.value.casefold(): m for m in mentions if m.key == key}
            for chunk in chunks(sorted(wanted)):
                users_found = self.session.execute(
                    select(column.label("value"), User.id).where(column.in_(chunk))
                )
                matches: dict[str, list[str]] = defaultdict(list)
                for value, user_id in users_found:
                    matches[value].append(user_id)
                for mention in mentions:
                    users = matches.get(mention.value.casefold(), [])
                    if mention.key == key and len(users) == 1:
                        self._known[mention] = users[0]


def _normal(kind: str, mention: Mention) -> str:
    if mention.key == "name":
        return organisation_key(mention.value) if kind == "account" else fold(mention.value)
    return mention.value.casefold() if mention.key in ("number", "sku") else mention.value


def mentions_of(
    kind: Kind, source_id: str, references: Mapping[str, Mapping[str, str]]
) -> dict[str, list[Mention]]:
    """Per reference of the kind, the ways in which the row names it, surest first."""
    return {
        reference.name: [
            Mention(source_id, reference.kind, key, references[reference.name][key])
            for key in reference.via
            if key in references[reference.name]
        ]
        for reference in kind.references
        if reference.name in references
    }


def waiting_targets(keys: Iterable[tuple[str, str]], external_id: str) -> list[str]:
    """The targets under which rows may already wait for a record that arrives now."""
    return [f"id:{external_id}"[:320], *(f"{field}:{value}"[:320] for field, value in keys)]


def waiting_target(kind: str, mention: Mention) -> str:
    """How a reference that found nothing is written down, in the form its record will have."""
    value = mention.value if mention.key == "id" else _normal(kind, mention)
    return f"{mention.key}:{value}"[:320]
