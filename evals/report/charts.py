"""Where the marks of the page's charts lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from evals.report.schema import Bin, Figure, Score

SIDE, MARGIN = 280, 34  # of the reliability square and of the room for its labels, in the units of its SVG
HEAT = (0.5, 0.7, 0.8, 0.9, 0.95)  # a field is as warm as the number of these its value is below
_LARGEST = 13  # radius of the point with the most answers


@dataclass(frozen=True)
class Point:
    """A bin of the reliability curve in the SVG, with what it stands for."""

    x: float
    y: float
    radius: float
    bin: Bin


def percent(share: float) -> str:
    """A share as a length in CSS, kept inside what it is a share of.

    >>> percent(0.931), percent(1.7)
    ('93.10%', '100.00%')
    """
    return f"{max(0.0, min(share, 1.0)) * 100:.2f}%"


def drawn(score: Score | Figure) -> bool:
    """Whether a score is a share, so that it has a place on an axis from 0 to 1."""
    ends = [score[end] for end in ("value", "low", "high")]
    return score["value"] is not None and not score.get("unit") and all(e is None or 0 <= e <= 1 for e in ends)


def warmth(value: float | None) -> int | None:
    """The step of the heat map, 0 for the highest values.

    >>> warmth(0.97), warmth(0.93), warmth(0.2), warmth(None)
    (0, 1, 5, None)
    """
    return None if value is None else sum(value < edge for edge in HEAT)


def points(bins: Sequence[Bin]) -> list[Point]:
    """The bins that hold answers; the area of a point is as its number of answers."""
    most = max((entry["n"] for entry in bins), default=0)
    return [
        Point(x(entry["confidence"]), y(entry["right"]), max(3.0, _LARGEST * sqrt(entry["n"] / most)), entry)
        for entry in bins
        if entry["n"] and entry["confidence"] is not None and entry["right"] is not None
    ]


def x(share: float) -> float:
    """The place of a confidence."""
    return round(MARGIN + SIDE * share, 1)


def y(share: float) -> float:
    """The place of a share of right answers; SVG counts from above."""
    return round(16 + SIDE * (1 - share), 1)
