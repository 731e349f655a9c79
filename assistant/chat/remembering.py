"""What a conversation is about once a message of it is answered."""

from __future__ import annotations

from assistant.chat.gathered import Gathered
from assistant.chat.memory import Memory, only_record
from assistant.chat.names import Known
from assistant.chat.question.plan import Intent


def after(memory: Memory, message: str, gathered: Gathered) -> Memory:
    """What the conversation is about once this message is answered."""
    if gathered.unclear is not None:
        return memory.asking_back(gathered.unclear_in, gathered.unclear)
    entities: list[Known] = [one for step in gathered.steps for one in step.understood.entities]
    told = {
        one.id: one.title or one.quote
        for step in gathered.steps for draft in step.drafts for one in draft.citations
        if one.kind == "contact"
    }  # fmt: skip
    entities += only_record(draft for step in gathered.steps for draft in step.drafts)
    if len(told) == 1:
        # "And what is her number?" is about the person that was told of.
        entities += [Known("contact", one, name) for one, name in told.items()]
    computed: tuple[str, ...] = ()
    if len(gathered.steps) == 1 and gathered.steps[0].plan.intent is Intent.TYPED:
        understood = gathered.steps[0].understood
        computed = (*memory.computed, message) if understood.varies else (message,)
        if understood.rewritten:
            computed = (understood.plan.text,)
    return memory.after(entities, computed)
