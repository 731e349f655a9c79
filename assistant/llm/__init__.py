"""Models elsewhere: every OpenAI-compatible endpoint, behind a few plain functions.

The only home of openai and langchain. Both cost seconds to import, so they are imported by the
first call. Each call is bounded in time, in retries and in output; what leaves passes the caller's
`Gate` (masking, budget, wire ledger), and whatever goes wrong is one of the small exceptions here.

`complete_text` and `complete_json` block and may be called from any thread; `stream_text` and
`stream_items` are asynchronous. `EndpointEngine` recognises speech by `/audio/transcriptions`,
`EndpointEmbedder` makes vectors of texts by `/embeddings`.
Safety never rests on this package: what a model says is checked by its readers.
"""

from assistant.llm.calls import complete_json, complete_text, stream_items, stream_text
from assistant.llm.embedding import EndpointEmbedder, embedding_endpoint
from assistant.llm.endpoint import OPEN_GATE, Endpoint, Gate, Message, WireEntry, endpoint_of
from assistant.llm.failures import (
    BudgetSpent,
    ModelAccessDenied,
    ModelBusy,
    ModelError,
    ModelOutputBroken,
    ModelOutputTooLong,
    ModelRejectedRequest,
    ModelSlow,
    ModelUnreachable,
)
from assistant.llm.heard import Heard, last_heard
from assistant.llm.hearing import EndpointEngine
from assistant.llm.wire import Wire

__all__ = [
    "OPEN_GATE",
    "BudgetSpent",
    "Endpoint",
    "EndpointEmbedder",
    "EndpointEngine",
    "Gate",
    "Heard",
    "Message",
    "ModelAccessDenied",
    "ModelBusy",
    "ModelError",
    "ModelOutputBroken",
    "ModelOutputTooLong",
    "ModelRejectedRequest",
    "ModelSlow",
    "ModelUnreachable",
    "Wire",
    "WireEntry",
    "complete_json",
    "complete_text",
    "embedding_endpoint",
    "endpoint_of",
    "last_heard",
    "stream_items",
    "stream_text",
]
