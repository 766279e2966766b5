"""The numbers and dates of a claim against those of a sentence, and what they count."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.language import Quantity, agrees, quantities, tokens
from rag.verification.compared import Claimed, Sentence
from rag.verification.differences import differs


def unstated_in(claim: Claimed, best: Sentence, paragraph: Sequence[Sentence], question: str) -> list[Quantity]:
    """The quantities of the claim that the sentence does not state of the same thing, nor another one of its paragraph."""
    # A number of the question may be repeated, but not a date: a false premise would come back as a cited fact.
    asked = [q for q in quantities(question, claim.language) if q.value is not None and not 1000 <= q.value <= 2100]
    found: list[Quantity] = []
    for q in claim.quantities:
        if asked and agrees(q, asked):
            continue
        ok = any(states(claim, q, text, of) for text, of in best.readings)
        if not ok:
            ok = any(states(claim, q, text, of, near=True) for s in paragraph if s != best for text, of in s.readings)
        if not ok and not _idle(claim, q):
            found.append(q)
    return found


def _idle(claim: Claimed, q: Quantity) -> bool:
    """Whether it is a number that one language counts in words and another does not: "the two sides" and 双方."""
    return q.value in (1, 2, 100) and not re.search(r"\d", claim.text[q.start : q.end])


def states(claim: Claimed, q: Quantity, text: str, language: str, near: bool = False) -> bool:
    """Whether `text` states the quantity; of the same thing, when the text is in the claim's language and counts several. near:
    only if a word beside it in the claim stands beside it there."""
    there = quantities(text, language)
    same = [other for other in there if agrees(q, [other])]
    if not agrees(q, there):
        return False
    if language != claim.language or q.value is None or not same:
        return not near or bool(q.unit) or q.value is None
    thing = _next_word(claim.text, claim.language, q.end)
    after = {_next_word(text, language, other.end) for other in same}
    if q.unit is None and all(other.unit for other in same):
        # A unit that is not known: "square feet" is not "square meters".
        words = {t.key for t in tokens(text, language)}
        return {t.key for t in tokens(claim.text[q.end : q.end + 16], claim.language)[:2]} <= words
    if near:
        return q.unit is not None or thing in after
    counted = {_next_word(text, language, other.end) for other in there if other not in same}
    return thing is None or thing in after or thing not in counted


def _next_word(text: str, language: str, at: int) -> str | None:
    """The content word that follows, which a number counts."""
    return next((t.key for t in tokens(text, language) if t.start >= at and t.start - at <= 12), None)


def said(claim: Claimed, q: Quantity, best: Sentence) -> str:
    """What a quantity of the claim says, and what the sentence says in its place."""
    return differs(claim.text, q, best.text, quantities(best.text, best.language))
