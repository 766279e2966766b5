"""Every number, date and time of a text, read whole or called unread.

1. The text is put in lower case, half width and simplified characters; each character keeps its place.
2. Dates and times are read first, then codes and what is written in digits, then number words of the language.
3. A number gets its unit, and what rounds it: "more than", 近, "yaklaşık".
4. What is left of digits, and number words in a row that are no number, are unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.figures.chinese import add_chinese_scales, find_chinese_numbers
from rag.figures.dates import find_dates
from rag.figures.english import find_english_numbers
from rag.figures.figure import LATIN, Figure, Plain, Spelled, load_rounding, match_units, normalize_text, read_digits
from rag.figures.sharing import share_units
from rag.figures.turkish import find_turkish_numbers
from rag.figures.words import load_number_words
from rag.languages import cache_for_languages
from rag.locales import find_locale, has_ordinal_point

_DIGITS = re.compile(r"\d+(?:[.,']\d+)*")
_PHONE = re.compile(r"(?<![\w.,])(?:\+\d|\(?0\d{1,4}[)\s-])[\d\s()/-]{6,18}\d(?!\w)")
_CODE = re.compile(r"(?<![a-z\d])[a-z]{1,6}-?\d+(?:[-/]?[a-z\d]+)*|(?<!\d)\d+(?:(?:[./:]\d+){2,}|[/:]\d+)")
# Written like codes, and none: "km2", "Rmb500", "1.000.000".
_NO_CODE = re.compile(r"(?:rmb|us|hk|no|nr)-?\d+|[a-z]+-\d+(?:-[a-z]+)+|[kcm]?m[23]|\d{1,3}(?:[.,]\d{3})+")
_LIST = re.compile(r"\d+(?:,(?:\d{1,2}|\d{4,}))+")
_PARTS = re.compile(r"(?<!\d)(?:(?P<whole>\d{1,12}) )?(?P<top>\d{1,12})⁄(?P<bottom>[1-9]\d{0,11})(?!\d)")
_ROMAN = re.compile(r"\b(?P<century>[iıvx]{1,6})(?=\.? (?:yüzyıl|asır|century|centuries)|世纪)|\b(?P<other>[ıivxlc]{2,6})\b")
_ROMAN_DIGITS = {"i": 1, "ı": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_ORDINAL_BEFORE = re.compile(r"(?:第|\bno[.:])\s*$")
_ORDINAL_AFTER = re.compile(r"(?:st|nd|rd|th)\b|['’]?[ıiuü]?nc[ıiuü](?!\d)|\.(?= ?yüzyıl)")
_POINT_AFTER = re.compile(rf"\. ?[{LATIN}]")
_DECADE_AFTER = re.compile(r"'?s\b|\s?年代|['’]?l[ae]r|['’]l[ıiuü]\b")
_CENTURY = re.compile(r"[\s-]?(?:centur(?:y|ies)|世纪|yüzyıl|asır)")
_PERCENT_BEFORE = re.compile(r"(?:yüzde\s+|%\s*|百分之)$")
_CURRENCY_BEFORE = re.compile(r"(?:(?P<USD>us ?\$|\$)|(?P<EUR>€)|(?P<GBP>£)|(?P<CNY>cn¥|rmb|¥)|(?P<TRY>₺)|(?P<HKD>hk\$))\s*$")
_MILLIONS = re.compile(r"m\b")  # of money: "£30m"
_AND_A_HALF = re.compile(r"半| and a half\b")
_MINUS_BEFORE = re.compile(r"(?:(?:^|[\s(])[-−]|minus |eksi |零下|负)$")
_LETTERS = re.compile(r"[a-z][a-z\d]*")
_TURKISH_REST = re.compile(r" (?P<rest>\d{3})(?![\d.,])| (?P<thousands>\d{1,3}) bin\b")
_BEFORE = 40  # characters looked at before a number


@cache_for_languages(4096)
def read_figures(text: str, language: str) -> tuple[Figure, ...]:
    """The figures of a text, in order. language: ISO 639-1; number words are read in English, Chinese and Turkish.

    >>> [(f.value, f.unit, f.rounding) for f in read_figures("over half a million dollars", "en")]
    [(500000.0, 'USD', 'more')]
    >>> [(f.value, f.rounding) for f in read_figures("共有一百二十多万件", "zh")]
    [(1200000.0, 'more')]
    """
    plain = normalize_text(text, language)
    taken = bytearray(len(plain.text))
    found: list[Figure] = []
    for figure in (*find_dates(plain), *_find_codes(plain), *_find_numbers(plain, language)):
        if not any(taken[figure.start : figure.end]):
            taken[figure.start : figure.end] = b"\x01" * (figure.end - figure.start)
            found.append(figure)
    for m in _DIGITS.finditer(plain.text):
        if not any(taken[m.start() : m.end()]):
            zero = re.fullmatch(r"0\d+", m.group())  # "007" is no number
            found.append(Figure("code" if zero else "unread", *m.span(), code=m.group() if zero else ""))
    ordered = share_units(sorted(found, key=lambda figure: figure.start), plain.text)
    return tuple(_place(figure, text, plain.offsets) for figure in ordered)


def _place(figure: Figure, text: str, offsets: Sequence[int]) -> Figure:
    start, end = offsets[figure.start], offsets[figure.end - 1] + 1
    return replace(figure, start=start, end=end, text=text[start:end].strip())


def _find_codes(plain: Plain) -> Iterator[Figure]:
    """Phone numbers and codes such as "G20" or "14/19", which are compared as they stand."""
    for m in _PHONE.finditer(plain.text):
        yield Figure("code", *m.span(), code=re.sub(r"\D", "", m.group()))
    for m in _CODE.finditer(plain.text):
        written = plain.capitals[m.start()] or m.group()[0].isdigit()
        if written and not _NO_CODE.fullmatch(m.group()):
            yield Figure("code", *m.span(), code=m.group())


def _find_numbers(plain: Plain, language: str) -> Iterator[Figure]:
    text = plain.text
    for m in _ROMAN.finditer(text):
        if m["century"] or all(plain.capitals[m.start() : m.end()]):
            kind = {"unit": "century"} if m["century"] else {"doubtful": True}
            yield Figure("ordinal", *m.span(), value=_read_roman(m.group()), **kind)
    spelled: list[Spelled] = []
    for m in _PARTS.finditer(text):
        value = int(m["whole"] or 0) + int(m["top"]) / int(m["bottom"])
        spelled.append(Spelled(*m.span(), value, digits=True, unit=None if m["whole"] else "share"))
    for m in _DIGITS.finditer(text):
        spelled += _read_chain(m, text, language)
    if grammar := _find_grammar(language):
        spelled += _FINDERS[grammar](text) if grammar in _FINDERS else load_number_words(language).find_rows(text)
    for number in spelled:
        yield _complete(number, plain, language)


_FINDERS = {"chinese": find_chinese_numbers, "english": find_english_numbers, "turkish": find_turkish_numbers}


def _find_grammar(language: str) -> str:
    """The grammar of a language's number words; "" of one that has no file."""
    return locale.numbers.grammar if (locale := find_locale(language)) else ""


def _read_chain(m: re.Match[str], text: str, language: str) -> Iterator[Spelled]:
    """The number in digits, or each of "1635,1655"; none where it can be read in two ways or none."""
    chain = m.group()
    point = (locale := find_locale(language)) is not None and locale.writing.decimal == "."
    listed = _LIST.fullmatch(chain) and (point or chain.count(",") > 1)
    if listed and not re.fullmatch(r"\d{1,3},\d{1,2}", chain):
        for part in re.compile(r"\d+").finditer(text, *m.span()):
            yield _add_scales(Spelled(*part.span(), float(part.group()), digits=True), text, language)
        return
    value = read_digits(chain, language)
    if value is not None and not re.match(r"0\d", chain):
        yield _add_scales(Spelled(*m.span(), value, digits=True), text, language)


def _add_scales(number: Spelled, text: str, language: str) -> Spelled:
    grammar = _find_grammar(language)
    if grammar == "chinese":
        return add_chinese_scales(number, text)
    if not grammar:
        return number
    scaled = load_number_words(language).add_scales(number, text)
    if grammar != "turkish":
        return scaled
    more = _TURKISH_REST.match(text, scaled.end) if scaled.scale > 1 else None
    if not more:
        return scaled
    rest = float(more["rest"]) if more["rest"] else float(more["thousands"]) * 1000
    return replace(scaled, value=(scaled.value or 0) + rest, end=more.end())


def _complete(number: Spelled, plain: Plain, language: str) -> Figure:
    """The number with its kind, sign, unit and rounding."""
    start, end, value = number.start, number.end, number.value
    if value is None:
        return Figure("unread", start, end)
    if number.doubtful:
        return Figure("number", start, end, value=value, doubtful=True)
    return _read_ordinal(number, plain, language) or _read_amount(number, plain.text, language)


def _read_ordinal(number: Spelled, plain: Plain, language: str) -> Figure | None:
    """The number as an ordinal or a decade; None when it is neither."""
    text, start, end, value = plain.text, number.start, number.end, number.value or 0.0
    if not number.ordinal:
        if m := _ORDINAL_AFTER.match(text, end):
            end = m.end()
        elif not (_ORDINAL_BEFORE.search(text[max(0, start - _BEFORE) : start]) or _has_point(number, plain, language)):
            if number.digits and value % 10 == 0 and value < 2100 and (m := _DECADE_AFTER.match(text, end)):
                return Figure("decade", start, m.end(), value=value)
            century = text.startswith("世纪", end)  # "17世纪" is the 17th, "17个世纪" are seventeen
            return Figure("ordinal", start, end + 2, value=value, unit="century") if century else None
    if m := _CENTURY.match(text, end):
        return Figure("ordinal", start, m.end(), value=value, unit="century")
    return Figure("ordinal", start, end, value=value, weak=number.weak)


def _has_point(number: Spelled, plain: Plain, language: str) -> bool:
    """Whether a Turkish number has the point of an ordinal, and not of a sentence's end: "39. mağaza"."""
    m = _POINT_AFTER.match(plain.text, number.end) if has_ordinal_point(language) else None
    return m is not None and not plain.capitals[m.end() - 1]


def _read_amount(number: Spelled, text: str, language: str) -> Figure:
    rounding, end = _find_rounding_after(text, number.end, language, number.rounding)
    begin, end, value, unit = _find_unit(replace(number, end=end), text)
    if m := _MINUS_BEFORE.search(text[max(0, begin - _BEFORE) : begin]):
        value, begin = -value, begin - len(m.group().lstrip(" ("))
    rounding, end = _find_rounding_after(text, end, language, rounding)
    if number.digits and not unit and text[end - 1].isdigit() and (m := _LETTERS.match(text, end)):
        return Figure("code", number.start, m.end(), code=text[number.start : m.end()])
    if not rounding:
        m = load_rounding(language)[0].search(text[max(0, begin - _BEFORE) : begin])
        rounding = str(m.lastgroup) if m else ""
    return Figure(
        "number", begin, end, value=value, unit=unit, rounding=rounding, up_to=number.up_to, scale=number.scale,
        weak=number.weak,
    )  # fmt: skip


@cache_for_languages()
def _unit_rule() -> re.Pattern[str]:
    return re.compile(rf"[\s-]?(?:个(?=[年天月星小世]))?(?:{match_units()})")


def _find_unit(number: Spelled, text: str) -> tuple[int, int, float, str | None]:
    """Where the number begins and ends with its unit, its value, and the unit."""
    start, end, value = number.start, number.end, number.value or 0.0
    before = text[max(0, start - _BEFORE) : start]
    if number.unit:
        return start, end, value, number.unit
    if m := _PERCENT_BEFORE.search(before):
        return start - len(m.group()), end, value, "percent"
    if m := _CURRENCY_BEFORE.search(before):
        millions = _MILLIONS.match(text, end) if number.digits else None
        factor, end = (1e6, millions.end()) if millions else (1.0, end)
        return start - len(m.group()), end, value * factor, m.lastgroup
    if m := _unit_rule().match(text, end):
        half = _AND_A_HALF.match(text, m.end())
        return start, half.end() if half else m.end(), value + 0.5 * bool(half), m.lastgroup
    return start, end, value, None


def _find_rounding_after(text: str, end: int, language: str, known: str) -> tuple[str, int]:
    m = load_rounding(language)[1].match(text, end) if not known else None
    return (str(m.lastgroup), m.end()) if m else (known, end)


def _read_roman(numeral: str) -> float:
    values = [_ROMAN_DIGITS[c] for c in numeral]
    return float(sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True)))
