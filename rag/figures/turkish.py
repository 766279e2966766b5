"""Turkish numbers in words, of a text in the form of `figure.normalize_text`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.figures.figure import LATIN, Spelled, load_rounding, match_units
from rag.figures.words import NumberWords

WORDS = NumberWords("tr")
_WORD = "|".join(WORDS.words)
_SCALES = "|".join(WORDS.scales)
_SUFFIX = (
    "(?:['’]?(?:y?[ıiuüae]|s[ıiuü](?:n[dae]{0,3})?|[dt][ae]n?|n?[ıiuü]n|l[ae]r[ıi]?|ş?[ae]r)(?:n?[dt][ae]n?)?)"
)
_NUMBER = re.compile(
    rf"\b(?P<words>(?:{_WORD})(?:\s?(?:{_WORD}))*)(?P<and> buçuk(?: (?P<scale>{_SCALES}))?)?"
    rf"(?P<ordinal>['’]?[ıiuü]?nc[ıiuü]\w{{0,3}})?(?P<suffix>{_SUFFIX})?(?![{LATIN}])"
)
_FRACTION = re.compile(
    rf"\b(?P<bottom>{_WORD})[dt][ae] (?P<top>{'|'.join(WORDS.ones)})(?:s?[ıiuü]n?(?:[dt][ae]n?|[ıiuüea])?)?\b"
    rf"|\b(?P<half>yarısı(?:n[ıiae]n?|nda)?(?![{LATIN}])|yarısı(?=ndan )|yarı(?=dan )|yarım\b)|\b(?P<quarter>çeyreği?k?)\b"
)
# Words that only begin like a number: pronouns, "therefore", "under"; and before "altı" what makes it a place.
_OTHER = re.compile(
    r"on(?:u|a|un|da|dan|lar\w*|lu)|yüz(?:ü|üne|e|den|de|ün\w*|er)|biri?|bin(?:e|a|er|in)|milyoner\w*|milyarder\w*|birbir\w*"
    r"|alt[ıi]n(?!c)\w*|birlik\w*|yediği?|yüz yüze|dört bir|bir iki"
)
_UNDER = re.compile(r"(?:yer|su|sır|çatı|deniz|toprak|ayak|el|çizgi|[ıiuü]n) $")
_AFTER_DIGITS = re.compile(r"\d[\d.,]* ?$")
_BEFORE = 40  # characters looked at before a number
_PERIODS = re.compile(r"\b(?P<decade>on yıllarca|on yıllardır)\b|\b(?P<century>yüzyıllar\w*|asırlar\w*)\b")


def find_turkish_numbers(text: str) -> Iterator[Spelled]:
    """Numbers in words: "yarım milyon", "üçte ikisi", "on yedinci", "yüzlerce"."""
    yield from WORDS.find_vague(text)
    for m in _PERIODS.finditer(text):
        yield Spelled(m.start(), m.end(), 1.0, up_to=10, unit=m.lastgroup)
    for m in _FRACTION.finditer(text):
        yield from _read_fraction(m, text)
    for m in _NUMBER.finditer(text):
        if not _AFTER_DIGITS.search(text, max(0, m.start() - _BEFORE), m.start()):  # "2 bin" is read with its digits
            yield from _read_number(m, text)
    for m in re.finditer(r"\bilk\b", text):
        yield Spelled(m.start(), m.end(), 1.0, ordinal=True, weak=True)


def _read_fraction(m: re.Match[str], text: str) -> Iterator[Spelled]:
    if m["bottom"]:
        bottom = WORDS.combine([m["bottom"]])
        if bottom and m["bottom"] != "yüz":  # "yüzde iki" is a percentage
            yield Spelled(m.start(), m.end(), WORDS.ones[m["top"]] / bottom, unit="share")
    elif m["half"] == "yarım":
        half = Spelled(m.start(), m.end(), 0.5)
        yield WORDS.add_scales(half, text) if re.match(rf" (?:{_SCALES})\b", text[m.end() :]) else half
    else:
        yield Spelled(m.start(), m.end(), 0.5 if m["half"] else 0.25, unit="share")


def _read_number(m: re.Match[str], text: str) -> Iterator[Spelled]:
    whole, words = m.group().strip(), re.findall(_WORD, m["words"])
    rounded = load_rounding("tr")[1].match(text, m.start("suffix") if m["suffix"] else m.end())
    place = words == ["altı"] and _UNDER.search(text[: m.start()])
    ate = words == ["yedi"] and re.match(r"\s*[.!?]", text[m.end() :])
    if (_OTHER.fullmatch(whole) and whole != "bir" and not rounded) or place or ate or words == ["sıfır"]:
        return
    if words[0] == "bir" and len(words) > 1 and WORDS.combine(words) is None:
        words = words[1:]  # an article: "bir dört nota"
    value, scale = WORDS.combine(words), WORDS.scale_of(words)
    if value is not None and m["and"]:
        scale = WORDS.scales.get(m["scale"] or "", 1.0)
        value = (value + 0.5) * scale
    end = m.start("suffix") if m["suffix"] and rounded else m.end()
    plain = not (m["and"] or m["ordinal"])
    lone = words == ["bir"] and plain and not re.match(rf"\s(?:{match_units()})", text[end:])
    up_to = 10 if words[0] in WORDS.scales and text[: m.start()].endswith("birkaç ") else 0
    yield Spelled(
        m.start(), end, value, scale=scale, ordinal=bool(m["ordinal"]), up_to=up_to, doubtful=lone,
        weak=words in (["bir"], ["iki"]) and not m["and"],
    )  # fmt: skip
