from __future__ import annotations

import math

import pytest

from assistant.db import new_id
from assistant.db.tables import Model, Score
from tests.conftest import NOW, Office
from tests.pages.conftest import Guest, SignIn
from tests.pages.ground import Ground, lay

BASE = -1.5
PARTS = {"opens": 1.25, "visits": 0.5, "source": -0.125, "forms": 0.0, "clicks": 0.03,
         "replies": 0.02, "meetings": -0.01}  # fmt: skip


@pytest.fixture
def rep(sign_in: SignIn) -> Guest:
    return sign_in()


@pytest.fixture
def ground(office: Office, rep: Guest) -> Ground:
    return lay(office, rep.principal)


@pytest.fixture
def score_id(office: Office, ground: Ground) -> str:
    """A score of the ground's lead, one part of which comes from its e-mail."""
    log_odds = BASE + math.fsum(PARTS.values())
    source = {"kind": "interaction", "id": ground.email, "at": NOW.isoformat(), "words": "email in"}
    made = Score(
        id=new_id("sco"), record_id=ground.lead, model_name="lead-conversion", model_version=1,
        as_of=NOW, log_odds=log_odds, probability=1 / (1 + math.exp(-log_odds)), band="warm",
        contributions=[
            {"feature": name, "label": name.title(), "value": 1.0, "cell": "any", "events": 1,
             "log_odds": value, "quarantined": "", "sources": [source] if name == "opens" else []}
            for name, value in PARTS.items()
        ],
        withheld_because=[], freshness={}, current=True,
    )  # fmt: skip
    with office.sessions.begin() as session:
        session.add(
            Model(
                name="lead-conversion", version=1, status="retired", scorecard={"base": BASE},
                metrics={}, gates=[], trained_at=NOW, trained_by="test",
            )
        )  # fmt: skip
        session.add(made)
    return made.id


def test_the_parts_of_a_score_add_up_to_it_and_open_what_is_behind_them(
    rep: Guest, ground: Ground, score_id: str
) -> None:
    page = rep.browser.open(f"/scores/{score_id}")
    values = [float(data.attributes["value"]) for data in page.all("data")]
    *parts, total = values
    assert len(parts) == 1 + len(PARTS)
    assert math.fsum(parts) == pytest.approx(total, abs=1e-9)
    assert "54%" in page.text
    assert page.all("a", href=f"/records/{ground.email}")


def test_who_knows_better_says_why_and_it_stands_beside_the_score(
    rep: Guest, score_id: str
) -> None:
    window = rep.browser
    window.open(f"/scores/{score_id}")
    form = window.form(f"/scores/{score_id}/override")
    page = window.send(form, percent="90 %", reason="They told me on the phone")
    assert "says 90%" in page.text
    assert "They told me on the phone" in page.text
    assert "54%" in page.text, "the score itself stays as it was"


@pytest.mark.parametrize(("percent", "reason"), [("140", "why"), ("much", "why"), ("50", " ")])
def test_an_estimate_that_is_none_is_refused_on_the_page(
    rep: Guest, score_id: str, percent: str, reason: str
) -> None:
    window = rep.browser
    window.open(f"/scores/{score_id}")
    form = window.form(f"/scores/{score_id}/override")
    page = window.send(form, percent=percent, reason=reason)
    assert window.status == 422
    assert page.all("p", role="alert")


def test_a_score_of_another_team_reads_like_an_absent_one(score_id: str, sign_in: SignIn) -> None:
    window = sign_in(team="south").browser
    window.open(f"/scores/{score_id}")
    assert window.status == 404


def test_support_is_not_shown_scores(score_id: str, sign_in: SignIn) -> None:
    window = sign_in("support").browser
    window.open(f"/scores/{score_id}")
    assert window.status == 404
