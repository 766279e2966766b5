"""Exact veto: every number, date and time of a claim is stated in the paragraph."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.figures import BASES, Figure, base_of, read_figures
from rag.language import fold_text

# A number without a unit may be one with such a unit of the paragraph, and the other way round: "aged 45" and "45岁".
_LOOSE_BASES = {"month", "day", "minute", "times"}
# Of each rounding of a paragraph, those a claim must not have. One may leave out "more than", but not add it.
_CONTRARY = {
    "": {"more", "less"}, "more": {"less", "exact", "near"}, "less": {"more", "exact", ""}, "near": {"more", "exact"},
    "about": {"exact", "less"}, "exact": {"more", "less"},
}  # fmt: skip
_MAX_SMALL = 20  # a larger number is not what a paragraph has in the place of one or two
_MIN_PHONE_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A figure of a claim that a paragraph does not state, and the one it states in its place, None when it has none alike."""

    claimed: Figure
    instead: Figure | None


def find_mismatches(claim: Sequence[Figure], paragraph: Sequence[Figure], text: str) -> list[Mismatch]:
    """The figures of a claim that a paragraph does not state.

    paragraph: its figures in all languages in which it can be read. text: its words in those, folded.
    """
    found = []
    for figure in claim:
        if figure.doubtful or _is_stated(figure, paragraph, text):
            continue
        alike = (other for other in paragraph if _measure_the_same(other, figure))
        rivals = [other for other in alike if not any(_states(other, own) for own in claim)]
        # "The two sides" where a paragraph names both: only another number in its place contradicts it.
        if not figure.weak or any((other.value or math.inf) <= _MAX_SMALL for other in rivals):
            found.append(Mismatch(figure, rivals[0] if rivals else None))
    return found


def find_supplements(claim: Sequence[Figure], sentences: Sequence[Sequence[tuple[str, str]]], first: int) -> list[int]:
    """The places of sentences that state figures of a claim which the one at `first` lacks. sentences: each in all languages in
    which it can be read, with the language."""

    def count_missing(places: Sequence[int]) -> int:
        texts = [reading for i in places for reading in sentences[i]]
        there = [figure for text, language in texts for figure in read_figures(text, language)]
        return len(find_mismatches(claim, there, fold_text(" ".join(text for text, _ in texts))))

    used = [first]
    for i in range(len(sentences)):
        if i not in used and (missing := count_missing(used)) and count_missing([*used, i]) < missing:
            used.append(i)
    return used[1:]


def write_alike(claim: str, claimed: Sequence[Figure], paragraph: Sequence[Figure]) -> str:
    """The claim with its figures as a paragraph of its language writes the same ones: "18 October" becomes "Oct 18".

    A checker that reads is for the rest: that both are one date or number is known for sure.
    """
    for figure in reversed(claimed):
        same = (other for other in paragraph if other.kind == figure.kind and _states(other, figure) and _states(figure, other))
        found = None if figure.doubtful or figure.weak else next(same, None)
        if found and ("-" in found.text) == ("-" in figure.text):  # not "lasts five-day"
            claim = claim[: figure.start] + found.text + claim[figure.end :]
    return claim


def _is_stated(figure: Figure, paragraph: Sequence[Figure], text: str) -> bool:
    if any(_states(other, figure) for other in paragraph):
        return True
    if figure.kind == "code":
        return _stands(figure.code, text)
    # Day and year may stand apart: "The 2025 expo opened on Oct 18".
    if figure.kind == "date" and figure.year and (figure.month or figure.weekday is not None):
        day = replace(figure, year=None)
        year = any(figure.year in (other.year, other.value) for other in paragraph)
        return year and any(_states(other, day) and other.year in (None, figure.year) for other in paragraph)
    return False


def _stands(code: str, text: str) -> bool:
    """Whether a code stands in a text; one that begins with letters by its digits alone, since "oxygen-18" is 氧-18 too."""
    if code.isdigit() and len(code) >= _MIN_PHONE_DIGITS:
        return code in re.sub(r"(?<=\d)[\s()/-]+(?=[\d(])|(?<=\))\s*|\(", "", text)
    parts = re.findall(r"\d+", code) if code[0].isalpha() else [code]
    spaced = (re.sub(r"(?<=\d)(?=[a-z])", r"\\s?", re.escape(part)) for part in parts)
    return all(re.search(rf"(?<![\d.,]){part}(?!\d|[.,]\d)", text) for part in spaced)


def _measure_the_same(one: Figure, other: Figure) -> bool:
    if one.kind != other.kind or one.doubtful:
        return False
    if one.kind == "number":
        return base_of(one.unit) == base_of(other.unit)
    return one.kind != "date" or bool(one.month) == bool(other.month)


def _states(there: Figure, claimed: Figure) -> bool:
    """Whether a figure of a paragraph states one of a claim."""
    kinds = {there.kind, claimed.kind}
    if "unread" in kinds:
        return False
    if "daypart" in kinds:
        return len(kinds) == 1 and bool(int(there.value or 0) & int(claimed.value or 0))
    if "date" in kinds:
        return _states_date(there, claimed)
    if "decade" in kinds:
        mine, theirs = claimed.value or 0, there.value or 0
        return len(kinds) == 1 and mine % 100 == theirs % 100 and (min(mine, theirs) < 100 or mine == theirs)
    if there.kind == "code" and there.code[:1].isalpha() and claimed.kind != "code":
        return not claimed.unit and f"{claimed.value:g}" in re.findall(r"\d+", there.code)
    if kinds & {"time", "code"}:
        return (claimed.kind, claimed.value, claimed.code) == (there.kind, there.value, there.code)
    return _same_amount(there, claimed) and _rounded_alike(there, claimed)


def _states_date(there: Figure, claimed: Figure) -> bool:
    if there.kind == claimed.kind:
        parts = ("year", "month", "day", "weekday")
        return all(getattr(claimed, part) in (None, getattr(there, part)) for part in parts)
    day, other = (claimed, there) if claimed.kind == "date" else (there, claimed)
    if other.kind not in ("number", "ordinal"):
        return False
    if day.day and not day.month:  # 11号 is the 11th, or number 11
        return day.day == other.value and not other.unit
    whole = claimed is day and (day.month or day.weekday is not None)
    return not whole and day.year is not None and day.year == other.value and other.unit in (None, "year")


def _same_amount(there: Figure, claimed: Figure) -> bool:
    if there.value is None or claimed.value is None or (claimed.kind != there.kind and claimed.unit and there.unit):
        return False
    mine, theirs, tolerance = claimed.value, there.value, 1e-9
    if claimed.unit != there.unit:
        bases = {base_of(claimed.unit), base_of(there.unit)}
        if "" in bases:
            if not bases - {""} <= _LOOSE_BASES:
                return False
        elif len(bases) > 1 and bases != {"share", "%"}:
            return False
        else:  # half is 50 %, and a decade ten years
            shares = bases == {"share", "%"}
            mine, theirs, tolerance = *(_convert(figure, shares) for figure in (claimed, there)), 1e-6
    if claimed.up_to and not there.up_to:
        return mine <= theirs < mine * claimed.up_to
    if claimed.up_to:
        tolerance = 0.2  # "dozens" and 几十 are of one size
    return bool(claimed.up_to) == bool(there.up_to) and math.isclose(mine, theirs, rel_tol=tolerance)


def _convert(figure: Figure, shares: bool) -> float:
    factor = BASES[str(figure.unit)][1]
    return (figure.value or 0.0) * (100 if shares and figure.unit == "share" else factor)


def _rounded_alike(there: Figure, claimed: Figure) -> bool:
    if claimed.up_to or there.up_to:
        return claimed.rounding in ("", "more", "about")
    return claimed.rounding not in _CONTRARY[there.rounding]
