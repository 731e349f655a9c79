"""A chat model made of rules, served over real HTTP in the wire protocol of OpenAI.

A test states what the model does as rules over the request (`server.when(...)`), runs the code
under test against `server.base_url`, and reads what went over the wire from `server.requests`.
"""

from tests.scripted_openai.asks import (
    Ask,
    Condition,
    always,
    both,
    mentions,
    nth,
    offers_tools,
    streaming,
    wants_json_object,
    wants_json_schema,
)
from tests.scripted_openai.characters import (
    cites_the_missing,
    honest,
    invents_numbers,
    obeys_everything,
    sentences,
)
from tests.scripted_openai.replies import (
    CallTools,
    DropAfter,
    Endless,
    Fail,
    KeepAliveForever,
    Reply,
    Say,
    Silence,
    ToolUse,
    say_heard,
    say_json,
)
from tests.scripted_openai.server import ScriptedOpenAI, serve

__all__ = [
    "Ask",
    "CallTools",
    "Condition",
    "DropAfter",
    "Endless",
    "Fail",
    "KeepAliveForever",
    "Reply",
    "Say",
    "ScriptedOpenAI",
    "Silence",
    "ToolUse",
    "always",
    "both",
    "cites_the_missing",
    "honest",
    "invents_numbers",
    "mentions",
    "nth",
    "obeys_everything",
    "offers_tools",
    "say_heard",
    "say_json",
    "sentences",
    "serve",
    "streaming",
    "wants_json_object",
    "wants_json_schema",
]
