"""What is read of a text: figures, the tables of how languages write them, and the form of text in which they are looked for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from rag.language import simplify_chinese
from rag.languages import cache_for_languages
from rag.locale_form import UNITS, Rounding
from rag.locales import find_locale, has_dotless_i, load_locales

LATIN = "a-zçğıöşü"
BASES = UNITS | {"share": ("share", 1.0)}
_DECIMAL_POINT = ("ja", "ko", "th", "hi")  # beside those that have a file


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, ordinal, decade, date, time, part of the day, code, or what is unread: `text[start:end]` of what was read.

    value, unit: of a number, with the name of its unit in `data/units.toml` and "share" for fractions; a time has minutes, a
    part of the day the bits of `dates.DAYPARTS`.
    rounding: "more", "less", "near", "about", "exact" or "". up_to: of "hundreds", ten: how many times `value` it may be.
    weak: a one or two in words, which counts only against another number. doubtful: may be no number, and is none of a claim.
    weekday: 0 is Monday.
    """

    kind: str
    start: int
    end: int
    text: str = ""
    value: float | None = None
    unit: str | None = None
    rounding: str = ""
    up_to: float = 0
    scale: float = 1
    weak: bool = False
    doubtful: bool = False
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Spelled:
    """A number as it was found, before its unit; `value` None when it cannot be read."""

    start: int
    end: int
    value: float | None
    digits: bool = False
    scale: float = 1
    rounding: str = ""
    up_to: float = 0
    ordinal: bool = False
    unit: str | None = None
    weak: bool = False
    doubtful: bool = False


def base_of(unit: str | None) -> str:
    """The base of a unit, such as "m2" of "ha"; "" of none."""
    return BASES[unit][0] if unit in BASES else unit or ""


@cache_for_languages()
def match_units() -> str:
    """A pattern of all units as languages write them, with a group for each."""
    tables = [locale.units for locale in load_locales().values()]
    written = {name: "|".join(units[name] for units in tables if name in units) for name in UNITS}
    return "|".join(f"(?P<{name}>{pattern})" for name, pattern in written.items() if pattern)


def _any_of(groups: Mapping[Rounding, str]) -> str:
    return "|".join(f"(?P<{name}>{pattern})" for name, pattern in groups.items())


@cache_for_languages()
def load_rounding(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What rounds a number before and behind it in a language; rules that find nothing in one without a file."""
    numbers = locale.numbers if (locale := find_locale(language)) else None
    before, after = (_any_of(numbers.before), _any_of(numbers.after)) if numbers else ("", "")
    return (
        re.compile(rf"(?<![a-z])(?:{before or '(?!)'})\s?(?:an? |the )?$"),
        re.compile(rf"\s?(?:{after or '(?!)'})"),
    )


@dataclass(frozen=True, slots=True)
class Plain:
    """A text in the form that is read, the offset in the original of each of its characters, and which were capitals."""

    text: str
    offsets: tuple[int, ...]
    capitals: tuple[bool, ...]


def normalize_text(text: str, language: str) -> Plain:
    """Lower case, half width, simplified characters; "½" as "1⁄2" and blanks that group digits as "'"."""
    parts: list[tuple[str, int, bool]] = []
    for i, (c, simple) in enumerate(zip(text, simplify_chinese(text), strict=True)):
        if c in "\u00a0\u202f\u2009" and text[i - 1 : i].isdigit() and text[i + 1 : i + 4].isdigit():
            plain = "'"
        elif c in "Iİ":
            plain = "ı" if c == "I" and has_dotless_i(language) else "i"
        else:
            plain = unicodedata.normalize("NFKC", simple).lower()
            plain = f" {plain}" if "⁄" in plain else plain
        parts += [(part, i, c.isupper()) for part in plain if not unicodedata.combining(part)]
    return Plain("".join(p for p, _, _ in parts), tuple(i for _, i, _ in parts), tuple(up for _, _, up in parts))


def read_digits(digits: str, language: str) -> float | None:
    """The value of digits with their marks, None when they can be read in two ways or none.

    >>> read_digits("1,234.5", "en"), read_digits("1.234,5", "tr"), read_digits("1,234", "tr"), read_digits("1.2.3", "en")
    (1234.5, 1234.5, None, None)
    """
    head, *rest = re.split(r"[.,']", digits)
    marks = re.findall(r"[.,']", digits)
    if not marks:
        return float(digits)
    grouped = len(head) <= 3 and not head.startswith("0")
    locale = find_locale(language)
    point = locale.writing.decimal == "." if locale else language in _DECIMAL_POINT
    decimal, group = (".", ",") if point else (",", ".")
    if len(set(marks)) == 1 and all(len(part) == 3 for part in rest) and grouped:
        if len(rest) > 1 or marks[0] in (group, "'"):
            return float("".join((head, *rest)))
        return float(f"{head}.{rest[0]}") if decimal == "." else None
    if len(marks) == 1:
        return float(f"{head}.{rest[0]}") if marks[0] in ".," else None
    whole = grouped and len(set(marks[:-1])) == 1 and all(len(part) == 3 for part in rest[:-1])
    if whole and marks[-1] not in marks[:-1]:
        return float(f"{''.join((head, *rest[:-1]))}.{rest[-1]}")
    return None
