"""Commands start quickly: what they do not need is not imported."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from assistant.db.schema import MIGRATIONS, newest
from tests.paths import ROOT

# Each costs a tenth of a second to seconds.
OF_THE_SERVICE = {
    "chromadb", "dbos", "faster_whisper", "langchain", "langchain_core", "langchain_openai",
    "onnxruntime", "openai", "pandas", "scipy", "sklearn", "splink", "tokenizers",
}  # fmt: skip
OF_NO_COMMAND = OF_THE_SERVICE | {"fastapi", "jinja2", "nameparser", "numpy", "starlette"}


def imported(home: Path, *words: str, said: str = "") -> set[str]:
    """The top packages that a fresh interpreter imports for this."""
    environment = {key: text for key, text in os.environ.items() if "RAPPORT" not in key}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *words], input=said, text=True, cwd=ROOT,
        env={**environment, "RAPPORT_HOME": str(home)}, capture_output=True, check=True,
    )  # fmt: skip
    return set(re.findall(r"\|\s+(\w+)$", done.stderr, re.MULTILINE))


def test_people_and_tokens_are_made_without_the_service(tmp_path: Path) -> None:
    add = ("users", "add", "ada@vendor.example", "--role", "rep", "--password-stdin")
    found = imported(tmp_path, "-m", "assistant", *add, said="correct horse battery\n")
    assert "sqlalchemy" in found
    assert found & OF_NO_COMMAND == set()
    # The database is as this release wants it by now: nothing is to be migrated.
    again = imported(tmp_path, "-m", "assistant", "tokens", "create", "ada@vendor.example")
    assert again & (OF_NO_COMMAND | {"alembic"}) == set()


def test_the_service_imports_models_and_learning_where_it_uses_them(tmp_path: Path) -> None:
    found = imported(tmp_path, "-c", "import assistant.app")
    assert "fastapi" in found
    assert found & (OF_THE_SERVICE | {"alembic"}) == set()


def test_the_newest_migration_is_the_one_alembic_means() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert newest() == ScriptDirectory.from_config(config).get_heads()
