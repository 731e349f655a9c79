"""First estimates of the shares per level, by Splink without labels (home of splink)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from assistant.crm.identity.candidate import Family
from assistant.crm.identity.comparisons import Comparison
from assistant.crm.identity.conditions import column_of
from assistant.crm.identity.table import FORMS, Table, columns_in

Shares = dict[str, tuple[tuple[float, float], ...]]

ENOUGH_ROWS = 200  # below this there are too few pairs of any kind to count
RANDOM_PAIRS = 300_000
# Columns to block on while the others are learnt: what one leaves out the next one covers. What
# only one person has comes first: a phone or a house is shared by families, and EM would learn
# what a family looks like.
RULES: Mapping[Family, tuple[tuple[str, ...], ...]] = {
    "person": (
        ("tax_id",), ("mail",), ("given", "family"), ("birth",), ("phone",), ("house",),
    ),
    "organisation": (
        ("tax_id",), ("domain",), ("org",), ("phone",), ("house",), ("mail",),
    ),
}  # fmt: skip
RULES_USED = 3
FEWEST_PAIRS, MOST_PAIRS = 40, 1_000_000
OUR_SHARE = 0.25  # of the general prior in what is learnt: keeps a level nobody met above zero


def estimate(table: Table, *, seed: int) -> Shares:
    """Shares per comparison as Splink learns them, steadied by the general priors.

    Empty when there is too little to learn from, or Splink cannot: the general priors then serve.
    """
    comparisons = table.collection.comparisons
    rules = _rules(table)
    if len(table.collection.forms) < ENOUGH_ROWS or not rules or len(comparisons) < 2:
        return {}
    with _quiet():
        learnt = _learn(table, comparisons, rules, seed)
    return {
        one.name: shares
        for one in comparisons
        if (shares := _steadied(one, learnt.get(one.name, []))) is not None
    }


def _learn(
    table: Table, comparisons: Sequence[Comparison], rules: Sequence[tuple[str, ...]], seed: int
) -> dict[str, list[dict[str, Any]]]:
    from splink import DuckDBAPI, Linker, block_on

    settings = {
        "link_type": "dedupe_only",
        "unique_id_column_name": "row",
        "comparisons": [_setting(table, number, one) for number, one in enumerate(comparisons)],
        "blocking_rules_to_generate_predictions": [],
        "probability_two_random_records_match": 1 / max(len(table.collection.forms), 2),
    }
    linker = Linker(
        FORMS, settings, DuckDBAPI(connection=table.connection), set_up_basic_logging=False
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=seed + 1)
    for rule in rules:
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*(column_of(form) for form in rule)), fix_u_probabilities=True
        )
    model: dict[str, Any] = linker.misc.save_model_to_json()
    return {
        comparisons[int(one["output_column_name"][1:])].name: one["comparison_levels"]
        for one in model["comparisons"]
    }


def _setting(table: Table, number: int, comparison: Comparison) -> dict[str, Any]:
    name = f"c{number}"
    nothing = _macro(table, f"{name}_nothing", f"NOT {comparison.needs.sql}")
    levels: list[dict[str, Any]] = [
        {"sql_condition": nothing, "label_for_charts": "nothing said", "is_null_level": True}
    ]
    conditions = [
        _macro(table, f"{name}_{place}", level.condition.sql)
        for place, level in enumerate(comparison.levels)
    ]
    for condition, words, (same, other) in zip(
        [*conditions, "ELSE"], comparison.words, comparison.priors, strict=True
    ):
        levels.append(
            {
                "sql_condition": condition, "label_for_charts": words,
                "m_probability": same, "u_probability": other,
            }
        )  # fmt: skip
    return {"output_column_name": name, "comparison_levels": levels}


def _macro(table: Table, name: str, condition: str) -> str:
    """A short call that stands for a condition: Splink parses each one thousands of times."""
    arguments = ", ".join(columns_in(condition))
    table.connection.execute(f"CREATE OR REPLACE MACRO {name}({arguments}) AS {condition}")
    return f"{name}({arguments})"


def _rules(table: Table) -> list[tuple[str, ...]]:
    """The first few rules that give enough pairs to count and not more than can be compared."""
    there = set(table.collection.form_names)
    chosen = [
        rule
        for rule in RULES[table.collection.family]
        if there.issuperset(rule) and FEWEST_PAIRS <= _pairs_of(table, rule) <= MOST_PAIRS
    ]
    return chosen[:RULES_USED]


def _pairs_of(table: Table, rule: tuple[str, ...]) -> int:
    columns = ", ".join(column_of(form) for form in rule)
    filled = " AND ".join(f"{column_of(form)} IS NOT NULL" for form in rule)
    found = table.connection.execute(
        f"SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM "  # noqa: S608
        f"(SELECT count(*) AS n FROM {FORMS} WHERE {filled} GROUP BY {columns})"
    ).fetchall()
    return int(found[0][0])


def _steadied(
    comparison: Comparison, levels: Sequence[Mapping[str, Any]]
) -> tuple[tuple[float, float], ...] | None:
    """Learnt shares mixed with the general prior; None where they are no use."""
    said = [level for level in levels if not level.get("is_null_level")]
    learnt = [(level.get("m_probability"), level.get("u_probability")) for level in said]
    if len(learnt) != len(comparison.priors) or learnt[0][0] is None:
        return None
    mixed = []
    for (same, other), (prior_same, prior_other) in zip(learnt, comparison.priors, strict=True):
        mixed.append((_mix(same, prior_same), _mix(other, prior_other)))
    # EM that settled on something else than duplicates shows here: among true ones the strongest
    # level is always commoner than by chance.
    if mixed[0][0] <= 2 * mixed[0][1]:
        return None
    totals = [sum(column) for column in zip(*mixed, strict=True)]
    return tuple((same / totals[0], other / totals[1]) for same, other in mixed)


def _mix(learnt: float | None, prior: float) -> float:
    if learnt is None:
        return OUR_SHARE * prior
    return (1 - OUR_SHARE) * float(learnt) + OUR_SHARE * prior


@contextmanager
def _quiet() -> Iterator[None]:
    """Splink explains itself at length to whoever runs it in a notebook."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
