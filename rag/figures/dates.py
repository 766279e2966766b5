"""Dates, weekdays and times of day of a text in the form of `figure.normalize_text`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from rag.figures.chinese import parse_numeral
from rag.figures.figure import LATIN, Figure, Plain
from rag.languages import cache_for_languages
from rag.locales import load_locales, make_rule

_YEAR = r"(?P<y>1\d{3}|20\d{2})"
_HAN = "〇零一二三四五六七八九十"
_find_month_before = make_rule(lambda locale: locale.dates.before_month, r"\b(?:<>)[\s-]$", re.NOFLAG)
_find_month_after = make_rule(lambda locale: locale.dates.after_month, r"['’]|<>", re.NOFLAG)
_TIME = re.compile(
    r"(?P<pre>下午|晚上|傍晚|中午|上午|早上|清晨|凌晨|saat |at )?(?P<h>\d{1,2}|[一二两三四五六七八九十]{1,3})"
    r"(?:(?P<sep>[:.]|点|时(?!间|代|期|候))(?P<m>[0-5]\d|[二三四五]?十[一二三四五六七八九]?|半)?分?)?"
    r"(?: ?(?P<ap>[ap]\.?m\b\.?|o'clock))?"
)
_AFTERNOON = ("下午", "晚上", "傍晚")
# What follows a number of years, and not a year: "1500年的历史".
_SPAN_AFTER = r"代|级|以上|左右|历史|的(?:历史|时间|传承)|来|前|多|余|后"


@cache_for_languages()
def _months() -> dict[str, int]:
    return _load_months("wide") | _short_months()


@cache_for_languages()
def _short_months() -> dict[str, int]:
    tables = (locale.dates.months for locale in load_locales().values())
    own = ((n, name) for months in tables for n, names in enumerate(months, 1) for name in names.split())
    wide = _load_months("wide")
    return {name: n for name, n in (_load_months("abbreviated") | _fold_names(own)).items() if name not in wide}


def _load_months(width: str) -> dict[str, int]:
    """Months by their names in languages that name them."""
    from babel.dates import get_month_names  # 0.1 s, at the first claim and not at import

    codes = [code for code, locale in load_locales().items() if locale.dates.months]
    return _fold_names(pair for code in codes for pair in get_month_names(width, locale=code).items())  # type: ignore[arg-type]


def _fold_names(names: Iterable[tuple[int, str]]) -> dict[str, int]:
    return {name.lower().replace("i̇", "i"): number for number, name in names}


@cache_for_languages()
def _weekdays() -> dict[str, int]:
    from babel.dates import get_day_names

    names: Any = (pair for code in load_locales() for pair in get_day_names("wide", locale=code).items())
    found = _fold_names(names)
    han = {f"{week}{name[-1]}": day for name, day in found.items() if name.startswith("星期") for week in ("周", "礼拜")}
    return found | han | {"星期天": 6, "周天": 6, "礼拜天": 6}


@cache_for_languages()
def _rules() -> tuple[re.Pattern[str], ...]:
    names = "|".join(sorted(_months(), key=len, reverse=True))
    zh_year = rf"(?P<y>[12]\d{{3}}|[{_HAN[:11]}]{{4}})年\s?"
    zh_month = rf"(?P<m>\d{{1,2}}|[{_HAN}]{{1,3}})\s?月份?"
    zh_day = rf"(?P<d>\d{{1,2}}|[{_HAN}]{{1,3}})\s?[日号](?!元|本|楼|线|店)"
    day = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
    return tuple(
        re.compile(rule)
        for rule in (
            rf"(?<![\d.])(?P<d>\d{{1,2}})[./](?P<m>\d{{1,2}})[./]{_YEAR}(?!\d)",
            rf"(?<!\d){_YEAR}[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})(?!\d)",
            rf"(?:{zh_year})?(?<!\d){zh_month}\s?{zh_day}",
            rf"{zh_year}{zh_month}",
            rf"\b(?P<n>{names})\.? {day}(?![\d:]|[.,]\d)(?:,? {_YEAR}(?!\d))?",
            rf"(?<![\d.,]){day}\.? (?:of )?(?P<n>{names})(?![a-z])(?:,? {_YEAR}(?!\d))?",
            rf"\b(?P<n>{names})\.?,? {_YEAR}(?!\d)",
            rf"(?<!\d){_YEAR} (?P<n>{names})(?![a-z])",
            rf"(?<![a-zçğıöşü])(?P<n>{names})(?![a-zçğıöşü])",
            rf"(?<![\d{_HAN}]){zh_month}(?!亮|球|饼)",
            rf"(?<![\d{_HAN}.]){zh_day}",
            rf"(?<![\d{_HAN}])(?P<y>[12]\d{{3}}|[{_HAN[:10]}]{{4}})年(?!{_SPAN_AFTER})",
        )
    )


# Bits that tell what parts of the day overlap: 1 morning, 2 afternoon, 4 evening and night.
DAYPARTS = {"before_dawn": 5, "morning": 1, "noon": 3, "afternoon": 2, "evening": 4}
_DAYPART_RULES = [
    (mask, make_rule(lambda locale, part=part: getattr(locale.dayparts, part), flags=re.NOFLAG))  # type: ignore[misc]
    for part, mask in DAYPARTS.items()
]


@cache_for_languages()
def _weekday_rule() -> re.Pattern[str]:
    names = sorted(_weekdays(), key=len, reverse=True)
    return re.compile("|".join(name if name[0] >= "一" else rf"(?<![{LATIN}]){name}(?![a-z])" for name in names))


def find_dates(plain: Plain) -> Iterator[Figure]:
    """The dates, weekdays and times of a text, the fullest forms first."""
    for rule in _rules():
        for m in rule.finditer(plain.text):
            if found := _date(m, plain):
                yield found
    for m in _weekday_rule().finditer(plain.text):
        market = m.group() == "pazar" and not re.match(r"['’ ]+g[üu]n", plain.text[m.end() :])
        if not market:  # Turkish writes weekdays without a capital unless a date stands beside them
            yield Figure("date", *m.span(), weekday=_weekdays()[m.group()])
    for m in _TIME.finditer(plain.text):
        if found := _time(m, plain.text):
            yield found
    for mask, find_part in _DAYPART_RULES:
        for m in find_part().finditer(plain.text):
            yield Figure("daypart", *m.span(), value=float(mask), weak=True)


def _date(m: re.Match[str], plain: Plain) -> Figure | None:
    parts = m.groupdict()
    name, day, year = parts.get("n"), _whole(parts.get("d")), _whole(parts.get("y"))
    if name in _short_months() and not plain.capitals[m.start("n")]:
        return None
    if name and not (day or year or _is_month(m, plain)):
        return None
    month = _months()[name] if name else _whole(parts.get("m"))
    if not (1 <= (month or 1) <= 12 and 1 <= (day or 1) <= 31):
        return None
    if year and not month and re.search(r"[约近逾超]$", plain.text[: m.start()]):
        return None  # so many years, and not a year
    return Figure("date", *m.span(), year=year, month=month, day=day)


def _is_month(m: re.Match[str], plain: Plain) -> bool:
    """Whether a month's name without day and year is one: with a capital, and of a word like "may" in its place."""
    if not plain.capitals[m.start("n")]:
        return False
    placed = _find_month_before().search(plain.text[: m.start()]) or _find_month_after().match(plain.text, m.end())
    return m["n"] not in _list_also_words() | _short_months().keys() or placed is not None


@cache_for_languages()
def _list_also_words() -> frozenset[str]:
    """Names of months that are words too, and count only with a day, a year or what tells a month beside them."""
    return frozenset(word for locale in load_locales().values() for word in locale.dates.also_words.split())


def _time(m: re.Match[str], text: str) -> Figure | None:
    """Minutes of the day; of what could be another number only with a word or a mark of time."""
    hour, minute = _whole(m["h"]), 30 if m["m"] == "半" else _whole(m["m"]) or 0
    joined = text[max(0, m.start() - 1) : m.start()].isdigit() or re.match(r"[\d.,:]*\d", text[m.end() :])
    marked = m["ap"] or (m["sep"] and m["m"] and (m["sep"] != "." or m["pre"] == "saat ")) or (
        m["sep"] in ("点", "时") and m["pre"]
    )
    if joined or not marked or hour is None or hour > 24:
        return None
    half = (m["ap"] or m["pre"] or "")[:1]
    if half == "p" or m["pre"] in _AFTERNOON or (m["pre"] == "中午" and hour < 3):
        hour += 12 if hour < 12 else 0
    elif m["ap"] and half == "a" and hour == 12:
        hour = 0
    start = m.start("h") if m["pre"] == "at " else m.start()
    return Figure("time", start, m.end(), value=float(hour * 60 + minute))


def _whole(digits: str | None) -> int | None:
    if not digits:
        return None
    if digits.isdecimal() and digits.isascii():
        return int(digits)
    value = parse_numeral(digits)
    return None if value is None else int(value)
