"""How the network learns: what it should say, and beside it where, from espeak-ng's own times."""

from __future__ import annotations

import copy
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from assistant.demo.hearing.muon import Muon
from assistant.demo.hearing.network import Network, Size
from assistant.demo.hearing.tokens import TEXT_TOKENS
from assistant.demo.hearing.windows import NOTHING, Coder, Shard, Window

# Shares of the losses besides the decoder's own.
_SOUND, _HEARD, _LOOK = 0.5, 0.5, 0.3
_REPLACED = 0.12  # of the words read: guessing from them must not pay
_AVERAGE = 0.995


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast; the rate rises, stays, and falls over the last steps."""

    steps: int
    batch: int = 16
    rate: float = 2e-3
    rise: int = 80
    fall: int = 1500
    seed: int = 1

    def rate_at(self, step: int) -> float:
        """The learning rate of this step."""
        falling = min(1.0, (self.steps - step) / max(self.fall, 1))
        return self.rate * min(1.0, (step + 1) / self.rise) * max(falling, 0.02)


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of one length each."""

    features: Tensor
    sounds: Tensor
    heard: Tensor
    given: Tensor
    labels: Tensor
    spans: Tensor


def batch_of(windows: list[Window], end: int) -> Batch:
    """The windows side by side, texts filled up with the end."""
    length = max(len(window.given) for window in windows)

    def filled(name: str, value: int) -> Tensor:
        rows = [getattr(window, name) for window in windows]
        return torch.from_numpy(
            np.stack([np.pad(row, (0, length - len(row)), constant_values=value) for row in rows])
        )

    spans = [np.pad(window.spans, ((0, length - len(window.spans)), (0, 0))) for window in windows]
    return Batch(
        torch.from_numpy(np.stack([window.features for window in windows])),
        torch.from_numpy(np.stack([window.sounds for window in windows])),
        torch.from_numpy(np.stack([window.heard for window in windows])),
        filled("given", end),
        filled("labels", NOTHING),
        torch.from_numpy(np.stack(spans)),
    )


def losses(
    network: Network, batch: Batch, coder: Coder, random: torch.Generator | None
) -> dict[str, Tensor]:
    """The decoder's loss, those beside it, and the share of words it would say right."""
    states, sounds = network.encode(batch.features)
    given = batch.given
    if random is not None:
        swap = (torch.rand(given.shape, generator=random) < _REPLACED) & (given < coder.marks.end)
        given = torch.where(
            swap, torch.randint(0, coder.marks.end, given.shape, generator=random), given
        )
    scores, looks = network.decode(given, states)
    asked = batch.labels != NOTHING
    wanted = batch.labels[asked]
    logs = scores[asked].log_softmax(-1)
    text = wanted < coder.marks.end
    positions = batch.heard != NOTHING
    if random is not None:
        positions &= torch.rand(positions.shape, generator=random) < 0.25
    named = network.named(states[:, :-1][positions], TEXT_TOKENS)
    return {
        "said": -_softened(logs, wanted, coder).mean(),
        "sound": functional.cross_entropy(
            sounds.flatten(0, 1), batch.sounds.flatten(), ignore_index=NOTHING
        ),
        "heard": functional.cross_entropy(named, batch.heard[positions]),
        "look": _looks(network.size, looks, batch, asked),
        "right": (logs.argmax(-1) == wanted)[text].float().mean(),
        "named": (named.argmax(-1) == batch.heard[positions]).float().mean(),
    }


def _softened(logs: Tensor, wanted: Tensor, coder: Coder) -> Tensor:
    """Log-probability of what is wanted; of a time, its neighbours count too."""
    exact = logs.gather(1, wanted[:, None])[:, 0]
    timed = wanted >= coder.marks.first_time
    around = [
        logs.gather(1, (wanted + step).clamp(coder.marks.first_time, logs.shape[1] - 1)[:, None])[
            :, 0
        ]
        for step in (-2, 2)
    ]
    return torch.where(timed, 0.5 * exact + 0.25 * (around[0] + around[1]), exact)


def _looks(size: Size, looks: list[Tensor], batch: Batch, asked: Tensor) -> Tensor:
    """Heads of the last layer spread over the next token's sound, of the first over this one's."""
    before = torch.cat([torch.zeros_like(batch.spans[:, :1]), batch.spans[:, :-1]], 1)
    total = torch.zeros(())
    for looked, spans in ((looks[0], before), (looks[-1], batch.spans)):
        places = torch.arange(looked.shape[-1])
        inside = (places >= spans[..., :1]) & (places < spans[..., 1:])
        share = inside / inside.sum(-1, keepdim=True).clamp(min=1)
        heads = looked[:, : size.aligned_heads].mean(1)
        total = total - (heads * share).sum(-1)[asked].mean()
    return total / 2


def _optimisers(network: Network, plan: Plan) -> list[torch.optim.Optimizer]:
    """Muon for the matrices within layers, which learn faster with it; AdamW for the rest."""
    named = list(network.named_parameters())
    matrices = [p for name, p in named if p.ndim == 2 and "coder." in name]
    others = [p for name, p in named if not (p.ndim == 2 and "coder." in name)]
    return [
        Muon(matrices, plan.rate),
        torch.optim.AdamW(others, lr=plan.rate, betas=(0.9, 0.98), weight_decay=0.01),
    ]


class Trainer:
    """A run that can be taken up where it stopped."""

    def __init__(self, folder: Path, tokenizer: Tokenizer, plan: Plan) -> None:
        torch.manual_seed(plan.seed)
        self.folder, self.plan, self.tokenizer = folder, plan, tokenizer
        self.coder = Coder(tokenizer)
        self.network = Network(Size(vocabulary=tokenizer.get_vocab_size()))
        self.average = copy.deepcopy(self.network)
        self.optimisers = _optimisers(self.network, plan)
        self.step = 0
        self.trained_s = 0.0
        self._shards: dict[Path, Shard] = {}
        if (folder / "last.pt").exists():
            self._load(folder / "last.pt")

    def run(self, data: Path, *, log_every: int = 50, save_every: int = 250) -> None:
        """Train to the end of the plan."""
        sums: dict[str, float] = {}
        since = time.perf_counter()
        while self.step < self.plan.steps:
            for name, value in self._train(data).items():
                sums[name] = sums.get(name, 0) + value / log_every
            self.step += 1
            if self.step % log_every == 0:
                self.trained_s += time.perf_counter() - since
                since = time.perf_counter()
                self._log({"step": self.step, "trained_s": round(self.trained_s), **sums})
                sums = {}
            if self.step % save_every == 0 or self.step == self.plan.steps:
                self._save(self.folder / "last.pt")
                self._log({"step": self.step, "unseen": self.unseen(data)})

    def unseen(self, data: Path, batches: int = 4) -> dict[str, float]:
        """Losses of the averaged network on streams kept out of training."""
        sums: dict[str, float] = {}
        shard = self._shard(data / "900.npy")
        with torch.no_grad():
            for place in range(batches):
                numbers = np.random.default_rng((self.plan.seed, 7, place))
                found = losses(self.average, self._batch(numbers, [shard], 0), self.coder, None)
                for name, value in found.items():
                    sums[name] = round(sums.get(name, 0) + float(value) / batches, 4)
        return sums

    def _train(self, data: Path) -> dict[str, float]:
        numbers = np.random.default_rng((self.plan.seed, 1, self.step))
        random = torch.Generator().manual_seed(self.plan.seed * 1_000_003 + self.step)
        paths = sorted(path for path in data.glob("[0-8]??.npy"))
        chosen = [self._shard(paths[int(numbers.integers(len(paths)))]) for _ in range(4)]
        most = int(numbers.choice([0, 0, 0, 0, 0, 0, 0, 12, 12, 60]))
        found = losses(self.network, self._batch(numbers, chosen, most), self.coder, random)
        loss = (
            found["said"]
            + _SOUND * found["sound"]
            + _HEARD * found["heard"]
            + _LOOK * found["look"]
        )
        self.network.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = self.plan.rate_at(self.step)
            optimiser.step()
        share = min(_AVERAGE, (self.step + 1) / (self.step + 20))
        with torch.no_grad():
            for kept, new in zip(self.average.parameters(), self.network.parameters(), strict=True):
                kept.lerp_(new, 1 - share)
        return {name: float(value.detach()) for name, value in found.items()}

    def _batch(self, numbers: np.random.Generator, shards: list[Shard], most: int) -> Batch:
        windows = [
            shards[place % len(shards)].window(
                numbers, self.coder, self.coder.hotwords(numbers, most)
            )
            for place in range(self.plan.batch)
        ]
        return batch_of(windows, self.coder.marks.end)

    def _shard(self, path: Path) -> Shard:
        if path not in self._shards:
            self._shards[path] = Shard(path, self.tokenizer)
        return self._shards[path]

    def _log(self, row: dict[str, object]) -> None:
        rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in row.items()}
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(rounded) + "\n")

    def _save(self, path: Path) -> None:
        part = path.with_suffix(".part")
        torch.save(
            {
                "size": asdict(self.network.size),
                "network": self.network.state_dict(),
                "average": self.average.state_dict(),
                "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
                "step": self.step,
                "trained_s": self.trained_s,
            },
            part,
        )
        part.rename(path)

    def _load(self, path: Path) -> None:
        saved = torch.load(path, weights_only=True)
        self.network.load_state_dict(saved["network"])
        self.average.load_state_dict(saved["average"])
        for optimiser, state in zip(self.optimisers, saved["optimisers"], strict=True):
            optimiser.load_state_dict(state)
        self.step, self.trained_s = saved["step"], saved["trained_s"]
