"""How languages are read: what is one rule for all of them is made of what the file of each says."""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.languages import cache_for_languages, call_on_change, load_languages
from rag.locale_form import Locale

_UNSPACED = ("ja", "th")  # beside those that have a file


@cache_for_languages()
def load_locales() -> dict[str, Locale]:
    """How languages are read, by their codes. Raises LanguageError."""
    return load_languages("locales", Locale)


call_on_change(load_locales)


def find_locale(language: str) -> Locale | None:
    """How a language is read; None of one that has no file."""
    return load_locales().get(language)


def list_languages() -> tuple[str, ...]:
    """The languages that have files."""
    return tuple(load_locales())


def has_spaces(language: str) -> bool:
    """Whether a language has spaces between words."""
    known = find_locale(language)
    return known.writing.spaces if known else language not in _UNSPACED


def find_full_stop(language: str) -> str:
    """The mark that ends a sentence in a language."""
    known = find_locale(language)
    return known.writing.full_stop if known else "."


def find_first_ten(language: str) -> int:
    """How many tens the first of the tens of a language that has a file is: 1 where its ones end with nine."""
    return 1 if len(load_locales()[language].numbers.ones.split()) == 10 else 2


def has_dotless_i(language: str) -> bool:
    """Whether the small letter of I is ı in a language."""
    known = find_locale(language)
    return known is not None and known.writing.dotless_i


def has_ordinal_point(language: str) -> bool:
    """Whether a number with a full stop is an ordinal in a language."""
    known = find_locale(language)
    return known is not None and known.writing.ordinal_point


def join_patterns(part: Callable[[Locale], str]) -> str:
    """One pattern of what all languages say; one that nothing matches where none says anything."""
    return "|".join(filter(None, map(part, load_locales().values()))) or "(?!)"


def make_rule(
    part: Callable[[Locale], str], around: str = "<>", flags: re.RegexFlag = re.IGNORECASE
) -> Callable[[], re.Pattern[str]]:
    """What gives the rule of all languages, compiled. around: what stands around what they say, which is its `<>`."""

    @cache_for_languages()
    def compile_rule() -> re.Pattern[str]:
        return re.compile(around.replace("<>", join_patterns(part)), flags)

    return compile_rule
