"""What others do about duplicates: exact rules, and Splink as its documentation recommends."""

from __future__ import annotations

import logging
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assistant.crm.identity import Candidate, read_candidates
from assistant.crm.identity.clusters import chains
from assistant.crm.identity.columns import sampled_fields

Rows = Sequence[Mapping[str, str]]

# A careful user who has no labels looks at the histogram of match weights, and lands between .5
# and .95; of these the peer gets the one that did best for it on the two public sets.
THRESHOLD = 0.8
# What is the same record when it is exactly the same, by the sort of column.
RULES = (
    ("tax_id",), ("email",), ("phone",), ("mobile",), ("domain",),
    ("given_name", "family_name", "birth_date"), ("given_name", "family_name", "postcode"),
    ("given_name", "family_name", "street"), ("name", "birth_date"), ("name", "city"),
    ("name", "postcode"), ("name", "street"),
)  # fmt: skip


def exact_groups(rows: Rows) -> list[list[str]]:
    """Joined by any rule whose fields are all there and equal but for case, and so on in chains."""
    candidates = read_candidates(rows)
    pairs = []
    for rule in RULES:
        first: dict[tuple[str, ...], int] = {}
        for number, candidate in enumerate(candidates):
            key = tuple(candidate.fields.get(field, "").casefold() for field in rule)
            if all(key):
                pairs.append((first.setdefault(key, number), number))
    return _joined(candidates, pairs)


def splink_groups(rows: Rows) -> list[list[str]]:
    """Splink with its own comparisons for each sort of column, frequencies, connected components.

    The user is taken to know what each column means; where Splink has no comparison made for it,
    the column is compared by Jaro-Winkler, or exactly where it has few values.
    """
    import pandas as pd

    fields = {field: column for column, field in sampled_fields(rows).items()}
    ids = [row["id"] for row in rows]
    if len(rows) < 2 or not fields:
        return [[own] for own in ids]
    columns = {
        field.replace(":", "_").replace(" ", "_"): [row.get(column) or None for row in rows]
        for field, column in fields.items()
    }
    frame = pd.DataFrame({"unique_id": range(len(rows)), **columns}, dtype=object)
    try:
        pairs = _splink_pairs(frame, list(columns))
    except Exception as error:
        print(f"splink gave up: {type(error).__name__}")
        pairs = []
    return _joined(read_candidates(rows), pairs)


def _joined(candidates: Sequence[Candidate], pairs: Iterable[tuple[int, int]]) -> list[list[str]]:
    groups: dict[int, list[str]] = defaultdict(list)
    group_of = {
        node: number for number, chain in enumerate(chains(len(candidates), pairs))
        for node in chain
    }  # fmt: skip
    for number, candidate in enumerate(candidates):
        groups[group_of.get(number, -1 - number)].append(candidate.id)
    return list(groups.values())


def _splink_pairs(frame: Any, columns: Sequence[str]) -> list[tuple[int, int]]:
    from splink import DuckDBAPI, Linker, SettingsCreator

    warnings.filterwarnings("ignore")
    logging.getLogger("splink").setLevel(logging.ERROR)
    rules = _blocking(frame, columns)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(frame, column) for column in columns],
        blocking_rules_to_generate_predictions=rules,
    )
    linker = Linker(frame, settings, DuckDBAPI(), set_up_basic_logging=False)
    sure = _deterministic(columns)
    if sure:
        linker.training.estimate_probability_two_random_records_match(sure, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in rules[:4]:
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        except Exception as error:
            print(f"splink left out a rule: {type(error).__name__}")
    found = linker.inference.predict(threshold_match_probability=THRESHOLD)
    pairs: Any = found.as_pandas_dataframe()[["unique_id_l", "unique_id_r"]]  # type: ignore[no-untyped-call]
    return [(int(one), int(other)) for one, other in pairs.itertuples(index=False)]


def _comparison(frame: Any, column: str) -> Any:
    import splink.comparison_library as library

    if column in ("given_name", "family_name", "middle_name"):
        return library.NameComparison(column)
    if column == "birth_date":
        iso = frame[column].dropna().str.fullmatch(r"\d{4}-\d\d-\d\d").mean() > 0.9
        form = "%Y-%m-%d" if iso else "%Y%m%d"
        return library.DateOfBirthComparison(column, input_is_string=True, datetime_format=form)
    if column == "email":
        return library.EmailComparison(column)
    if column in ("phone", "mobile", "postcode", "tax_id") or column.startswith("code"):
        levels = library.DamerauLevenshteinAtThresholds(column, [1, 2])
        return levels.configure(term_frequency_adjustments=True)
    if column in ("city", "region", "country", "street_number") or column.startswith("word"):
        return library.ExactMatch(column).configure(term_frequency_adjustments=True)
    likeness = library.JaroWinklerAtThresholds(column, [0.92, 0.8])
    return likeness.configure(term_frequency_adjustments=True)


def _blocking(frame: Any, columns: Sequence[str]) -> list[Any]:
    from splink import block_on

    wanted = [
        ("tax_id",), ("email",), ("birth_date",), ("phone",), ("mobile",), ("domain",), ("name",),
        ("given_name", "family_name"), ("given_name", "postcode"), ("family_name", "postcode"),
        ("given_name", "city"), ("family_name", "city"), ("street_number", "street"), ("street",),
        ("given_name",), ("family_name",), ("company",),
        ("substr(name, 1, 5)",),
    ]  # fmt: skip
    chosen = []
    for rule in wanted:
        plain = [part.removeprefix("substr(").partition(",")[0] for part in rule]
        if all(part in columns for part in plain):
            sizes = frame.groupby(plain).size()
            pairs = int((sizes * (sizes - 1) // 2).sum())
            if 0 < pairs < max(2_000_000, 20 * len(frame)):
                chosen.append(block_on(*rule))
    return chosen or [block_on(column) for column in columns]


def _deterministic(columns: Sequence[str]) -> list[Any]:
    sure: list[Any] = [
        f"l.{column} = r.{column}" for column in ("tax_id", "email") if column in columns
    ]
    rules = (("given_name", "family_name", "birth_date"), ("name", "phone"), ("name", "city"))
    sure += [
        " AND ".join(f"l.{column} = r.{column}" for column in rule)
        for rule in rules
        if all(column in columns for column in rule)
    ]
    return sure
