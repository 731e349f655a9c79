"""An exercise by form: what was missed is told, and where."""

from __future__ import annotations

from tests.pages.conftest import SignIn


def test_a_new_rep_practises_and_sees_what_they_missed(sign_in: SignIn) -> None:
    window = sign_in().browser
    page = window.open("/practice")
    first = next(a for a in page.all("a") if a.attributes["href"].startswith("/practice/"))
    page = window.open(first.attributes["href"].partition("?")[0] + "?number=3")
    form = next(f for f in page.all("form") if f.attributes["action"].startswith("/practice/"))
    page = window.send(form)
    assert "You found 0 of 3 faults" in page.text
    missed = [li for li in page.all("li") if "Missed." in li.text]
    assert len(missed) == 3
    assert all("It should read:" in li.text for li in missed)
    rejected = {f"line-{li.attributes['data-line']}": "rejected" for li in missed}
    page = window.send(form, **rejected)
    assert "You found 3 of 3 faults. Nothing was missed." in page.text
