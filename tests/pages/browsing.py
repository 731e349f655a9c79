"""A browser without scripts: follows redirects, keeps cookies, reads and sends forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from fastapi.testclient import TestClient
from httpx2 import Response

PASSWORD = "correct horse battery"
VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})


@dataclass(slots=True)
class Element:
    """A tag with what lies in it."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """All descendants of this tag with these attributes, in order of the document."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                if child.tag == tag and attributes.items() <= child.attributes.items():
                    found.append(child)
                found += child.all(tag, **attributes)
        return found

    def every(self) -> list[Element]:
        """All descendants."""
        nested = [child for child in self.children if isinstance(child, Element)]
        return nested + [deeper for child in nested for deeper in child.every()]

    @property
    def text(self) -> str:
        """What a reader sees, with single spaces."""
        parts = [child if isinstance(child, str) else child.text for child in self.children]
        return " ".join(" ".join(parts).split())


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.stack = [Element("document", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.stack[-1].children.append(element)
        if tag not in VOID:
            self.stack.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.stack[-1].children.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack[-1].tag == tag, f"</{tag}> closes <{self.stack[-1].tag}>"
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(data)


def parse(html: str) -> Element:
    """The document as a tree; fails on tags that are not closed in order."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert len(builder.stack) == 1, f"<{builder.stack[-1].tag}> is never closed"
    return builder.stack[0]


@dataclass(slots=True)
class Browser:
    """One window; `page` is what it shows."""

    client: TestClient
    page: Element = field(default_factory=lambda: Element("document", {}))
    reply: Response | None = None

    def open(self, path: str) -> Element:
        """Go to this address and follow redirects."""
        return self._took(self.client.get(path, headers={"accept": "text/html"}))

    def send(self, form: Element, press: str = "", **filled: str | list[str]) -> Element:
        """Send a form of the page as a browser would, with these fields filled in."""
        values: dict[str, str | list[str]] = {**values_of(form), **filled}
        name = form.attributes.get("id", "")
        elsewhere = [
            each for each in self.page.every() if name and each.attributes.get("form") == name
        ]
        for own in elsewhere:
            if own.tag in ("input", "textarea") and own.attributes["name"] not in filled:
                values[own.attributes["name"]] = own.attributes.get("value", "")
        outside = [each for each in elsewhere if each.tag == "button"]
        for button in [*form.all("button"), *outside]:
            if press and press in button.text and "name" in button.attributes:
                values[button.attributes["name"]] = button.attributes.get("value", "")
        action = form.attributes["action"]
        if form.attributes.get("method") != "post":
            return self._took(
                self.client.get(action, params=values, headers={"accept": "text/html"})
            )
        headers = {"accept": "text/html", "origin": "http://127.0.0.1"}
        return self._took(self.client.post(action, data=values, headers=headers))

    def form(self, action: str) -> Element:
        """The first form of the page that sends to `action`."""
        return next(
            form for form in self.page.all("form") if form.attributes.get("action") == action
        )

    @property
    def status(self) -> int:
        """Of the last reply."""
        assert self.reply is not None
        return self.reply.status_code

    @property
    def path(self) -> str:
        """Where the window is, with the query."""
        assert self.reply is not None
        url = self.reply.url
        return url.raw_path.decode()

    def _took(self, reply: Response) -> Element:
        self.reply = reply
        if reply.headers.get("content-type", "").startswith("text/html"):
            self.page = parse(reply.text)
        return self.page


def values_of(form: Element) -> dict[str, str]:
    """What the form would send as it stands."""
    values: dict[str, str] = {}
    for item in form.every():
        name = item.attributes.get("name")
        if not name or "disabled" in item.attributes:
            continue
        if item.tag == "input":
            kind = item.attributes.get("type", "text")
            if kind in ("checkbox", "radio") and "checked" not in item.attributes:
                continue
            if kind != "file":
                values[name] = item.attributes.get("value", "on" if kind == "checkbox" else "")
        elif item.tag == "textarea":
            values[name] = "".join(part for part in item.children if isinstance(part, str))
        elif item.tag == "select":
            options = item.all("option")
            chosen = [option for option in options if "selected" in option.attributes] or options[
                :1
            ]
            values[name] = chosen[0].attributes.get("value", chosen[0].text) if chosen else ""
    return values
