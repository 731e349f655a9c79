"""Word errors, speed and memory of transcription, against bare faster-whisper on the same file."""

from __future__ import annotations

import argparse
import csv
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from tests.benchmarks import transcription_long
from tests.benchmarks.report import Report
from tests.benchmarks.transcription_sides import Bare, Heard, Mode, Ours
from tests.benchmarks.transcription_sound import SHORTEST_S, joined
from tests.transcription.tiny_whisper import BASE, make_tiny_whisper
from transcription.accuracy import NO_ERRORS, WordErrors, word_errors
from transcription.guards import Guards

GUARDS = tuple(field.name for field in fields(Guards))
RANDOM_WEIGHTS = "random weights in the size of Whisper base.en"


@dataclass(frozen=True, slots=True)
class Clip:
    """A file of the folder and what is said in it, "" where nobody wrote that down."""

    path: Path
    reference: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which recordings, which model, and in which mode both sides run."""
    parser.add_argument("--audio", type=Path, help="folder with a manifest.tsv")
    parser.add_argument(
        "--long", action="store_true", help="memory and words of a made two-hour call instead"
    )
    parser.add_argument("--model", type=Path, help=f"folder of a Whisper model; {RANDOM_WEIGHTS}")
    parser.add_argument("--repetitions", type=int, default=5, help="of each side, by turns")
    parser.add_argument("--beam-size", type=int, default=5)
    parser.add_argument("--batch-size", type=int, default=1, help="windows recognised at once")
    parser.add_argument("--device", default="auto", help="cpu, cuda or auto")
    parser.add_argument("--threads", type=int, default=0, help="0 for all cores")
    parser.add_argument(
        "--without", action="append", choices=[*GUARDS, "all"], default=[],
        help="switch a guard off; once more for another",
    )  # fmt: skip
    parser.add_argument(
        "--compare-guards", action="store_true", help="words kept without each guard in turn, too"
    )


def run(arguments: argparse.Namespace) -> Report:
    """Both sides on one file of at least a minute, by turns; then word errors clip by clip."""
    if arguments.long:
        return transcription_long.report()
    if arguments.audio is None:
        raise SystemExit("give --audio, a folder with a manifest.tsv, or --long")
    clips = list(_clips(arguments.audio))
    with tempfile.TemporaryDirectory() as folder:
        model: Path = arguments.model or make_tiny_whisper(Path(folder) / "random", size=BASE)
        sound, length_s = joined([clip.path for clip in clips], Path(folder) / "joined.wav")
        mode = Mode(
            model=model,
            device=arguments.device,
            threads=arguments.threads,
            beam_size=arguments.beam_size,
            batch_size=arguments.batch_size,
            guards=_guards(arguments.without),
        )
        with Ours(mode) as ours, Bare(mode) as bare:
            pairs = _by_turns(ours, bare, sound, arguments.repetitions)
            errors = _errors(ours, bare, clips) if arguments.model else None
            peaks = ours.peak_mib(), bare.peak_mib()
            kept = _kept_without_each(ours, sound, mode.guards) if arguments.compare_guards else {}
    sides = [
        _figures([pair[at] for pair in pairs], length_s, peaks[at], errors[at] if errors else None)
        for at in (0, 1)
    ]
    return Report(
        "transcription",
        f"{arguments.audio.name}: {len(clips)} clips, {length_s:.0f} s joined; "
        f"{arguments.model.name if arguments.model else RANDOM_WEIGHTS}",
        {**sides[0], **_overhead(pairs), **pairs[-1][0].quality, **kept},
        peers={"bare faster-whisper": sides[1]},
        ratios=_ratios(pairs),
        notes=_notes(arguments, pairs),
    )


def _clips(folder: Path) -> Iterator[Clip]:
    with (folder / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield Clip(folder / row["file"], (row.get("reference") or "").strip())


def _guards(off: Sequence[str]) -> Guards:
    return Guards(**{name: not {name, "all"} & set(off) for name in GUARDS})


def _kept_without_each(ours: Ours, sound: Path, guards: Guards) -> dict[str, float]:
    """How many words are kept when a guard is off; what one does not remove another may."""
    return {
        f"words_without_{name}": ours.hear(sound, replace(guards, **{name: False})).words
        for name in GUARDS
        if getattr(guards, name)
    }


def _by_turns(ours: Ours, bare: Bare, sound: Path, times: int) -> list[tuple[Heard, Heard]]:
    """Both, warmed up, one after the other, who is first changing each time."""
    ours.hear(sound)
    bare.hear(sound)
    pairs = []
    for turn in range(times):
        if turn % 2:
            theirs = bare.hear(sound)
            pairs.append((ours.hear(sound), theirs))
        else:
            pairs.append((ours.hear(sound), bare.hear(sound)))
    return pairs


def _errors(ours: Ours, bare: Bare, clips: Sequence[Clip]) -> tuple[WordErrors, WordErrors]:
    sums = [NO_ERRORS, NO_ERRORS]
    for clip in clips:
        if clip.reference:
            sums[0] += word_errors(clip.reference, ours.hear(clip.path).text)
            sums[1] += word_errors(clip.reference, bare.hear(clip.path).text)
    return sums[0], sums[1]


def _figures(
    heard: Sequence[Heard], length_s: float, peak_mib: float, errors: WordErrors | None
) -> dict[str, float]:
    seconds = statistics.median(one.seconds for one in heard)
    figures = {
        "seconds": seconds,
        "cpu_s": statistics.median(one.cpu_s for one in heard),
        "real_time_factor": seconds / length_s,
        "first_segment_s": statistics.median(one.first_segment_s for one in heard),
        "peak_mib": peak_mib,
        "words": heard[-1].words,
    }
    if errors is not None:
        figures |= {
            "wer": errors.rate,
            "wer_words": errors.words,
            "wer_replaced": errors.replaced,
            "wer_left_out": errors.left_out,
            "wer_put_in": errors.put_in,
        }
    return figures


def _overhead(pairs: Sequence[tuple[Heard, Heard]]) -> Mapping[str, float]:
    return {
        "overhead_s": statistics.median(ours.seconds - bare.seconds for ours, bare in pairs),
        "overhead_cpu_s": statistics.median(ours.cpu_s - bare.cpu_s for ours, bare in pairs),
        **pairs[-1][0].outside_s,
    }


def _ratios(pairs: Sequence[tuple[Heard, Heard]]) -> Mapping[str, float]:
    """Medians over pairs that ran side by side: what else the machine does hits both alike."""
    return {
        "overhead_ratio": statistics.median(ours.seconds / bare.seconds for ours, bare in pairs),
        "overhead_cpu_ratio": statistics.median(ours.cpu_s / bare.cpu_s for ours, bare in pairs),
    }


def _notes(arguments: argparse.Namespace, pairs: Sequence[tuple[Heard, Heard]]) -> tuple[str, ...]:
    notes = [f"{len(pairs)} repetitions by turns, medians; joined to at least {SHORTEST_S:.0f} s"]
    if arguments.model is None:
        notes.append("no wer: what a model of random weights says means nothing")
    if arguments.without:
        notes.append(f"without guards: {', '.join(arguments.without)}")
    ours, bare = pairs[-1]
    same = "the same" if ours.said == bare.said else "not the same"
    notes.append(f"before guards both sides said {same} words")
    return tuple(notes)
