"""The help articles and internal policies: files in `content/articles/` with a short header."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "content" / "articles"


@dataclass(frozen=True, slots=True)
class Article:
    """A help article or a policy; `withdrawn` ones are archived and must not be answered from."""

    key: str
    kind: str
    category: str
    title: str
    body: str
    published_days_ago: int
    withdrawn: bool


@cache
def articles() -> tuple[Article, ...]:
    """All articles in the order of their files."""
    return tuple(_parse(path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.md")))


def article(key: str) -> Article:
    """The article with this number; KeyError when there is none."""
    return {entry.key: entry for entry in articles()}[key]


def _parse(text: str) -> Article:
    head, _, body = text.partition("\n\n")
    header = dict(line.split(": ", 1) for line in head.splitlines())
    return Article(
        key=header["id"],
        kind=header["kind"],
        category=header["category"],
        title=header["title"],
        body=body.strip(),
        published_days_ago=int(header["published_days_ago"]),
        withdrawn=header.get("archived") == "yes",
    )
