"""What policies say of the stages of deals: which tasks belong to each, and what each means."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.chat.answers import Citation, Draft
from assistant.chat.rules.facts import Thing, read_thing
from assistant.chat.rules.reading import Point, Policy, all_points
from assistant.chat.rules.subjects import find
from assistant.chat.typed.phrases import join
from assistant.db.tables import Deal, DealStage, Record, Task
from assistant.governance.access import Principal, visible
from retrieval.stems import STOPWORDS, plain_words, stem

_ENTRY = re.compile(
    r"(?P<label>[^:.;\n]{2,60}?)\s*(?::|\s[–—-]\s)\s*(?P<said>[^\n]*?)(?=(?:[.;]\s+[^:.;\n]{2,60}?:\s)|\n|$)"
)
_DONE = frozenset(
    ["done", "completed", "complete", "closed", "true", "cancelled", "canceled", "finished", "yes"]
)
_WON, _LOST = frozenset(["won"]), frozenset(["lost"])
_SORTED_IN = 2  # stages that a policy must name to be about them
_MOST_TASKS = 60
_MOST_TITLES = 3000
_TASKS = re.compile(r"(?:the )?(?:open )?(?:tasks?|to-?dos?|activit(?:y|ies))\b", re.IGNORECASE)
_NUMBERED = re.compile(r"\d+\s*[.)]?\s+\w")
_LATER = re.compile(r"\b(?:later|early|premature|ahead|not yet)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StageEntry:
    """What a policy says after the name of a stage."""

    point: Point
    label: str
    said: str
    start: int
    end: int
    tasks: tuple[str, ...] = ()  # named apart from what the stage means: "Tasks: send quote"

    def cite(self) -> Citation:
        return self.point.cite(self.start, self.end)


def entries(found: Sequence[Policy], stages: Sequence[str]) -> dict[str, list[StageEntry]]:
    """By policy, what is said of each stage, where it names several of them."""
    known = {_key(stage) for stage in stages} | {("won",), ("lost",)} - {()}
    listed: dict[str, list[StageEntry]] = {}
    for policy in found:
        here: list[StageEntry] = []
        for point in all_points([policy]):
            told = list(_entries(point))
            sure = [at for at, one in enumerate(told) if _key(one.label) in known]
            for at, one in enumerate(told):
                # Between stages that deals are in stand those that no deal is in at present.
                within = len(sure) >= _SORTED_IN and (
                    sure[0] < at < sure[-1] or _NUMBERED.match(one.label) is not None
                )
                if at in sure or _outcome(one.label) or (within and not _TASKS.match(one.label)):
                    here.append(one)
                elif _TASKS.match(one.label) and here and here[-1].point is point:
                    here[-1] = replace(here[-1], tasks=tuple(_items(one.said)), end=one.end)
        if len({_key(one.label) for one in here}) >= _SORTED_IN:
            listed[policy.id] = [*here[:-1], _bare(here[-1], here[:-1])]
    return listed


def _bare(last: StageEntry, others: Sequence[StageEntry]) -> StageEntry:
    """The last of them without what is said of all after it, where each other is one sentence."""
    first, dot, _ = last.said.partition(". ")
    if not dot or last.tasks or any(". " in one.said for one in others):
        return last
    return replace(last, said=first, end=last.start + len(last.label) + len(first) + len(": "))


def _entries(point: Point) -> Iterator[StageEntry]:
    for match in _ENTRY.finditer(point.text):
        label = match["label"].strip()
        yield StageEntry(point, label, match["said"].strip(" ."),
                         point.start + match.start("label"), point.start + match.end())  # fmt: skip


def _key(text: str) -> tuple[str, ...]:
    """The words of a stage's name without what numbers it: "4 Offer out" is "Offer out"."""
    words = [word for word in plain_words(text) if word not in {"stage", "status", "closed"}]
    return tuple(word for word in words if not word.isdigit()) or tuple(words)


def _outcome(label: str) -> str:
    words = set(plain_words(label))
    if len(words) > 3:
        return ""
    return "won" if words & _WON else "lost" if words & _LOST else ""


def stage_names(session: Session) -> list[str]:
    """The stages that deals have been in: what they are called is known to everybody here."""
    current = session.scalars(select(Deal.stage).distinct().limit(200))
    past = session.scalars(select(DealStage.stage).distinct().limit(200))
    return list(dict.fromkeys(str(one) for one in (*current, *past) if one))


def stage_of(session: Session, deal: Thing, labels: Collection[tuple[str, ...]] = ()) -> str:
    """The stage that a deal is recorded in; won and lost where it is, unless the stage of that
    name is one of `labels`."""
    row = session.execute(select(Deal.stage, Deal.won).where(Deal.id == deal.id)).first()
    if row is not None and row.won is not None:
        named = row.stage is not None and _key(row.stage) in labels
        return str(row.stage) if named else "won" if row.won else "lost"
    status = next((fact.value.casefold() for fact in deal.facts
                   if fact.label.casefold() in {"status", "deal status"}), "")  # fmt: skip
    if status in {"won", "lost"}:
        return status
    return str(row.stage or "") if row is not None else ""


def entry_of(listed: Sequence[StageEntry], stage: str) -> StageEntry | None:
    """What is said of this stage."""
    wanted = _key(stage)
    exact = next((one for one in listed if _key(one.label) == wanted), None)
    return exact or next((one for one in listed if _outcome(one.label)
                          and _outcome(one.label) == _outcome(stage)), None)  # fmt: skip


def check_tasks(
    session: Session, principal: Principal, question: str, found: Sequence[Policy]
) -> tuple[list[Draft], Thing | None] | None:
    """Which open tasks of the deal are none of its stage's; None where no rule lists them."""
    tables = _tables(session, entries(found, stage_names(session)))
    if not tables:
        return None
    table = max(tables.values(), key=len)
    subject = find(session, principal, "deal", question)
    if subject is None or not subject.named:
        return [], None
    deal = read_thing(session, principal, "deal", subject.id)
    if deal is None:
        return [], None
    stage = stage_of(session, deal, {_key(one.label) for one in table})
    entry = entry_of(table, stage)
    if entry is None:
        return [], deal
    tasks = _open_tasks(session, principal, deal.id)
    if not any(row.task_type for row in tasks):
        # Nobody sorts tasks by type here: what they are is told by their titles.
        table = [replace(one, tasks=one.tasks or tuple(_items(one.said))) for one in table]
        entry = entry_of(table, stage) or entry
    if entry.tasks:
        later = bool(_LATER.search(question))
        unsuited = [row for row in tasks if _of_another(row, table, entry, later=later)]
    else:
        allowed = {_key(item) for item in _items(entry.said)}
        unsuited = [row for row in tasks if row.task_type and _key(row.task_type) not in allowed]
    return _told(deal, entry, tasks, unsuited), deal


def _of_another(row: Any, table: Sequence[StageEntry], entry: StageEntry, *, later: bool) -> bool:
    """Whether the task is one that is listed for other stages alone; a later one if asked so."""
    places = [at for at, one in enumerate(table) if any(_is(row, item) for item in one.tasks)]
    own = table.index(entry)
    return bool(places) and own not in places and (not later or max(places) > own)


def _is(row: Any, item: str) -> bool:
    """Whether the task is of the sort that a rule names, by its type or in its title."""
    wanted = {stem(word) for word in plain_words(item) if word not in STOPWORDS}
    title = {stem(word) for word in plain_words(row.title)}
    return bool(wanted) and (_key(row.task_type or "") == _key(item) or wanted <= title)


def _tables(
    session: Session, listed: Mapping[str, list[StageEntry]]
) -> dict[str, list[StageEntry]]:
    """Those of the policies that list sorts of tasks for each stage."""
    query = select(Task.task_type).where(Task.task_type.is_not(None)).distinct().limit(500)
    keys = {_key(str(one)) for one in session.scalars(query)}
    named = select(Task.title).where(Task.title.is_not(None)).limit(_MOST_TITLES)
    titles = [{stem(word) for word in plain_words(title)} for title in session.scalars(named)]
    return {
        policy: here for policy, here in listed.items()
        if sum(bool(one.tasks) for one in here) >= _SORTED_IN
        or sum(_key(item) in keys for one in here for item in _items(one.said)) >= _SORTED_IN
        or sum(_in_titles(one.said, titles) for one in here) >= _SORTED_IN
    }  # fmt: skip


def _in_titles(said: str, titles: Sequence[set[str]]) -> bool:
    """Whether most of what is listed are titles of tasks, in these or more words."""
    wanted = [
        {stem(word) for word in plain_words(item) if word not in STOPWORDS} for item in _items(said)
    ]
    borne = sum(bool(one) and any(one <= title for title in titles) for one in wanted)
    return bool(wanted) and 2 * borne >= len(wanted)


def defining(session: Session, listed: Mapping[str, list[StageEntry]]) -> list[StageEntry]:
    """What the other policies say of each stage: what it means."""
    tables = _tables(session, listed)
    return [
        one for policy, here in listed.items() for one in here
        if policy not in tables or one.tasks
    ]  # fmt: skip


def _items(said: str) -> list[str]:
    return [one.strip(" .") for one in re.split(r"[,;]|\band\b|\bor\b", said) if one.strip(" .")]


def _open_tasks(session: Session, principal: Principal, deal_id: str) -> list[Any]:
    query = (
        select(Task.id, Task.title, Task.task_type, Task.status, Record.version, Record.account_id)
        .join(Record, Record.id == Task.id)
        .where(Task.deal_id == deal_id, Task.done_at.is_(None), visible(principal, Task.id))
        .order_by(Task.due_on, Task.id)
        .limit(_MOST_TASKS)
    )
    return [row for row in session.execute(query) if (row.status or "").casefold() not in _DONE]


def _told(
    deal: Thing, entry: StageEntry, tasks: Sequence[Any], unsuited: Sequence[Any]
) -> list[Draft]:
    shown = unsuited or tasks
    cited = (entry.cite(), deal.cited, *(
        Citation("task", row.id, row.version, row.title, account_id=row.account_id, title=row.title)
        for row in shown
    ))  # fmt: skip
    stage = entry.label
    if not tasks:
        first = f"None: no task of {deal.title} is open."
    elif not unsuited:
        first = f"None: the open tasks of {deal.title} all belong to the stage {stage}."
    else:
        names = join([f"“{row.title}”" for row in unsuited])
        verb = "does" if len(unsuited) == 1 else "do"
        first = f"{names} {verb} not belong to the stage {stage}."
    kinds = join([f"“{row.title}” is {row.task_type}" for row in shown[:6] if row.task_type])
    listed = ", ".join(entry.tasks) or entry.said
    why = f"The rule says: “{entry.label}: {listed}”" + (f"; {kinds}." if kinds else ".")
    return [Draft(first, cited, computed=True), Draft(why, cited, computed=True)]
