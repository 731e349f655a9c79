"""Words of questions and the products that they may mean."""

from __future__ import annotations

from assistant.chat.meaning.lexicon import roots
from assistant.chat.meaning.linking import index_of


def test_a_number_alone_names_no_product_and_with_its_word_it_does() -> None:
    index = index_of([])
    index.add_products(["Three-point Calibration", "Kiosk"])
    assert index.of_products(roots("three")) == ()
    (found,) = index.of_products(roots("three point"))
    assert found.values == ("Three-point Calibration",)
    assert index.of_products(roots("kiosk"))[0].values == ("Kiosk",)
