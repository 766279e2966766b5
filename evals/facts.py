"""Gold facts as typed values, and whether a text states one in any of the ways people write it in the three languages."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, ClassVar

from evals import written


@dataclass(frozen=True, kw_only=True)
class Fact(ABC):
    """One thing an answer must state. `also`: written forms that cannot be derived from the value."""

    _kind: ClassVar[str] = ""
    also: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """ "date", "number", "name", "text" or "said_by"."""
        return self._kind

    @abstractmethod
    def _stands(self, folded: str) -> bool:
        """Whether the value itself is written in a folded text."""

    def stated(self, text: str) -> bool:
        """Whether `text` states the fact.

        >>> parse({"number": 40000, "unit": "m2"}).stated("It covers 140,000 square meters.")
        False
        >>> parse({"date": "10-18"}).stated("18 Ekim'de açıldı")
        True
        """
        folded = written.fold(text)
        return self._stands(folded) or any(_verbatim(form).search(folded) for form in self.also)


@dataclass(frozen=True)
class Date(Fact):
    """A year, a month of a year, a day of a year, or a day of any year."""

    _kind = "date"
    year: int | None
    month: int | None
    day: int | None

    def _stands(self, folded: str) -> bool:
        return bool(written.date_pattern(self.year, self.month, self.day).search(folded))

    def __str__(self) -> str:
        year = [] if self.year is None else [f"{self.year}"]
        return "date " + "-".join(year + [f"{part:02}" for part in (self.month, self.day) if part])


@dataclass(frozen=True)
class Number(Fact):
    """A number, of a unit if one is given (`written.UNITS`); `ordinal`: a place in a row, such as the 39th."""

    _kind = "number"
    value: Decimal
    unit: str = ""
    ordinal: bool = False

    def _stands(self, folded: str) -> bool:
        return written.states_number(folded, self.value, self.unit, self.ordinal)

    def __str__(self) -> str:
        return " ".join(filter(None, [f"no. {self.value:f}" if self.ordinal else f"{self.value:f}", self.unit]))


@dataclass(frozen=True)
class Name(Fact):
    """A person, place or body in its spellings; whole words only, so that Guven is not found in "güvenli"."""

    _kind = "name"
    forms: tuple[str, ...]

    def _stands(self, folded: str) -> bool:
        return any(_spelled(form).search(folded) for form in self.forms)

    def __str__(self) -> str:
        return self.forms[0]


@dataclass(frozen=True)
class SaidBy(Name):
    """Whose words they are: the answer, or the paragraph it cites, must name the speaker."""

    _kind = "said_by"

    def __str__(self) -> str:
        return f"said by {self.forms[0]}"


@dataclass(frozen=True)
class Text(Fact):
    """Free text in its accepted forms; case and spaces do not matter, and a form may stop within a word but not begin there."""

    _kind = "text"
    forms: tuple[str, ...]

    def _stands(self, folded: str) -> bool:
        return any(_verbatim(form).search(folded) for form in self.forms)

    def __str__(self) -> str:
        return self.forms[0]


@dataclass(frozen=True)
class Either(Fact):
    """Alternatives, any of which is enough; its kind is that of the first."""

    facts: tuple[Fact, ...]

    @property
    def kind(self) -> str:
        return self.facts[0].kind

    def _stands(self, folded: str) -> bool:
        return any(fact.stated(folded) for fact in self.facts)

    def __str__(self) -> str:
        return " or ".join(map(str, self.facts))


@lru_cache(maxsize=4096)
def _verbatim(form: str) -> re.Pattern[str]:
    bare = "".join(written.fold(form).split())
    start = r"(?<![a-z])" if "a" <= bare[0] <= "z" else r"(?<!\d)(?<!\d[.,:/-])" if bare[0].isdigit() else ""
    return re.compile(start + r"\s*".join(map(re.escape, bare)) + (r"(?!\d|[.,:]\d)" if bare[-1].isdigit() else ""))


@lru_cache(maxsize=4096)
def _spelled(form: str) -> re.Pattern[str]:
    bare = written.fold(form)
    if not bare.isascii():
        return re.compile(r"[\s·・•]*".join(re.escape(c) for c in re.sub(r"[\s·・•]", "", bare)))
    return re.compile(r"(?<![a-z])" + r"[\s-]+".join(map(re.escape, bare.split())) + r"(?![a-z])")


def parse(entry: Mapping[str, Any]) -> Fact:
    """The fact of a YAML entry. Raises ValueError.

    >>> [str(parse(e)) for e in ({"date": "10-18"}, {"number": 39, "ordinal": True}, {"said_by": ["Kaya", "卡亚"]})]
    ['date 10-18', 'no. 39', 'said by Kaya']
    >>> parse({"numbr": 5})
    Traceback (most recent call last):
    ValueError: a fact is one of date, number, name, text, said_by, any; got {'numbr': 5}
    """
    if not isinstance(entry, Mapping):
        raise ValueError(f"a fact is a mapping, such as {{date: 2021}}; got {entry!r}")
    kinds = [kind for kind in _READ if kind in entry]
    if len(kinds) != 1:
        raise ValueError(f"a fact is one of {', '.join(_READ)}; got {dict(entry)}")
    allowed = {kinds[0], "also", *(("unit", "ordinal") if kinds[0] == "number" else ())}
    if unknown := set(entry) - allowed:
        raise ValueError(f"unknown key {', '.join(sorted(map(str, unknown)))} in {dict(entry)}")
    also = _forms(entry["also"], entry) if "also" in entry else ()
    return _READ[kinds[0]](entry, also)


def _forms(value: object, entry: Mapping[str, Any]) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise ValueError(f"forms are a list; got {value!r} in {dict(entry)}")
    if not all(isinstance(form, str) and form.strip() for form in value):
        raise ValueError(f"forms are text; put numbers and dates in quotation marks: {dict(entry)}")
    return tuple(value)


def _date(entry: Mapping[str, Any], also: tuple[str, ...]) -> Fact:
    found = re.fullmatch(r"(?:(\d{4})(?:-(?=\d)|$))?(?:(\d\d)(?:-(\d\d))?)?", str(entry["date"]))
    year, month, day = (int(part) if part else None for part in found.groups()) if found else (None, None, None)
    try:
        date(year or 2000, month or 1, day or 1)
    except ValueError:
        month = year = None
    if year is None and (month is None or day is None):
        raise ValueError(f"a date is 2025-10-18, 2025-10, 10-18 or 2025; got {entry['date']!r}")
    return Date(year, month, day, also=also)


def _number(entry: Mapping[str, Any], also: tuple[str, ...]) -> Fact:
    unit, ordinal = entry.get("unit", ""), entry.get("ordinal", False)
    try:
        value = Decimal(str(entry["number"]))
    except InvalidOperation:
        raise ValueError(f"not a number: {entry['number']!r}") from None
    if not 0 <= value < 10**15:
        raise ValueError(f"a number is from 0 to below 10^15; got {value}")
    if unit and unit not in written.UNITS:
        raise ValueError(f"unknown unit {unit!r}; known are {', '.join(written.UNITS)}")
    if not isinstance(ordinal, bool):
        raise ValueError(f"ordinal is true or false; got {ordinal!r}")
    return Number(value, unit, ordinal, also=also)


def _either(entry: Mapping[str, Any], also: tuple[str, ...]) -> Fact:
    if not isinstance(entry["any"], list) or len(entry["any"]) < 2:
        raise ValueError(f"any is a list of two or more alternatives; got {dict(entry)}")
    return Either(tuple(map(parse, entry["any"])), also=also)


_READ: dict[str, Callable[[Mapping[str, Any], tuple[str, ...]], Fact]] = {
    "date": _date,
    "number": _number,
    "name": lambda entry, also: Name(_forms(entry["name"], entry), also=also),
    "text": lambda entry, also: Text(_forms(entry["text"], entry), also=also),
    "said_by": lambda entry, also: SaidBy(_forms(entry["said_by"], entry), also=also),
    "any": _either,
}
