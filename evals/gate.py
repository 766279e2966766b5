"""The gate: floors and ceilings of `thresholds.toml`, and what breaks them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.score import Score

FILE = Path(__file__).parent / "thresholds.toml"
_SHOWN = 8  # questions named in a line; the report has all of them


class GateError(ValueError):
    """A threshold is not written as it should be; the message names it."""


@dataclass(frozen=True)
class Limit:
    """A score's floor (`least`) or ceiling (`most`), the day it was set, and why."""

    name: str
    least: float | None
    most: float | None
    date: str
    reason: str

    def met(self, value: float | None) -> bool:
        """Whether a value keeps to it; a missing one does not."""
        if value is None:
            return False
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


def limits(file: Path = FILE) -> dict[str, Limit]:
    """The limits by the name of their score. Raises GateError when one lacks its date, its reason or its bound."""
    found: dict[str, Limit] = {}
    for table in tomllib.loads(file.read_text(encoding="utf-8"))["limit"]:
        name = str(table.get("name"))
        bounds = [key for key in ("least", "most") if key in table]
        if name in found or len(bounds) != 1 or not {"date", "reason"} <= set(table):
            raise GateError(
                f"{file.name}: {name}: needs a date, a reason, and one of least and most; and to be there once"
            )
        least, most = (float(table[key]) if key in table else None for key in ("least", "most"))
        found[name] = Limit(name, least, most, str(table["date"]), str(table["reason"]))
    return found


def breaches(scores: Sequence[Score], limits: Mapping[str, Limit]) -> list[str]:
    """One line for every limit that is broken, with the questions behind it; a score that is not there breaks its limit."""
    known = {score.name: score for score in scores}
    lines: list[str] = []
    for limit in limits.values():
        score = known.get(limit.name)
        value = score.value if score else None
        if limit.met(value):
            continue
        side, bound = ("BELOW THE FLOOR", limit.least) if limit.least is not None else ("ABOVE THE CEILING", limit.most)
        sign = "<" if limit.least is not None else ">"
        said = f"no figure (should be {bound:.3f})" if value is None else f"{value:.3f} {sign} {bound:.3f}"
        lines.append(f"{side}: {limit.name}: {said} (n = {score.n if score else 0}){_behind(score)}")
    return lines


def _behind(score: Score | None) -> str:
    if score is None or not score.failed:
        return ""
    more = len(score.failed) - _SHOWN
    return f": {', '.join(score.failed[:_SHOWN])}{f' and {more} more' if more > 0 else ''}"
