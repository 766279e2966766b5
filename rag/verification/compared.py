"""What is compared: a claim with its words and quantities, and the sentences it may rest on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.language import Quantity, quantities, tokens
from rag.types import Passage, Span

_MADE_OF = 0.75  # least share of a sentence's words in a claim that is given its vector


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that a claim may rest on: `span` of paragraph number `paragraph` of those given, `index` within it.

    readings: its text and language, in the claim's language first where there is one. similarity: of the claim's centred
    vector to that of the first reading, in [-1, 1]. context: the article's title and the paragraph before, for what pronouns
    stand for.
    """

    paragraph: int
    index: int
    span: Span
    readings: tuple[tuple[str, str], ...]
    similarity: float
    context: str = ""

    @property
    def text(self) -> str:
        return self.readings[0][0]

    @property
    def language(self) -> str:
        return self.readings[0][1]


@dataclass(frozen=True)
class Claimed:
    """A claim as it is compared: its content words with their weights, its quantities."""

    text: str
    language: str
    words: tuple[tuple[str, float], ...]
    quantities: tuple[Quantity, ...]

    @classmethod
    def of(cls, text: str, language: str, weight: Callable[[str], float]) -> Claimed:
        words = tuple((t.key, max(weight(t.key), 0.1)) for t in tokens(text, language))
        return cls(text, language, words, quantities(text, language))

    def held(self, sentences: Sequence[Sentence]) -> float:
        """Share of its words, by weight, that the sentences hold in any reading; in [0, 1]."""
        return share(self.words, sentences)


def share(words: Sequence[tuple[str, float]], sentences: Sequence[Sentence]) -> float:
    """Share of the words, by weight, that stand in a reading of the sentences."""
    keys = {t.key for s in sentences for text, of in s.readings for t in tokens(text, of)}
    return sum(w for key, w in words if key in keys) / (sum(w for _, w in words) or 1.0)


def repeated(text: str, language: str, passages: Sequence[Passage]) -> tuple[str, str, int] | None:
    """The sentence that holds all words of a claim and few others, in the claim's language: its paragraph's id, that language
    and its index in the paragraph. None when there is none."""
    words = {t.key for t in tokens(text, language)}
    best, found = _MADE_OF, None
    for paragraph in (passage.paragraph for passage in passages):
        for view in paragraph.views:
            for index in range(len(view.sentences)) if view.language == language else ():
                own = {t.key for t in tokens(view.sentence(index), language)}
                if words and words <= own and len(words) / len(own) > best:
                    best, found = len(words) / len(own), (paragraph.id, language, index)
    return found
