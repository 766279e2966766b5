"""Numbers and dates of a text in one normal form for English, Chinese and Turkish, with where they stand.

`Mar 3`, `3 March`, `3月3日` and `3 Mart` are one date; `20 million yuan`, `2000万元` and `20 milyon yuan` one amount;
`three-day`, `为期三天` and `üç günlük` one duration. Number words count from two on: "one", 一 and "bir" are articles as
often as numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.language.dates import read_dates
from rag.language.folding import fold_with_offsets
from rag.language.numbers import find_numbers
from rag.languages import cache_for_languages


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, `value` with `unit` (SI symbols, ISO 4217 for money, "%", "day", "year", "ordinal"; None when there is none),
    or a date: `value` None and those of year, month and day that are said. It stands at `text[start:end]`."""

    start: int
    end: int
    value: float | None = None
    unit: str | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Words to match it by, the same for all its writings: "25000"; "03-21" and "1999"."""
        if self.value is not None:
            return (f"{self.value:.15g}",)
        day = (
            f"{self.month:02}-{self.day:02}" if self.month and self.day else f"-{self.month:02}-" if self.month else ""
        )
        parts = (f"{self.year}" if self.year else "", day, f"{self.day}" if self.day and not self.month else "")
        return tuple(part for part in parts if part)


@cache_for_languages(8192)
def find_quantities(text: str, language: str) -> tuple[Quantity, ...]:
    """Numbers and dates of `text`, in order. `language` decides what points and commas mean, and whose number words count.

    >>> [q.keys for q in find_quantities("lit on Mar 3, 1999 for 2 million dollars", "en")]
    [('1999', '03-03'), ('2000000',)]
    >>> [(q.value, q.unit) for q in find_quantities("面积2万平方米", "zh")]
    [(20000.0, 'm2')]
    """
    plain = fold_with_offsets(text)
    taken = bytearray(len(plain.text))  # 1 where a number or date stands that was found before
    found: list[Quantity] = []
    for start, end, parts in (*read_dates(plain.text, text, plain.offsets), *find_numbers(plain.text, language)):
        # A sign before a number can be the unit of the one before it: "5 % 3".
        while start < end and taken[start]:
            start += 1
        if start < end and not any(taken[start:end]):
            taken[start:end] = b"\x01" * (end - start)
            a, b = plain.span(start, end)
            found.append(Quantity(a, b, **parts))  # type: ignore[arg-type]
    return tuple(sorted(found, key=lambda q: q.start))


def match_quantity(claimed: Quantity, evidence: Sequence[Quantity]) -> bool:
    """Whether the evidence states the claimed quantity: the same value, in the same unit where both have one; the same day, month
    and year as far as they are claimed, the year anywhere in the evidence.

    >>> claim, text = find_quantities("on 3 March 1999", "en"), find_quantities("1999年的窑于3月3日点火", "zh")
    >>> match_quantity(claim[0], text), match_quantity(find_quantities("on 3 March 1998", "en")[0], text)
    (True, False)
    """
    if claimed.value is not None:
        return any(_same(claimed, other) for other in evidence)
    year = claimed.year is None or any(o.year == claimed.year or o.value == claimed.year for o in evidence)
    day = claimed.month is None and claimed.day is None
    return year and (day or any(_same_day(claimed, other) for other in evidence))


def _same(claimed: Quantity, other: Quantity) -> bool:
    value = claimed.value or 0.0
    if other.value is None:
        if claimed.unit not in (None, "year", "ordinal"):
            return False
        return value == other.year or (claimed.unit != "year" and value == other.day)
    units = {claimed.unit, other.unit}
    # "the 15th to the 17th century" names its unit once.
    loose = None in units or len(units) == 1 or units == {"ordinal", "century"}
    return loose and math.isclose(value, other.value, rel_tol=1e-9)


def _same_day(claimed: Quantity, other: Quantity) -> bool:
    if claimed.month is None and claimed.day == other.value and other.unit in (None, "ordinal"):
        return True  # "19号" is the 19th or number 19
    month = claimed.month is None or claimed.month == other.month
    return month and (claimed.day is None or claimed.day == other.day)
