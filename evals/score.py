"""A score: a figure with its interval and the questions behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evals.metrics import interval, share


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
