"""What reviewers move between sections comes back as phrases for whoever keeps the template."""

from __future__ import annotations

from assistant.notes.content import NoteLine
from assistant.notes.layouts import default_layouts
from assistant.notes.learned import Signed, suggested
from assistant.notes.model import LineEvidence
from tests.conftest import Office
from tests.notes.conftest import Reviewed, bring, make_account, note_of


def line(line_id: str, section: str, quote: str) -> NoteLine:
    return NoteLine(line_id, quote, section, (LineEvidence(0, 0, None, None, quote),))


def signed(note_id: str, *lines: NoteLine, moved: str = "also_said-1") -> Signed:
    return Signed(note_id, lines, frozenset({moved}))


LAYOUT = default_layouts()["discovery"]
AUDIT = "The audit trail keeps us awake at night."


def test_a_phrase_that_was_moved_twice_is_suggested_once_and_in_full() -> None:
    notes = [
        signed("n1", line("also_said-1", "pain", AUDIT)),
        signed("n2", line("also_said-1", "pain", "It keeps us awake, this thing.")),
        signed("n3", line("also_said-1", "needs", "Nothing of the kind was said.")),
    ]
    assert [(s.section, s.phrase, s.notes) for s in suggested(notes, LAYOUT)] == [
        ("pain", "keeps us awake", 2)
    ]


def test_what_stands_elsewhere_as_often_and_what_was_moved_once_teach_nothing() -> None:
    once = [signed("n1", line("also_said-1", "pain", AUDIT))]
    assert suggested(once, LAYOUT) == []
    torn = [
        *(signed(n, line("also_said-1", "pain", AUDIT)) for n in ("n1", "n2")),
        *(signed(n, line("needs-1", "needs", AUDIT)) for n in ("n3", "n4")),
    ]
    assert suggested(torn, LAYOUT) == []


def test_the_teams_manager_reads_what_its_reviewers_moved(office: Office) -> None:
    rep = office.person("rep", name="Priya Nair", team="north")
    lead = office.person("manager", team="north")
    account_id = make_account(office, rep)
    for site in ("Leeds", "York"):
        talk = f"Dana Whitfield: Rust gets into every hinge in {site} by 2030, they tell me.\n"
        call_id = bring(rep, talk + "Priya Nair: I see.\n", account_id=account_id)
        office.settle()
        note_id = str(note_of(rep, call_id)["id"])
        deal_id = ""
        note = Reviewed(office, rep, account_id, deal_id, call_id, note_id)
        sections = note.read()["sections"]
        assert isinstance(sections, list)
        (told,) = [li for s in sections if s["name"] != "summary" for li in s["lines"]]
        body = {"lines": [{"id": told["id"], "section": "pain"}]}
        assert note.patch(body).status_code == 200
        assert note.post("confirmation").status_code == 200
    path = "/api/v1/note-templates/discovery/suggestions"
    assert rep.client.get(path).status_code == 403
    items = lead.client.get(path).json()["items"]
    assert {"section": "pain", "phrase": "rust gets into every", "notes": 2} in items
