"""Phrases kept as data: reading them from `templates/`, and joining them into expressions.

A phrase is an expression over lower-case speech. `{weekday}` and `{month}` stand for their names;
plain brackets group without capturing.
"""

from __future__ import annotations

import re
from importlib import resources

import yaml

NEVER = re.compile(r"(?!)")
_GROUP = re.compile(r"(?<!\\)\((?!\?)")
_TERM = re.compile(r"\{([a-z_]+)\}")
_TERMS = {
    "weekday": "(monday|tuesday|wednesday|thursday|friday)",
    "month": "(january|february|march|april|may|june|july|august|september|october|november"
    "|december)",
}


class TemplateError(ValueError):
    """A template file is malformed."""


def read_document(name: str) -> dict[str, object]:
    """The document `templates/NAME.yaml`; raises TemplateError when it is no mapping."""
    file = resources.files(__package__) / "templates" / f"{name}.yaml"
    return parse_document(name, file.read_text(encoding="utf-8"))


def parse_document(name: str, text: str) -> dict[str, object]:
    """Read YAML with a version; raises TemplateError, naming `name`, for anything else."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise TemplateError(f"{name}: not YAML: {error}") from None
    if not isinstance(document, dict) or not isinstance(document.get("version"), int):
        raise TemplateError(f"{name}: expected a mapping with a version.")
    return document


def joined(where: str, phrases: object) -> str:
    """One expression for a list of phrases: any of them."""
    if not isinstance(phrases, list) or not all(isinstance(each, str) for each in phrases):
        raise TemplateError(f"{where}: expected a list of phrases.")
    try:
        written = [_TERM.sub(lambda match: _TERMS[match[1]], each) for each in phrases]
    except KeyError as error:
        raise TemplateError(f"{where}: no such term: {error}.") from None
    return "(?:" + "|".join(_GROUP.sub("(?:", each) for each in written) + ")"


def compiled(where: str, phrases: object) -> re.Pattern[str]:
    """Any of the phrases as whole words; for no list at all an expression that never matches."""
    if phrases is None:
        return NEVER
    try:
        return whole_words(joined(where, phrases))
    except re.error as error:
        raise TemplateError(f"{where}: {error}") from None


def whole_words(expression: str) -> re.Pattern[str]:
    """The expression where it stands as whole words, in text of lower case."""
    return re.compile(rf"(?<![\w'])(?:{expression})(?!\w)")


def any_of(*expressions: str) -> re.Pattern[str]:
    """Whichever of the expressions stands in lower-case text as whole words."""
    return whole_words("|".join(expressions))
