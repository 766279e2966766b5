"""A question put to some of the articles: the index as if it held those alone, and what the others would have said."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from rag.errors import QuestionError
from rag.messages import word_message
from rag.retrieval import Compared, Row
from rag.store import Store
from rag.types import Answer, ParagraphId, Source, Vectors

# Paragraphs of the chosen articles that are compared with a question one by one. Among more of them, the nearest of the whole
# index are asked for, ever more until enough of those are of chosen articles, or so many were asked for.
MAX_COMPARED, MAX_ASKED = 1000, 20_000
_WIDER = 4


def check_articles(articles: Sequence[str] | None, index: Store) -> frozenset[str] | None:
    """The ids of the articles that a question is put to; None for all. Raises QuestionError when one is not indexed, or none is
    given, and TypeError for a str."""
    if articles is None:
        return None
    if isinstance(articles, str):
        raise TypeError("articles is a sequence of ids, not one str")
    if unknown := [article for article in articles if article not in index.sources]:
        raise QuestionError(f"No article has the id {unknown[0]!r}.", "Assistant.articles() lists them.")
    if not articles:
        raise QuestionError("No article is chosen.", "Choose some, or leave articles out to ask all.")
    return frozenset(articles)


class ChosenArticles:
    """Some articles of an index, as retrieval sees an index."""

    def __init__(self, index: Store, articles: Collection[str]) -> None:
        self.sources: dict[str, Source] = {name: index.sources[name] for name in articles if name in index.sources}
        self._index = index
        ids = index.lines(list(self.sources), ())
        self._few = ids if len(ids) <= MAX_COMPARED else None

    def nearest_paragraphs(self, vector: Vectors, count: int) -> dict[Row, float]:
        """Cosine similarity of the `count` nearest views of paragraphs, nearest first."""
        if self._few is None:
            return self._take(lambda n: self._index.nearest_paragraphs(vector, n), count)
        found = {(p.id, view.language): own for p, views in self.compare(vector, self._few) for view, own, _ in views}
        return _keep_best(found, count)

    def nearest_sentences(self, vector: Vectors, count: int) -> dict[Row, float]:
        """Cosine similarity of the nearest sentence of each view among the `count` nearest, nearest first."""
        if self._few is None:
            return self._take(lambda n: self._index.nearest_sentences(vector, n), count)
        compared = self.compare(vector, self._few)
        found = {(p.id, view.language): max(parts, default=own) for p, views in compared for view, own, parts in views}
        return _keep_best(found, count)

    def nearest_words(self, words: Sequence[str], count: int) -> dict[Row, float]:
        """BM25 share of the `count` views that hold most of the words."""
        return self._take(lambda n: self._index.nearest_words(words, n), count)

    def lines(self, article_ids: Sequence[str], kinds: Sequence[str]) -> list[str]:
        """Ids of the paragraphs of these kinds in these articles, as far as they are chosen."""
        return self._index.lines([name for name in article_ids if name in self.sources], kinds)

    def compare(self, vector: Vectors, ids: Sequence[str]) -> list[Compared]:
        """These paragraphs, each with its views, and the cosine similarities of `vector` to each view and its sentences."""
        return self._index.compare(vector, ids)

    def _take(self, find: Callable[[int], dict[Row, float]], count: int) -> dict[Row, float]:
        """The first `count` rows of chosen articles."""
        asked, before = count * _WIDER, -1
        while True:
            rows = find(asked)
            own = {row: near for row, near in rows.items() if ParagraphId(row[0]).article_id in self.sources}
            if len(own) >= count or len(rows) == before or asked >= MAX_ASKED:
                return dict(list(own.items())[:count])
            asked, before = min(asked * _WIDER, MAX_ASKED), len(rows)


def _keep_best(found: dict[Row, float], count: int) -> dict[Row, float]:
    return dict(sorted(found.items(), key=lambda row: -row[1])[:count])


def tell_elsewhere(answer: Answer, elsewhere: Answer, chosen: Collection[str]) -> Answer:
    """An answer from the chosen articles with a notice that names those that are not chosen and answer the question.

    elsewhere: the answer from all articles."""
    if elsewhere.status == "not_found":
        return answer
    titles = dict.fromkeys(
        c.title.strip() or c.article_id for c in elsewhere.citations if c.article_id not in chosen
    )
    if not titles:
        return answer
    told = word_message("elsewhere", answer.language, titles=", ".join(f"“{title}”" for title in titles))
    return replace(answer, notice=" ".join(filter(None, (answer.notice, told))))
