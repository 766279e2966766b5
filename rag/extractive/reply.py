"""An answer put together from ranked sentences: claims, what other articles say, what needs reckoning; or the nearest thing."""

from __future__ import annotations

import re
from collections.abc import Sequence

import rag.dating as dating
from rag.extractive.agreement import in_reading, others, variants
from rag.extractive.features import Candidate
from rag.extractive.selection import Ranked, enough, in_reading_order, term
from rag.focus import focus
from rag.language import quantities
from rag.messages import Message, say
from rag.names import Names
from rag.questions import request
from rag.types import Draft, DraftClaim, Evidence, Span

# Centred cosine of the nearest sentence below which it is not worth naming in a refusal.
_NEAR = 0.35
_HEDGE_BEFORE = re.compile(
    r"(?:(?:more|less|fewer) than|over|about|around|nearly|almost|some|approximately|at least|up to"
    r"|超过|大约|约|近|逾|yaklaşık|en az)\s*$",
    re.IGNORECASE,
)
_HEDGE_AFTER = re.compile(r"[ıiuü]? (?:aşkın|kadar)|(?:以上|左右)", re.IGNORECASE)


class Reply:
    """An answer being put together from the ranked sentences of a side: claims, what others say, what needs reckoning."""

    def __init__(self, question: str, language: str, into: str, ranked: Ranked, names: Names) -> None:
        self.question, self.language, self.into, self.ranked, self.names = question, language, into, ranked, names
        self.wanted = request(question)
        self.notices: list[str] = []

    def draft(self, chance: float, margin: float) -> Draft:
        """The draft with its notices. chance: its confidence. margin: see `selection.enough`."""
        chosen = self._until() or enough(self.ranked, self.wanted, margin)
        beside = others(self.ranked, self.wanted, self.question, self.language, self.names)
        chosen = [c for c in chosen if c not in beside.same]
        shown = {c.passage.paragraph_id for c in chosen}
        chosen += [c for c in beside.different if c.passage.paragraph_id not in shown]
        if beside.different:
            self.notices.append(say("differ", self.into, sources=self._sources([self.ranked[0][1], *beside.different])))
        chosen += self._other_writing(chosen)
        best = self.ranked[0][1]
        claims = [self._claim(c, beside.same if c is best else ()) for c in in_reading_order(chosen)]
        self._read_times(chosen)
        return Draft(tuple(claims), chance, notices=tuple(dict.fromkeys(self.notices)))

    def _until(self) -> list[Candidate]:
        """For a question after an end that no sentence states: the sentences it can be reckoned from."""
        if not self.wanted.ending or states_end(self.ranked[0][1]):
            return []
        found = term(self.ranked)
        if found is None:
            return []
        begins, lasts = (dating.said(c.text, q) for c, q in ((found.begins, found.first), (found.lasts, found.length)))
        until = dating.written(found.last, self.into)
        self.notices.append(say("reckoned", self.into, first=begins, length=lasts, last=until))
        return [found.begins] if found.begins is found.lasts else [found.begins, found.lasts]

    def _other_writing(self, chosen: Sequence[Candidate]) -> list[Candidate]:
        if self.wanted.kind != "person":
            return []
        found = variants(chosen, self.ranked, self.names)
        if found is None:
            return []
        self.notices.append(say("variants", self.into, one=found.written[0], other=found.written[1]))
        return [] if any(found.written[1] in c.original for c in chosen) else [found.there]

    def _sources(self, candidates: Sequence[Candidate]) -> str:
        parts = []
        for c in candidates:
            source = c.passage.source
            found = in_reading(c, self.wanted, self.question, self.language, self.names)
            said = c.text[slice(*_hedged(c.text, found.span))] if found else ""
            dated = source.published or say("undated", self.into)
            parts.append(f"{source.outlet or source.title or source.id} ({dated}): {said}")
        return "; ".join(parts)

    def _read_times(self, chosen: Sequence[Candidate]) -> None:
        """What "last year" and the like amount to in the sentences shown."""
        for candidate in chosen:
            source = candidate.passage.source
            for found in dating.readings(_text(candidate, self.into), source.published):
                if (found.recent or found.reckoned) and self.wanted.kind != "date":
                    continue
                message: Message = "recent" if found.recent else "counted" if found.reckoned else "dated_time"
                self._note(message if found.meant else "undated_time", found.said, found.meant, source.published)
        if self.wanted.kind == "date" and chosen:
            self._tell_year(chosen[0])

    def _tell_year(self, candidate: Candidate) -> None:
        """The year of the one day a sentence gives without it."""
        text, published = _text(candidate, self.into), candidate.passage.source.published
        days = [q for q in quantities(text, self.into) if q.value is None and q.month and q.day]
        year = dating.year_of(days[0], published) if len(days) == 1 else None
        if year:
            self._note("dated_time", dating.said(text, days[0]), str(year), published)

    def _note(self, message: Message, said: str, meant: str | None, published: str | None) -> None:
        self.notices.append(say(message, self.into, said=said, meant=meant, date=published))

    def _claim(self, candidate: Candidate, agreeing: Sequence[Candidate]) -> DraftClaim:
        """The sentence in the answer's language where there is a view in it, else as it stands in the article."""
        return DraftClaim(_text(candidate, self.into), tuple(map(self._evidence, (candidate, *agreeing))))

    def _evidence(self, candidate: Candidate) -> Evidence:
        sentence, paragraph = candidate.passage.sentences[candidate.index], candidate.passage.paragraph
        found = focus(self.wanted, self.question, self.language, candidate.original, paragraph.language, self.names)
        exact = (sentence.start + found.span[0], sentence.start + found.span[1]) if found else None
        return Evidence(candidate.passage, sentence.start, sentence.end, exact)


def _hedged(text: str, span: Span) -> Span:
    """A number with the words beside it that make it less than exact: "more than 2,000 years" is not "2,000 years"."""
    before, after = _HEDGE_BEFORE.search(text[: span[0]]), _HEDGE_AFTER.match(text[span[1] :])
    return span[0] - len(before.group()) if before else span[0], span[1] + (after.end() if after else 0)


def states_end(candidate: Candidate) -> bool:
    """Whether a sentence says itself when something ends."""
    return dating.states_end(candidate.text, candidate.passage.reading.language)


def nearest(ranked: Ranked, into: str) -> DraftClaim | None:
    """The sentence most like the question, when any is near."""
    found = [c for _, c in ranked if c.passage.paragraph.kind not in ("title", "source", "date", "editor")]
    best = max(found, key=lambda c: c.features[0], default=None)
    if best is None or best.features[0] < _NEAR:
        return None
    sentence = best.passage.sentences[best.index]
    return DraftClaim(_text(best, into), (Evidence(best.passage, sentence.start, sentence.end),))


def _text(candidate: Candidate, language: str) -> str:
    """The sentence in `language` where there is a view in it, else as it stands in the article."""
    paragraph = candidate.passage.paragraph
    return (paragraph.view(language) or paragraph.original).sentence(candidate.index)
