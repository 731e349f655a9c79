"""Muon in 32 bits: PyTorch's own works in bfloat16, which takes CPUs without it seconds a step.

Source: Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks"; the scale of
a step is that of Liu et al. 2025, arXiv 2502.16982, so that AdamW's rates fit.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

_ITERATIONS = 5
_A, _B, _C = 3.4445, -4.7750, 2.0315


class Muon(torch.optim.Optimizer):
    """Each matrix moves by its momentum with all singular values made alike."""

    def __init__(
        self,
        matrices: Iterable[nn.Parameter],
        lr: float,
        momentum: float = 0.95,
        decay: float = 0.02,
    ) -> None:
        super().__init__(matrices, {"lr": lr, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        """One step of all matrices."""
        for group in self.param_groups:
            by_shape: dict[torch.Size, list[nn.Parameter]] = {}
            for matrix in group["params"]:
                if matrix.grad is not None:
                    by_shape.setdefault(matrix.shape, []).append(matrix)
            for shape, matrices in by_shape.items():
                moves = torch.stack([self._momentum(one, group["momentum"]) for one in matrices])
                rate = group["lr"] * 0.2 * max(shape) ** 0.5
                for one, move in zip(matrices, orthogonal(moves), strict=True):
                    one.mul_(1 - group["lr"] * group["decay"]).add_(move, alpha=-rate)

    def _momentum(self, matrix: nn.Parameter, momentum: float) -> Tensor:
        kept = self.state[matrix].setdefault("momentum", torch.zeros_like(matrix))
        kept.lerp_(matrix.grad, 1 - momentum)
        return matrix.grad.lerp(kept, momentum)


def orthogonal(matrices: Tensor) -> Tensor:
    """Of each matrix of the stack the nearest with like singular values, roughly."""
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.transpose(1, 2) if tall else matrices
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(_ITERATIONS):
        square = x @ x.transpose(1, 2)
        x = _A * x + (_B * square + _C * square @ square) @ x
    return x.transpose(1, 2) if tall else x
