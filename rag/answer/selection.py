"""Which sentences are shown beside the best one: what it needs to be understood, and those that hold an answer of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import rag.dating as dating
from rag.answer.ranking import Candidate
from rag.language import Quantity, fold_text
from rag.locales import make_rule

MAX_SENTENCES = 4
# Score below the best at which a sentence with another answer is still shown, in the scale of the reader that ships: with another
# one it is to be looked at again. With 8.5 and a least chance of 0.30, 0.867 of the dev questions are answered rightly, with 1.57
# citations an answer; with 11 and 0.35, 0.859 and 1.71 (n = 383).
MAX_SCORE_LAG = 8.5
# Sentences among which the beginning and the length of something are looked for.
MAX_TERM_SENTENCES = 24

# Beginnings that only make sense after the sentence before: pronouns and words that point back.
_find_back_reference = make_rule(lambda locale: locale.sentences.needs_before)


def select_sentences(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The sentences to show, best first: those near the best with another answer, and the one that the best points back to."""
    best = ranked[0]
    chosen, answers = [best], {fold_text(best.answer)}
    for candidate in ranked[1:]:
        if len(chosen) >= MAX_SENTENCES or candidate.score < best.score - MAX_SCORE_LAG:
            break
        if fold_text(candidate.answer) not in answers:
            answers.add(fold_text(candidate.answer))
            chosen.append(candidate)
    before = next((c for c in ranked if c.passage is best.passage and c.index == best.index - 1), None)
    if before and before not in chosen and _find_back_reference().match(best.text_in(best.view.language)):
        chosen.append(before)
    return chosen


@dataclass(frozen=True, slots=True)
class Term:
    """The beginning of something and how long it lasts, and the last day this makes. The first sentences found of one article."""

    begins: Candidate
    lasts: Candidate
    first: Quantity
    length: Quantity
    last: Quantity


def find_term(ranked: Sequence[Candidate]) -> Term | None:
    """The sentences from which an end can be reckoned; None when none say it."""
    found = [(c, c.text_in(c.view.language)) for c in ranked[:MAX_TERM_SENTENCES]]
    for begins, text in found:
        first = dating.find_beginning(text, begins.view.language)
        if first is None:
            continue
        for lasts, beside in found:
            if lasts.passage.article_id != begins.passage.article_id:
                continue
            length = dating.find_length(beside, lasts.view.language)
            last = dating.last_day(first, length) if length else None
            if length and last:
                return Term(begins, lasts, first, length, last)
    return None
