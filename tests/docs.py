"""Do the documents say what the code does?  python -m tests.docs [--write]

Checked: the README's table of settings, docs/cli.md against the commands' own help, the links
between documents, and that every Makefile target the documents name exists.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

import typer
from pydantic import SecretStr

from assistant.cli import app
from assistant.settings import PREFIX, Settings
from tests.paths import ROOT

README = ROOT / "README.md"
CLI_PAGE = ROOT / "docs" / "cli.md"
TABLE = re.compile(r"(<!-- settings -->\n).*?(<!-- /settings -->)", re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")
CLI_OPENING = """# Commands

Each command takes `--help`; settings come from the environment (see the [README](../README.md)).
Exit status: 0 done, 1 refused with a reason, 2 wrong arguments or settings.
"""
TARGET = re.compile(r"`make ([a-z-]+)")


def settings_table() -> str:
    """The README's rows: variable, default, meaning."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.default
        if isinstance(default, SecretStr):
            default = default.get_secret_value()
        shown = f"`{default}`" if default not in ("", None) else "empty"
        rows.append(f"| `{PREFIX}{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows) + "\n"


def cli_page() -> str:
    """The commands with their arguments and options, as their own help tells them."""
    parts = [CLI_OPENING]
    parts += [_command_section(path, command) for path, command in _commands()]
    return "\n".join(parts)


def _commands() -> Iterator[tuple[str, Any]]:
    def walk(path: str, command: Any) -> Iterator[tuple[str, Any]]:
        children = getattr(command, "commands", None)
        if children is None:
            yield path, command
            return
        if getattr(command, "invoke_without_command", False):
            yield path, command
        for name, child in children.items():
            yield from walk(f"{path} {name}", child)

    yield from walk("rapport", typer.main.get_command(app))


def _command_section(path: str, command: Any) -> str:
    lines = [f"## {path}\n", (command.help or "").strip() + "\n"]
    for parameter in command.params:
        if parameter.name == "help":
            continue
        is_option = parameter.param_type_name == "option"
        names = ", ".join(parameter.opts) if is_option else (parameter.name or "").upper()
        text = getattr(parameter, "help", None) or ""
        need = " (required)" if parameter.required and is_option else ""
        lines.append(f"- `{names}`{need} {text}".rstrip())
    return "\n".join(lines).rstrip() + "\n"


def faults() -> Iterator[str]:
    """What does not fit, a sentence each."""
    readme = README.read_text(encoding="utf-8")
    if TABLE.sub(_filled, readme) != readme or not TABLE.search(readme):
        yield "README.md: the table of settings differs from assistant/settings.py"
    if not CLI_PAGE.exists() or CLI_PAGE.read_text(encoding="utf-8") != cli_page():
        yield "docs/cli.md differs from the commands' help"
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        text = page.read_text(encoding="utf-8")
        for link in LINK.findall(text):
            if not (page.parent / link).exists():
                yield f"{page.relative_to(ROOT)}: nothing is at {link}"
        for target in sorted(set(TARGET.findall(text)) - targets):
            yield f"{page.relative_to(ROOT)}: the Makefile has no target {target}"


def _filled(match: re.Match[str]) -> str:
    return match.group(1) + settings_table() + match.group(2)


def write() -> None:
    """Bring the generated parts up to date."""
    README.write_text(TABLE.sub(_filled, README.read_text(encoding="utf-8")), encoding="utf-8")
    CLI_PAGE.write_text(cli_page(), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Write, or check and print each fault; the exit status."""
    if "--write" in arguments:
        write()
    found = list(faults())
    for fault in found:
        sys.stderr.write(f"{fault}\n")
    if found:
        sys.stderr.write(
            "Repair them, or write the generated parts: python -m tests.docs --write\n"
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
