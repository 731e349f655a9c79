"""Static files under an address that names their content: browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"


@cache
def digest() -> str:
    """A digest of all static files: modules import one another by relative address."""
    found = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file():
            found.update(path.relative_to(FOLDER).as_posix().encode())
            found.update(path.read_bytes())
    return found.hexdigest()[:12]


def root() -> str:
    """Where this version of the static files is mounted."""
    return f"/static/{digest()}"


def address(name: str) -> str:
    """The address of a static file; raises FileNotFoundError when there is none."""
    if not (FOLDER / name).is_file():
        raise FileNotFoundError(f"no static file is named '{name}'")
    return f"{root()}/{name}"


class Assets(StaticFiles):
    """The folder, served with leave to keep."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code in (200, 304):
            response.headers["cache-control"] = FOR_EVER
        return response
