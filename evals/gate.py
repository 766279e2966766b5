"""The gate: floors and ceilings of `thresholds.toml`, and what breaks them; aims, which are owed by a day and close nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from evals.metrics import Score

FILE = Path(__file__).parent / "thresholds.toml"
_SHOWN = 8  # questions named in a line; the report has all of them


class GateError(ValueError):
    """A threshold is not written as it should be; the message names it."""


class Limit(BaseModel):
    """A score's floor (`least`) or ceiling (`most`), the day it was set, and why; what it should reach, and by when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, description="the score")
    least: float | None = Field(None, description="under it the gate closes")
    most: float | None = Field(None, description="over it the gate closes")
    aim: float | None = Field(None, description="what the score should reach: no less than the floor, no more than the ceiling")
    owed: date | None = Field(None, description="the day by which the aim should be reached")
    date: date
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _check(self) -> Limit:
        if (self.least is None) == (self.most is None):
            raise ValueError("one of least and most is needed")
        if self.owed and self.aim is None:
            raise ValueError("what is owed is an aim")
        if self.aim is not None and not self.meets(self.aim):
            raise ValueError("the aim would break the limit")
        return self

    def meets(self, value: float | None) -> bool:
        """Whether a value keeps to the limit; a missing one does not."""
        return _is_within(value, self.least, self.most)

    def reaches(self, value: float | None) -> bool:
        """Whether a value is as good as the aim; every one is where there is none."""
        least = self.aim if self.least is not None else None
        return self.aim is None or _is_within(value, least, self.aim if least is None else None)

    def describe(self, value: float | None) -> dict[str, Any]:
        """The limit as it stands in a report, beside the value."""
        bounds = {"floor": self.least, "ceiling": self.most, "met": self.meets(value)}
        owed = self.owed.isoformat() if self.owed else None
        return {**bounds, "aim": self.aim, "owed": owed, "reached": self.reaches(value) if self.aim is not None else None}


def _is_within(value: float | None, least: float | None, most: float | None) -> bool:
    return value is not None and (least is None or value >= least) and (most is None or value <= most)


def read_limits(file: Path = FILE) -> dict[str, Limit]:
    """The limits by the name of their score. Raises GateError when one is not whole, or there twice."""
    found: dict[str, Limit] = {}
    for table in tomllib.loads(file.read_text(encoding="utf-8"))["limit"]:
        try:
            limit = Limit.model_validate(table)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise GateError(f"{file.name}: {table.get('name')}: {where} {first['msg']}") from None
        if limit.name in found:
            raise GateError(f"{file.name}: {limit.name}: is there twice")
        found[limit.name] = limit
    return found


def list_breaches(scores: Sequence[Score], limits: Mapping[str, Limit]) -> list[str]:
    """One line for every limit that is broken, with the questions behind it; a score that is not there breaks its limit."""
    known = {score.name: score for score in scores}
    lines: list[str] = []
    for limit in limits.values():
        score = known.get(limit.name)
        value = score.value if score else None
        if limit.meets(value):
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
