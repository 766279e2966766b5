"""How a value is written in English, Chinese and Turkish, and whether a text writes it: numbers with their unit, and dates.

Nothing is read out of the text as a value: the forms of the value sought are made, and looked for. That keeps the check of an
answer apart from the code that made the answer, which does read numbers and dates. Month names and digit groups are Babel's
(the Unicode CLDR), number words are num2words'; only Chinese numerals and the units are our own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from babel.dates import get_month_names
from babel.numbers import format_decimal
from num2words import num2words  # type: ignore[import-untyped]

_SAME = str.maketrans("’‘ʼ“”–—‒−‑~〜İı", "'''\"\"-------ii")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"'(]?[A-ZÇĞÖŞÜİ])")


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """Text without the differences that do not matter: case, Turkish dots and accents, full width, kinds of quotes and spaces.
    A line break is left only between sentences.

    >>> fold("Kağan  Mehmet USTA’nın İznik’i, １４０ m². Bir")
    "kagan mehmet usta'nin iznik'i, 140 m2.\\nbir"
    """
    text = unicodedata.normalize("NFKC", text.replace("\n", " ").translate(_SAME)).translate(_SAME)
    text = _SENTENCE_END.sub("\n", text).casefold()
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[^\S\n]+", " ", text)


class Unit(NamedTuple):
    """What stands after a number, or before it; `far` if other words may stand between, as in "30 eastern countries"."""

    after: str
    before: str = "(?!)"
    far: bool = False


# Folded, as patterns; the start of a word is enough, so that plurals and Turkish endings need no line of their own.
UNITS = {
    "m2": Unit(r"square met(?:er|re)|sq\.? ?m|m2|平方米|平米|metrekare"),
    "day": Unit(r"day|天|日|gun"),
    "year": Unit(r"year|年|岁|yil(?!di)|yas"),
    "century": Unit(r"centur|世纪|yuzyil"),
    "anniversary": Unit(r"anniversary|周年|yil ?donum|yil"),
    "percent": Unit(r"percent|per cent|%|个百分点", r"yuzde|%|百分之"),
    "yuan": Unit(r"yuan|rmb|cny|元|人民币", r"rmb|cny|¥|人民币"),
    "dollar": Unit(r"(?:us |u\.s\. )?dollar|usd|美元|美金|(?:abd )?dolar", r"\$|usd"),
    "country": Unit(r"countr|nation|国家|国(?![内际外人])|ulke", far=True),
    "city": Unit(r"cit(?:y|ies)|城市|市|城|sehir|sehr|kent", far=True),
    "zone": Unit(r"zone|section|area|展区|主题|bolum|bolge|alan|tema", far=True),
    "buyer": Unit(r"buyer|purchaser|采购商|采购|买家|客商|alici", far=True),
    "stop": Unit(r"stop|location|store|站|家|durak|durag|magaza", far=True),
}

SCALES = {
    "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "bn": 9, "bin": 3, "milyon": 6, "milyar": 9, "trilyon": 12,
    "百": 2, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "百亿": 10, "千亿": 11, "万亿": 12,
}  # fmt: skip
_NUMERALS = "零一二三四五六七八九十百千万亿〇两"
# 两 is two and 〇 nought as well; 多, "more than", may stand before 万 and 亿.
_ONE_WAY = str.maketrans("两〇", "二零", "多余")


def _either(forms: Iterable[str]) -> str:
    return "|".join(re.escape(form) for form in sorted(set(forms), key=len, reverse=True))


def _words(value: int, language: str, ordinal: bool = False) -> str:
    return fold(str(num2words(value, lang=language, to="ordinal" if ordinal else "cardinal")))


def _compact(words: str) -> str:
    """
    >>> _compact("one hundred and forty-two thousand"), _compact("930多 亿"), _compact("两千")
    ('onehundredfortytwothousand', '930亿', '二千')
    """
    return re.sub(r"\band\b|[\s-]|,(?=\s)", "", words).translate(_ONE_WAY)


_PARTS = [*range(20), *range(20, 100, 10), 100, 1000, 10**6, 10**9, 10**12]
_EN, _TR = (
    _either(
        _words(part, language, ordinal).removeprefix("one " if language == "en" else "bir" if part > 1000 else "")
        for part in _PARTS
        for ordinal in (False, True)
    )
    for language in ("en", "tr")
)
_CASE = r"(?:'?(?:[dt][ae]n?|[yns]?[iuea]n?|nin|nun|ini|unu|lik|luk|sini|sinden))?(?![a-z])"  # Turkish case endings
_SCALE = rf"\s?[多余]?\s?(?:(?:{_either(s for s in SCALES if s.isascii())})(?={_CASE})|[百千万亿]+)"
_RUN = re.compile(  # all that is written of one number
    rf"""
      (?P<en> (?<![a-z]) (?>{_EN}) (?>[\s-](?:and\s)?(?:{_EN})(?![a-z]))* (?![a-z]) )
    | (?P<tr> (?<![a-z]) (?>{_TR}) (?>\s?(?:{_TR}))* (?={_CASE}) )
    | (?P<zh> [{_NUMERALS}]+ (?:[多余][万亿]+)? )
    | (?P<digits> (?<![a-z\d]) (?<!\d[.,:/-])
        (?> \d{{1,3}} (?P<gap>[.,\ ]) \d{{3}} (?:(?P=gap)\d{{3}})* (?:[.,]\d+)? (?!\d) | \d+ (?:[.,]\d+)? )
        (?![.,:/-]?\d) (?: (?>{_SCALE}) (?!\s?[\d{_NUMERALS}]) | (?!{_SCALE}|\s?[{_NUMERALS}]) ) )
    """,
    re.VERBOSE,
)
_ORDINAL_BEFORE = re.compile(r"(?:第|no\. ?|number )$")
_ORDINAL_AFTER = re.compile(r"(?:st|nd|rd|th|'?[iu]?nc[iu])(?![a-z])|\.(?= ?[a-z])")
_NO_COUNT_BEFORE = re.compile(r"(?:月|周|星期) ?$")
_NO_COUNT_ALONE = {"on", "bin", "yuz"}  # Turkish ten, thousand and hundred, but an English word, and "face"

_MONTHS = [
    _either(fold(get_month_names(width, locale=loc)[n]) for width in ("wide", "abbreviated") for loc in ("en", "tr"))
    for n in range(1, 13)
]
_ANY_UNIT = "|".join(rf"(?<![a-z])(?:{unit.after})" for unit in UNITS.values())
_ANY_MONTH = rf"(?<![a-z])(?:{'|'.join(_MONTHS)})(?![a-z])"
_OTHER = rf"{_ANY_UNIT}|{_ANY_MONTH}|(?<![a-z])(?:{_EN}|{_TR})(?![a-z])|[{_NUMERALS}]"
_BETWEEN = rf"(?:(?!{_OTHER})[^\d.,;:!?()、。\n])"
_BETWEEN_ORDINALS = rf"(?:(?!{_ANY_UNIT}|{_ANY_MONTH})[^,;:!?()、。\n]){{0,30}}?"  # "the 15th to the 17th century"


@lru_cache(maxsize=1024)
def number_forms(value: Decimal, ordinal: bool = False) -> frozenset[str]:
    """The ways to write a number in digits and in words, folded and without spaces. Words are those of the ordinal if asked for.

    >>> {"140,000", "140.000", "14万", "140bin", "十四万", "yuzkirkbin"} <= number_forms(Decimal(140000))
    True
    """
    scaled = [(value, ""), *((value.scaleb(-power), word) for word, power in SCALES.items())]
    forms = {
        format_decimal(size, "#,##0.###", locale, group_separator=grouped) + word
        for size, word in scaled
        if size == round(size, 3) and (not word or size >= Decimal("0.1"))
        for locale in ("en", "tr")
        for grouped in (True, False)
    }
    if value == int(value):
        forms |= {_compact(_words(int(value), language, ordinal).replace(",", "")) for language in ("en", "tr")}
        forms.add(chinese(int(value)))
    return frozenset(forms)


def chinese(value: int) -> str:
    """A whole number from 0 to below 10^16 in Chinese numerals.

    >>> [chinese(n) for n in (0, 15, 39, 2000, 140_000, 10_020, 93_000_000_000)]
    ['零', '十五', '三十九', '二千', '十四万', '一万零二十', '九百三十亿']
    """
    text = ""
    for place, digit in enumerate(reversed(str(value))):
        mark = ["", "十", "百", "千"][place % 4] if digit != "0" else ""
        text = _NUMERALS[int(digit)] + mark + ("万亿"[place // 4 % 2 - 1] if place and place % 4 == 0 else "") + text
    text = re.sub("零+(?=[万亿])", "", text)
    text = re.sub("(?<=亿)万", "", text)
    return re.sub("^一十", "十", re.sub("零+", "零", text).rstrip("零")) or "零"


def states_number(text: str, value: Decimal, unit: str = "", ordinal: bool = False) -> bool:
    """Whether a folded text writes the number, by itself (not as part of a longer one) and with its unit near it.

    >>> states_number("a five-day event in 15 halls", Decimal(5), "day"), states_number("15 days", Decimal(5), "day")
    (True, False)
    """
    forms = number_forms(value, ordinal)
    return any(_compact(run[0]) in forms and _meant(text, run, unit, ordinal) for run in _RUN.finditer(text))


def _meant(text: str, run: re.Match[str], unit: str, ordinal: bool) -> bool:
    """Whether a number is the ordinal or the count asked for, and of the unit."""
    before, after = text[: run.start()], text[run.end() :]
    in_words = bool(run["en"] or run["tr"])
    mark = None if in_words else _ORDINAL_AFTER.match(after)
    marked = in_words or bool(mark or _ORDINAL_BEFORE.search(before))
    if not ordinal and (_NO_COUNT_BEFORE.search(before) or (marked and not in_words)):
        return False
    ending = mark or re.match(_CASE, after)
    rest = after[ending.end() :] if ending else after
    if not unit:
        return bool(ending) and run[0] not in _NO_COUNT_ALONE and (marked or not ordinal)
    near = UNITS[unit]
    between = _BETWEEN_ORDINALS if ordinal else _BETWEEN + ("{0,40}?" if near.far else "{0,12}?")
    found = re.match(rf"{between}(?P<unit>(?<![a-z])(?:{near.after}))", rest)
    if ordinal and not marked:  # Chinese leaves 第 out before 世纪 and 周年
        return bool(found and not found["unit"].isascii())
    return bool(found or re.search(rf"(?:{near.before})\s?$", before))


@lru_cache(maxsize=1024)
def date_pattern(year: int | None, month: int | None, day: int | None) -> re.Pattern[str]:
    """A pattern for a date in a folded text: a year, a month of a year, or a day of a month, of a year or of any.

    >>> bool(date_pattern(None, 10, 18).search("18 ekim'de")), bool(date_pattern(None, 10, 1).search("oct 18"))
    (True, False)
    """
    if month is None:
        cjk = "".join("零一二三四五六七八九"[int(d)] for d in str(year)).replace("零", "[零〇]")
        return re.compile(rf"(?<!\d)(?<!\d,){year}(?!\d)(?!,\d{{3}})|{cjk}年")
    name = rf"(?<![a-z])(?:{_MONTHS[month - 1]}{'|sept' if month == 9 else ''})\.?(?:'[a-z]+|[dt][ae]n?)?(?![a-z])"
    number = rf"(?<![\d十])(?:0?{month}|{chinese(month)})"
    some_year = year or r"\d{4}"
    after = rf",?\s?(?:of\s)?{year}(?!\d)" if year else ""
    in_chinese = rf"(?<!\d){year}\s?年\s?{number}\s?月" if year else rf"{number}\s?月"
    if day is None:
        some_day = r"(?:\s\d{1,2}(?:st|nd|rd|th)?,?)?"
        return re.compile(rf"{name}{some_day}{after}|{in_chinese}|(?<!\d){year}[-/.]0?{month}(?!\d)")
    this, other = rf"0?{day}(?:st|nd|rd|th)?", r"\d{1,2}(?:st|nd|rd|th)?"
    link = r"\s?(?:-|to|and|ila|ile|ve|至|到)\s?"
    ways = [
        rf"(?<!\d)(?<!\d[.,:/]){this}(?:{link}{other})?\s(?:of\s)?{name}{after}",
        rf"{name}\s?(?:the\s)?(?:{other}{link})?{this}(?:{link}{other})?(?!\d|[.,:]\d){after}",
        rf"(?<!\d){some_year}[-/.]0?{month}[-/.]0?{day}(?!\d)",
        rf"(?<!\d)0?{day}[./]0?{month}[./]{some_year}(?!\d)",
        rf"{in_chinese}\s?(?:\d{{1,2}}[日号]?{link})?(?:0?{day}|{chinese(day)})(?!\d)\s?(?:[日号]|(?=[-至到]))",
    ]
    return re.compile("|".join(ways))
