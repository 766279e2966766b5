"""Scores -> chances: a scale and an offset, fitted on what was right (Platt scaling; Guo et al., ICML 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NEWTON_STEPS = 50
RIDGE = 1e-3  # keeps the scale finite where the two sides do not overlap


@dataclass(frozen=True, slots=True)
class Calibration:
    """chance = sigmoid(scale * score + offset)."""

    scale: float
    offset: float

    def chance(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Chances of scores."""
        return np.asarray(1 / (1 + np.exp(-(self.scale * scores + self.offset))))


def fit_calibration(scores: Sequence[float], right: Sequence[bool]) -> Calibration:
    """Fit scale and offset by Newton's method on the log loss."""
    x = np.column_stack([np.asarray(scores, float), np.ones(len(scores))])
    y = np.asarray(right, float)
    w = np.zeros(2)
    for _ in range(NEWTON_STEPS):
        p = 1 / (1 + np.exp(-(x @ w)))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(2)
        w -= np.linalg.solve(hessian, x.T @ (p - y) + RIDGE * w)
    return Calibration(float(w[0]), float(w[1]))


def calibration_error(chances: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error over bins of equal width (Guo et al., ICML 2017)."""
    p, y = np.asarray(chances, float), np.asarray(right, float)
    bin_of = np.minimum((p * bins).astype(int), bins - 1)
    return float(
        sum(abs(p[bin_of == b].mean() - y[bin_of == b].mean()) * (bin_of == b).mean() for b in set(bin_of.tolist()))
    )
