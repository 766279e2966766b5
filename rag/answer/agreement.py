"""What other articles say to the same question: those that agree are cited together, those that differ are shown side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer.ranking import Candidate
from rag.language import Quantity, find_quantities, fold_text, match_quantity
from rag.locales import make_rule
from rag.names import Names

# Score of a span at which another article's sentence speaks to the same question; at 0 it is as likely that it says nothing.
MIN_SPAN_SCORE_OF_ANOTHER_ARTICLE = 2.0


@dataclass(frozen=True, slots=True)
class OtherArticles:
    """Sentences of other articles beside the best one: `same` say what it says, `different` say otherwise."""

    same: tuple[Candidate, ...] = ()
    different: tuple[Candidate, ...] = ()


def compare_articles(ranked: Sequence[Candidate], names: Names) -> OtherArticles:
    """What articles other than the best sentence's say to the same question, one sentence each."""
    best = ranked[0]
    same: dict[str, Candidate] = {}
    different: dict[str, Candidate] = {}
    for candidate in ranked[1:]:
        article = candidate.passage.article_id
        if candidate.span_score < MIN_SPAN_SCORE_OF_ANOTHER_ARTICLE:
            continue
        if article == best.passage.article_id or article in same or article in different:
            continue
        if _say_the_same(best, candidate, names):
            same[article] = candidate
        elif _can_contradict(find_quantity(best), find_quantity(candidate)):
            different[article] = candidate
    return OtherArticles(tuple(same.values()), tuple(different.values()))


def find_quantity(candidate: Candidate) -> Quantity | None:
    """The single date or amount that the exact answer is or is part of ("1,700" of "1,700 years"); None when there is none, or
    more."""
    first, last = candidate.view.sentences[candidate.index]
    start, end = candidate.span[0] - first, candidate.span[1] - first
    found = find_quantities(candidate.view.text[first:last], candidate.view.language)
    inside = [q for q in found if q.start < end and start < q.end]
    return inside[0] if len(inside) == 1 else None


def _say_the_same(one: Candidate, other: Candidate, names: Names) -> bool:
    first, second = find_quantity(one), find_quantity(other)
    if first and second:
        return match_quantity(first, [second]) or match_quantity(second, [first])
    return fold_text(one.answer) == fold_text(other.answer) or bool(names.find_ids(one.answer) & names.find_ids(other.answer))


def _can_contradict(one: Quantity | None, other: Quantity | None) -> bool:
    """Whether two quantities measure the same: numbers of one unit, and dates of one grain. Names cannot contradict each other,
    since an office may be held, and a thing done, by several."""
    if one is None or other is None:
        return False
    if one.value is not None and other.value is not None:
        return one.unit == other.unit and one.unit is not None
    return (bool(one.year), bool(one.month), bool(one.day)) == (bool(other.year), bool(other.month), bool(other.day))


def find_other_spelling(
    best: Candidate, ranked: Sequence[Candidate], names: Names
) -> tuple[str, str, Candidate] | None:
    """Another writing, elsewhere in the article, of a person who is the exact answer: both writings, and where the other is."""
    asked = names.of_kind(best.answer, "person")
    here = [(identity, form) for identity, form in _find_persons(best, names) if identity in asked]
    for other in ranked:
        if other.passage.article_id != best.passage.article_id:
            continue
        for identity, form in _find_persons(other, names):
            for known, written in here:
                if identity == known and fold_text(form) not in fold_text(written) and fold_text(written) not in fold_text(form):
                    return written, form, other
    return None


def _find_persons(candidate: Candidate, names: Names) -> list[tuple[str, str]]:
    text = candidate.text_in(candidate.passage.language)
    return [
        (identity, text[slice(*span)]) for identity, span in names.spans(text) if names.known[identity].kind == "person"
    ]


_find_hedge_before = make_rule(lambda locale: locale.sentences.hedge_before, r"(?:<>)\s*$")
_find_hedge_after = make_rule(lambda locale: locale.sentences.hedge_after)


def quote_hedged(candidate: Candidate) -> str:
    """The exact answer with its unit and the words beside it that make it less than exact: "more than 2,000 years" is not
    "2,000"."""
    text, (start, end) = candidate.view.text, candidate.span
    if quantity := find_quantity(candidate):
        first = candidate.view.sentences[candidate.index][0]
        start, end = min(start, first + quantity.start), max(end, first + quantity.end)
    before, after = _find_hedge_before().search(text[:start]), _find_hedge_after().match(text[end:])
    return text[start - len(before.group()) if before else start : end + (after.end() if after else 0)]
