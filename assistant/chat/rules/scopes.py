"""What a quote holds, whether a rule on some quotes is about it, and who a role is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.chat.rules.bounds import Products, words_of
from assistant.chat.rules.facts import LineOf, Thing
from assistant.chat.rules.tiers import Tier
from assistant.db.tables import SourceRow, TeamMember, User
from retrieval.stems import plain_words
from retrieval.synonyms import concept

_ITEM = re.compile(r"\s*,\s*|\s+and\s+")
_CONTENTS = re.compile(r"content|line|item|summary|position|product", re.IGNORECASE)
_ONLY = re.compile(
    r"\bwith (?P<a>[\w -]{3,30}?) only\b|\b(?:nothing but|purely|exclusively) (?P<b>[\w-]+)"
    r"|(?:^|[.;]\s*)(?P<c>[\w -]{3,40}?) on (?:its|their) own\b",
    re.IGNORECASE,
)
_WITH = re.compile(
    r"\b(?:quotes?|offers?|proposals?) (?:with|that (?:hold|contain|include)) "
    r"(?:an? |at least (?:one|an?) )?(?P<what>[\w-]+)(?! only)", re.IGNORECASE,
)  # fmt: skip
_WITHOUT = re.compile(r"\bwithout (?:the )?(?P<who>[A-Z]\w+(?: [A-Z]\w+)*)")
_ROLE = re.compile(
    r"\b(?:managers?|leads?|leaders?|heads?|directors?|supervisors?|chiefs?)\b", re.IGNORECASE
)


def contents(quote: Thing, lines: Sequence[LineOf], products: Products) -> list[frozenset[str]]:
    """The concepts of each thing on a quote: of its lines, or as a column of its own lists them."""
    if lines:
        return [words_of(f"{line.name} {line.family} {line.sku}") for line in lines]
    listed = next((fact.value for fact in quote.facts if _CONTENTS.search(fact.label)
                   and re.search(r"[A-Za-z]{3}", fact.value)), "")  # fmt: skip
    found = []
    for item in _ITEM.split(listed):
        named = [word for one in products.mentions(item) for word in products.kinds(one)]
        found.append(words_of(item) | frozenset(named))
    return [one for one in found if one]


def about(tier: Tier, items: Sequence[frozenset[str]]) -> bool | None:
    """Whether the tier is one of such quotes; None where it is of all, or it cannot be told."""
    body = tier.point.policy.body
    text = body[body.rfind(".", 0, tier.start) + 1 : tier.end]
    only = _ONLY.search(text)
    if only is not None:
        wanted = words_of(only["a"] or only["b"] or only["c"] or "")
        return bool(items) and all(wanted & item for item in items)
    some = _WITH.search(text)
    if some is not None and items:
        wanted = words_of(some["what"])
        return True if any(wanted & item for item in items) else None
    return None


def of_this_quote(row: Sequence[Tier], items: Sequence[frozenset[str]]) -> list[Tier]:
    """The tiers of a row without those of other quotes, each from where the one before ends."""
    found: list[Tier] = []
    for tier in row:
        told = about(tier, items)
        if told is False:
            continue
        unless = _WITHOUT.search(tier.text) if tier.forbidden else None
        if unless is not None:
            tier = replace(tier, forbidden=False, who=unless["who"])
        before = found[-1].most if found else None
        if before is not None and tier.least is not None and tier.least > before:
            tier = replace(tier, least=before)
        found.append(tier)
    return found


def is_special(row: Sequence[Tier], items: Sequence[frozenset[str]]) -> bool:
    """Whether the row is of quotes that hold nothing else than this one does."""
    return any(_ONLY.search(one.text) and about(one, items) for one in row)


def who_is(session: Session, who: str, owner_id: str | None) -> str:
    """ "The sales manager of the team": the one who bears that title in the
    team of the owner, where one alone does."""
    if owner_id is None or not _ROLE.search(who):
        return who
    teams = select(TeamMember.team_id).where(TeamMember.user_id == owner_id)
    mates = dict(
        session.execute(
            select(User.email, User.name).join(TeamMember, TeamMember.user_id == User.id)
            .where(TeamMember.team_id.in_(teams), User.id != owner_id)
        ).tuples().all()
    )  # fmt: skip
    wanted = {concept(word) for word in plain_words(re.split(r"\bof\b", who)[0])} - _LIGHT
    named = []
    for payload in session.scalars(select(SourceRow.payload).where(SourceRow.kind == "user")):
        values = [str(value) for value in payload.values() if value]
        mail = next((value.strip().casefold() for value in values if "@" in value), "")
        titles = {concept(word) for value in values for word in plain_words(value)}
        if mail in mates and wanted and wanted <= titles:
            named.append(mates[mail])
    names = list(dict.fromkeys(named))
    return names[0] if len(names) == 1 else who


_LIGHT = frozenset(concept(word) for word in ("the", "a", "team", "their", "his", "her", "our"))
