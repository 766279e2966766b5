"""Passages: paragraphs found for a question, with what the question has in common with each of their sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rag.types.articles import Paragraph, Source, View


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence of a passage and its evidence for the question at hand.

    `start` and `end` are its span in the paragraph; `similarity` is the cosine of the language-centred vectors of the
    question and of the sentence in the passage's reading, in [-1, 1].
    """

    start: int
    end: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph found for a question. `score` orders passages of one question; higher is better.

    `reading` is the view of it that was compared with the question: in the question's language where
    there is one, else the nearest.
    """

    paragraph: Paragraph
    source: Source
    score: float
    similarity: float = 0.0
    sentences: tuple[ScoredSentence, ...] = ()
    view: View | None = None

    @property
    def reading(self) -> View:
        return self.view or self.paragraph.original

    @property
    def paragraph_id(self) -> str:
        return self.paragraph.id

    @property
    def article_id(self) -> str:
        return self.paragraph.article_id

    @property
    def text(self) -> str:
        return self.paragraph.text

    @property
    def language(self) -> str:
        return self.paragraph.language

    def to_dict(self) -> dict[str, Any]:
        """The passage as plain JSON values."""
        names = ("paragraph_id", "article_id", "text", "score", "language")
        return {name: getattr(self, name) for name in names}
