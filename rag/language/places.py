"""Countries and large cities that a text names, by the names of the Unicode locale data (CLDR), which `babel` brings."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from rag.language.folding import fold_text
from rag.locales import has_spaces, list_languages


def find_missing_places(question: str, language: str, evidence: str) -> list[str]:
    """Places that a question in English, Chinese or Turkish names and the evidence does not, in any of these languages.

    >>> find_missing_places("What is the capital of France?", "en", "A French artist came to Jingdezhen.")
    ['france']
    >>> find_missing_places("法国的首都是哪里?", "zh", "A kiln in Fransa."), find_missing_places("Who came?", "en", "")
    ([], [])
    """
    if language not in list_languages():
        return []
    return [m.group() for m in _find_absent(question, language, evidence)]


def _find_absent(text: str, language: str, evidence: str) -> list[re.Match[str]]:
    """Places that a text names and the evidence does not, in any language."""
    known, rule = _places_in(language)
    plain = fold_text(evidence)
    return [
        m
        for m in rule.finditer(fold_text(text))
        if not any(fold_text(_names(of).get(known[m.group()], "\0")) in plain for of in list_languages())
    ]


@cache
def _names(language: str) -> dict[str, str]:
    """Names of countries by their codes, and of cities by their time zones."""
    from babel import Locale  # 0.1 s, at the first question and not at import

    locale: Any = Locale.parse(language)
    countries = {code: name for code, name in locale.territories.items() if code.isalpha()}
    cities = {zone: row["city"] for zone, row in locale.time_zones.items() if "city" in row and "/" in zone}
    # English keeps no name of a city that its zone tells.
    zones = {zone: zone.rpartition("/")[2].replace("_", " ") for zone in _zones()} if language == "en" else {}
    return {**zones, **cities, **countries}


@cache
def _zones() -> tuple[str, ...]:
    from babel import Locale

    zones: Any = Locale.parse("zh").time_zones
    return tuple(zone for zone in zones if "/" in zone)


@cache
def _places_in(language: str) -> tuple[dict[str, str], re.Pattern[str]]:
    """Places by their names in a language, and a rule that finds them; Latin names are words of their own."""
    shortest = 4 if has_spaces(language) else 2
    known = {fold_text(name): code for code, name in _names(language).items() if len(name) >= shortest}
    names = "|".join(sorted(map(re.escape, known), key=len, reverse=True))
    return known, re.compile(names if not has_spaces(language) else rf"(?<![a-z])(?:{names})(?![a-z])")
