"""Question -> ranked passages: paragraph vector, best sentence vector and words, fused.

    score = cos(question, paragraph) + cos(question, best sentence) + 0.3 * BM25 share

All vectors are centred by language, so that no `where` filter and no quota is needed for a question to reach paragraphs
in another language. A paragraph with one good sentence is found by its sentence, a rare name or number by its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever

from rag.language import tokens
from rag.lexical import LexicalIndex
from rag.types import Paragraph, Passage, ScoredSentence, Source, Vectors

_LEXICAL_WEIGHT = 0.3
# Rows asked of each side; what only one side found gets the other's last similarity, the most it can have there.
_PARAGRAPHS, _SENTENCES, _LEXICAL, _LINES = 40, 80, 20, 8


class Index(Protocol):
    """What retrieval needs of an opened store."""

    lexical: LexicalIndex
    sources: dict[str, Source]

    def nearest_paragraphs(self, vector: Vectors, count: int) -> dict[str, float]: ...
    def nearest_sentences(self, vector: Vectors, count: int) -> dict[str, float]: ...
    def lines(self, article_ids: Sequence[str], kinds: Sequence[str]) -> list[str]: ...
    def compare(self, vector: Vectors, ids: Sequence[str]) -> list[tuple[Paragraph, float, list[float]]]: ...


def retrieve(index: Index, question: str, language: str, vector: Vectors, k: int) -> list[Passage]:
    """The `k` best passages for a question, best first, each with the evidence of its sentences.

    vector: the question's vector, shape (dimensions,).
    """
    by_paragraph = index.nearest_paragraphs(vector, max(_PARAGRAPHS, k))
    by_sentence = index.nearest_sentences(vector, max(_SENTENCES, 2 * k))
    by_words = _lexical(index.lexical, question, language)
    floors = [min(found.values(), default=0.0) for found in (by_paragraph, by_sentence)]

    def fused(row: str) -> float:
        vectors = by_paragraph.get(row, floors[0]) + by_sentence.get(row, floors[1])
        return vectors + _LEXICAL_WEIGHT * by_words.get(row, 0.0)

    # A few more than asked for, since the exact similarities of the next step can change the order at the edge.
    candidates = sorted({*by_paragraph, *by_sentence, *by_words}, key=lambda row: (-fused(row), row))[: k + 4]
    compared = index.compare(vector, candidates)
    passages = [
        _passage(index.sources[p.article_id], p, own, parts, by_words.get(p.id, 0.0)) for p, own, parts in compared
    ]
    return sorted(passages, key=lambda p: (-p.score, p.paragraph_id))[:k]


def _lexical(lexical: LexicalIndex, question: str, language: str) -> dict[str, float]:
    scores = lexical.scores([t.key for t in tokens(question, language)])
    best = (-scores).argsort(kind="stable")[:_LEXICAL]
    return {lexical.ids[i]: float(scores[i]) for i in best if scores[i] > 0}


def _passage(source: Source, paragraph: Paragraph, similarity: float, parts: list[float], words: float) -> Passage:
    sentences = tuple(ScoredSentence(a, b, own) for (a, b), own in zip(paragraph.sentences, parts, strict=True))
    score = similarity + max(parts, default=similarity) + _LEXICAL_WEIGHT * words
    return Passage(paragraph, source, score, similarity, sentences)


def with_lines(index: Index, passages: list[Passage], kinds: Sequence[str], vector: Vectors) -> list[Passage]:
    """The passages, and after them the paragraphs of these kinds in the same articles: an editor's line or an address
    shares neither words nor meaning with the question that asks for it, only the article."""
    known = {p.paragraph_id for p in passages}
    wanted = [row for row in index.lines(sorted({p.article_id for p in passages}), kinds) if row not in known]
    found = index.compare(vector, wanted[:_LINES])
    return passages + [_passage(index.sources[p.article_id], p, own, parts, 0.0) for p, own, parts in found]


class PassageRetriever(BaseRetriever):
    """LangChain's retriever over the same code. Metadata of each document: paragraph_id, article_id, language, score,
    title, outlet, published."""

    assistant: Any
    k: int = 5

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [
            LangChainDocument(
                id=p.paragraph_id,
                page_content=p.text,
                metadata={
                    "paragraph_id": p.paragraph_id, "article_id": p.article_id, "language": p.language, "score": p.score,
                    "title": p.source.title, "outlet": p.source.outlet, "published": p.source.published,
                },
            )
            for p in self.assistant.retrieve(query, self.k)
        ]  # fmt: skip
