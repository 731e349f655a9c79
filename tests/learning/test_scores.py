"""A lead's score: a sum, explained by its events, withheld when it would mislead."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from assistant.db.changes import append_change
from assistant.db.tables import EngagementEvent, Lead, Record, Score, Source
from assistant.learning.lead_store import histories
from assistant.learning.training import train
from tests.conftest import Office, Person
from tests.learning.ground import Ground, days_ago


def keen_lead(office: Office, rep: Person) -> str:
    """An open lead of the rep that wrote and filled in forms last week."""
    with office.sessions.begin() as session:
        ground = Ground(session, rep.principal.user_id, rep.principal.team_ids[0])
        lead = ground.lead("Keen Person", opened=14)
        for day in range(1, 7):
            ground.event(lead, "form_submit", day)
            ground.event(lead, "email_reply", day)
        ground.interaction(lead, "email", "in", 2.5)
    return lead


def scores(person: Person, path: str = "/api/v1/scores") -> list[dict[str, object]]:
    reply = person.client.get(path)
    assert reply.status_code == 200, reply.text
    return list(reply.json()["items"])


def only_score(person: Person) -> dict[str, object]:
    found = scores(person)
    assert len(found) == 1
    return found[0]


def part(score: dict[str, object], feature: str) -> dict[str, object]:
    parts = score["contributions"]
    assert isinstance(parts, list)
    return next(dict(each) for each in parts if each["feature"] == feature)


def test_a_score_is_a_sum_and_each_part_opens_what_it_comes_from(
    taught: Office, rep: Person
) -> None:
    lead = keen_lead(taught, rep)
    taught.settle()
    score = only_score(rep)
    assert score["lead_id"] == lead
    assert score["withheld_because"] == []
    assert score["band"] == "hot"
    contributions = score["contributions"]
    assert isinstance(contributions, list)
    total = float(str(score["base"])) + sum(each["log_odds"] for each in contributions)
    assert total == pytest.approx(score["log_odds"], abs=1e-9)
    replies = part(score, "replies")
    assert replies["events"] == 7
    sources = replies["sources"]
    assert isinstance(sources, list)
    assert [source["kind"] for source in sources].count("interaction") == 1
    assert part(score, "seniority")["sources"] == [
        {"kind": "lead", "id": lead, "version": 1, "field": "title", "at": None, "words": None}
    ]


def test_what_happened_after_its_moment_is_no_part_of_a_score(taught: Office, rep: Person) -> None:
    lead = keen_lead(taught, rep)
    taught.settle()
    before = only_score(rep)
    with taught.sessions.begin() as session:
        Ground(session).interaction(lead, "meeting", None, -3)
    taught.settle()
    assert part(only_score(rep), "meetings") == part(before, "meetings")


def test_a_new_event_moves_the_score_and_the_former_one_is_kept(
    taught: Office, rep: Person
) -> None:
    with taught.sessions.begin() as session:
        ground = Ground(session, rep.principal.user_id, rep.principal.team_ids[0])
        lead = ground.lead("Quiet Person", opened=20)
    taught.settle()
    quiet = only_score(rep)
    with taught.sessions.begin() as session:
        ground = Ground(session)
        for hours in range(6):
            ground.event(lead, "form_submit", hours / 24)
    taught.settle()
    keen = only_score(rep)
    assert float(str(keen["probability"])) > float(str(quiet["probability"])) + 0.1
    former = rep.client.get(f"/api/v1/scores/{quiet['id']}").json()
    assert (former["current"], former["probability"]) == (False, quiet["probability"])


def test_a_score_that_did_not_move_is_not_written_again(taught: Office, rep: Person) -> None:
    keen_lead(taught, rep)
    taught.settle()
    taught.clock.now += timedelta(hours=25)
    taught.settle()
    with taught.sessions.reading() as session:
        first = session.scalar(select(func.count()).select_from(Score))
    taught.clock.now += timedelta(minutes=1)
    taught.settle()
    with taught.sessions.reading() as session:
        assert session.scalar(select(func.count()).select_from(Score)) == first


def test_time_alone_cools_a_lead(taught: Office, rep: Person) -> None:
    keen_lead(taught, rep)
    taught.settle()
    hot = only_score(rep)
    taught.clock.now += timedelta(days=60)
    with taught.sessions.begin() as session:
        session.get_one(Source, "marketing").received_at = taught.clock.now
    taught.settle()
    cooled = only_score(taught.person())
    assert float(str(cooled["probability"])) < float(str(hot["probability"]))


def test_events_that_name_only_an_address_count_for_the_lead_with_it(
    taught: Office, rep: Person
) -> None:
    with taught.sessions.begin() as session:
        ground = Ground(session, rep.principal.user_id, rep.principal.team_ids[0])
        lead = ground.lead("By Address", email="by@address.example")
    taught.settle()
    with taught.sessions.begin() as session:
        session.add(
            EngagementEvent(
                source_id="marketing", external_id="x1", email="by@address.example",
                event_type="Form Submitted", occurred_at=days_ago(1), properties={},
            )
        )  # fmt: skip
        Ground(session).touch(lead)
    taught.settle()
    assert part(only_score(rep), "forms")["events"] == 1


def test_a_storm_of_clicks_is_quarantined_and_says_so(taught: Office, rep: Person) -> None:
    with taught.sessions.begin() as session:
        ground = Ground(session, rep.principal.user_id, rep.principal.team_ids[0])
        lead = ground.lead("Scanned", opened=10)
        for second in range(60):
            ground.event(lead, "email_click", 1 + second / 86_400)
    taught.settle()
    clicks = part(only_score(rep), "clicks")
    assert (clicks["value"], clicks["cell"]) == (None, "missing")
    assert clicks["quarantined"] == "more than 40 within one day"


def test_without_a_model_scores_are_withheld_because_of_that(office: Office, rep: Person) -> None:
    keen_lead(office, rep)
    office.settle()
    score = only_score(rep)
    assert (score["probability"], score["withheld_because"]) == (
        None,
        ["No model has been trained yet."],
    )


def test_with_too_few_outcomes_scores_are_withheld_with_the_counts(
    office: Office, rep: Person
) -> None:
    with office.sessions.begin() as session:
        ground = Ground(session)
        ground.source()
        ground.past(8)
    report = train(office.sessions, office.clock.now, "test")
    assert report.status == "refused"
    assert "at least 5 of each are needed" in report.reasons[0]
    keen_lead(office, rep)
    office.settle()
    reasons = only_score(rep)["withheld_because"]
    assert isinstance(reasons, list)
    assert reasons[0] == "No model is in use."
    assert "at least 5 of each are needed" in reasons[1]


def test_a_stale_feed_withholds_every_score_and_names_itself(taught: Office, rep: Person) -> None:
    keen_lead(taught, rep)
    taught.settle()
    taught.clock.now += timedelta(days=9)
    taught.settle()
    score = only_score(rep)
    assert score["probability"] is None
    assert score["contributions"] == []
    assert score["withheld_because"] == ["Marketing last delivered 9 days ago, 7 is too old."]


@pytest.mark.parametrize(
    ("fields", "because"),
    [
        ({"opened": None}, "It is not known when the lead was opened."),
        ({"email": None}, "The lead has no e-mail address and no event"),
    ],
)
def test_a_lead_without_what_a_score_needs_is_withheld(
    taught: Office, rep: Person, fields: dict[str, None], because: str
) -> None:
    with taught.sessions.begin() as session:
        ground = Ground(session, rep.principal.user_id, rep.principal.team_ids[0])
        ground.lead("Hardly Known", **fields)
    taught.settle()
    reasons = only_score(rep)["withheld_because"]
    assert isinstance(reasons, list)
    assert because in reasons[0]


def test_a_lead_that_converted_has_no_score_any_more(taught: Office, rep: Person) -> None:
    lead = keen_lead(taught, rep)
    taught.settle()
    with taught.sessions.begin() as session:
        session.get_one(Lead, lead).converted_at = taught.clock.now
        append_change(session, lead, "lead", 2, "updated", now=taught.clock.now, origin="test")
    taught.settle()
    assert scores(rep) == []
    with taught.sessions.reading() as session:
        assert not session.scalar(select(Score.current).where(Score.record_id == lead))


def test_scores_of_an_account_are_those_of_its_leads(taught: Office, rep: Person) -> None:
    with taught.sessions.begin() as session:
        ground = Ground(session, rep.principal.user_id, rep.principal.team_ids[0])
        account = ground.account()
        lead = ground.lead(account_id=account)
        ground.lead("Elsewhere")
    taught.settle()
    found = scores(rep, f"/api/v1/accounts/{account}/scores")
    assert [each["lead_id"] for each in found] == [lead]


def test_the_most_likely_come_first_over_all_pages(taught: Office, rep: Person) -> None:
    hot = keen_lead(taught, rep)
    with taught.sessions.begin() as session:
        ground = Ground(session, rep.principal.user_id, rep.principal.team_ids[0])
        others = {ground.lead(f"Other {number}", opened=5 + 20 * number) for number in range(4)}
        unknown = ground.lead("Undated", opened=None)
    taught.settle()
    listed, cursor = [], ""
    while True:
        page = rep.client.get(
            "/api/v1/scores", params={"limit": 2} | ({"cursor": cursor} if cursor else {})
        )
        listed += [each["lead_id"] for each in page.json()["items"]]
        cursor = page.json()["next"]
        if not cursor:
            break
    assert listed[0] == hot
    assert listed[-1] == unknown
    assert set(listed) == {hot, unknown} | others
    assert len(listed) == 6
    assert rep.client.get("/api/v1/scores?cursor=nonsense").status_code == 422


def test_a_score_of_someone_elses_lead_looks_absent(taught: Office, rep: Person) -> None:
    keen_lead(taught, rep)
    taught.settle()
    score = only_score(rep)
    for other in (taught.person(team="south"), taught.person("support")):
        assert scores(other) == []
        forbidden = other.client.get(f"/api/v1/scores/{score['id']}")
        absent = other.client.get("/api/v1/scores/sco_nothing")
        assert forbidden.status_code == absent.status_code == 404
        assert (
            forbidden.json()["detail"].replace(str(score["id"]), "sco_nothing")
            == (absent.json()["detail"])
        )
        override = other.client.post(
            f"/api/v1/scores/{score['id']}/override", json={"reason": "I know them"}
        )
        assert override.status_code in (403, 404)
    assert taught.make_client().get("/api/v1/scores").status_code == 401


def test_what_only_some_may_read_neither_moves_a_score_nor_shows_in_it(
    taught: Office, rep: Person
) -> None:
    lead = keen_lead(taught, rep)
    taught.settle()
    before = part(only_score(rep), "meetings")
    with taught.sessions.begin() as session:
        Ground(session, rep.principal.user_id).interaction(
            lead, "meeting", None, 1, confidentiality="private"
        )
    taught.settle()
    assert part(only_score(rep), "meetings") == before


def test_what_the_contact_did_that_a_lead_became_does_not_tell_the_outcome(office: Office) -> None:
    with office.sessions.begin() as session:
        ground = Ground(session)
        lead = ground.lead("Became a customer", opened=200, converted=150)
        session.get_one(Lead, lead).contact_id = "con_1"
        ground.interaction(None, "meeting", None, 190, contact_id="con_1")
        ground.interaction(lead, "email", "in", 180)
    with office.sessions.reading() as session:
        [history] = histories(session, [lead])
    assert [sign.event.kind for sign in history.signs] == ["reply"]


def test_an_interaction_that_became_hidden_is_no_longer_listed(taught: Office, rep: Person) -> None:
    lead = keen_lead(taught, rep)
    with taught.sessions.begin() as session:
        meeting = Ground(session).interaction(lead, "meeting", None, 1)
    taught.settle()

    def listed() -> list[str]:
        sources = part(only_score(rep), "meetings")["sources"]
        assert isinstance(sources, list)
        return [source["id"] for source in sources]

    # It governs itself and belongs to nobody: a rep does not see it, though it counted.
    assert listed() == []
    with taught.sessions.begin() as session:
        session.get_one(Record, meeting).confidentiality = "internal"
    assert listed() == [meeting]


def test_the_track_record_counts_what_became_of_a_band(taught: Office, rep: Person) -> None:
    keen_lead(taught, rep)
    taught.settle()
    score_id = only_score(rep)["id"]
    assert rep.client.get(f"/api/v1/scores/{score_id}").json()["track_record"] == {
        "band": "hot", "leads": 0, "converted": 0, "horizon_days": 60,
    }  # fmt: skip
    with taught.sessions.begin() as session:
        lead = session.scalar(select(Score.record_id).where(Score.id == score_id))
        session.get_one(Lead, lead).converted_at = taught.clock.now + timedelta(days=20)
    taught.clock.now += timedelta(days=61)
    colleague = taught.person()
    record = colleague.client.get(f"/api/v1/scores/{score_id}").json()["track_record"]
    assert (record["leads"], record["converted"]) == (1, 1)
