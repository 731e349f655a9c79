"""Finding duplicates: sure pairs are merged by rule, unsure ones wait for a steward.

Follows the change rows at a cursor of its own, so that a single arrival is compared like a whole
file, and taking a change again adds nothing. Where the weights were learnt anew, what was compared
by the old ones is compared again, whenever nothing that arrived is waiting.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from itertools import product

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.crm.identity import Candidate, Match, Verdict, Weights, explain, explain_pairs
from assistant.crm.identity.store import load_weights
from assistant.crm.match_keys import chunks
from assistant.crm.merging import store
from assistant.crm.merging.candidates import (
    Pair,
    candidates_of,
    partners,
    write_identity_keys,
)
from assistant.crm.merging.lessons import lesson_from
from assistant.crm.merging.links import golden_of, retarget
from assistant.crm.merging.service import MERGEABLE, RULE, merge
from assistant.db import Sessions
from assistant.db.changes import advance, position_of, read_changes, remove_stamp
from assistant.db.tables import Change, Record

LOG = logging.getLogger(__name__)
READER = "duplicates"
AGAIN = "duplicates by weights learnt since"
_BATCH = 200
# A small house still meets namesakes from the whole world, and where few records are known the
# frequencies of their values are not: two in a hundred of one name prove little.
_LEAST_SIZE = 10_000
_TORN = "one of them may as well be a third"
_MERGES_AT_ONCE = 10  # a waiting rep gets a turn between


def step(sessions: Sessions, now: datetime) -> int:
    """Compare what changed with what it may be; how many changes that were."""
    with sessions.reading() as session:
        changes = read_changes(session, READER, limit=_BATCH)
    if not changes:
        return _step_again(sessions, now)
    _find(sessions, changes, now)
    with sessions.begin() as session:
        _mend(session, changes)
        advance(session, READER, changes[-1].seq, now=now)
    return len(changes)


def compare_again(session: Session, now: datetime) -> None:
    """Ask in this transaction for all records to be compared once more."""
    advance(session, AGAIN, 0, now=now)


def _step_again(sessions: Sessions, now: datetime) -> int:
    with sessions.reading() as session:
        position = position_of(session, AGAIN)
        if position is None:
            return 0
        last = position_of(session, READER) or 0
        changes = [one for one in read_changes(session, AGAIN, limit=_BATCH) if one.seq <= last]
    _find(sessions, changes, now)
    with sessions.begin() as session:
        if position_of(session, AGAIN) != position:
            return 1  # weights were learnt once more meanwhile: from the start
        if changes:
            advance(session, AGAIN, changes[-1].seq, now=now)
        else:
            remove_stamp(session, AGAIN)
    return len(changes)


def _find(sessions: Sessions, changes: Sequence[Change], now: datetime) -> None:
    with sessions.reading() as session:
        concerned = _concerned(session, changes)
    for kind, record_ids in sorted(concerned.items()):
        with sessions.begin() as session:
            known = _standing(session, kind, record_ids)
            write_identity_keys(session, kind, known)
        with sessions.reading() as session:
            matches = _compare(session, kind, known)
        _act(sessions, kind, known, matches, now)


def _concerned(session: Session, changes: Sequence[Change]) -> dict[str, set[str]]:
    """The changed records of each kind that can be merged, and those they were merged with."""
    found: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        if change.kind in MERGEABLE and change.operation != "erased":
            found[change.kind].add(change.record_id)
    for record_ids in found.values():
        record_ids |= set(golden_of(session, record_ids).values())
    return found


def _standing(
    session: Session, kind: str, record_ids: Iterable[str]
) -> dict[str, Candidate | None]:
    """These records as matching sees them; None for those that do not stand for themselves."""
    known: dict[str, Candidate | None] = {}
    for chunk in chunks(sorted(record_ids)):
        rows = session.execute(
            select(Record.id, Record.golden_id, Record.archived_at).where(Record.id.in_(chunk))
        )
        standing = {row.id: row.golden_id == row.id and row.archived_at is None for row in rows}
        seen = candidates_of(session, kind, [one for one, stands in standing.items() if stands])
        known |= {record_id: seen.get(record_id) for record_id in standing}
    return known


def _compare(session: Session, kind: str, known: Mapping[str, Candidate | None]) -> list[Match]:
    matches, seen = _explained(session, kind, known)
    sure = [match for match in matches if match.verdict is Verdict.SAME]
    ends = {one for match in sure for one in (match.left, match.right)} - set(known)
    if ends:
        others, also_seen = _explained(session, kind, {one: seen[one] for one in ends})
        sure += [match for match in others if match.verdict is Verdict.SAME]
        seen |= also_seen
    near: dict[str, set[str]] = defaultdict(set)
    for match in sure:
        near[match.left].add(match.right)
        near[match.right].add(match.left)
    matches = [_unless_torn(match, near, seen) for match in matches]
    return sorted(matches, key=lambda match: (-match.weight, match.left, match.right))


def _explained(
    session: Session, kind: str, known: Mapping[str, Candidate | None]
) -> tuple[list[Match], dict[str, Candidate]]:
    """Each pair of these records and what they share a key with, and the records compared."""
    pairs = partners(session, kind, known)
    ids = {one for pair in pairs for one in (pair.a, pair.b)}
    seen = candidates_of(session, kind, ids)
    size = session.scalar(
        select(func.count()).select_from(Record).where(
            Record.kind == kind, Record.golden_id == Record.id, Record.archived_at.is_(None)
        )
    )  # fmt: skip
    weights = load_weights(session).at_size(max(size or 0, _LEAST_SIZE))
    lesson = lesson_from(session, kind)
    both = sorted((pair.a, pair.b) for pair in pairs if pair.a in seen and pair.b in seen)
    return [lesson.applied(match) for match in explain_pairs(seen, both, weights)], seen


def _unless_torn(
    match: Match, near: Mapping[str, set[str]], seen: Mapping[str, Candidate]
) -> Match:
    """The pair, unsure where one of them is as surely a third that the other cannot be.

    Else whichever came first would be joined.
    """
    if match.verdict is not Verdict.SAME:
        return match
    weights = Weights.default()
    for one, other in ((match.left, match.right), (match.right, match.left)):
        for third in near[one] - {other}:
            if explain(seen[other], seen[third], weights).conflicts:
                return replace(
                    match, verdict=Verdict.UNSURE, conflicts=(*match.conflicts, _TORN)
                )  # fmt: skip
    return match


def _act(
    sessions: Sessions,
    kind: str,
    known: Mapping[str, Candidate | None],
    matches: Sequence[Match],
    now: datetime,
) -> None:
    sure = [match for match in matches if match.verdict is Verdict.SAME]
    unsure = [match for match in matches if match.verdict is Verdict.UNSURE]
    for start in range(0, len(sure), _MERGES_AT_ONCE):
        with sessions.begin() as session:
            part = sure[start : start + _MERGES_AT_ONCE]
            unsure += [one for one in part if not _merge_unasked(session, kind, one, now)]
    with sessions.begin() as session:
        store.drop_questions(session, sorted(known), {Pair(m.left, m.right) for m in unsure})
        for match in unsure:
            store.ask(session, kind, match.left, match.right, evidence_of(match), now=now)


def _merge_unasked(session: Session, kind: str, match: Match, now: datetime) -> bool:
    """Merge the pair; False when a person should be asked instead."""
    pair = (match.left, match.right)
    if golden_of(session, pair):
        return True  # one of them was merged meanwhile: what stands for it is compared in turn
    if store.distinctions_between(session, *pair):
        return True
    if not store.share_an_identifier(session, *pair) or store.parted_by_a_person(session, *pair):
        return False
    # Else a rep who enters what they guess of another's customer would come to see it.
    if store.any_by_hand(session, *pair) or store.looked_after_apart(session, *pair):
        return False
    if _conflicting_parts(session, kind, *pair):
        return False
    merge(
        session, *pair, decided_by=RULE, now=now, method="sure match", weight=match.weight,
        reasons=evidence_of(match).reasons,
    )  # fmt: skip
    return True


def _conflicting_parts(session: Session, kind: str, a: str, b: str) -> bool:
    """Does anything in one contradict anything in the other, though the best values agree?"""
    parts = [store.parts_of(session, one) for one in (a, b)]
    if len(parts[0]) == len(parts[1]) == 1:
        return False
    seen = candidates_of(session, kind, [*parts[0], *parts[1]])
    weights = Weights.default()
    return any(
        explain(seen[one], seen[other], weights).conflicts
        for one, other in product(parts[0], parts[1])
        if one in seen and other in seen
    )


def evidence_of(match: Match) -> store.Evidence:
    """What is kept of a comparison."""
    return store.Evidence(
        weight=match.weight,
        probability=match.probability,
        verdict=match.verdict.value,
        reasons=[asdict(reason) for reason in match.reasons],
        conflicts=list(match.conflicts),
    )


def _mend(session: Session, changes: Sequence[Change]) -> None:
    """Links that were written while their record was being merged follow it after all."""
    named = session.execute(
        select(Record.account_id, Record.governing_id).where(
            Record.id.in_(sorted({change.record_id for change in changes})),
            Record.golden_id == Record.id,
        )
    )
    hidden = golden_of(session, {one for row in named for one in row})
    if hidden:
        retarget(session, hidden)
