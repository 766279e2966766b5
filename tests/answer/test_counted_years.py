"""A year that is counted from an anniversary is told where it answers the question."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rag.answer.quoting import QuotingAnswerer
from rag.answer.reader import Text
from rag.answer.spans import SpanScore
from rag.paragraphs import sentence_spans
from rag.types import Paragraph, Passage, Source

SENTENCES = {
    "en": "This year marks the 10th anniversary of the treaty.",
    "zh": "今年是条约签署10周年。",
    "tr": "Bu yıl antlaşmanın 10. yıl dönümü.",
}


class SureReader:
    """A reader that takes the same words for the answer, whatever is asked."""

    def __init__(self, answer: str) -> None:
        self.answer = answer

    def read_spans(self, question: str, paragraphs: Sequence[Text]) -> list[list[SpanScore]]:
        starts = [paragraph.text.index(self.answer) for paragraph in paragraphs]
        return [[SpanScore(0, (start, start + len(self.answer)), 40.0)] for start in starts]


def list_notices(language: str, answer: str) -> str:
    text = SENTENCES[language]
    paragraph = Paragraph("a#p1", "a", text, language, tuple(sentence_spans(text, language)))
    passage = Passage(paragraph, Source("a", "A", language, published="2025-05-01"), 2.0, 0.6)
    return " ".join(QuotingAnswerer(SureReader(answer)).draft_answer("?", language, [passage]).notices)


@pytest.mark.parametrize(
    ("language", "answer"),
    [("en", "10th anniversary"), ("en", "This year"), ("zh", "10周年"), ("zh", "今年"), ("tr", "10. yıl dönümü"), ("tr", "Bu yıl")],
)
def test_the_year_is_told_where_the_anniversary_or_the_year_beside_it_is_the_answer(language, answer):
    assert "2015" in list_notices(language, answer)


@pytest.mark.parametrize(("language", "answer"), [("en", "the treaty"), ("zh", "条约"), ("tr", "antlaşmanın")])
def test_no_year_is_counted_where_something_else_is_the_answer(language, answer):
    assert "2015" not in list_notices(language, answer)
