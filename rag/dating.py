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
from rag.locales import find_locale, load_locales, make_rule

# Unit and how many of it away from the article's date; unit "" is the article's date itself.
_RELATIVE = (
    ("year", -1, make_rule(lambda locale: locale.times.last_year)),
    ("year", 0, make_rule(lambda locale: locale.times.this_year)),
    ("year", 1, make_rule(lambda locale: locale.times.next_year)),
    ("month", -1, make_rule(lambda locale: locale.times.last_month)),
    ("month", 0, make_rule(lambda locale: locale.times.this_month)),
    ("month", 1, make_rule(lambda locale: locale.times.next_month)),
    ("day", -1, make_rule(lambda locale: locale.times.yesterday)),
    ("day", 1, make_rule(lambda locale: locale.times.tomorrow)),
    ("", 0, make_rule(lambda locale: locale.times.recent)),
)
_find_anniversary = make_rule(lambda locale: locale.times.anniversary)
_find_end = make_rule(lambda locale: locale.times.ends)
_find_begin = make_rule(lambda locale: locale.times.begins)
# The end of something is asked for: said outright, or reckoned from its beginning and its length.
_find_end_asked = make_rule(lambda locale: locale.times.asks_end)
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
    found = [(m.start(), m.group(), unit, away) for unit, away, rule in _RELATIVE for m in rule().finditer(sentence)]
    found.sort()
    read = [Reading(said, _meant(unit, away, published), not unit) for _, said, unit, away in found]
    now = next((_meant(unit, away, published) for _, _, unit, away in found if (unit, away) == ("year", 0)), None)
    anniversary = _find_anniversary().search(sentence)
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
    return bool(_find_end_asked().search(question))


def states_end(sentence: str, language: str) -> bool:
    """Whether `sentence` says itself when something ends."""
    return bool(_find_end().search(sentence)) and any(q.value is None for q in find_quantities(sentence, language))


def find_beginning(sentence: str, language: str) -> Quantity | None:
    """The single day on which `sentence` says that something begins; None when it says none, or several."""
    days = [q for q in find_quantities(sentence, language) if q.value is None and q.month and q.day]
    return days[0] if len(days) == 1 and _find_begin().search(sentence) else None


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
    dates = (find_locale(language) or load_locales()["en"]).dates
    month = day.month or 1
    name = dates.months[month - 1].split()[0] if dates.months else str(month)
    return (dates.day_of_year if day.year else dates.day).format(month=name, number=month, day=day.day, year=day.year)


def quote_quantity(sentence: str, quantity: Quantity) -> str:
    """A quantity as it stands in its sentence."""
    return sentence[quantity.start : quantity.end].strip()
