"""How cards say what they say."""

from __future__ import annotations

import pytest

from assistant.search.wording import employees, sentences


@pytest.mark.parametrize(
    ("count", "said"),
    [(None, None), (0, "0 employees"), (1, "1 employee"), (3533, "3,533 employees")],
)
def test_people_are_counted_in_grouped_digits(count: int | None, said: str | None) -> None:
    assert employees(count) == said


def test_a_name_that_ends_in_a_full_stop_ends_the_sentence() -> None:
    assert sentences("Ann is a contact at Delta B.V..", None) == "Ann is a contact at Delta B.V."
    assert sentences("The next step is: wait...") == "The next step is: wait..."
