"""Scores of verification: what it withholds, what it lets through, and whether what was shown is in what it cites.

Whether it is, is told by the evaluation's own reading of numbers, months and names, which shares nothing with the one that let
the sentences through: a mistake in that one would not be seen by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal

from babel import Locale
from babel.dates import get_month_names

from evals import gold, written
from evals.claims import TRUE, Claim
from evals.facts import Either, Fact, Name, Number
from evals.metrics import Score, mean
from evals.results import Result

Reading = Callable[[str, str], Sequence[bool]]  # of all that a sentence shows, whether it is in a text
_DIGITS = re.compile(r"\d+(?:[.,]\d{3})*")
_SCALED = re.compile(
    rf"({_DIGITS.pattern})(?:[.,](\d{{1,2}})(?!\d))?(?:\s?[多余]?({'|'.join(sorted(written.SCALES, key=len, reverse=True))})"
    r"(?![a-z])|)"
)
# Latin words; what stands after an apostrophe is a Turkish ending or an English 's.
_WORD = re.compile(r"(?<![a-zA-Z\u00c0-\u024f]['’])[a-zA-Z\u00c0-\u024f]{2,}")
# What begins a sentence or a quotation has its capital from there.
_BEGINS = re.compile(r"(?:^|[:：“\"«„「『(])\W*$")
_HONORIFICS = {"mr", "mrs", "ms", "dr", "bey", "hanim", "sayin"}
_ADJECTIVES, _STEM = ("ese", "ian", "ish", "an"), 4  # endings of an adjective of a country, and the letters it has from it
_SHORTEST, _ENDING = 5, 6  # letters of a stem at least, and of the endings of a longer word at most


def _months_of(width: Literal["wide", "abbreviated"], *languages: str) -> dict[str, int]:
    return {name: n for code in languages for n, name in get_month_names(width, locale=code).items()}


_WIDE = _months_of("wide", "en", "tr")
_SHORT = {**_months_of("abbreviated", "en", "tr"), "Sept": 9}
_HAN = _months_of("wide", "zh") | _months_of("abbreviated", "zh")
_OTHER_WORDS = {"may", "march", "mart", "ocak", "ekim", "aralık"}  # when they have no capital
_NAMED = _WIDE | {name.lower(): n for name, n in _WIDE.items() if name.lower() not in _OTHER_WORDS}


def _any(names: Mapping[str, int]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_MONTH = re.compile(
    rf"(?<!\w)(?P<wide>{_any(_NAMED)})(?:[dt][ae]n?)?(?!\w)"
    rf"|(?<!\w)(?P<short>{_any(_SHORT)})(?=\.|\s?\d)|\d\s?(?P<after>{_any(_SHORT)})(?!\w)"
    rf"|(?<![\d一二三四五六七八九十百千])(?P<han>{_any(_HAN)})"
)
_IN_DIGITS = re.compile(r"(?<!\d)\d{4}[-/.年](0?[1-9]|1[0-2])(?!\d)|(?<!\d)\d{1,2}[./](0?[1-9]|1[0-2])[./]\d{4}(?!\d)")


def score_probes(probes: Mapping[Claim, bool]) -> Iterator[Score]:
    """What verification withholds and lets through, by what is wrong with a claim."""
    for name, kinds in (
        ("wrong numbers and dates withheld", ("number", "date", "time")), ("wrong names withheld", ("name",)),
        ("negated sentences withheld", ("negation",)), ("wrong paragraphs withheld", ("neighbour",)),
        ("stitched sentences withheld", ("stitched",)), ("true claims let through, same language", TRUE),
        ("true claims let through, other language", TRUE),
    ):  # fmt: skip
        part = {p: good for p, good in probes.items() if p.kind in kinds}
        if kinds == TRUE:
            part = {p: good for p, good in part.items() if p.same == name.endswith("same language")}
        yield mean(name, "citations", "claims made from the articles", {p.id: float(good) for p, good in part.items()})


def grounded(result: Result, reading: Reading, around: bool = False) -> bool | None:
    """Whether all that `reading` reads in the sentences shown stands in the paragraphs they cite, in a translation of those, or
    in the question; None when it reads nothing. around: or in the article's title or the paragraph before, where what a pronoun
    means may be named."""
    there = [
        held
        for text, markers in result.response.sentences
        for held in reading(text, _evidence(result, markers, around))
    ]
    return all(there) if there else None


def _evidence(result: Result, markers: Sequence[int], around: bool) -> str:
    """What may carry a sentence with these markers; all that the answer cites when it has none of its own."""
    cited = result.response.cited
    own = [cited[number - 1] for number in markers if number <= len(cited)] or cited
    titles = {c["paragraph_id"]: str(c.get("title", "")) for c in result.response.citations} if around else {}
    rows = [*own, *(_before(row) for row in own)] if around else own
    texts = [view.text for row in rows if row in result.paragraphs for view in result.paragraphs[row].views]
    return "\n".join([*texts, *(titles.get(row, "") for row in own), result.item.question, *result.item.history])


def _before(row: str) -> str:
    article, mark, number = row.rpartition("#p")
    return f"{article}{mark}{int(number) - 1}" if number.isdigit() else ""


def numbers(sentence: str, there: str) -> Sequence[bool]:
    """Of each number in digits, whether a text has it, in digits or in words.

    >>> numbers("12 kilns, 13 cups, 1.4 million bowls.", "Twelve kilns, 140万 bowls.")
    [True, False, True]
    """
    known = {_plain(found) for found in _DIGITS.findall(there)}
    return [
        _scaled(whole, part, scale).stated(there) if scale
        else all(n in known or Number(Decimal(n)).stated(there) for n in (_plain(whole), part) if n)
        for whole, part, scale in _SCALED.findall(sentence)
    ]  # fmt: skip


def _scaled(whole: str, part: str, scale: str) -> Number:
    return Number(Decimal(f"{_plain(whole)}.{part or 0}").scaleb(written.SCALES[scale]))


def _plain(number: str) -> str:
    return number.replace(",", "").replace(".", "")


def months(sentence: str, there: str) -> Sequence[bool]:
    """Of each month named, whether a text names it, in any of the three languages, or has a date of it in digits.

    >>> months("Ekim'de, 5 May'da ve haziranda", "On Oct 18, and 2025年6月")
    [True, False, True]
    """
    known = set(_months(there))
    known |= {int(number) for found in _IN_DIGITS.findall(there) for number in found if number}
    return [month in known for month in _months(sentence)]


def _months(text: str) -> list[int]:
    text = re.sub(r"\s+(?=月)", "", unicodedata.normalize("NFKC", text))
    every = _NAMED | _SHORT | _HAN
    return [next(every[name] for name in found.groups() if name) for found in _MONTH.finditer(text)]


def names(sentence: str, there: str) -> Sequence[bool]:
    """Of each name, whether a text has it: gold names in any of their forms in any language, and every word with a capital
    that does not begin the sentence, whatever its ending.

    >>> names("It is in İznik'te, near Bursa.", "The lake of Iznik"), names("A Chinese town.", "in China")
    ([True, True, False], [True])
    """
    told = {name: name.stated(there) for name in _gold_names() if name.stated(sentence)}
    words = _words(there) | {
        word for name, good in told.items() if good for form in name.forms for word in _words(form)
    }
    return [*told.values(), *(_known(word, words) or _place(word).stated(there) for word in _capitalised(sentence))]


@cache
def _gold_names() -> Sequence[Name]:
    """The names in the gold facts, each with all forms that any fact has for it."""
    groups: list[set[str]] = []
    for item in gold.load():
        for name in _names_in((*item.facts, *item.reading)):
            forms = {*name.forms, *name.also}
            for group in [group for group in groups if group & forms]:
                groups.remove(group)
                forms |= group
            groups.append(forms)
    return [Name(tuple(sorted(forms))) for forms in groups]


def _names_in(facts: Sequence[Fact]) -> Iterator[Name]:
    for fact in facts:
        if isinstance(fact, Either):
            yield from _names_in(fact.facts)
        elif isinstance(fact, Name):
            yield fact


def _capitalised(sentence: str) -> Iterator[str]:
    """The folded words with a capital, but for the first one, months and titles before a name."""
    text = unicodedata.normalize("NFKC", sentence)
    for found in _WORD.finditer(text):
        word = written.fold(found.group())
        begins = _BEGINS.search(text[: found.start()])
        if found.group()[0].isupper() and not (begins or word in _HONORIFICS or _months(f"{found.group()} 1")):
            yield word


@lru_cache(maxsize=1024)
def _words(text: str) -> frozenset[str]:
    return frozenset(written.fold(word) for word in _WORD.findall(unicodedata.normalize("NFKC", text)))


@cache
def _place(word: str) -> Name:
    """The country of this name, or that has this adjective, in the three languages, since "from France" may be told of a "French
    artist", 法国艺术家, and "Chinese" of what is China's; the word alone when it is no country's."""
    countries = [Locale(code).territories for code in ("en", "tr", "zh")]
    called = [(code, written.fold(name)) for own in countries[:2] for code, name in own.items()]
    found = {code for code, name in called if name == word}
    if not found and word.endswith(_ADJECTIVES):
        found = {code for code, name in called if name.startswith(word[:_STEM]) and code.isalpha()}
    return Name(tuple(own[code] for code in found for own in countries) if len(found) == 1 else (word,))


def _known(word: str, words: frozenset[str]) -> bool:
    if word in words or len(word) < _SHORTEST:
        return word in words
    stem = word[: max(_SHORTEST, len(word) - _ENDING)]
    return any(other.startswith(stem) for other in words)
