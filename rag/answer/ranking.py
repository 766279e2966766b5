"""Passages -> their sentences, ranked by how likely each holds the answer.

1. The best passages are read together with the question, in the question's language where there is a view in it; the best first,
   as many as the time allows.
2. A sentence's score is that of its best span and what retrieval found besides: the passage's score, the sentence's similarity.
3. What tells right from wrong first sentences becomes a chance (`rag.answer.calibration`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.answer.calibration import Calibration
from rag.answer.reader import Reader, Text
from rag.answer.spans import SpanScore
from rag.language import find_quantities, match_quantity
from rag.language.places import find_missing_places
from rag.names import Names
from rag.types import Passage, Span, View

MIN_READ_PASSAGES = 2  # however little time there is: an answer from the first alone would be compared with nothing
PASSAGES_AT_ONCE = 2  # read between two looks at the clock; an answer takes 8 % longer than with all at once (n = 15)
PARAGRAPHS_OF_A_SUBJECT = 2  # that name somebody or something, for it to be what their article is about


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage that was read in `view`. `span` is its best span there, in code points of the view's text, with
    `span_score`; `score` orders the sentences of one question."""

    passage: Passage
    view: View
    index: int
    span: Span
    span_score: float
    score: float

    @property
    def similarity(self) -> float:
        """Cosine of question and sentence; of question and passage where its sentences were not compared."""
        sentences = self.passage.sentences
        return sentences[self.index].similarity if self.index < len(sentences) else self.passage.similarity

    @property
    def sentence(self) -> Span:
        """The sentence's span in the paragraph."""
        return self.passage.paragraph.sentences[self.index]

    @property
    def page(self) -> int | None:
        """The page of the article that the sentence stands on; None where there are no pages."""
        return self.passage.paragraph.page_at(self.sentence[0])

    @property
    def answer(self) -> str:
        """The exact answer as the view has it."""
        return " ".join(self.view.text[slice(*self.span)].split())

    def text_in(self, language: str) -> str:
        """The sentence in a language where its paragraph has a view in it, else as the article has it."""
        return self.passage.paragraph.view_in(language).sentence(self.index)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Sentences, best first, and the chance in [0, 1] that the first holds the answer. `evidence` is what the chance is told
    from, shape (len(EVIDENCE),)."""

    candidates: tuple[Candidate, ...]
    chance: float = 0.0
    evidence: tuple[float, ...] = ()

    @property
    def best(self) -> Candidate:
        return self.candidates[0]


def read_passages(
    reader: Reader, question: str, passages: Sequence[Passage], seconds: float, clock: Callable[[], float]
) -> list[list[SpanScore]]:
    """The best span of each sentence of the passages, of as many of them, from the first on, as can be read in the time.

    seconds: after which no more are begun; `MIN_READ_PASSAGES` are read in any case. clock: tells the seconds.
    """
    begun, found = clock(), list[list[SpanScore]]()
    while len(found) < len(passages) and (len(found) < MIN_READ_PASSAGES or clock() - begun < seconds):
        group = passages[len(found) : len(found) + PASSAGES_AT_ONCE]
        found += reader.read_spans(question, [make_text(passage, passage.reading) for passage in group])
    return found


def make_text(passage: Passage, view: View) -> Text:
    """A view of a passage as it is read: under its article's title, when it is not that title."""
    title = "" if passage.paragraph.kind == "title" else passage.source.title
    return Text(view.text, view.language, view.sentences, title)


def rank_sentences(
    calibration: Calibration, question: str, language: str, read: Sequence[tuple[Passage, list[SpanScore]]], names: Names
) -> Ranking:
    """Sentences of the passages that were read. language: the question's; names: those that can be told in a text."""
    candidates = []
    for passage, found in read:
        view = passage.reading
        for best in found:
            bare = Candidate(passage, view, best.sentence, best.span, best.score, 0.0)
            score = calibration.score(best.score, passage.score, bare.similarity)
            candidates.append(Candidate(passage, view, best.sentence, best.span, best.score, score))
    candidates.sort(key=lambda c: (-c.score, c.passage.paragraph_id, c.index))
    return rate_first(calibration, question, language, candidates, names)


def rate_first(calibration: Calibration, question: str, language: str, ranked: Sequence[Candidate], names: Names) -> Ranking:
    """The ranking of sentences that are sorted, with the chance of the first."""
    if not ranked:
        return Ranking(())
    best = ranked[0]
    missing = float(lacks_name(question, language, ranked, names))
    evidence = (best.span_score, best.passage.score, best.similarity, missing)
    return Ranking(tuple(ranked), calibration.chance(evidence, language == best.view.language), evidence)


def lacks_name(question: str, language: str, ranked: Sequence[Candidate], names: Names) -> bool:
    """Whether the question names somebody, some place, some year or some rank that the first candidate's paragraph and title do
    not, in any of their languages, and that is not what its article is about either: it stands in no two paragraphs read."""
    best = ranked[0].passage
    read = {c.passage.paragraph_id: c.passage for c in ranked if c.passage.article_id == best.article_id}
    texts = [(_join(p), p) for p in (best, *(p for row, p in read.items() if row != best.paragraph_id))]
    named = names.find_ids(question)
    missing = [(named - names.find_ids(text)) | set(find_missing_places(question, language, text)) for text, _ in texts]
    if any(sum(name not in own for own in missing[1:]) < PARAGRAPHS_OF_A_SUBJECT for name in missing[0]):
        return True
    told = [q for q in find_quantities(question, language) if q.year or (q.unit == "ordinal" and q.value != 1)]
    views = [view for _, passage in texts for view in passage.paragraph.views]
    return any(not any(match_quantity(q, find_quantities(view.text, view.language)) for view in views) for q in told)


def _join(passage: Passage) -> str:
    """The passage in all languages, and the title of its article."""
    return " ".join([passage.source.title, *(view.text for view in passage.paragraph.views)])


def locate_in_original(reader: Reader, question: str, candidate: Candidate) -> Span | None:
    """The exact answer in the article's own words, in code points of the paragraph; None when nothing of the sentence is read."""
    original = candidate.passage.paragraph.original
    if candidate.view.language == original.language:
        return candidate.span
    found = reader.read_spans(question, [make_text(candidate.passage, original)])[0]
    return next((best.span for best in found if best.sentence == candidate.index), None)
