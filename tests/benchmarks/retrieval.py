"""Search over a set in BEIR's layout: rank quality and time, beside four other ways to search."""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, event, true

from retrieval import tables
from retrieval.embedding import MINILM, Embedder, MiniLM
from retrieval.index import missing_vectors, replace_record, store_vectors
from retrieval.passages import Passage, windows
from retrieval.search import Query, search
from tests.benchmarks._retrieval_peers import Pieces, Remembering, Search, makers
from tests.benchmarks._retrieval_scale import figures
from tests.benchmarks.report import Report
from tests.paths import MODELS_DIR

DEPTH, LOOK, ROUNDS = 10, 60, 2000
KIND = "document"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The set, and the field by which a query is limited to its own documents."""
    parser.add_argument(
        "--dataset", type=Path, required=True,
        help="folder with corpus.jsonl, queries.jsonl and qrels.tsv",
    )  # fmt: skip
    parser.add_argument(
        "--scope-field", default="",
        help="metadata of queries and documents that must agree, such as meeting",
    )  # fmt: skip
    parser.add_argument("--without-ensemble", action="store_true", help="leave LangChain out")
    parser.add_argument(
        "--passages", type=int, default=0,
        help="also search so many made-up passages under an access filter of 5 %%, beside Chroma",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the set and its windows of about 150 words."""

    id: str
    title: str
    text: str
    scope: str | None
    spans: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Dataset:
    """Documents, queries (id -> text, scope) and judgements (query -> document -> gain)."""

    documents: list[Document]
    queries: dict[str, tuple[str, str | None]]
    judgements: dict[str, dict[str, float]] = field(default_factory=dict)


def run(arguments: argparse.Namespace) -> Report:
    """Index the set in each way, ask every judged query, compare query by query."""
    data = read_dataset(arguments.dataset, arguments.scope_field)
    folder = MODELS_DIR / MINILM if MODELS_DIR else None
    here = folder is not None and folder.is_dir()
    model = Remembering(MiniLM(folder, threads=2)) if folder is not None and here else None
    with tempfile.TemporaryDirectory() as home:
        ask, index_s, passages = _ours(Path(home), data, model)
        results = {"ours": _asked(data, ask)}
    speeds = {"ours": passages / (index_s + (model.spared_s if model else 0))}
    notes = []
    for name, (way, found, speed) in _peers(
        data, model, with_ensemble=not arguments.without_ensemble
    ).items():
        results[name], speeds[name] = found, speed
        notes.append(f"{name} searched {way}, which ranked better for it than the other way.")
    ours = _figures(results["ours"]) | {"index_per_s": speeds["ours"], "passages": passages}
    peers: dict[str, dict[str, float]] = {}
    ratios: dict[str, float] = {}
    for name, found in results.items():
        if name == "ours":
            continue
        mean, low, high = _difference(results["ours"].ndcg, found.ndcg)
        peers[name] = _figures(found) | {
            "index_per_s": speeds[name], "ours_minus_theirs": mean, "interval_low": low,
            "interval_high": high,
        }  # fmt: skip
        ratios[f"ndcg10 over {name}"] = ours["ndcg10"] / max(peers[name]["ndcg10"], 1e-9)
    if arguments.passages:
        scaled, chroma = figures(arguments.passages)
        ours |= scaled
        peers["Chroma, its own filter"] = chroma
        for share in ("p50", "p95"):
            name = f"filtered_{share}_ms"
            ratios[f"{name} over Chroma"] = scaled[name] / chroma[name]
    size = f"{len(data.documents)} documents, {len(data.judgements)} queries"
    without = "" if model else "; no embedding model here, so words alone"
    about = f"{arguments.dataset.name}, {size}{without}"
    return Report("retrieval", about, ours, peers, ratios, notes)


def read_dataset(folder: Path, scope_field: str) -> Dataset:
    """The set in a folder; raises ValueError naming the file and line that cannot be used."""
    documents = []
    for row in _rows(folder / "corpus.jsonl"):
        text = str(row.get("text") or "")
        spans = tuple(windows(text)) or ((0, len(text)),)
        documents.append(
            Document(str(row["_id"]), str(row.get("title") or ""), text,
                     _scope(row, scope_field), spans)
        )  # fmt: skip
    queries = {
        str(row["_id"]): (str(row["text"]), _scope(row, scope_field))
        for row in _rows(folder / "queries.jsonl")
    }
    judgements: dict[str, dict[str, float]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, gain = line.split("\t")
        if float(gain) > 0 and query in queries:
            judgements[query][document] = float(gain)
    if not judgements:
        raise ValueError(f"no judgement of {folder}/qrels.tsv names a query of queries.jsonl")
    return Dataset(documents, queries, dict(judgements))


def _rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def _scope(row: Mapping[str, object], scope_field: str) -> str | None:
    if not scope_field:
        return None
    metadata = row.get("metadata")
    if not isinstance(metadata, dict) or scope_field not in metadata:
        raise ValueError(f"'{row.get('_id')}' has no '{scope_field}' in its metadata")
    return str(metadata[scope_field])


def _ours(home: Path, data: Dataset, model: Embedder | None) -> tuple[Search, float, int]:
    """Our search over the set on SQLite, the seconds that indexing took, and its passages."""
    engine = create_engine(f"sqlite:///{home / 'index.db'}")
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA journal_mode=WAL"))
    count, started = 0, time.perf_counter()
    with engine.begin() as connection:
        tables.create_tables(connection)
        tables.create_search_structures(connection)
        for document in data.documents:
            found = [
                Passage(
                    KIND, document.id, 1, ordinal, "text", start, end, document.title,
                    document.text[start:end], account_id=document.scope,
                )
                for ordinal, (start, end) in enumerate(document.spans)
            ]  # fmt: skip
            replace_record(connection, KIND, document.id, found)
            count += len(found)
        while model and (waiting := missing_vectors(connection, model.model, limit=256)):
            vectors = model.embed([text for _, text in waiting])
            pairs = zip((digest for digest, _ in waiting), vectors, strict=True)
            store_vectors(connection, model.model, pairs)
    seconds = time.perf_counter() - started

    def ask(text: str, scope: str | None) -> Sequence[str]:
        with engine.connect() as connection:
            query = Query(text, limit=LOOK, account_id=scope)
            hits = search(connection, query, lambda _kind, _id: true(), embedder=model)
        return [hit.passage.record_id for hit in hits]

    return ask, seconds, count


def _peers(
    data: Dataset, model: Remembering | None, *, with_ensemble: bool
) -> dict[str, tuple[str, _Results, float]]:
    """Each over whole documents and over our windows: the better way, its results, its speed.

    A careful user tries both and keeps what ranks better; the choice is made on these queries.
    """
    ways = {"whole documents": _whole(data), "windows": _windows(data)}
    found: dict[str, tuple[str, _Results, float]] = {}
    for name, make in makers(model, with_ensemble=with_ensemble).items():
        for way, pieces in ways.items():
            spared, started = (model.spared_s if model else 0.0), time.perf_counter()
            ask = make(pieces)
            seconds = time.perf_counter() - started
            seconds += (model.spared_s if model else 0.0) - spared
            results = _asked(data, ask)
            better = statistics.fmean(results.ndcg)
            if name not in found or better > statistics.fmean(found[name][1].ndcg):
                found[name] = (way, results, len(pieces) / seconds)
    return found


def _whole(data: Dataset) -> Pieces:
    return [(one.id, one.scope, f"{one.title}\n{one.text}".strip()) for one in data.documents]


def _windows(data: Dataset) -> Pieces:
    return [
        (one.id, one.scope, f"{one.title}\n{one.text[start:end]}".strip())
        for one in data.documents
        for start, end in one.spans
    ]


@dataclass(slots=True)
class _Results:
    """Per judged query, in one order: nDCG@10, recall@10, milliseconds."""

    ndcg: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)


def _asked(data: Dataset, ask: Search) -> _Results:
    results = _Results()
    for query in sorted(data.judgements):
        text, scope = data.queries[query]
        started = time.perf_counter()
        found = list(dict.fromkeys(ask(text, scope)))[:DEPTH]
        results.milliseconds.append(1000 * (time.perf_counter() - started))
        gains = data.judgements[query]
        best = sorted(gains.values(), reverse=True)[:DEPTH]
        results.ndcg.append(_gain([gains.get(one, 0.0) for one in found]) / _gain(best))
        results.recall.append(sum(one in gains for one in found) / len(gains))
    return results


def _gain(gains: Sequence[float]) -> float:
    """Discounted cumulative gain, as in BEIR: gain over log2 of the place plus one."""
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def _figures(results: _Results) -> dict[str, float]:
    ordered = sorted(results.milliseconds)
    return {
        "ndcg10": statistics.fmean(results.ndcg),
        "recall10": statistics.fmean(results.recall),
        "p50_ms": ordered[len(ordered) // 2],
        "p95_ms": ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))],
    }


def _difference(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float, float]:
    """Mean of ours minus theirs over the same queries, with the paired bootstrap's 95 %."""
    pairs = [a - b for a, b in zip(ours, theirs, strict=True)]
    chance = random.Random(0)
    means = sorted(statistics.fmean(chance.choices(pairs, k=len(pairs))) for _ in range(ROUNDS))
    return statistics.fmean(pairs), means[int(0.025 * ROUNDS)], means[int(0.975 * ROUNDS) - 1]
