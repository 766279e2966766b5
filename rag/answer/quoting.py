"""Passages -> the sentences that answer, or a refusal. Nothing is invented: every claim is a sentence of an article.

1. The passages are read, as many as the time allows (`ranking`).
2. When the best sentence is likelier wrong than a refusal is worth, the draft is a refusal with the nearest thing said.
3. Else the best sentence comes first; others follow that hold answers of their own (`selection`).
4. What other articles say is cited with it, or shown beside it (`agreement`); relative times are read against the article's date.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import rag.dating as dating
from rag.answer.agreement import compare_articles, find_other_spelling, quote_hedged
from rag.answer.calibration import shipped_calibration
from rag.answer.ranking import Candidate, Ranking, locate_in_original, rank_sentences, read_passages
from rag.answer.reader import Reader
from rag.answer.selection import find_term, select_sentences
from rag.answer.spans import SpanScore
from rag.language import find_quantities, simplify_chinese
from rag.messages import Message, word_difference, word_message
from rag.names import Names
from rag.types import LINE_KINDS, Draft, DraftClaim, Evidence, Passage, Span

# Read are the best passages and, unless their answer is sure, what stands before and after the best of them ("The five-day event"
# follows the paragraph that names it) and the lines of the best article. Of 514 dev questions (2026-11-27) the same are
# right as when everything is read, with a quarter fewer paragraphs read; five fewer where nothing is read but the best.
READ_PASSAGES, READ_NEIGHBOURS_OF = 6, 3
SURE_CHANCE = 0.8
RECKONED_CHANCE = (
    0.6  # of an end that is reckoned from a beginning and a length: both are quoted, and the sum is marked as ours
)
MIN_NEAREST_SIMILARITY = 0.35  # centred cosine below which a sentence is not worth naming in a refusal
MAX_SHORT_SHARE = 0.8  # of a sentence; an exact answer that is nearly all of it says nothing that the sentence does not


class QuotingAnswerer:
    """Answers with sentences of the passages.

    names: those the index knows. reading_seconds: after which no more passages are read for a question, as `clock` tells them.
    """

    def __init__(
        self, reader: Reader, names: Names | None = None, reading_seconds: float = math.inf,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:  # fmt: skip
        self._reader = reader
        self._reading_seconds, self._clock = reading_seconds, clock
        self._calibration = shipped_calibration()
        self._names = names or Names()

    def rank_sentences(self, question: str, language: str, passages: Sequence[Passage], ends: float = math.inf) -> Ranking:
        """The sentences of the best passages and the chance that the first is right. language: the question's.

        ends: when no more passages are read in any case, as the clock tells it."""
        asked, ends = simplify_chinese(question), min(ends, self._clock() + self._reading_seconds)
        read: list[tuple[Passage, list[SpanScore]]] = []
        ranking = Ranking(())
        for group in filter(None, select_passages(passages)):
            found = read_passages(self._reader, asked, group, ends - self._clock(), self._clock)
            read += zip(group, found, strict=False)
            ranking = rank_sentences(self._calibration, asked, language, read, self._names)
            if ranking.chance >= SURE_CHANCE or self._clock() >= ends:
                break
        return ranking

    def draft_answer(self, question: str, language: str, passages: Sequence[Passage], into: str | None = None) -> Draft:
        """The sentences that answer, best first; or no claim when the articles do not seem to, and then the nearest thing.

        into: the language to answer in, where a paragraph is written in it or translated into it; the question's when None.
        """
        return self.quote_ranking(question, self.rank_sentences(question, language, passages), into or language)

    def quote_ranking(self, question: str, ranking: Ranking, into: str) -> Draft:
        """The draft of a ranking; see `draft`."""
        if not ranking.candidates:
            return Draft((), 0.0)
        chance, ending = ranking.chance, dating.asks_end(question)
        best = ranking.candidates[0]
        if ending and not dating.states_end(best.text_in(best.view.language), best.view.language):
            chance = max(chance, RECKONED_CHANCE) if find_term(ranking.candidates) else 0.0
        if chance < self._calibration.min_chance:
            return Draft((), chance, nearest=_find_nearest(ranking.candidates, into))
        quotation = _Quotation(simplify_chinese(question), ranking.candidates, into, self._names, self._reader)
        return quotation.draft(chance, ending)


def select_passages(passages: Sequence[Passage]) -> tuple[list[Passage], list[Passage]]:
    """Those of the passages that are read first, and those that are read where these are not enough; each best first."""
    first, others = passages[:READ_PASSAGES], passages[READ_PASSAGES:]
    beside = {place for p in passages[:READ_NEIGHBOURS_OF] for place in p.paragraph.neighbours}
    return list(first), [
        p
        for p in others
        if p.paragraph_id in beside or (p.paragraph.kind in LINE_KINDS and p.article_id == passages[0].article_id)
    ]


class _Quotation:
    """A draft being put together from ranked sentences."""

    def __init__(
        self, question: str, ranked: Sequence[Candidate], into: str, names: Names, reader: Reader
    ) -> None:  # fmt: skip
        self.question, self.ranked, self.into, self.names, self.reader = question, ranked, into, names, reader
        self.notices: list[str] = []
        self.difference = ""

    def draft(self, chance: float, ending: bool) -> Draft:
        """The draft with its notices. chance: its confidence; ending: whether it is asked when something ends."""
        best = self.ranked[0]
        reckoned = self._reckon_end() if ending else []
        chosen = reckoned or select_sentences(self.ranked)
        beside = compare_articles(self.ranked, self.names)
        chosen = [c for c in chosen if c not in beside.same]
        if beside.different:
            chosen = [best, *beside.different, *(c for c in chosen[1:] if c not in beside.different)]
            figures = [(c.passage.source, c.page, quote_hedged(c)) for c in (best, *beside.different)]
            self.difference = word_difference(figures, self.into)
        chosen += self._add_other_spelling(best, chosen)
        self._explain_times(chosen)
        answering = reckoned or [best, *beside.different]
        claims = tuple(
            replace(
                self._claim(c, beside.same if c is best else ()),
                beside=c not in answering,
                figure=quote_hedged(c) if beside.different and c in answering else "",
            )
            for c in chosen
        )
        single = chosen[0] is best and not beside.different and not reckoned
        short = self._shorten(best) if single else None
        notices = tuple(dict.fromkeys(self.notices))
        return Draft(claims, chance, notices=notices, difference=self.difference, short=short)

    def _reckon_end(self) -> list[Candidate]:
        """For a question after an end that no sentence states: the sentences it can be reckoned from."""
        best = self.ranked[0]
        if dating.states_end(best.text_in(best.view.language), best.view.language):
            return []
        found = find_term(self.ranked)
        if found is None:
            return []
        begins, lasts = (
            dating.quote_quantity(c.text_in(c.view.language), q)
            for c, q in ((found.begins, found.first), (found.lasts, found.length))
        )
        last = dating.write_day(found.last, self.into)
        self.notices.append(word_message("reckoned", self.into, first=begins, length=lasts, last=last))
        return [found.begins] if found.begins is found.lasts else [found.begins, found.lasts]

    def _add_other_spelling(self, best: Candidate, chosen: Sequence[Candidate]) -> list[Candidate]:
        found = find_other_spelling(best, self.ranked, self.names)
        if found is None:
            return []
        one, other, there = found
        self.notices.append(word_message("variants", self.into, one=one, other=other))
        return [] if any(other in c.text_in(c.passage.language) for c in chosen) else [there]

    def _explain_times(self, chosen: Sequence[Candidate]) -> None:
        """What "last year" and the like amount to in the sentences shown; the year of a day that is the exact answer."""
        for candidate in chosen:
            published = candidate.passage.source.published
            times = dating.read_relative_times(candidate.text_in(self.into), published)
            asked = [found for found in times if found.said in candidate.answer]
            for found in times:
                # A year counted from an anniversary answers also where the exact answer is "this year" beside it.
                if (found.recent and found not in asked) or (found.reckoned and not asked):
                    continue
                message: Message = "recent" if found.recent else "counted" if found.reckoned else "dated_time"
                self._note(message if found.meant else "undated_time", found.said, found.meant, published)
        best, published = chosen[0], chosen[0].passage.source.published
        days = [q for q in find_quantities(best.answer, best.view.language) if q.value is None and q.month and q.day]
        year = dating.year_of(days[0], published) if len(days) == 1 else None
        if year:
            self._note("dated_time", dating.quote_quantity(best.answer, days[0]), str(year), published)

    def _note(self, message: Message, said: str, meant: str | None, published: str | None) -> None:
        self.notices.append(word_message(message, self.into, said=said, meant=meant, date=published))

    def _shorten(self, candidate: Candidate) -> str | None:
        """The exact answer as the sentence in the answer's language has it; None where it is nearly all of the sentence."""
        if candidate.view.language != candidate.passage.paragraph.view_in(self.into).language:
            return None
        start, end = candidate.view.sentences[candidate.index]
        return candidate.answer if len(candidate.answer) < MAX_SHORT_SHARE * (end - start) else None

    def _claim(self, candidate: Candidate, agreeing: Sequence[Candidate]) -> DraftClaim:
        """The sentence in the answer's language where there is a view in it, else as it stands in the article."""
        return DraftClaim(candidate.text_in(self.into), tuple(map(self._cite, (candidate, *agreeing))))

    def _cite(self, candidate: Candidate) -> Evidence:
        return Evidence(candidate.passage, *candidate.sentence, self._locate(candidate))

    def _locate(self, candidate: Candidate) -> Span | None:
        """The exact answer in the paragraph, where it is inside the sentence."""
        span = locate_in_original(self.reader, self.question, candidate)
        start, end = candidate.sentence
        return span if span and start <= span[0] < span[1] <= end else None


def _find_nearest(ranked: Sequence[Candidate], into: str) -> DraftClaim | None:
    """The sentence most like the question, when it is near at all."""
    found = [c for c in ranked if c.passage.paragraph.kind not in LINE_KINDS]
    nearest = max(found, key=lambda c: c.similarity, default=None)
    if nearest is None or nearest.similarity < MIN_NEAREST_SIMILARITY:
        return None
    return DraftClaim(nearest.text_in(into), (Evidence(nearest.passage, *nearest.sentence),))
