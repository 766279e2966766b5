"""Numbers beside one another share what is written once: a unit, a scale, a month, a century."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.figures.figure import Figure, base_of

# What may stand between two numbers that share the unit of the second one; of a range they share its scale too.
_RANGE = re.compile(r"\s*(?:-|–|—|~|to|up to|ila|ile|至|到|['’][dt][ae]n)\s*")
_LIST = re.compile(
    r"\s*(?:-|–|—|~|[,、/]|(?:, ?)?(?:and|or|to|by)|ila|ile|ve|veya|['’][dt][ae]n|至|到|和|与|或)\s*(?:from )?"
)
_PREFIXED = {"%", "USD", "EUR", "GBP", "CNY", "TRY", "HKD"}  # written before a number, and then of both ends of a range


def share_units(figures: list[Figure], text: str) -> list[Figure]:
    """The figures of a text, in order, each with what it shares: "five" of "five to seven million dollars" is 5 million."""
    for n in range(len(figures) - 2, -1, -1):
        one, other = figures[n : n + 2]
        figures[n] = _share_back(one, other, text[one.end : other.start])
    for n in range(1, len(figures)):
        one, other = figures[n - 1 : n + 1]
        figures[n] = _share_on(one, other, text[one.end : other.start])
    decades = {figure.start for figure in figures if figure.kind == "decade"}
    return [figure for figure in figures if not (figure.unit == "century" and figure.start in decades)]


def _share_back(one: Figure, other: Figure, between: str) -> Figure:
    """The first of two numbers with what stands after the second: "18-22 Ekim", "五至七天"."""
    if one.kind not in ("number", "ordinal") or one.value is None or one.unit or (between and not _LIST.fullmatch(between)):
        return one
    if other.kind == "date" and other.month and one.value <= 31:
        return Figure("date", one.start, one.end, year=other.year, month=other.month, day=int(one.value))
    if other.kind not in ("number", "ordinal") or other.value is None or is_year(one):
        return one
    grows = _RANGE.fullmatch(between) and one.scale == 1 < other.scale and one.value * other.scale <= other.value
    kind = other.kind if other.unit == "century" else one.kind
    return replace(one, kind=kind, unit=other.unit, value=one.value * (other.scale if grows else 1))


def _share_on(one: Figure, other: Figure, between: str) -> Figure:
    """The second of two numbers with what stands before the first: "Oct 18-22", "1635-36", "%7 ila 10", "20世纪80年代"."""
    value = other.value or 0.0
    if one.unit == "century" and one.kind == "ordinal" and other.kind == "decade" and not between.strip():
        return replace(other, start=one.start, value=(one.value or 0) * 100 - 100 + value)
    if one.kind == other.kind == "decade" and value < 100 <= (one.value or 0):
        return replace(other, value=(one.value or 0) // 100 * 100 + value)
    if not _RANGE.fullmatch(between):
        return other
    if one.kind == other.kind == "date" and one.day and not other.month:
        return replace(other, year=one.year, month=one.month)
    if other.kind != "number":
        return other
    if is_year(one) and 10 <= value < 100 and other.unit in (None, "year"):
        return replace(other, unit=None, value=(one.year or one.value or 0) // 100 * 100 + value)
    if one.kind == "date" and one.day and not other.unit and value <= 31:
        return Figure("date", other.start, other.end, year=one.year, month=one.month, day=int(value))
    if one.kind == "number" and not other.unit and base_of(one.unit) in _PREFIXED:
        return replace(other, unit=one.unit)
    return other


def is_year(figure: Figure) -> bool:
    """Whether it is a year, or a bare number that may be one."""
    bare = figure.kind == "number" and not figure.unit and 1000 <= (figure.value or 0) <= 2100
    return figure.year is not None or bare
