"""A question that was understood -> what is found for each of its parts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import rag.retrieval as retrieval
from rag.answer.quoting import QuotingAnswerer
from rag.answer.reader import shipped_reader
from rag.api.asked import Asked, Found
from rag.api.choosing import ChosenArticles
from rag.api.opened import OpenedIndex
from rag.messages import word_message
from rag.names import Names
from rag.question.follow_up import list_readings, stands_alone
from rag.store import Store
from rag.types import Embedder

# Chance of an answer by which the question as it stands must be better than with the one before, when it says little itself.
LEAD_OF_CONTEXT = 0.3
PASSAGES = 16  # read by the answerer; one more costs it a tenth of a millisecond


class IndexFinder:
    """Finds passages in an index, and anew in the newest generation when the one that a question was put to is kept no longer.

    reading_seconds: how long the passages found may be read.
    """

    def __init__(self, opened: OpenedIndex, embedder: Embedder, reading_seconds: float) -> None:
        self._opened, self._embedder, self._reading_seconds = opened, embedder, reading_seconds
        self._known = "", Names()

    def find_passages(self, asked: Asked, index: Store, read: bool) -> Asked:
        """Add what is found for each part of a question, in the articles it is put to. read: see `Finder`."""

        def find(index: Store) -> Asked:
            searched = index if asked.chosen is None else ChosenArticles(index, asked.chosen)
            finder = Finder(searched, self._embedder, self.make_answerer(index), self.load_names(index), read)
            return finder.find_passages(replace(asked, index=index), PASSAGES)

        return self._opened.search_index(index, find)

    def find_one(self, asked: Asked, index: Store, k: int) -> Found:
        """The `k` best passages for a question; they are not read."""

        def find(index: Store) -> Found:
            finder = Finder(index, self._embedder, self.make_answerer(index), self.load_names(index), read=False)
            return finder.find_one(asked.question, asked.spoken, k)

        return self._opened.search_index(index, find)

    def make_answerer(self, index: Store) -> QuotingAnswerer:
        """The answerer that quotes, over a generation."""
        return QuotingAnswerer(shipped_reader(), self.load_names(index), self._reading_seconds)

    def load_names(self, index: Store) -> Names:
        """The names of a generation, ready to be found in texts; made once."""
        if self._known[0] != index.generation:
            self._known = index.generation, Names(index.names)
        return self._known[1]


class Finder:
    """Finds passages in one generation of the index, or in some articles of it.

    names: those it knows. read: whether passages are read at once, also when there is only one way to read the question.
    """

    def __init__(
        self, index: retrieval.SearchIndex, embedder: Embedder, answerer: QuotingAnswerer, names: Names, read: bool
    ) -> None:
        self.index, self.embedder, self.answerer, self.names, self.read = index, embedder, answerer, names, read

    def find_passages(self, asked: Asked, k: int) -> Asked:
        """Add what is found for each part. One that was put after another question is read as it stands and together with that
        question; the reading with the better chance of an answer is kept. What there is no time for is left out."""
        found: list[Found] = []
        for part in asked.parts:
            if found and asked.late:
                break
            before = found[0].question if found else asked.before
            found.append(self._find_best(list_readings(part, before), asked, k))
        if asked.late:
            late = word_message("out_of_time", asked.language)
            asked = replace(asked, notices=(*asked.notices, late), complete=False)
        return replace(
            asked,
            question=found[0].question if len(found) == 1 else asked.question,
            parts=tuple(f.question for f in found),
            typed=asked.parts,
            passages=tuple(f.passages for f in found),
            rankings=tuple(f.ranking for f in found),
            embed=sum(f.embed for f in found),
            search=sum(f.search for f in found),
            read=sum(f.read for f in found),
        )

    def find_one(self, question: str, language: str, k: int) -> Found:
        """The passages for one question; they are not read."""
        begun = time.perf_counter()
        vector = self.embedder.query(question, language)
        embedded = time.perf_counter()
        compared = tuple(retrieval.search_passages(self.index, question, language, vector, k))
        ended = time.perf_counter()
        return Found(question, compared[:k], compared, embed=embedded - begun, search=ended - embedded)

    def _find_best(self, readings: Sequence[str], asked: Asked, k: int) -> Found:
        """What is found for the reading of a question that has the best chance of an answer, of as many as there is time for."""
        language = asked.spoken
        found = [self.find_one(reading, language, k) for n, reading in enumerate(readings) if n == 0 or not asked.late]
        if len(found) == 1 and not self.read:
            return found[0]
        begun = time.perf_counter()
        ranked = [(self.answerer.rank_sentences(f.question, language, f.compared, asked.ends), f) for f in found]
        lead = 0.0 if stands_alone(readings[0], language, self.names) else LEAD_OF_CONTEXT
        chances = [ranking.chance + lead * (n > 0) for n, (ranking, _) in enumerate(ranked)]
        ranking, best = ranked[chances.index(max(chances))]  # of equal ones the first: as it stands
        embed, search = sum(f.embed for f in found), sum(f.search for f in found)
        return replace(best, ranking=ranking, embed=embed, search=search, read=time.perf_counter() - begun)
