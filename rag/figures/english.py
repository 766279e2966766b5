"""English numbers in words, of a text in the form of `figure.normalize_text`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from rag.figures.figure import Spelled, match_units
from rag.figures.words import NumberWords

WORDS = NumberWords("en")
_WORD = "|".join((*WORDS.words, "hundred"))
_ONES = "|".join(WORDS.ones)
_SCALES = "|".join(WORDS.scales)
_LONG_SCALES = "|".join(word for word in WORDS.scales if len(word) > 2)
# "Two hundred and five", "eight thousand, one hundred".
_JOINT = (
    rf"(?:[\s-]|(?:(?<=hundred)|(?<=housand)|(?<=illion)) and |(?:(?<=housand)|(?<=illion)), (?=(?:(?:{_WORD})[\s-])+"
    r"(?:hundred|thousand|million|billion)\b))"
)
_NUMBER = re.compile(
    rf"\b(?:(?P<half>half an? (?=(?:{_SCALES})\b))|(?P<an>an? (?=(?:{_LONG_SCALES})\b)))?"
    rf"(?P<words>(?:{_WORD})(?:{_JOINT}(?:{_WORD}))*)\b"
    rf"(?P<point>(?: point (?:{_ONES})\b)(?: (?:{_ONES})\b)*)?(?P<and>\s?and an? half)?"
)
_ORDINAL = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(WORDS.tens)})[\s-])?(?P<last>{'|'.join(WORDS.ordinals)})\b(?! hand| of all)"
)
_PARTS = "|".join(WORDS.fractions)
_FRACTION = re.compile(
    rf"\b(?:(?P<top>one|two|three|four|five|seven)[\s-](?P<part>{_PARTS})s?|an? (?P<of>{_PARTS})(?= of\b)"
    r"|(?<!first )(?<!second )(?<!other )(?<!latter )(?<!and a )(?P<half>half)\b(?![ -]?time| past)(?: an?\b|-(?=[a-z]))?)"
)
# "A year and a half", "the decade": one, without the word.
_ONE = re.compile(
    rf"\b(?:an?(?= (?:{match_units()}) and a half)|(?:an?|past|last|per|the|this|that|first|next)(?= (?:decade|century)\b))"
)
# "For decades", "centuries-old": ten years or a hundred, and up to ten times as many.
_PERIODS = re.compile(r"(?<!th )(?<!nd )(?<!rd )\b(?:(?P<decade>decades)|(?P<century>centuries))\b")
_COUNTED = re.compile(r"(?:\d|\b(?:" + _WORD + r"|few|couple of))[\s-]$")
_SEVERAL = re.compile(r"\b(?:several|few|many) $")


def find_english_numbers(text: str) -> Iterator[Spelled]:
    """Numbers in words: "half a million", "two-thirds", "the twenty-first", "dozens"."""
    yield from WORDS.find_vague(text)
    for m in _ORDINAL.finditer(text):
        value = WORDS.ordinals[m["last"]] + WORDS.tens.get(m["tens"] or "", 0)
        yield Spelled(m.start(), m.end(), float(value), ordinal=True, weak=value <= 2)
    for m in _FRACTION.finditer(text):
        if not (m["half"] and re.match(rf"half an? (?:{_SCALES})\b", text[m.start() :])):
            yield _read_fraction(m, text)
    for m in _NUMBER.finditer(text):
        yield _read_number(m, text)
    for m in _ONE.finditer(text):
        yield Spelled(m.start(), m.end(), 1.0, weak=True)
    for m in _PERIODS.finditer(text):
        if not _COUNTED.search(text[: m.start()]):
            yield Spelled(m.start(), m.end(), 1.0, up_to=10, unit=m.lastgroup)


def _read_fraction(m: re.Match[str], text: str) -> Spelled:
    top, bottom = WORDS.ones[m["top"] or "one"], 2 if m["half"] else WORDS.fractions[m["part"] or m["of"]]
    measured = text.startswith("-", m.end()) or re.match(rf"\s?(?:{match_units()})", text[m.end() :])
    return Spelled(m.start(), m.end(), top / bottom, unit=None if measured else "share")


def _read_number(m: re.Match[str], text: str) -> Spelled:
    words = re.findall(r"[a-z]+", m["words"].replace(" and ", " "))
    value = WORDS.combine(words)
    number = Spelled(m.start(), m.end(), value, scale=WORDS.scale_of(words))
    if value is None:
        return number
    if m["point"]:
        digits = "".join(str(WORDS.ones[word]) for word in re.findall(r"[a-z]+", m["point"])[1:])
        return WORDS.add_scales(replace(number, value=value + float(f"0.{digits}")), text)
    if m["and"]:
        return WORDS.add_scales(replace(number, value=value + 0.5), text)
    if m["half"]:
        return replace(number, value=value / 2)
    if words[0] in WORDS.scales and not m["an"] and _SEVERAL.search(text[: m.start()]):
        return replace(number, up_to=10)
    lone = words == ["one"] and not re.match(rf"[\s-](?:{match_units()})", text[m.end() :])
    return replace(number, weak=words in (["one"], ["two"]), doubtful=lone or words == ["zero"])
