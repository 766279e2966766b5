"""How many sentences to show: one when one suffices, more when it needs its neighbour, or the question asks for more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import rag.dating as dating
from rag.extractive.features import Candidate
from rag.language import Quantity
from rag.questions import Request, quotes, says

Ranked = Sequence[tuple[float, Candidate]]
_MOST, _MOST_LISTED, _MOST_SAID = 3, 5, 2
# Sentences among which the beginning and the length of something are looked for.
_DEEP = 24

# Beginnings that only make sense after the sentence before: pronouns and words that point back.
_ANAPHOR = re.compile(
    r"[\"“]?(?:it|he|she|they|this|these|that|those|his|her|its|their|such|there|then)\b"
    r"|[“]?(?:他|她|它|其|这|此|该|对此|同时)"
    r"|[\"“]?(?:bu|bunun|bunlar|o|onun|onlar|böyle|orada|ayrıca)\b",
    re.IGNORECASE,
)


def enough(ranked: Ranked, wanted: Request, margin: float) -> list[Candidate]:
    """The sentences to show, best first: the best, what it needs beside it to be understood or complete, and those nearly
    as likely, within `margin` log-odds; more readily for a question that asks several things, or when the best lacks a name or
    number of the question. Three at most, five for a list."""
    top, best = ranked[0]
    most = _MOST_LISTED if wanted.plural else _MOST
    chosen = [best, *_companions(best, [c for _, c in ranked], wanted)][:most]
    # A paragraph that lacks a name or number the question gives is a worse bet than its score says.
    wide = margin * (2 if not wanted.single else 1.5 if best.missing or wanted.plural else 1)
    for odds, candidate in ranked[1:]:
        if len(chosen) >= most or candidate.excluded or odds < top - wide:
            break
        # One that holds less of what is asked for than the best would only add length.
        if candidate.fit >= best.fit and all(candidate.text != c.text for c in chosen):
            chosen.append(candidate)
    return chosen


def _companions(best: Candidate, candidates: Sequence[Candidate], wanted: Request) -> list[Candidate]:
    """The sentence before, when the best begins with a word that points back to it; the one after, when that holds
    the kind of thing asked for and the best does not; the next that tells what is said, when that is asked for."""
    beside = {c.index - best.index: c for c in candidates if c.passage is best.passage}
    found = [beside[-1]] if -1 in beside and _ANAPHOR.match(best.text) else []
    if wanted.speech:
        # A paragraph often tells who speaks first, and quotes then.
        said = [
            c
            for at, c in sorted(beside.items())
            if at > 0 and (quotes(c.text) or (not says(best.text) and says(c.text)))
        ]
        found += said[:_MOST_SAID]
    return [*found, beside[1]] if best.fit < 0 and 1 in beside and beside[1].fit > 0 else found


@dataclass(frozen=True, slots=True)
class Term:
    """The beginning of something and how long it lasts, and the last day this makes. The first sentences found of one article."""

    begins: Candidate
    lasts: Candidate
    first: Quantity
    length: Quantity
    last: Quantity


def term(ranked: Ranked) -> Term | None:
    """The sentences from which an end can be reckoned; None when none say it."""
    found = [c for _, c in ranked[:_DEEP] if not c.excluded]
    for begins in found:
        first = dating.beginning(begins.text, begins.passage.reading.language)
        if first is None:
            continue
        for lasts in found:
            if lasts.passage.article_id != begins.passage.article_id:
                continue
            length = dating.length(lasts.text, lasts.passage.reading.language)
            last = dating.last_day(first, length) if length else None
            if length and last:
                return Term(begins, lasts, first, length, last)
    return None


def in_reading_order(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Paragraphs in the order of their best sentence, sentences within them in the order of the text."""
    order = {c.passage.paragraph_id: n for n, c in reversed(list(enumerate(chosen)))}
    return sorted(chosen, key=lambda c: (order[c.passage.paragraph_id], c.index))
