"""The exact answer inside a sentence: the date, the amount, the name that a question asks for. Never guessed when unclear.

Only what the question does not say itself can answer it. When more than one thing of the asked kind is left, none is
chosen: a sentence with two dates has no single answer to "when".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.language import Quantity, agrees, fold, quantities, tokens
from rag.names import Names
from rag.questions import Request, Unit
from rag.types import Span

# What a unit of a question is called among the units of quantities.
_UNITS: dict[Unit, frozenset[str]] = {
    "money": frozenset(("CNY", "USD", "EUR", "TRY", "GBP")),
    "area": frozenset(("m2", "km2", "ha")),
    "length": frozenset(("km", "m", "cm")),
    "share": frozenset(("%",)),
    "people": frozenset(("people",)),
    "days": frozenset(("day",)),
    "years": frozenset(("year", "century")),
    "rank": frozenset(("ordinal",)),
    "run": frozenset(("day", "week", "month", "hour")),
    "duration": frozenset(("day", "week", "month", "year", "hour", "minute", "century")),
}
_NEAR = 18  # code points between a number and the noun that is counted
_BEFORE, _BEHIND = 16, 28  # code points before and after a name in which its title stands
# Names of persons: two or more capitalised Latin words, "Ada·Lovelace"-like Chinese transliterations, and Chinese names of two
# or three characters after a title or before a verb of saying.
_LATIN_NAME = re.compile(r"[A-ZÇĞİÖŞÜ][\w’'-]*[a-zçğıöşü](?: [A-ZÇĞİÖŞÜ][\w’'-]*[a-zçğıöşü])+")
_HAN_NAME = re.compile(
    r"(?:(?<=[长席记事理家者员授师辑])|(?<=[与和、,，。 ])|^)[\u4e00-\u9fff]{1,6}(?:·[\u4e00-\u9fff]{1,6}?)+(?=[与和、,，。共首表指说出的对于在] ?|$)"
)
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤"
_HAN_TITLED = re.compile(
    rf"(?<=[长席记事理家者员授师辑商])[:：]?([{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?)(?=[与和、,，。主出共表指说认】]|$)"
)
_QUOTED = re.compile(r"“([^“”]{2,40})”|\"([^\"]{2,60})\"|《([^《》]{2,40})》|‘([^‘’]{2,40})’")
_CALLED = re.compile(
    r"\b(?:called|named?|title of)\b|叫什么|名称|名字|称为|称作|\badı\b|\bisim\b|\bismi\b|denir|deniyor", re.IGNORECASE
)


_NAMES = re.compile(
    r"\bnames of\b|\btheir names\b|\bare .*\b(?:called|named)\b|分别叫|都叫什么|名字分别|\b(?:adları|isimleri)\b",
    re.IGNORECASE,
)
_NOBODY = Names()


@dataclass(frozen=True, slots=True)
class Found:
    """A thing of the asked kind in a sentence: its span there, and its value when it is a number or a date."""

    span: Span
    quantity: Quantity | None = None


def focus(
    wanted: Request, question: str, asked_in: str, sentence: str, language: str, names: Names = _NOBODY
) -> Found | None:
    """The single thing in `sentence` that is of the kind asked for and not in the question; None when there is none or several.

    asked_in, language: of the question and of the sentence. names: those known. Offsets are those of `sentence`.

    >>> from rag.questions import request
    >>> q = "How many days does it last?"
    >>> focus(request(q), q, "en", "The five-day fair has 30 stands.", "en").span
    (4, 12)
    """
    if not wanted.single:
        return None
    if wanted.kind == "thing" and asks_a_name(question):
        return _only([Found(s) for s in quoted(sentence) if fold(sentence[slice(*s)]) not in fold(question)])
    alternatives = {q.unit for q in quantities(question, asked_in) if q.value is not None}
    if wanted.kind == "thing" and len(alternatives) == 1 and len(quantities(question, asked_in)) > 1:
        offered = [q for q in quantities(sentence, language) if q.unit in alternatives and q.unit]
        return _only([Found(_whole(sentence, q), q) for q in offered])
    if wanted.kind in ("date", "quantity"):
        return _only(_measured(wanted, question, asked_in, sentence, language))
    if wanted.kind == "person":
        return _only(_named(wanted, question, asked_in, sentence, language, names))
    return None


def _only(found: Sequence[Found]) -> Found | None:
    return found[0] if len(found) == 1 else None


def asks_a_name(question: str) -> bool:
    """Whether the question is what something or somebody is called."""
    return bool(_CALLED.search(question))


def asks_names(question: str) -> bool:
    """Whether the question is what several things are called."""
    return bool(_NAMES.search(question))


def quoted(sentence: str) -> list[Span]:
    """What stands in quotation marks."""
    return [m.span(next(i for i in range(1, 5) if m[i])) for m in _QUOTED.finditer(sentence)]


def _measured(wanted: Request, question: str, asked_in: str, sentence: str, language: str) -> list[Found]:
    """The quantities or dates of the asked unit that the question does not give."""
    given = quantities(question, asked_in)
    if len(given) > 1 and wanted.kind == "quantity":
        given = ()  # "1,700 years or 2,000?": one of them answers
    new = [q for q in quantities(sentence, language) if not _in(q, given)]
    if wanted.kind == "date":
        dates = [dated for q in new if (dated := _date(q))]
        if wanted.unit == "year":
            dates = [q for q in dates if q.year]
        fullest = max((bool(q.month) + bool(q.day) for q in dates), default=0)
        return [Found((q.start, q.end), q) for q in dates if bool(q.month) + bool(q.day) == fullest]
    units = _UNITS.get(wanted.unit) if wanted.unit else None
    if wanted.unit and units is None:
        return []
    counted = [q for q in new if q.value is not None and (units is None or q.unit in units)]
    if any(q.unit == "year" for q in counted):
        counted = [q for q in counted if q.unit != "century"]
    if wanted.unit in ("money", "people") and len(counted) > 1:
        counted = counted[:1] if _same_sum(counted, sentence) else counted
    if units is None and wanted.noun:
        noun = {t.key for t in tokens(wanted.noun, asked_in)}
        near = [q for q in counted if noun & {t.key for t in tokens(sentence[q.start : q.end + _NEAR], language)}]
        counted = near or (counted if language != asked_in else [])
    return [Found(_whole(sentence, q), q) for q in counted]


def _whole(sentence: str, quantity: Quantity) -> Span:
    """The span of a quantity up to the end of its last word: a unit is known by its first letters."""
    end = quantity.end
    while end < len(sentence) and sentence[end - 1].isalpha() and sentence[end].isalpha() and sentence[end] < "\u2e80":
        end += 1
    return quantity.start, end


def _date(quantity: Quantity) -> Quantity | None:
    """A date, or a bare number that can only be a year ("in 2021"), as a date; None for other quantities."""
    if quantity.value is None:
        return quantity
    year = quantity.value
    if quantity.unit is None and year == int(year) and 1000 <= year <= 2100:
        return Quantity(quantity.start, quantity.end, year=int(year))
    return None


def _in(quantity: Quantity, given: Sequence[Quantity]) -> bool:
    return bool(given) and agrees(quantity, given)


def _same_sum(counted: Sequence[Quantity], sentence: str) -> bool:
    """ "93 billion yuan ($13.1 billion)": one sum in two currencies."""
    return len(counted) == 2 and bool(re.fullmatch(r"\s*[（(][^)）]{0,3}", sentence[counted[0].end : counted[1].start]))


def _named(wanted: Request, question: str, asked_in: str, sentence: str, language: str, names: Names) -> list[Found]:
    """Names of persons that the question does not hold; of several, the one whose title the question asks for."""
    known = names.spans(sentence)
    persons = [span for identity, span in known if names.known[identity].kind == "person"]
    taken = [span for _, span in known]
    guessed = [m.span() for rule in (_LATIN_NAME, _HAN_NAME) for m in rule.finditer(sentence)]
    guessed += [m.span(1) for m in _HAN_TITLED.finditer(sentence)]
    persons += [(a, b) for a, b in guessed if all(b <= c or d <= a for c, d in taken)]
    asked, told = fold(question), names.ids(question)
    new = [
        span
        for span in sorted(set(persons))
        if not _mentions(asked, fold(sentence[slice(*span)])) and not names.ids(sentence[slice(*span)]) & told
    ]
    if len(new) > 1 and asked_in == language:
        role = {t.key for t in tokens(wanted.role, asked_in)}
        around = [sentence[max(0, a - _BEFORE) : a] + " " + sentence[b : b + _BEHIND] for a, b in new]
        new = [
            s for s, text in zip(new, around, strict=True) if role and role <= {t.key for t in tokens(text, language)}
        ]
    return [Found(span) for span in new]


def _mentions(asked: str, name: str) -> bool:
    return name in asked or any(len(part) > 3 and part in asked for part in re.split(r"[ ·]", name))
