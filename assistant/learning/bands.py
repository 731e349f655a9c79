"""Bands of a score, with hysteresis: a score that trembles at an edge does not change its band."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.values import FloatArray

HOT, WARM, COLD = "hot", "warm", "cold"
# How far beyond the edge a score must go before it leaves its band.
MARGIN_LOG_ODDS = 0.2


@dataclass(frozen=True, slots=True)
class Bands:
    """The lowest log-odds that are hot, and the lowest that are warm."""

    hot: float
    warm: float

    def of(self, log_odds: float, before: str | None = None) -> str:
        """The band of a score; `before` is the band it was in so far."""
        hot = self.hot - MARGIN_LOG_ODDS if before == HOT else self.hot
        hot += MARGIN_LOG_ODDS if before in (WARM, COLD) else 0.0
        warm = self.warm - MARGIN_LOG_ODDS if before in (HOT, WARM) else self.warm
        warm += MARGIN_LOG_ODDS if before == COLD else 0.0
        if log_odds >= hot:
            return HOT
        return WARM if log_odds >= warm else COLD


def bands_of(forecast: FloatArray) -> Bands:
    """The best fifth of the forecasts is hot, the next three tenths are warm."""
    clipped = np.clip(forecast, 1e-6, 1 - 1e-6)
    log_odds = np.log(clipped / (1 - clipped))
    return Bands(float(np.quantile(log_odds, 0.8)), float(np.quantile(log_odds, 0.5)))
