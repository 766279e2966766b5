"""Dates of a text, whole or in part, in English, Chinese and Turkish."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.language.folding import fold_text
from rag.language.numbers import Parts, read_chinese_numeral
from rag.languages import cache_for_languages
from rag.locales import load_locales

_YEAR = r"(?:1\d|20)\d\d"
_ZH_YEAR = r"[〇零一二三四五六七八九]{4}"
_ZH_DAY = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_REACH_CHARS = 64  # looked at behind a date


@cache_for_languages()
def _load_months() -> tuple[dict[str, int], frozenset[str]]:
    """Numbers of months by their folded names, and those names that are also words: without a number beside them these say
    nothing."""
    tables = [locale.dates for locale in load_locales().values()]
    months = {fold_text(name): n for table in tables for n, names in enumerate(table.months, 1) for name in names.split()}
    return months, frozenset(fold_text(word) for table in tables for word in table.also_words.split())


@cache_for_languages()
def _make_rules() -> tuple[re.Pattern[str], ...]:
    """Rules that find dates, the fullest forms first."""
    name = "|".join(sorted(_load_months()[0], key=len, reverse=True))
    return tuple(map(re.compile, (
        rf"(?<!\d)(?P<y>{_YEAR})-(?P<m>\d{{1,2}})-(?P<d>\d{{1,2}})(?!\d)",
        rf"(?<!\d)(?P<d>\d{{1,2}})[./](?P<m>\d{{1,2}})[./](?P<y>{_YEAR})(?!\d)",
        rf"(?:(?P<y>{_YEAR}|{_ZH_YEAR})\s*年\s*)?(?<!\d)(?P<m>{_ZH_DAY})\s*月\s*(?P<d>{_ZH_DAY})\s*[日号]",
        rf"(?:(?P<y>{_YEAR}|{_ZH_YEAR})\s*年\s*)(?P<m>{_ZH_DAY})\s*月",
        rf"(?<![a-z])(?P<n>{name})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:(?:,\s*|\s+)(?P<y>{_YEAR})(?!\d))?",
        rf"(?<!\d)(?<!\d[.,])(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?(?P<n>{name})(?![a-z])(?:,?\s+(?P<y>{_YEAR})(?!\d))?",
        rf"(?<![a-z])(?P<n>{name})\.?,?\s+(?P<y>{_YEAR})(?!\d)",
        rf"(?P<y>{_YEAR}|{_ZH_YEAR})\s*年\s*(?P<n>{name})",
        rf"(?<![a-z])(?P<n>{name})(?![a-z])",
        r"(?<!\d)(?P<m>1[0-2]|[1-9])\s*月(?!亮|球)",
        r"(?<!\d)(?<!\d\.)(?P<d>[12]\d|3[01]|[1-9])\s*[日号](?!元|本|楼|店|商铺|馆|/)",
        rf"(?<!\d)(?<!\d[.,])(?P<y>{_YEAR}|{_ZH_YEAR})\s*年(?![代级])",
    )))  # fmt: skip


def read_dates(text: str, original: str, offsets: Sequence[int]) -> Iterator[tuple[int, int, Parts]]:
    """Start, end, year, month and day of each date of a folded text, the fullest forms first.

    original, offsets: the text before folding and where each folded character stands in it: capitals tell months from words.
    """
    months, also_words = _load_months()
    for rule in _make_rules():
        for match in rule.finditer(text):
            parts = match.groupdict()
            name = parts.get("n")
            alone = name is not None and not parts.get("d") and not parts.get("y")
            if alone and (
                not original[offsets[match.start("n")]].isupper()
                or (
                    name in also_words
                    and not re.match(r"\s+ay(?:i|l|d|\b)", text[match.end() : match.end() + _REACH_CHARS])
                )
            ):
                continue
            month = months[name] if name else _whole(parts.get("m"))
            day, year = _whole(parts.get("d")), _whole(parts.get("y"))
            if (month is not None and not 1 <= month <= 12) or (day is not None and not 1 <= day <= 31):
                continue
            if year and month is None and day is None and _counts(text, match.start(), match.end()):
                continue  # "1500年的历史" is a duration as likely as a year: left to the numbers
            yield match.start(), match.end(), {"year": year, "month": month, "day": day}


def _counts(text: str, start: int, end: int) -> bool:
    """Whether so many years are meant and not a year: "约1700年的制瓷传统"."""
    behind = re.match(
        r"\s*(?:的?[\u4e00-\u9fff]{0,4}(?:历史|传承|传统)|的?时间|以上|以来的)", text[end : end + _REACH_CHARS]
    )
    return bool(behind) or text[max(0, start - 1) : start] in ("约", "近", "逾", "超")


def _whole(digits: str | None) -> int | None:
    if digits is None:
        return None
    if digits.isdecimal():
        return int(digits)
    return int(read_chinese_numeral(digits))
