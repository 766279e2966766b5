"""Times that need reckoning: "last year" against the date of the article, and an end from a beginning and a length.

Nothing is guessed: an article whose date is not known leaves "last year" undated, and a length of five days gives an end only
with a day to begin from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rag.language import Quantity, find_quantities

_I = re.IGNORECASE
# Unit and how many of it away from the article's date; unit "" is the article's date itself.
_RELATIVE: tuple[tuple[str, int, re.Pattern[str]], ...] = (
    ("year", -1, re.compile(r"\blast year\b|去年|\b(?:geçen|geçtiğimiz|önceki) (?:yıl|sene)\b", _I)),
    ("year", 0, re.compile(r"\bthis year(?:['’]s)?\b|今年|\bbu (?:yıl|sene)\b", _I)),
    ("year", 1, re.compile(r"\bnext year\b|明年|\b(?:gelecek|önümüzdeki) (?:yıl|sene)\b", _I)),
    ("month", -1, re.compile(r"\blast month\b|上个?月|\b(?:geçen|geçtiğimiz) ay\b", _I)),
    ("month", 0, re.compile(r"\bthis month\b|本月|这个月|\bbu ay\b", _I)),
    ("month", 1, re.compile(r"\bnext month\b|下个?月|\b(?:gelecek|önümüzdeki) ay\b", _I)),
    ("day", -1, re.compile(r"\byesterday\b|昨[天日]|\bdün\b", _I)),
    ("day", 1, re.compile(r"\btomorrow\b|明[天日]|\byarın\b", _I)),
    ("", 0, re.compile(r"\brecent(?:ly)?(?= interview| visit| talk| speech| meeting| report|\W)|近日|日前|最近|\bgeçtiğimiz günlerde\b|\byakın zamanda\b|\bkısa süre önce\b|\bson dönemde\b", _I)),
)  # fmt: skip
_ANNIVERSARY = re.compile(
    r"\b(\d{1,4})(?:st|nd|rd|th) anniversary|(?<!\d)(\d{1,4})\s*周年|\b(\d{1,4})['’.]?(?:[ıiuü]nc[ıiuü])? ?yıl ?dönümü", re.IGNORECASE
)
_MONTHS = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık".split(),
}
_ENDS = re.compile(
    r"\b(?:until|till|through|ends?|ended|closes?|closed|concludes?|concluded|finish\w*|last day)\b|结束|闭幕|落幕|截止|收官|持续到|\b(?:kadar|bit\w+|sona|kapan\w+|son gün\w*)\b",
    _I,
)
_BEGINS = re.compile(
    r"\b(?:open\w*|beg[aiu]n\w*|start\w*|kick\w*|launch\w*|held|hold\w*|from|inaugurat\w*)\b|开幕|开始|开业|启幕|开启|举行|举办|揭幕|\b(?:aç[ıi]l\w*|başla\w*|düzenle\w*)",
    _I,
)
# The end of something is asked for: said outright, or reckoned from its beginning and its length.
_ASKS_END = re.compile(
    r"\b(?:un)?til (?:when|what|which)\b|\bwhen (?:does|did|will|do|is|was) .*\b(?:end|ends|close|closes|finish|over|wrap up|conclude)\b|\b(?:last|final|closing) (?:day|date)\b|\bend date\b|\bwhat (?:day|date) .*\b(?:end|close|finish|conclude)"
    r"|到(?:什么时候|何时|哪天|哪一天|哪日|几号|几月)|(?:何时|什么时候|哪一?天|几号|几月几[日号])(?:才)?(?:会)?(?:结束|闭幕|落幕|截止|收官)|最后一天|(?:闭幕|结束)(?:的)?(?:时间|日期|日)|(?:结束|闭幕|落幕)(?:是|在)?(?:什么时候|哪天|几号)"
    r"|ne zamana (?:kadar|dek)|(?:hangi|ne) (?:güne|tarihe) kadar|ne zaman (?:bit|sona|kapan|son bul|tamamlan)|son günü|(?:bitiş|kapanış) (?:tarih|gün)|hangi (?:gün|tarih)\w* (?:bit|sona|kapan|son)",
    _I,
)
_DAYS = {"day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a relative time amounts to: `said` as it stands in the sentence, `meant` such as "2024"; None when undated. `recent`
    says no more than about when; `reckoned` that it was counted, as from an anniversary."""

    said: str
    meant: str | None
    recent: bool = False
    reckoned: bool = False


def read_relative_times(sentence: str, published: str | None) -> list[Reading]:
    """The relative times of `sentence`, read against the ISO date of its article, None when that is not known.

    >>> read_relative_times("Last year 40 kilns were lit.", "2020-03-01")
    [Reading(said='Last year', meant='2019', recent=False, reckoned=False)]
    >>> read_relative_times("Last year 40 kilns were lit.", None)[0].meant is None
    True
    """
    found = [(m.start(), m.group(), unit, away) for unit, away, rule in _RELATIVE for m in rule.finditer(sentence)]
    found.sort()
    read = [Reading(said, _meant(unit, away, published), not unit) for _, said, unit, away in found]
    now = next((_meant(unit, away, published) for _, _, unit, away in found if (unit, away) == ("year", 0)), None)
    anniversary = _ANNIVERSARY.search(sentence)
    if anniversary and now:
        years = int(next(filter(None, anniversary.groups())))
        read.append(Reading(anniversary.group(), str(int(now) - years), reckoned=True))
    return read


def year_of(day: Quantity, published: str | None) -> int | None:
    """The year of a day that is given without one, as its article's date tells it: the last such day before it. None when either
    is not known.

    >>> year_of(Quantity(0, 0, month=12, day=30), "2020-01-05")
    2019
    """
    known = re.match(r"(\d{4})-(\d\d)-(\d\d)", published or "")
    if not known or day.year or not day.month:
        return None
    year, month, number = map(int, known.groups())
    return year if (day.month, day.day or 1) <= (month, number) else year - 1


def _meant(unit: str, away: int, published: str | None) -> str | None:
    known = re.match(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", published or "")
    if not known:
        return None
    year, month, day = (int(part) if part else 0 for part in known.groups())
    if unit == "year":
        return str(year + away)
    if unit == "month" and month:
        return f"{year + (month - 1 + away) // 12:04}-{(month - 1 + away) % 12 + 1:02}"
    if unit == "day" and day:
        return (date(year, month, day) + timedelta(days=away)).isoformat()
    return published if not unit else None


def asks_end(question: str) -> bool:
    """Whether `question` asks when something ends.

    >>> asks_end("Until when is the fair?"), asks_end("展览什么时候结束?"), asks_end("Fuar ne zaman açılıyor?")
    (True, True, False)
    """
    return bool(_ASKS_END.search(question))


def states_end(sentence: str, language: str) -> bool:
    """Whether `sentence` says itself when something ends."""
    return bool(_ENDS.search(sentence)) and any(q.value is None for q in find_quantities(sentence, language))


def find_beginning(sentence: str, language: str) -> Quantity | None:
    """The single day on which `sentence` says that something begins; None when it says none, or several."""
    days = [q for q in find_quantities(sentence, language) if q.value is None and q.month and q.day]
    return days[0] if len(days) == 1 and _BEGINS.search(sentence) else None


def find_length(sentence: str, language: str) -> Quantity | None:
    """The single number of days or weeks in `sentence`; None when there is none, or several."""
    found = [q for q in find_quantities(sentence, language) if q.unit in _DAYS and q.value and q.value == int(q.value)]
    return found[0] if len(found) == 1 else None


def last_day(begins: Quantity, lasts: Quantity) -> Quantity | None:
    """The last day of something that begins on a day and lasts so long, the first day counted; None when that depends on
    a year that is not known.

    >>> [begins], [lasts] = find_quantities("Oct 18", "en"), find_quantities("five days", "en")
    >>> end = last_day(begins, lasts); end.month, end.day
    (10, 22)
    """
    days = int((lasts.value or 0) * _DAYS[lasts.unit or ""]) - 1
    try:
        ends = {date(year, begins.month or 0, begins.day or 0) + timedelta(days=days) for year in _years(begins)}
    except ValueError:
        return None
    days_of_year = {(end.month, end.day) for end in ends}
    if days < 0 or len(days_of_year) != 1:
        return None
    end = ends.pop()
    return Quantity(0, 0, year=end.year if begins.year else None, month=end.month, day=end.day)


def _years(begins: Quantity) -> Sequence[int]:
    return (begins.year,) if begins.year else (2023, 2024)  # with a leap day and without


def write_day(day: Quantity, language: str) -> str:
    """A day as `language` writes it.

    >>> [write_day(Quantity(0, 0, month=10, day=22), code) for code in ("en", "zh", "tr")]
    ['Oct 22', '10月22日', '22 Ekim']
    """
    month, number = day.month or 1, day.day
    if language == "zh":
        return f"{f'{day.year}年' if day.year else ''}{month}月{number}日"
    if language == "tr":
        return f"{number} {_MONTHS['tr'][month - 1]}{f' {day.year}' if day.year else ''}"
    return f"{_MONTHS['en'][month - 1]} {number}{f', {day.year}' if day.year else ''}"


def quote_quantity(sentence: str, quantity: Quantity) -> str:
    """A quantity as it stands in its sentence."""
    return sentence[quantity.start : quantity.end].strip()
