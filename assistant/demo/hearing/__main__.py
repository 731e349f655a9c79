"""Make the demo's speech model: `python -m assistant.demo.hearing STEP`, the steps in this order.

words     the tokenizer
talk      training data, some 40 minutes of talk a shard
train     the network; taken up where it stopped
export    the averaged network as faster-whisper loads it
evaluate  word errors by voice, band and noise on unseen talk, and on the sample calls
record    the sample calls as sound

`train` and `export` need PyTorch: pip install 'rapport[hearing]'. All else wants espeak-ng.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tokenizers import Tokenizer

from assistant.demo.hearing import language, streams
from assistant.demo.hearing.tokens import load_tokenizer, make_tokenizer

_SEED = 1
_STREAMS = 100  # of a shard
UNSEEN_SHARD = 900


def main() -> None:
    """Do one step."""
    parser = argparse.ArgumentParser(prog="assistant.demo.hearing", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("step", choices=sorted(_STEPS))
    parser.add_argument("--work", type=Path, default=Path("var/hearing"), help="folder of the run")
    parser.add_argument("--shards", type=int, default=14, help="of training data (talk)")
    parser.add_argument("--steps", type=int, default=20_000, help="of training (train)")
    parser.add_argument("--fall", type=int, default=1500, help="steps of falling rate (train)")
    parser.add_argument("--batch", type=int, default=8, help="windows a step (train)")
    parser.add_argument("--threads", type=int, default=1, help="of PyTorch (train)")
    parser.add_argument("--model", type=Path, help="folder of a model (export, evaluate)")
    parser.add_argument("--seconds", type=float, default=40, help="of each condition (evaluate)")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    _STEPS[arguments.step](arguments)


def _words(arguments: argparse.Namespace) -> None:
    make_tokenizer(language.texts_for_tokens()).save(str(_tokenizer_path(arguments.work)))


def _talk(arguments: argparse.Namespace) -> None:
    folder = arguments.work / "talk"
    folder.mkdir(exist_ok=True)
    tokenizer = _tokenizer(arguments.work)
    for shard in [UNSEEN_SHARD, *range(arguments.shards)]:
        if not (folder / f"{shard:03d}.npy").exists():
            count = 20 if shard == UNSEEN_SHARD else _STREAMS
            streams.make_shard(folder, shard, count, _SEED, tokenizer)
            _tell({"shard": shard})


def _train(arguments: argparse.Namespace) -> None:
    import torch

    from assistant.demo.hearing.training import Plan, Trainer

    torch.set_num_threads(arguments.threads)
    plan = Plan(arguments.steps, batch=arguments.batch, fall=arguments.fall, seed=_SEED)
    trainer = Trainer(arguments.work, _tokenizer(arguments.work), plan)
    trainer.run(arguments.work / "talk")


def _export(arguments: argparse.Namespace) -> None:
    from assistant.demo.hearing.export import export, load_network

    network, run = load_network(arguments.work / "last.pt")
    folder = export(
        network, _tokenizer(arguments.work), arguments.model or arguments.work / "model"
    )
    size = sum(file.stat().st_size for file in folder.iterdir())
    _tell({**run, "folder": str(folder), "bytes": size})


def _evaluate(arguments: argparse.Namespace) -> None:
    from assistant.demo.hearing import evaluation

    model = evaluation.load(arguments.model or arguments.work / "model")
    for row in evaluation.rows(model, arguments.seconds):
        _tell(row)


def _record(arguments: argparse.Namespace) -> None:
    from assistant.demo.hearing.recording import write_samples

    write_samples(arguments.work / "recordings")


_STEPS = {
    "words": _words, "talk": _talk, "train": _train,
    "export": _export, "evaluate": _evaluate, "record": _record,
}  # fmt: skip


def _tokenizer_path(work: Path) -> Path:
    return work / "tokenizer.json"


def _tokenizer(work: Path) -> Tokenizer:
    return load_tokenizer(_tokenizer_path(work))


def _tell(row: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
