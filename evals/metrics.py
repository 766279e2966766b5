"""Metrics: small pure functions. Nothing to score gives None, never zero. And a score: a figure with the questions behind it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import NamedTuple, TypeVar

import numpy as np

Row = TypeVar("Row")


def share(hits: Sequence[float]) -> float | None:
    """The mean; of True and False, the share of True, in [0, 1].

    >>> share([True, False]), share([])
    (0.5, None)
    """
    return sum(hits) / len(hits) if hits else None


def interval(values: Sequence[float], seed: int = 0, rounds: int = 1000) -> tuple[float, float] | None:
    """Where the mean of such values lies 95 times in 100: the 2.5th and 97.5th percentile of the means of `rounds` samples drawn
    from them with replacement (percentile bootstrap; Efron, 1979). The same values give the same interval.

    >>> interval([1.0, 1.0, 1.0]), interval([])
    ((1.0, 1.0), None)
    """
    if not len(values):
        return None
    numbers = np.asarray(values, float)
    drawn = np.random.default_rng(seed).integers(0, len(numbers), (rounds, len(numbers)))
    low, high = np.percentile(numbers[drawn].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def wilson(hits: int, n: int) -> tuple[float, float] | None:
    """Where a share lies 95 times in 100, of which `hits` of `n` were seen: the score interval (Wilson, 1927). It is no point
    where all or none were.

    >>> wilson(20, 20)[1], round(wilson(20, 20)[0], 3), [round(end, 3) for end in wilson(5, 10)], wilson(0, 0)
    (1.0, 0.839, [0.237, 0.763], None)
    """
    if not n:
        return None
    z, rate = 1.959964, hits / n
    middle, half = rate + z * z / (2 * n), z * (rate * (1 - rate) / n + z * z / (4 * n * n)) ** 0.5
    return max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))


def interval_of(
    statistic: Callable[[Sequence[Row]], float | None], rows: Sequence[Row], seed: int = 0, rounds: int = 200
) -> tuple[float, float] | None:
    """As `interval`, for a figure of the rows that is not their mean; samples it cannot be had of are passed over."""
    if not rows:
        return None
    drawn = np.random.default_rng(seed).integers(0, len(rows), (rounds, len(rows)))
    found = [value for sample in drawn if (value := statistic([rows[n] for n in sample])) is not None]
    if not found:
        return None
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)


# ---------------------------------------------------------------------- retrieval: one ranked list of paragraphs, best first


def hit(ranked: Sequence[str], gold: Collection[str], k: int) -> float | None:
    """1 when a gold paragraph is among the first `k`, else 0 (success at k).

    >>> hit(["a", "b"], {"b"}, 1), hit(["a", "b"], {"b"}, 2), hit(["a"], set(), 1)
    (0.0, 1.0, None)
    """
    return float(any(row in gold for row in ranked[:k])) if gold else None


def reciprocal_rank(ranked: Sequence[str], gold: Collection[str], k: int) -> float | None:
    """1 / place of the first gold paragraph among the first `k`, 0 when there is none; in [0, 1]. Its mean over questions is the
    MRR at k (Voorhees, TREC-8, 1999).

    >>> reciprocal_rank(["a", "b"], {"b"}, 5), reciprocal_rank(["a"], {"b"}, 5)
    (0.5, 0.0)
    """
    if not gold:
        return None
    return next((1 / place for place, row in enumerate(ranked[:k], 1) if row in gold), 0.0)


def ndcg(ranked: Sequence[str], gold: Collection[str], k: int) -> float | None:
    """Normalised discounted cumulative gain at k with gain 1 for a gold paragraph: sum of 1 / log2(place + 1) over the gold ones
    among the first `k`, over the same sum with all gold ones first; in [0, 1] (Järvelin and Kekäläinen, 2002).

    >>> ndcg(["a", "b"], {"a"}, 5), round(ndcg(["a", "b"], {"b"}, 5), 3)
    (1.0, 0.631)
    """
    if not gold:
        return None
    gain = sum(1 / log2(place + 1) for place, row in enumerate(ranked[:k], 1) if row in gold)
    return gain / sum(1 / log2(place + 1) for place in range(1, min(len(set(gold)), k) + 1))


# ---------------------------------------------------------------------- citations: the paragraphs an answer cites


class Citing(NamedTuple):
    """How well the paragraphs cited are the gold ones; each in [0, 1]."""

    precision: float
    recall: float
    f1: float


def citing(cited: Collection[str], needed: Sequence[Collection[str]]) -> Citing | None:
    """Precision: share of the paragraphs cited that are in one of the groups `needed`. Recall: share of the groups of which at
    least one is cited (each group states a gold fact; its paragraphs are alternatives). F1: their harmonic mean. An answer
    without citations has precision, recall and F1 of 0; without groups there is nothing to score. At paragraph level, what
    ALCE does with a judge at sentence level (Gao et al., EMNLP 2023).

    >>> citing({"a", "x"}, [{"a", "b"}, {"c"}])
    Citing(precision=0.5, recall=0.5, f1=0.5)
    """
    if not needed:
        return None
    gold = set().union(*needed)
    precision = len(set(cited) & gold) / len(set(cited)) if cited else 0.0
    recall = sum(bool(set(cited) & set(group)) for group in needed) / len(needed)
    return Citing(precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0)


# ---------------------------------------------------------------------- refusing and being sure


def crag(refused: bool, right: bool) -> float:
    """CRAG's score of an answer: 1 when it is right, 0 when it refuses, -1 when it is wrong, so that a wrong one costs more than
    none (Yang et al., NeurIPS 2024; without its half point for "acceptable", which needs a judge). Refusing a question that the
    sources do not answer is right. Its mean is in [-1, 1].

    >>> crag(refused=False, right=True), crag(refused=True, right=False), crag(refused=False, right=False)
    (1.0, 0.0, -1.0)
    """
    return 1.0 if right else 0.0 if refused else -1.0


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Chance that a positive scores above a negative, ties half: in [0, 1], 0.5 for no skill (Mann and Whitney, 1947).

    >>> auroc([0.9, 0.5], [0.5, 0.1])
    0.875
    """
    if not positive or not negative:
        return None
    ranked = sorted([(x, 1) for x in positive] + [(x, 0) for x in negative])
    wins, below, at = 0.0, 0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        same = [label for _, label in ranked[at:end]]
        wins += sum(same) * (below + (len(same) - sum(same)) / 2)
        below += len(same) - sum(same)
        at = end
    return wins / (len(positive) * len(negative))


class Bin(NamedTuple):
    """Answers whose confidence lies in [low, high): their mean confidence, the share of them that are right, how many."""

    low: float
    high: float
    confidence: float
    right: float
    n: int


def reliability(confidence: Sequence[float], right: Sequence[bool], bins: int = 10) -> list[Bin]:
    """The reliability curve: equally wide bins of confidence, those without an answer left out; the last includes 1.

    >>> reliability([0.8, 0.9], [True, False], bins=2)
    [Bin(low=0.5, high=1.0, confidence=0.8500000000000001, right=0.5, n=2)]
    """
    groups: dict[int, list[tuple[float, bool]]] = {}
    for chance, hits in zip(confidence, right, strict=True):
        groups.setdefault(min(int(chance * bins), bins - 1), []).append((chance, hits))
    return [
        Bin(at / bins, (at + 1) / bins, sum(c for c, _ in own) / len(own), sum(h for _, h in own) / len(own), len(own))
        for at, own in sorted(groups.items())
    ]


def calibration_error(confidence: Sequence[float], right: Sequence[bool], bins: int = 10) -> float | None:
    """Expected calibration error in [0, 1]: the mean distance, weighted by count, between confidence and share of right answers
    in the bins of `reliability` (Guo, Pleiss, Sun and Weinberger, 2017).

    >>> round(calibration_error([0.8, 0.8, 0.2], [True, False, False]), 4)
    0.2667
    """
    curve = reliability(confidence, right, bins)
    return sum(b.n * abs(b.confidence - b.right) for b in curve) / sum(b.n for b in curve) if curve else None


# ---------------------------------------------------------------------- time


def percentile(values: Sequence[float], at: float) -> float | None:
    """The value that `at` percent of the values do not exceed, between two of them where need be.

    >>> percentile([1.0, 2.0, 3.0], 50), percentile([], 50)
    (2.0, None)
    """
    return float(np.percentile(values, at)) if len(values) else None


# ---------------------------------------------------------------------- scores


@dataclass(frozen=True)
class Score:
    """A figure with its 95 % interval and the number behind it. `values` are by question id; `failed` are the questions that keep
    it from being perfect; `about` says in a line what it means."""

    name: str
    group: str
    about: str
    value: float | None
    n: int
    interval: tuple[float, float] | None = None
    values: Mapping[str, float] = field(default_factory=dict)
    failed: tuple[str, ...] = ()
    unit: str = ""


def mean(name: str, group: str, about: str, values: Mapping[str, float], lower: bool = False, unit: str = "") -> Score:
    """The mean of values by question; with `lower` of a rate of what goes wrong."""
    numbers = list(values.values())
    failed = tuple(row for row, value in values.items() if (value > 0 if lower else value < 1))
    return Score(name, group, about, share(numbers), len(numbers), interval(numbers), values, failed, unit)
