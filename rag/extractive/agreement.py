"""What other articles say to the same question: those that agree are cited together, those that differ are shown side by side.

Two sentences speak to the same question when both hold a single thing of the kind that is asked for (`rag.focus`); what
they say of it can then be compared, in whichever languages they are written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.extractive.features import FEATURES, Candidate
from rag.extractive.selection import Ranked
from rag.focus import Found, focus
from rag.language import agrees, fold
from rag.names import Names
from rag.questions import Request

# Cosine to the question and share of its words, by weight, from which another article's sentence speaks to the same question.
_SIMILAR, _WORDS = 0.35, 0.2


@dataclass(frozen=True, slots=True)
class Others:
    """Sentences of other articles beside the best one: `same` say what it says, `different` say otherwise."""

    same: tuple[Candidate, ...] = ()
    different: tuple[Candidate, ...] = ()


def others(ranked: Ranked, wanted: Request, question: str, language: str, names: Names) -> Others:
    """What articles other than the best sentence's say to the same question, one sentence each."""
    best = ranked[0][1]
    says = in_reading(best, wanted, question, language, names)
    if says is None:
        return Others()
    subject = names.ids(question)
    same: dict[str, Candidate] = {}
    different: dict[str, Candidate] = {}
    for _, candidate in ranked[1:]:
        article = candidate.passage.article_id
        if candidate.excluded:
            break
        if article == best.passage.article_id or article in same or article in different:
            continue
        if not subject <= names.ids(candidate.whole):
            continue
        other = in_reading(candidate, wanted, question, language, names)
        if other is None:
            continue
        if _same(says, best, other, candidate, names) and (_on_topic(candidate) or _near(candidate, best)):
            same[article] = candidate
        elif _on_topic(candidate) and _comparable(best.text, says, candidate.text, other):
            different[article] = candidate
    return Others(tuple(same.values()), tuple(different.values()))


def in_reading(candidate: Candidate, wanted: Request, question: str, language: str, names: Names) -> Found | None:
    """The exact answer in a candidate, in the language it is read in."""
    return focus(wanted, question, language, candidate.text, candidate.passage.reading.language, names)


def _same(one: Found, of: Candidate, other: Found, there: Candidate, names: Names) -> bool:
    if one.quantity and other.quantity:
        return agrees(one.quantity, [other.quantity]) or agrees(other.quantity, [one.quantity])
    a, b = of.text[slice(*one.span)], there.text[slice(*other.span)]
    return fold(a) == fold(b) or bool(names.ids(a) & names.ids(b))


def _on_topic(candidate: Candidate) -> bool:
    """Whether a sentence speaks of what is asked, by its meaning and its words."""
    similarity, words = (candidate.features[FEATURES.index(name)] for name in ("similarity", "words"))
    return similarity >= _SIMILAR and words >= _WORDS


def _near(candidate: Candidate, best: Candidate) -> bool:
    """Whether a sentence has as many of the question's words as the best one, or nearly."""
    at = FEATURES.index("words")
    return candidate.features[at] >= 0.6 * best.features[at] > 0


def _comparable(text: str, one: Found, beside: str, other: Found) -> bool:
    """Whether two different things can contradict each other: numbers of one unit, in digits, and dates of one grain. "A thousand
    years" is a manner of speaking; and names cannot, since an office may be held, and a thing done, by several."""
    if not one.quantity or not other.quantity:
        return False
    a, b = one.quantity, other.quantity
    if not all(re.search(r"\d", said[slice(*found.span)]) for said, found in ((text, one), (beside, other))):
        return False
    if a.value is not None and b.value is not None:
        return a.unit == b.unit and a.unit is not None
    return (bool(a.year), bool(a.month), bool(a.day)) == (bool(b.year), bool(b.month), bool(b.day))


@dataclass(frozen=True, slots=True)
class Variants:
    """One person's name written in two ways in one article, with a sentence for each."""

    written: tuple[str, str]
    there: Candidate


def variants(chosen: Sequence[Candidate], ranked: Ranked, names: Names) -> Variants | None:
    """Another writing of a person's name that stands in a chosen sentence, elsewhere in the same article."""
    for candidate in chosen:
        here = _persons(candidate, names)
        for _, other in ranked:
            if other.passage.article_id != candidate.passage.article_id:
                continue
            for identity, form in _persons(other, names):
                for known, written in here:
                    if identity == known and not _part(form, written):
                        return Variants((written, form), other)
    return None


def _persons(candidate: Candidate, names: Names) -> list[tuple[str, str]]:
    """Persons named in a candidate's original sentence, with the name as it is written."""
    text = candidate.original
    return [
        (identity, text[slice(*span)]) for identity, span in names.spans(text) if names.known[identity].kind == "person"
    ]


def _part(one: str, other: str) -> bool:
    return fold(one) in fold(other) or fold(other) in fold(one)
