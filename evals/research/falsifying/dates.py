"""Dates and times put wrong: another day, month, year, decade or century, in digits and in words, and ones put in where none was."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from babel.dates import get_month_names

from evals.research.falsifying.changes import Change, draw, pick, put
from evals.research.falsifying.spelling import ending, fits, in_words, ordinal_in_words, year_in_words
from evals.research.falsifying.texts import Sentence

Rule = tuple[str, re.Pattern[str], Callable[[re.Match[str], int], str]]
_NAMES = {code: list(get_month_names("wide", locale=code).values()) for code in ("en", "tr")}
_SHORT = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_EN_MONTH = "|".join([*_NAMES["en"], *_SHORT, "Sept"])
_TR_MONTH = "|".join(_NAMES["tr"])
_YEAR = {
    "en": re.compile(r"(?<![\d.,:/$£€-])(?<!No\. )(1[0-9]\d\d|20[0-4]\d)(?![\d%]|[.,:/]\d|-\d|s\b| (?:people|men|miles|km|yen|dollars))"),
    "tr": re.compile(r"(?<![\d.,:/-])(1[0-9]\d\d|20[0-4]\d)(?=['’](?:d[ae]|t[ae]|y[ae]|[ae]|in|ın|un|ün)|[),]| yıl| ile| ve)(?!['’]l[ae]r)"),
    "zh": re.compile(r"(?<![\d.,:/-])(1[0-9]\d\d|20[0-4]\d)(?=年(?!代))"),
}  # fmt: skip
_DAYTIMES = {
    "en": ("morning", "afternoon", "evening", "night"), "zh": ("上午", "下午", "晚上", "凌晨"), "tr": ("sabah", "öğleden sonra", "akşam", "gece"),
}  # fmt: skip
_LATER = (3, -7, 11, 24, -19, 6, -40, 52)
# Put in before a sentence, with its first letter made small where that is safe; after it in English.
_ADDED_DATE = {
    "en": ("In {year}, ", "On {day} {month}, ", "In {month} {year}, ", "In the {century} century, ", "In the {decade}s, "),
    "tr": ("{year} yılında, ", "{day} {month} günü, ", "{century}. yüzyılda, "),
    "zh": ("{year}年，", "{number}月{day}日，", "在{century}世纪，", "{spelled}年，"),
}  # fmt: skip
_ADDED_TIME = {
    "en": ("At 9:40 in the morning, ", "At half past seven, ", "Shortly before midnight, ", "One Tuesday at 3 p.m., "),
    "tr": ("Saat 14.35'te, ", "Sabah yedi buçukta, ", "Gece yarısından hemen önce, ", "Bir salı günü saat 16.00'da, "),
    "zh": ("上午9点40分，", "晚上七点半，", "临近午夜时，", "某个星期二的下午三点，"),
}  # fmt: skip

_SMALL = {
    "en": "The A An It He She They This These Its Their His Her Some Many Most There Several Other Both All One Two".split(),
    "tr": "Bu Bir O Onlar Bunlar Bazı Birçok Bunun Her Yeni Son İlk Diğer Çoğu Tüm Bütün Yerel Şehir Kent".split(),
}


def wrong_dates(sentence: Sentence, pool: Sequence[Sentence]) -> Iterator[Change]:
    """The sentence with one date wrong, or with one put in where it has none."""
    language, found = sentence.language, False
    for way, pattern, other in _RULES[language]:
        for match in pattern.finditer(sentence.text):
            found = True
            new = other(match, draw(f"{sentence.id}/{match.start()}"))
            there = way in ("year", "decade") and re.search(rf"(?<!\d){new}(?!\d)", sentence.passage.all)
            if new and new != match[0] and not there:
                yield Change("date", way, put(sentence.text, *match.span(), new))
    if not found and (told := _put_in(sentence, pick(_ADDED_DATE[language], sentence.id))):
        yield Change("date", "put in", told)


def wrong_times(sentence: Sentence, pool: Sequence[Sentence]) -> Iterator[Change]:
    """The sentence with another time of the day, or with one put in."""
    language, text = sentence.language, sentence.text
    for match in re.finditer(r"(?<![\d.,:])([01]?\d|2[0-3])([:.])([0-5]\d)(?![\d.,:]\d|%)(?= ?(?:[ap]\.?m|['’]|[，,。]|\.?$))", text):
        yield Change("time", "clock", put(text, *match.span(), f"{(int(match[1]) + 5) % 12 + 1}{match[2]}{match[3]}"))
    words = _DAYTIMES[language]
    for match in re.finditer(rf"(?<!\w)(?:{'|'.join(words)})(?!\w| yeme)" if language != "zh" else "|".join(words), text):
        if not (language == "tr" and match[0] == "gece"):
            yield Change("time", "part of the day", put(text, *match.span(), words[(words.index(match[0]) + 2) % len(words)]))
    if told := _put_in(sentence, pick(_ADDED_TIME[language], sentence.id)):
        yield Change("time", "put in", told)


def _put_in(sentence: Sentence, words: str) -> str:
    """Words before a sentence, which name a year and a century that no text of the paragraph has; "" where none may stand there."""
    rest = without_capital(sentence)
    year = next(year for n in range(999) if not _of_century(year := 1500 + draw(f"{sentence.id}/{n}") % 520, sentence.passage.all))
    month, century = draw(sentence.id) % 12, year // 100 + 1
    told = words.format(
        year=year, spelled=year_in_words(year, "zh"), decade=year // 10 * 10, day=draw(sentence.id) % 27 + 1, number=month + 1,
        month=_NAMES.get(sentence.language, _NAMES["en"])[month],
        century=ordinal_in_words(century, "en") if sentence.language == "en" else century,
    )  # fmt: skip
    return rest and told + rest


def _of_century(year: int, text: str) -> bool:
    return bool(re.search(rf"(?<!\d){year // 100}\d\d(?!\d)|(?<!\d){year // 100 + 1}(?:th|\. yüzyıl| ?世纪)", text)) and year < 2000


def without_capital(sentence: Sentence) -> str:
    """The sentence as it goes on after words put before it: its first letter small, unless it begins with a name; "" where that
    cannot be told.

    >>> from evals.research.falsifying.texts import Passage
    >>> without_capital(Sentence("The kiln of Iznik glows.", "en", 1, Passage("", "", {"en": "The kiln of Iznik glows."})))
    'the kiln of Iznik glows.'
    """
    text, language = sentence.text, sentence.language
    first = text.split()[0]
    if text[0] in "“\"‘《(（":
        return ""
    if language == "zh" or re.search(rf"[a-zçğıöşü,] {re.escape(first)}\b", sentence.passage.texts[language]):
        return text
    if first in _SMALL[language]:
        return ("i" if text[0] == "İ" else text[0].lower()) + text[1:]
    return ""


def _other_year(language: str) -> Callable[[re.Match[str], int], str]:
    def other(match: re.Match[str], number: int) -> str:
        years = [int(match[1]) + step for step in _LATER[number % len(_LATER) :] + _LATER]
        fitting = [y for y in years if 1000 <= y <= 2049 and (language != "tr" or fits(match[1], str(y)))]
        return str(fitting[0]) if fitting else ""

    return other


def _turkish_decade(match: re.Match[str], number: int) -> str:
    back = ending(match[1])[0] in "aıou"
    return next(new for step in (20, -30, 40, -20, 10, -10) if (ending(new := str(int(match[1]) + step))[0] in "aıou") == back)


def _spelled_year(language: str) -> Callable[[re.Match[str], int], str]:
    def other(match: re.Match[str], number: int) -> str:
        words = year_in_words(int(match[1]) + 1 + number % 9, language)
        return words if language != "tr" or fits(match[1], words.split()[-1]) else ""

    return other


def _day(match: re.Match[str], number: int) -> str:
    return str((int(match[0]) + 2 + number % 20) % 28 + 1) if (int(match[0]) + 2 + number % 20) % 28 + 1 != int(match[0]) else ""


def _month(names: Sequence[str]) -> Callable[[re.Match[str], int], str]:
    def other(match: re.Match[str], number: int) -> str:
        at = next(n for n, name in enumerate(names) if name.startswith(match[0][:3]))
        others = [names[(at + 1 + (number + step) % 11) % 12] for step in range(11)]
        ended = names is _NAMES["tr"] and match.string[match.end() : match.end() + 1] != " "
        return next((new for new in others if not ended or fits(match[0], new)), "")

    return other


def _century(match: re.Match[str], number: int) -> str:
    return str(int(match[1]) + (2 if number % 2 else -3))


def _english_century(match: re.Match[str], number: int) -> str:
    value = int(match[1]) + (2 if number % 2 else -3)
    return f"{ordinal_in_words(value, 'en')}{match[2]}" if value > 0 else ""


_RULES: dict[str, tuple[Rule, ...]] = {
    "en": (
        ("year", _YEAR["en"], _other_year("en")), ("year in words", _YEAR["en"], _spelled_year("en")),
        ("day", re.compile(rf"(?<=\b)\d{{1,2}}(?= (?:{_EN_MONTH})\b)|(?<=[a-z] )(?<!\d )\b\d{{1,2}}(?=, \d{{4}})"), _day),
        ("month", re.compile(rf"\b(?:{'|'.join(_NAMES['en'])})\b(?= \d)|(?<=in |On )(?:{'|'.join(n for n in _NAMES['en'] if n != 'May')})\b"),
         _month(_NAMES["en"])),
        ("month", re.compile(r"\b(?:Oct|Nov|Dec|Jan|Feb|Aug|Sep)\b(?=\.? \d)"), _month(_SHORT)),
        ("decade", re.compile(r"\b(1[0-9]\d0|20[0-4]0)(?=s\b)"), lambda m, n: str(int(m[1]) + (30 if n % 2 else -20))),
        ("century", re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)([ -]centur)"), _english_century),
    ),
    "tr": (
        ("year", _YEAR["tr"], _other_year("tr")), ("year in words", re.compile(r"\b(1[0-9]\d\d|20[0-4]\d)(?= yıl)"), _spelled_year("tr")),
        ("day", re.compile(rf"(?<![\d.])\d{{1,2}}(?= (?:{_TR_MONTH}))"), _day),
        ("month", re.compile(rf"(?<=\d )(?:{_TR_MONTH})(?=\W)|\b(?:Ocak|Şubat|Nisan|Haziran|Temmuz|Ağustos|Eylül|Kasım)(?= ayı|['’]d| \d)"),
         _month(_NAMES["tr"])),
        ("decade", re.compile(r"(?<!\d)(1[0-9]\d0|20[0-4]0)(?=['’]?l[ae]r)"), _turkish_decade),
        ("century", re.compile(r"(?<!\d)(\d{1,2})(?=\. yüzyıl)"), _century),
    ),
    "zh": (
        ("year", _YEAR["zh"], _other_year("zh")), ("year in words", _YEAR["zh"], _spelled_year("zh")),
        ("day", re.compile(r"(?<=月)\d{1,2}(?=[日号])"), _day),
        ("month", re.compile(r"(?<!\d)\d{1,2}(?=月(?!余))"), lambda m, n: str((int(m[0]) + 1 + n % 10) % 12 + 1)),
        ("month in words", re.compile(r"(?<!\d)\d{1,2}(?=月(?!余))"), lambda m, n: in_words((int(m[0]) + n % 10) % 12 + 1, "zh")),
        ("decade", re.compile(r"(?<!\d)([2-8]0)(?=年代)"), lambda m, n: str((int(m[1]) + 30) % 100 or 10)),
        ("century", re.compile(r"(?<!\d)(\d{1,2})(?=世纪)"), _century),
    ),
}  # fmt: skip
