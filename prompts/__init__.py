"""What we say to a model, as versioned files, rendered strictly.

A prompt is a file `NAME.vN.md`: a YAML header, then the text as the model reads it. A published
file never changes; a change is a new version. Names here: `load`, `render`, `names`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml
from jinja2 import StrictUndefined, TemplateError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

__all__ = [
    "Prompt",
    "PromptError",
    "PromptNotFoundError",
    "Rendered",
    "load",
    "names",
    "parse",
    "render",
]

_FILE = re.compile(r"(?P<name>[a-z][a-z0-9-]*)\.v(?P<version>[1-9][0-9]*)\.md")
_HEADER = re.compile(r"---\n(?P<header>.*?)\n---\n\n?(?P<body>.+)", re.DOTALL)
_KEYS = frozenset({"purpose", "variables", "untrusted"})


class PromptError(ValueError):
    """A prompt file is malformed, or was rendered with other values than it declares."""


class PromptNotFoundError(PromptError):
    """No published prompt has this name."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One version of a prompt. `digest` is the SHA-256 of the whole file, header included."""

    name: str
    version: int
    purpose: str
    variables: frozenset[str]
    untrusted: frozenset[str]
    body: str
    digest: str

    @property
    def id(self) -> str:
        """The name under which an answer records it, such as `answer.v1`."""
        return f"{self.name}.v{self.version}"


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text a model is given. `digest` is the SHA-256 of that text."""

    prompt: str
    prompt_digest: str
    text: str
    digest: str


def names() -> tuple[str, ...]:
    """Every published prompt as `NAME.vN`, in order of name and version."""
    found = [
        match for entry in resources.files(__name__).iterdir() if (match := _match(entry.name))
    ]
    found.sort(key=lambda match: (match["name"], int(match["version"])))
    return tuple(match.string.removesuffix(".md") for match in found)


@cache
def load(name: str) -> Prompt:
    """The prompt `NAME.vN`, or for a bare `NAME` its latest version.

    Raises PromptNotFoundError when there is none, PromptError when its file is malformed.
    """
    published = [each for each in names() if name in (each, each.rpartition(".v")[0])]
    if not published:
        raise PromptNotFoundError(f"No prompt is called {name!r}; there are: {', '.join(names())}.")
    file = f"{published[-1]}.md"
    return parse(file, (resources.files(__name__) / file).read_text(encoding="utf-8"))


def parse(file: str, text: str) -> Prompt:
    """Read one prompt file; strict about its name, its header and the variables it uses."""
    named, parts = _match(file), _HEADER.fullmatch(text.replace("\r\n", "\n"))
    if named is None or parts is None:
        raise PromptError(f"{file}: expected NAME.vN.md with a header between two lines of ---.")
    header = _header(file, parts["header"])
    prompt = Prompt(
        name=named["name"],
        version=int(named["version"]),
        purpose=str(header.get("purpose", "")),
        variables=_words(file, header.get("variables", [])),
        untrusted=_words(file, header.get("untrusted", [])),
        body=parts["body"],
        digest=_sha256(text),
    )
    _check(prompt)
    return prompt


def render(prompt: Prompt, values: Mapping[str, str]) -> Rendered:
    """Fill in every declared variable, no more and no less; raises PromptError otherwise.

    Values are put in as they are. Those declared untrusted are fenced by lines that carry a hash
    of the value, so that no value can close its own fence.
    """
    missing, extra = prompt.variables - values.keys(), values.keys() - prompt.variables
    if missing or extra:
        raise PromptError(f"{prompt.id}: missing {sorted(missing)}, not declared {sorted(extra)}.")
    if wrong := sorted(name for name, value in values.items() if not isinstance(value, str)):
        raise PromptError(f"{prompt.id}: {wrong} must be text.")
    text = _ENVIRONMENT.from_string(prompt.body).render(values)
    return Rendered(prompt.id, prompt.digest, text, _sha256(text))


def _fenced(value: str, label: str) -> str:
    mark = f"{label} {_sha256(value)[:16]}"
    return f"<<<{mark}\n{value}\n{mark}>>>"


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["fenced"] = _fenced
    return environment


_ENVIRONMENT = _environment()


def _match(file: str) -> re.Match[str] | None:
    return _FILE.fullmatch(file)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _header(file: str, text: str) -> dict[str, object]:
    try:
        header = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise PromptError(f"{file}: the header is not YAML: {error}") from None
    if not isinstance(header, dict) or not header.get("purpose"):
        raise PromptError(f"{file}: the header must state a purpose.")
    if unknown := sorted(str(key) for key in header.keys() - _KEYS):
        raise PromptError(f"{file}: unknown header keys {unknown}; known are {sorted(_KEYS)}.")
    return header


def _words(file: str, value: object) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise PromptError(f"{file}: variables and untrusted must be lists of names.")
    return frozenset(value)


def _check(prompt: Prompt) -> None:
    try:
        tree = _ENVIRONMENT.parse(prompt.body)
    except TemplateError as error:
        raise PromptError(f"{prompt.id}: {error}") from None
    used = meta.find_undeclared_variables(tree)
    if used != prompt.variables:
        raise PromptError(
            f"{prompt.id}: declares {sorted(prompt.variables)} but uses {sorted(used)}."
        )
    if bare := sorted(prompt.untrusted - _only_fenced(tree)):
        raise PromptError(f"{prompt.id}: {bare} must be used, and only as | fenced(...).")


def _only_fenced(tree: nodes.Template) -> set[str]:
    """The variables whose every use is the direct subject of the filter `fenced`."""
    fenced = [
        each.node.name
        for each in tree.find_all(nodes.Filter)
        if each.name == "fenced" and isinstance(each.node, nodes.Name)
    ]
    uses = [each.name for each in tree.find_all(nodes.Name)]
    return {name for name in fenced if fenced.count(name) == uses.count(name)}
