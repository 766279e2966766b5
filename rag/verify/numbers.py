"""Every number, date and time of a text, read whole or called unread, and whether a paragraph states those of a claim.

1. The text is put in lower case, half width and simplified characters; each character keeps its place.
2. Dates and times are read first (`dates`), then what is written in digits, then number words of the language.
3. A number gets its unit, and what rounds it: "more than", 近, "yaklaşık".
4. What has digits or number words in it and fits no rule is `unread`: a claim with it is withheld.

How a language writes all this stands in `numbers.toml`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.verify.dates import find_dates
from rag.verify.numerals import (
    ROUNDING, UNITS, Figure, Plain, Spelled, normalize, read_chinese, read_digits, scale_after, spelled_numbers,
)  # fmt: skip

# What may stand between two numbers that share the unit of the second one; of the first kind they share its scale too.
_RANGE = re.compile(r"\s*(?:-|–|—|~|to|up to|ila|ile|至|到|['’][dt][ae]n)\s*")
_LIST = re.compile(r"\s*(?:-|–|—|~|[,、/]|(?:, ?)?(?:and|or|to|by)|ila|ile|ve|veya|['’][dt][ae]n|至|到|和|与|或)\s*(?:from )?")
_DIGITS = re.compile(r"\d+(?:[.,']\d+)*")
_PHONE = re.compile(r"(?<![\w.,])(?:\+\d|\(?0\d{1,4}[)\s-])[\d\s()/-]{6,18}\d(?!\w)")
_CODE = re.compile(r"(?<![a-z\d])[a-z]{1,6}-?\d+(?:[-/]?[a-z\d]+)*|\d+(?:[./:]\d+){2,}|\d+[/:]\d+")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_UNIT_CODE = re.compile(r"(?:rmb|us|hk|no|nr)-?\d+|[a-z]+-\d+(?:-[a-z]+)+|[kcm]?m[23]")
_PARTS = re.compile(r"(?:(?P<whole>\d+) )?(?P<top>\d+)⁄(?P<bottom>[1-9]\d*)")
_ROMAN = re.compile(r"\b[iıvx]{1,6}(?=\.? (?:yüzyıl|asır|century|centuries)|世纪)")
_ORDINAL_AFTER = re.compile(r"(?:st|nd|rd|th)\b|['’]?[ıiuü]?nc[ıiuü](?!\d)|\.(?= ?yüzyıl)")
_DECADE_AFTER = re.compile(r"(?:'?s\b|\s?年代|['’]?l[ae]r|['’]l[ıiuü]\b)")
_CENTURY = re.compile(r"[\s-]?(?:centur(?:y|ies)|世纪|yüzyıl|asır)")
_PERCENT_BEFORE = re.compile(r"(?:yüzde\s+|%\s*|百分之)$")
_CURRENCY_BEFORE = re.compile(r"(?:(?P<USD>us ?\$|\$)|(?P<EUR>€)|(?P<GBP>£)|(?P<CNY>cn¥|rmb|¥)|(?P<TRY>₺)|(?P<HKD>hk\$))\s*$")
_MINUS_BEFORE = re.compile(r"(?:(?:^|[\s(])[-−]|minus |eksi |零下|负)$")
_TAIL = 40  # characters looked at behind and before a number


@lru_cache(maxsize=4096)
def read_figures(text: str, language: str) -> tuple[Figure, ...]:
    """The figures of a text, in order.

    >>> [(f.value, f.unit, f.rounding) for f in read_figures("over half a million dollars", "en")]
    [(500000.0, 'USD', 'more')]
    >>> [(f.value, f.rounding) for f in read_figures("共有一百二十多万件", "zh")]
    [(1200000.0, 'more')]
    """
    plain = normalize(text, language)
    taken = bytearray(len(plain.text))
    found: list[Figure] = []
    for figure in (*find_dates(plain, language), *_verbatim(plain), *_numbers(plain.text, plain.capitals, language)):
        if not any(taken[figure.start : figure.end]):
            taken[figure.start : figure.end] = b"\x01" * (figure.end - figure.start)
            found.append(figure)
    rest = (Figure("unread", m.start(), m.end()) for m in _DIGITS.finditer(plain.text) if not any(taken[slice(*m.span())]))
    ordered = sorted((*found, *rest), key=lambda f: f.start)
    return tuple(_place(f, text, plain.offsets) for f in _share_units(ordered, plain.text))


def _place(figure: Figure, text: str, offsets: Sequence[int]) -> Figure:
    start = offsets[figure.start]
    end = offsets[figure.end - 1] + 1
    return replace(figure, start=start, end=end, text=text[start:end].strip())


def _verbatim(plain: Plain) -> Iterator[Figure]:
    """Phone numbers and codes such as "G20" or "14/A", which are compared as they stand."""
    for m in _PHONE.finditer(plain.text):
        yield Figure("code", *m.span(), code=re.sub(r"\D", "", m.group()))
    for m in _CODE.finditer(plain.text):
        if plain.capitals[m.start()] != m.group()[0].isdigit() and not (_UNIT_CODE.fullmatch(m.group()) or _GROUPED.fullmatch(m.group())):
            yield Figure("code", *m.span(), code=m.group())


def _numbers(text: str, capitals: Sequence[bool], language: str) -> Iterator[Figure]:
    for m in _ROMAN.finditer(text):
        yield Figure("ordinal", *m.span(), value=_roman(m.group()), unit="century")
    for m in re.finditer(r"\b[ıivxlc]{2,6}\b", text):
        if all(capitals[slice(*m.span())]):
            yield Figure("ordinal", *m.span(), value=_roman(m.group()), doubtful=True)
    spelled = [
        Spelled(m.start(), m.end(), int(m["whole"] or 0) + int(m["top"]) / int(m["bottom"]), digits=True,
                unit=None if m["whole"] else "share")
        for m in _PARTS.finditer(text)
    ]  # fmt: skip
    for m in _DIGITS.finditer(text):
        if re.fullmatch(r"\d+(?:,(?:\d{1,2}|\d{4,}))+", m.group()) and (language in ("en", "zh") or m.group().count(",") > 1):
            if not re.fullmatch(r"\d{1,3},\d{1,2}", m.group()):  # a list without blanks: "1635,1655"
                pieces = re.compile(r"\d+").finditer(text, *m.span())
                spelled += [scale_after(Spelled(*p.span(), float(p.group()), digits=True), text, language) for p in pieces]
                continue
        value = read_digits(m.group(), language)
        if value is None or m.group()[0] == "0" and len(m.group()) > 1 and m.group()[1].isdigit():
            yield Figure("code", *m.span(), code=m.group())
        else:
            spelled.append(scale_after(Spelled(m.start(), m.end(), value, digits=True), text, language))
    spelled += read_chinese(text) if language == "zh" else spelled_numbers(text, language)
    for number in spelled:
        yield _complete(number, text, capitals, language)


def _complete(number: Spelled, text: str, capitals: Sequence[bool], language: str) -> Figure:
    """The number with its sign, unit and rounding."""
    start, end, value = number.start, number.end, number.value
    if value is None:
        return Figure("unread", start, end)
    if number.doubtful:
        return Figure("number", start, end, value=value, doubtful=True)
    before, after = text[max(0, start - _TAIL) : start], text[end : end + _TAIL]
    kind, unit, begin = "number", number.unit, start
    if number.ordinal:
        kind = "ordinal"
    elif m := _ORDINAL_AFTER.match(after):
        kind, end = "ordinal", end + m.end()
    elif before.rstrip().endswith(("第", "no.", "no:")) or (
        language == "tr" and re.match(r"\. ?[a-zçğıöşü]", after) and not capitals[end + 1 + (after[1] == " ")]
    ):
        kind = "ordinal"
    elif number.digits and (m := _DECADE_AFTER.match(after)) and value % 10 == 0 and value < 2100:
        return Figure("decade", start, end + m.end(), value=value)
    if (m := _CENTURY.match(text, end)) and (kind == "ordinal" or text[end] == "世"):
        return Figure("ordinal", start, m.end(), value=value, unit="century")
    if kind == "ordinal":
        return Figure(kind, start, end, value=value, weak=number.weak)
    rounding, end = _rounding_after(text, end, language, number.rounding)
    if kind == "number" and not unit:
        if m := _PERCENT_BEFORE.search(before):
            unit, begin = "percent", start - len(m.group())
        elif m := _CURRENCY_BEFORE.search(before):
            unit, begin = m.lastgroup, start - len(m.group())
            if number.digits and (m := re.compile(r"m\b").match(text, end)):
                value, end = value * 1e6, m.end()
        elif m := re.compile(rf"[\s-]?(?:个(?=[年天月星小世]))?(?:{UNITS.pattern})").match(text, end):
            unit, end = m.lastgroup, m.end()
            if language == "zh" and text[end : end + 1] == "半" and unit:
                value, end = value + 0.5, end + 1
            elif language == "en" and (half := re.match(r" and a half\b", text[end:])):
                value, end = value + 0.5, end + half.end()
    if m := _MINUS_BEFORE.search(text[:begin]):
        value, begin = -value, begin - len(m.group().lstrip(" ("))
    rounding, end = _rounding_after(text, end, language, rounding)
    if number.digits and not unit and text[end - 1 : end].isdigit() and re.match(r"[a-z]", text[end : end + 1]):
        tail = re.compile(r"[a-z\d]*").match(text, end)
        return Figure("code", start, tail.end() if tail else end, code=text[start : tail.end() if tail else end])
    pattern = ROUNDING.get(language)
    if not rounding and pattern and (m := pattern[0].search(text[max(0, begin - _TAIL) : begin])):
        rounding = str(m.lastgroup)
    return Figure(kind, begin, end, value=value, unit=unit, rounding=rounding, up_to=number.up_to, scale=number.scale, weak=number.weak)


def _rounding_after(text: str, end: int, language: str, known: str) -> tuple[str, int]:
    pattern = ROUNDING.get(language)
    if known or not pattern or not (m := pattern[1].match(text, end)):
        return known, end
    return str(m.lastgroup), m.end()


def _roman(numeral: str) -> float:
    values = [{"i": 1, "ı": 1, "v": 5, "x": 10, "l": 50, "c": 100}[c] for c in numeral]
    return float(sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True)))


def _share_units(figures: list[Figure], text: str) -> list[Figure]:
    """Give "five" of "five to seven million dollars" the unit and the scale of the number after it."""
    for n in range(len(figures) - 2, -1, -1):
        one, other = figures[n], figures[n + 1]
        if one.kind not in ("number", "ordinal") or one.value is None:
            continue
        between = text[one.end : other.start]
        if other.kind == "date" and other.month and not one.unit and one.value <= 31 and _LIST.fullmatch(between):
            figures[n] = Figure("date", one.start, one.end, year=other.year, month=other.month, day=int(one.value))
        elif other.kind in ("number", "ordinal") and not one.unit and not _is_year(one) and other.value is not None and _LIST.fullmatch(between):
            grows = _RANGE.fullmatch(between) and one.scale == 1 < other.scale and one.value * other.scale <= other.value
            factor = other.scale if grows else 1
            figures[n] = replace(one, unit=other.unit, value=one.value * factor,
                                 kind=other.kind if other.unit == "century" else one.kind)  # fmt: skip
    for n in range(1, len(figures)):
        one, other = figures[n - 1], figures[n]
        between = text[one.end : other.start]
        if one.kind == "ordinal" and one.unit == "century" and other.kind == "decade" and not between.strip():
            figures[n] = replace(other, start=one.start, value=(one.value or 0) * 100 - 100 + (other.value or 0))
        elif one.kind == other.kind == "decade" and (other.value or 0) < 100 <= (one.value or 0):
            figures[n] = replace(other, value=(one.value or 0) // 100 * 100 + (other.value or 0))
        elif _is_year(one) and between in ("-", "–", "/") and 10 <= (other.value or 0) < 100 and other.unit in (None, "year"):
            figures[n] = replace(other, unit=None, value=(one.year or one.value or 0) // 100 * 100 + (other.value or 0))
        elif one.kind == other.kind == "number" and _base(one.unit) in _PREFIXED and not other.unit and _RANGE.fullmatch(between):
            figures[n] = replace(other, unit=one.unit)
        if one.kind == "date" and one.day and other.kind == "number" and not other.unit and (other.value or 99) <= 31:
            if _RANGE.fullmatch(between):
                figures[n] = Figure("date", other.start, other.end, year=one.year, month=one.month, day=int(other.value or 0))
    merged = {f.start for f in figures if f.kind == "decade"}
    return [f for f in figures if not (f.unit == "century" and f.start in merged)]


def _is_year(figure: Figure) -> bool:
    return figure.year is not None or figure.kind == "number" and not figure.unit and 1000 <= (figure.value or 0) <= 2100


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A figure of a claim that a paragraph does not state, and the one it states in its place, None when it has none alike."""

    claimed: Figure
    instead: Figure | None


def find_mismatches(claim: Sequence[Figure], paragraph: Sequence[Figure], verbatim: str) -> list[Mismatch]:
    """The figures of a claim that a paragraph does not state.

    paragraph: its figures in all languages in which it can be read. verbatim: its text, for codes.
    """
    found = []
    for figure in claim:
        if figure.doubtful:
            continue
        if any(_states(other, figure) for other in paragraph) or (figure.kind == "code" and _stands(figure, verbatim)):
            continue
        if figure.kind == "date" and figure.year and (figure.month or figure.weekday is not None) and _date_apart(figure, paragraph):
            continue
        rivals = [o for o in paragraph if _alike(o, figure) and not any(_states(o, own) for own in claim)]
        if figure.weak and not any((o.value or 99) <= 20 for o in rivals):
            continue  # "the two sides" where a paragraph names both: only another number in its place contradicts it
        found.append(Mismatch(figure, rivals[0] if rivals else None))
    return found


def _stands(figure: Figure, text: str) -> bool:
    if figure.code.isdigit() and len(figure.code) >= 7:
        return figure.code in re.sub(r"(?<=\d)[\s()/-]+(?=[\d(])|(?<=\))\s*|\(", "", text)
    # Letters may be written in another script: "oxygen-18" and 氧-18.
    parts = re.findall(r"\d+", figure.code) if re.match("[a-z]", figure.code) else [figure.code]
    spaced = (re.sub(r"(?<=\d)(?=[a-z])", r"\\s?", re.escape(part)) for part in parts)
    return all(re.search(rf"(?<![\d.,]){part}(?!\d|[.,]\d)", text) for part in spaced)


def _alike(one: Figure, other: Figure) -> bool:
    """Whether two figures measure the same kind of thing."""
    if one.kind != other.kind:
        return False
    if one.kind == "number":
        return _base(one.unit) == _base(other.unit)
    return one.kind != "date" or bool(one.month) == bool(other.month)


def _base(unit: str | None) -> str:
    return UNITS.base[unit][0] if unit in UNITS.base else unit or ""


def _date_apart(claim: Figure, paragraph: Sequence[Figure]) -> bool:
    """Whether day and year of a date stand apart in a paragraph: "The 2025 expo opened on Oct 18"."""
    day = replace(claim, year=None)
    year = any(claim.year in (o.year, o.value) for o in paragraph)
    return year and any(_states(o, day) and o.year in (None, claim.year) for o in paragraph)


def _states(there: Figure, claimed: Figure) -> bool:
    """Whether a figure of a paragraph states one of a claim."""
    if "unread" in (there.kind, claimed.kind):
        return False
    if claimed.kind == "date":
        parts = ((claimed.year, there.year), (claimed.month, there.month), (claimed.day, there.day), (claimed.weekday, there.weekday))
        if there.kind == "date":
            return all(mine is None or mine == theirs for mine, theirs in parts)
        if claimed.day and not claimed.month:  # 11号 is the 11th, or number 11
            return claimed.day == there.value and there.kind in ("number", "ordinal") and not there.unit
        only_year = claimed.month is None and claimed.weekday is None
        return only_year and claimed.year == there.value and there.unit in (None, "year")
    if there.kind == "date":
        if there.day and not there.month and claimed.kind in ("number", "ordinal"):
            return claimed.value == there.day and not claimed.unit
        return claimed.unit in (None, "year") and there.year is not None and claimed.value == there.year
    if claimed.kind == "decade" or there.kind == "decade":
        both = claimed.kind == there.kind
        return both and (claimed.value or 0) % 100 == (there.value or 0) % 100 and (
            min(claimed.value or 0, there.value or 0) < 100 or claimed.value == there.value
        )
    if {claimed.kind, there.kind} <= {"time", "code"} or claimed.kind == "time":
        return claimed.kind == there.kind and (claimed.value, claimed.code) == (there.value, there.code)
    if there.kind == "code" and there.code[:1].isalpha():
        return not claimed.unit and f"{claimed.value:g}" in re.findall(r"\d+", there.code)
    return _same_amount(there, claimed) and _rounded_alike(there, claimed)


def _same_amount(there: Figure, claimed: Figure) -> bool:
    if there.value is None or claimed.value is None:
        return False
    if claimed.kind != there.kind and None not in (claimed.unit, there.unit):
        return False
    mine, theirs = claimed.value, there.value
    if claimed.unit != there.unit:
        bases = {_base(claimed.unit), _base(there.unit)}
        if bases == {"share", "%"}:
            mine, theirs = (v * (100 if f.unit == "share" else UNITS.base[str(f.unit)][1]) for v, f in ((mine, claimed), (theirs, there)))
        elif "" in bases:
            if not bases <= _LOOSE:
                return False
        elif len(bases) > 1:
            return False
        else:
            mine, theirs = mine * UNITS.base[str(claimed.unit)][1], theirs * UNITS.base[str(there.unit)][1]
    if claimed.up_to:
        if there.up_to:
            return math.isclose(mine, theirs, rel_tol=1e-6)
        return mine <= theirs < mine * claimed.up_to
    return not there.up_to and math.isclose(mine, theirs, rel_tol=1e-6)


# A number without a unit may be one of these of a paragraph, and the other way round: "aged 45" and "45岁".
_LOOSE = {"", "month", "day", "minute", "times", "century"}
_PREFIXED = {"%", "USD", "EUR", "GBP", "CNY", "TRY", "HKD"}  # written before a number, and then of both ends of a range
# Of each rounding of a paragraph, those a claim must not have.
_CONTRARY = {
    "": {"more", "less"}, "more": {"less", "exact", "near"}, "less": {"more", "exact", ""}, "near": {"more", "exact"},
    "about": {"exact", "less"}, "exact": {"more", "less"},
}  # fmt: skip


def _rounded_alike(there: Figure, claimed: Figure) -> bool:
    if claimed.up_to or there.up_to:
        return claimed.rounding in ("", "more", "about")
    return claimed.rounding not in _CONTRARY[there.rounding]
