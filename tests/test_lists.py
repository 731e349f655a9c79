"""One rule for every list of the API, found by walking its own description."""

from __future__ import annotations

import pytest

from tests.conftest import Office


def _lists(office: Office) -> dict[str, dict[str, object]]:
    """Paths that take a limit, with what the description says of it."""
    described = office.make_client().get("/openapi.json").json()["paths"]
    return {
        path: parameter["schema"]
        for path, methods in described.items()
        for operation in methods.values()
        for parameter in operation.get("parameters", [])
        if parameter["name"] == "limit" and path.startswith("/api/v1/")
    }


def test_what_can_be_paged_has_a_limit(office: Office) -> None:
    described = office.make_client().get("/openapi.json").json()["paths"]
    paged = {
        path
        for path, methods in described.items()
        for parameter in methods.get("get", {}).get("parameters", [])
        if parameter["name"] in ("cursor", "before", "after")
    }
    assert paged
    assert paged <= set(_lists(office))


def test_every_limit_is_described_alike(office: Office) -> None:
    found = _lists(office)
    assert len(found) >= 10
    bounds = {path: (schema["minimum"], schema["maximum"]) for path, schema in found.items()}
    assert bounds == dict.fromkeys(found, (1, 200))


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ("0", "greater than or equal to 1"),
        ("-5", "greater than or equal to 1"),
        ("201", "less than or equal to 200"),
        ("many", "valid integer"),
    ],
)
def test_a_limit_beyond_the_bounds_is_refused_everywhere(
    office: Office, limit: str, reason: str
) -> None:
    manager = office.person("manager").client
    for path in _lists(office):
        asked = path.replace("{", "").replace("}", "")
        reply = manager.get(asked, params={"limit": limit, "q": "x"})
        assert reply.status_code == 422, path
        assert "limit" in reply.json()["detail"], path
        assert reason in reply.json()["detail"], path
