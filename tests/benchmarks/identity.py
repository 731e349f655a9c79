"""Duplicates in a file: ours, exact rules and Splink, against its `truth`; or one new record."""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from assistant.crm.identity import find_groups, read_candidates
from tests.benchmarks import identity_arrival
from tests.benchmarks.identity_peers import exact_groups, splink_groups
from tests.benchmarks.identity_sets import SETS
from tests.benchmarks.report import Figures, Report

Rows = Sequence[Mapping[str, str]]
Groups = Iterable[Iterable[str]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, or a generated set, or the database into which a record arrives."""
    parser.add_argument("--csv", type=Path, help="id, truth and any contact columns")
    parser.add_argument("--made", choices=sorted(SETS), help="a generated set instead of a file")
    parser.add_argument("--rows", type=int, default=100_000, help="size of the generated set")
    parser.add_argument("--arrival", type=int, help="one new record against so many contacts")
    parser.add_argument("--no-peers", action="store_true", help="ours alone")


def run(arguments: argparse.Namespace) -> Report:
    """Group the records three ways and compare each with the truth."""
    if arguments.arrival:
        return identity_arrival.run(arguments.arrival)
    if arguments.csv:
        name, rows = arguments.csv.name, _read(arguments.csv)
    elif arguments.made:
        name = f"{arguments.made}, {arguments.rows} rows made"
        rows = SETS[arguments.made](arguments.rows)
    else:
        raise SystemExit("identity: give --csv PATH, --made SET or --arrival SIZE")
    truth = {row["id"]: row.get("truth") or row["id"] for row in rows}
    shown = [{key: value for key, value in row.items() if key != "truth"} for row in rows]
    ours = _measured(truth, lambda: find_groups(read_candidates(shown)))
    peers: dict[str, Figures] = {}
    if not arguments.no_peers:
        peers["exact rules"] = _measured(truth, lambda: exact_groups(shown))
        peers["splink"] = _measured(truth, lambda: splink_groups(shown))
    ratios = {
        f"{key} / {peer}": ours[key] / figures[key]
        for peer, figures in peers.items()
        for key in ("f1", "cluster_f1", "seconds")
        if figures[key]
    }
    return Report("identity", name, ours, peers, ratios)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            {key: value or "" for key, value in row.items() if isinstance(key, str)}
            for row in csv.DictReader(file)
        ]


def _measured(truth: Mapping[str, str], group: Callable[[], Groups]) -> Figures:
    started = time.perf_counter()
    groups = [tuple(ids) for ids in group()]
    seconds = time.perf_counter() - started
    return {**figures(truth, groups), "seconds": seconds}


def figures(truth: Mapping[str, str], groups: Iterable[Iterable[str]]) -> dict[str, float]:
    """Precision, recall and F1 over pairs, and F1 over clusters that are found exactly.

    A set without any duplicate, or without any found, has no wrong pairs: its figure is 1.
    """
    found = {own: number for number, ids in enumerate(groups) for own in ids}
    cells = Counter((found[own], cluster) for own, cluster in truth.items())
    ours, theirs = Counter(found[own] for own in truth), Counter(truth.values())
    right = sum(map(_pairs, cells.values()))
    made, true = sum(map(_pairs, ours.values())), sum(map(_pairs, theirs.values()))
    exact = sum(
        count == ours[number] == theirs[cluster] for (number, cluster), count in cells.items()
    )
    return {
        "precision": right / made if made else 1.0,
        "recall": right / true if true else 1.0,
        "f1": 2 * right / (made + true) if made + true else 1.0,
        "cluster_f1": 2 * exact / max(len(ours) + len(theirs), 1),
    }


def _pairs(count: int) -> int:
    return count * (count - 1) // 2
