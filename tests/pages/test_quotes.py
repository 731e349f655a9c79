from __future__ import annotations

import pytest

from assistant.pages.quotes import quoted


@pytest.mark.parametrize(
    ("href", "quote", "address"),
    [
        ("/calls/1", "a budget of 42,000", "/calls/1#:~:text=a%20budget%20of%2042%2C000"),
        ("/calls/1#note", "well-known", "/calls/1#note:~:text=well%2Dknown"),
        ("/records/1", "", "/records/1"),
        ("/x", "one two three\nfour five", "/x#:~:text=one%20two%20three,four%20five"),
        (
            "/x",
            "one two three four five six seven eight nine ten eleven",
            "/x#:~:text=one%20two%20three%20four%20five,seven%20eight%20nine%20ten%20eleven",
        ),
    ],
    ids=["short", "beside an anchor", "none", "two lines", "long"],
)
def test_an_address_carries_the_words_to_scroll_to_where_no_server_reads_them(
    href: str, quote: str, address: str
) -> None:
    assert quoted(href, quote) == address
    assert quote == "" or "#" in address
