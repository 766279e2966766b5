"""Countries and large cities that a claim names in writing without capitals, where no list of ours has them: by the names of the
Unicode locale data (CLDR), which `babel` brings."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from rag.language import fold

_LANGUAGES = ("en", "zh", "tr")


def abroad(claim: str, language: str, evidence: str) -> list[tuple[str, int]]:
    """Places of a Chinese claim that the evidence names in no language, with where they begin.

    >>> abroad("窑在东京举行点火仪式。", "zh", "The kiln was lit in Istanbul.")
    [('东京', 2)]
    >>> abroad("窑在土耳其。", "zh", "The kiln is in Türkiye.")
    []
    """
    if language != "zh":
        return []
    known, rule = _chinese()
    plain = fold(evidence)
    return [
        (m.group(), m.start()) for m in rule.finditer(fold(claim))
        if not any(fold(_names(of).get(known[m.group()], "\0")) in plain for of in _LANGUAGES)
    ]  # fmt: skip


@cache
def _names(language: str) -> dict[str, str]:
    """Names of countries by their codes, and of cities by their time zones."""
    from babel import Locale  # 0.1 s, and only claims in Chinese need it

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
def _chinese() -> tuple[dict[str, str], re.Pattern[str]]:
    known = {fold(name): code for code, name in _names("zh").items() if len(name) > 1}
    return known, re.compile("|".join(sorted(map(re.escape, known), key=len, reverse=True)))
