"""Passages are read in the order they were found, for as long as the time lasts; the clock is a fake one."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from rag.answer.quoting import QuotingAnswerer
from rag.answer.ranking import make_text, read_passages
from rag.answer.reader import Text
from rag.answer.spans import SpanScore
from rag.types import Paragraph, Passage, Source

TEXTS = [f"Kiln {n} was lit in {1900 + n}." for n in range(6)]
PASSAGES = [
    Passage(Paragraph(f"a#p{n}", "a", text, "en", ((0, len(text)),)), Source("a", "A", "en"), 1.0 - n / 10)
    for n, text in enumerate(TEXTS)
]
SECONDS_PER_PASSAGE = 0.125  # exact in binary, so that sums are


class SlowReader:
    """A reader that takes the same time for each passage, by a clock that nothing else moves."""

    def __init__(self, score: float = 1.0) -> None:
        self.score = score
        self.now = 100.0
        self.texts: list[str] = []

    def clock(self) -> float:
        return self.now

    def read_spans(self, question: str, paragraphs: Sequence[Text]) -> list[list[SpanScore]]:
        self.now += SECONDS_PER_PASSAGE * len(paragraphs)
        self.texts += [paragraph.text for paragraph in paragraphs]
        return [[SpanScore(0, (0, 4), self.score)] for _ in paragraphs]


@pytest.fixture
def reader() -> SlowReader:
    return SlowReader()


@pytest.mark.parametrize(("seconds", "count"), [(0.0, 2), (0.25, 2), (0.3, 4), (0.5, 4), (0.51, 6), (math.inf, 6)])
def test_as_many_passages_are_read_as_the_time_allows_the_best_first(reader, seconds, count):
    found = read_passages(reader, "When?", PASSAGES, seconds, reader.clock)
    assert len(found) == count and reader.texts == TEXTS[:count]


def test_a_passage_is_read_under_the_title_of_its_article_and_the_title_itself_is_not():
    passage = PASSAGES[0]
    title = replace(passage, paragraph=replace(passage.paragraph, kind="title"))
    assert [make_text(p, p.reading).title for p in (passage, title)] == ["A", ""]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_two_passages_are_read_when_there_is_no_time_at_all(reader, count):
    assert len(read_passages(reader, "When?", PASSAGES[:count], 0.0, reader.clock)) == count


@pytest.mark.parametrize(("seconds", "count"), [(0.3, 4), (math.inf, 6)])
def test_an_answer_rests_on_the_passages_that_were_read(reader, seconds, count):
    ranked = QuotingAnswerer(reader, reading_seconds=seconds, clock=reader.clock).rank_sentences("When?", "en", PASSAGES)
    assert {c.passage.paragraph_id for c in ranked.candidates} == {p.paragraph_id for p in PASSAGES[:count]}


@pytest.mark.parametrize(("score", "count"), [(40.0, 6), (-40.0, 8)])
def test_lines_and_neighbours_are_read_only_where_the_best_passages_give_no_sure_answer(score, count):
    reader, bare = SlowReader(score), PASSAGES[0].paragraph
    others = [
        replace(bare, id="a#p6", text="It has cooled since."),  # beside the best
        replace(bare, id="a#p9", text="By A. Kaya, 1908.", kind="dateline"),
        replace(bare, id="b#p9", article_id="b", text="Nothing."),
    ]
    passages = [PASSAGES[5], *PASSAGES[:5], *(replace(PASSAGES[0], paragraph=paragraph) for paragraph in others)]
    QuotingAnswerer(reader, clock=reader.clock).rank_sentences("When?", "en", passages)
    assert len(reader.texts) == count and "Nothing." not in reader.texts


def test_reading_in_parts_finds_what_reading_at_once_does(assistant):
    reader = assistant.answerer._reader
    passages = assistant.retrieve("When did the expo open?", 5)
    at_once = reader.read_spans("When did the expo open?", [make_text(p, p.reading) for p in passages])
    in_parts = read_passages(reader, "When did the expo open?", passages, math.inf, time.perf_counter)
    assert [[s.span for s in own] for own in in_parts] == [[s.span for s in own] for own in at_once]
    scores = [s.score for own in at_once for s in own]
    assert [s.score for own in in_parts for s in own] == pytest.approx(scores, abs=1e-3)
