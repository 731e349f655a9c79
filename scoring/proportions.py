"""How sure a share is: intervals of a proportion, and of the fall from one to another."""

from __future__ import annotations

from math import sqrt

Z95 = 1.959964  # of the normal distribution, two-sided 95 %


def wilson_interval(count: int, total: int, z: float = Z95) -> tuple[float, float]:
    """The interval that a share of `count` in `total` supports; 0 to 1 when nothing was counted.

    Raises ValueError unless 0 <= count <= total.
    Source: Wilson (1927), Journal of the American Statistical Association 22(158), 209-212.
    """
    if not 0 <= count <= total:
        raise ValueError(f"expected 0 <= count <= total, got {count} of {total}")
    if total == 0:
        return 0.0, 1.0
    share, square = count / total, z * z
    centre = (share + square / (2 * total)) / (1 + square / total)
    half = (
        z / (1 + square / total) * sqrt(share * (1 - share) / total + square / (4 * total * total))
    )
    return max(0.0, centre - half), min(1.0, centre + half)


def fall_interval(
    before: tuple[int, int], after: tuple[int, int], z: float = Z95
) -> tuple[float, float]:
    """The interval of how much a share fell, each given as (count, total); below 0 where it rose.

    Source: Newcombe (1998), Statistics in Medicine 17(8), 873-890, method 10.
    """
    (low_1, high_1), (low_2, high_2) = wilson_interval(*before, z), wilson_interval(*after, z)
    share_1 = before[0] / before[1] if before[1] else 0.5
    share_2 = after[0] / after[1] if after[1] else 0.5
    fall = share_1 - share_2
    return (
        fall - sqrt((share_1 - low_1) ** 2 + (high_2 - share_2) ** 2),
        fall + sqrt((high_1 - share_1) ** 2 + (share_2 - low_2) ** 2),
    )
