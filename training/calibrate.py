"""Scores of spans -> chances: a scale and an offset for each kind of pair, fitted on articles never trained on.

chance = 1 / (1 + exp(-(scale * score + offset))), Platt's form of temperature scaling (Guo et al., ICML 2017). "same" is for a
question in the context's language, "cross" for another. Each answerable question is fitted beside as many contexts that do not
answer it: a neighbour or a near miss.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.mixture import LANGUAGES
from training.near_misses import split_sentences
from training.rows import Row
from training.validate import CROSS_PAIRS, Scorer, made_near_misses, validation_rows

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
    return float(sum(abs(p[bin_of == b].mean() - y[bin_of == b].mean()) * (bin_of == b).mean() for b in set(bin_of.tolist())))


def scored_pairs(scorer: Scorer, data: Path, pairs: Sequence[tuple[str, str]], limit: int) -> tuple[list[float], list[bool]]:
    """Scores of spans and whether each is in the sentence that answers, for questions with and without an answer."""
    rng = random.Random(11)
    rows: list[Row] = []
    for question_language, context_language in pairs:
        own = validation_rows(data, question_language, context_language)
        own = rng.sample(own, min(limit, len(own)))
        contexts = sorted({row.context for row in own})
        near = made_near_misses(own, context_language, 5)
        rows += own + rng.sample(near, min(len(own) // 2, len(near)))
        for row in rng.sample(own, len(own) // 2):
            others = [c for c in contexts if c != row.context and row.answer_text not in c]
            rows.append(replace(row, context=rng.choice(others), answer=None))
    right = []
    readings = scorer.read(rows)
    for row, reading in zip(rows, readings, strict=True):
        at = next((n for n, (a, b) in enumerate(split_sentences(row.context)) if row.answer and a <= row.answer[0] < b), -1)
        right.append(int(np.argmax(reading.sentence_scores)) == at)
    return [reading.score for reading in readings], right


def calibrate(scorer: Scorer, data: Path, limit: int) -> dict[str, Calibration]:
    """Calibration of each kind of pair."""
    kinds = {"same": [(lang, lang) for lang in LANGUAGES], "cross": list(CROSS_PAIRS)}
    return {kind: fit_calibration(*scored_pairs(scorer, data, pairs, limit)) for kind, pairs in kinds.items()}
