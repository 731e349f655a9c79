"""Questions asked one by one, each as its person, and the replies kept beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from assistant.evaluation.cases import Case

Reply = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Cited:
    """A record that an answer cites."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A question with the reply it got, and how long that took."""

    case: Case
    status: str
    sentences: tuple[str, ...] = ()
    message: str = ""
    cited: tuple[Cited, ...] = ()
    quotes: tuple[str, ...] = ()
    seconds: float = 0.0
    tokens: int = 0
    plan: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All that a reader reads."""
        return " ".join([*self.sentences, self.message])


# A case and the conversation it goes on in; the whole reply of POST /chat.
Ask = Callable[[Case, str | None], Reply]


def ask_all(
    cases: Sequence[Case], ask: Ask, *, told: Callable[[int], None] = lambda _: None
) -> list[Heard]:
    """Every question in order; those of one thread in one conversation of its asker."""
    conversations: dict[tuple[str, str, str], str] = {}
    heard: list[Heard] = []
    for place, case in enumerate(cases, 1):
        thread = (case.thread, case.asker, case.role.value)
        began = perf_counter()
        reply = ask(case, conversations.get(thread) if case.thread else None)
        heard.append(_heard(case, reply, perf_counter() - began))
        if case.thread and isinstance(reply.get("conversation_id"), str):
            conversations[thread] = str(reply["conversation_id"])
        told(place)
    return heard


def _heard(case: Case, reply: Reply, seconds: float) -> Heard:
    listed = reply.get("sentences")
    sentences = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    citations = [one for said in sentences for one in said.get("citations", ())]
    plan = reply.get("plan")
    tokens = reply.get("tokens")
    return Heard(
        case=case,
        status=str(reply.get("status") or ""),
        sentences=tuple(str(said.get("text") or "") for said in sentences),
        message=str(reply.get("message") or ""),
        cited=tuple(
            dict.fromkeys(
                Cited(str(one["kind"]), str(one["id"]))
                for one in citations if one.get("kind") != "query"
            )
        ),
        quotes=tuple(str(one.get("quote") or "") for one in citations),
        seconds=seconds,
        tokens=tokens if isinstance(tokens, int) else 0,
        plan=plan if isinstance(plan, dict) else {},
    )  # fmt: skip
