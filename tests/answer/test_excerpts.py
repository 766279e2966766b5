"""Paragraphs that follow one another are read as one text, and what is found there is told of each paragraph."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.excerpts import cut_excerpts, estimate_tokens
from rag.answer.spans import SpanScore
from rag.paragraphs import sentence_spans
from rag.types import Paragraph, Passage, Source, View

ROOM = 30.0  # tokens


def passage(number: int, text: str, article: str = "a", **options: object) -> Passage:
    paragraph = Paragraph(f"{article}#p{number}", article, text, "en", tuple(sentence_spans(text, "en")))
    return Passage(replace(paragraph, **options), Source(article, f"News of {article}", "en"), 1.0 - number / 100)


def numbers(passages: list[Passage]) -> list[list[str]]:
    return [[p.paragraph_id for p in excerpt.passages] for excerpt in cut_excerpts(passages, 4, ROOM)]


LINES = [passage(n, f"Kiln number {n} is old. It was lit again.") for n in range(1, 8)]


def test_an_excerpt_is_grown_around_the_best_passage_and_the_next_around_the_best_that_is_left():
    assert numbers([LINES[3], LINES[5], *LINES]) == [["a#p3", "a#p4"], ["a#p5", "a#p6"], ["a#p1", "a#p2"], ["a#p7"]]


def test_an_excerpt_ends_where_the_article_or_the_language_does():
    turkish = View("tr", "Fırın eskidir.", ((0, 14),))
    other = [passage(2, "The kiln is old."), replace(passage(3, "The kiln is new."), view=turkish)]
    assert numbers([other[0], passage(1, "It burns.", "b"), other[1]]) == [["a#p2"], ["b#p1"], ["a#p3"]]


def test_a_paragraph_that_has_no_room_is_an_excerpt_of_its_own():
    long = passage(2, "The kiln is old. " * 30)
    assert numbers([long, passage(1, "It burns."), passage(3, "It cools.")]) == [["a#p2"], ["a#p1"], ["a#p3"]]


def test_no_more_excerpts_are_cut_than_wanted_and_none_of_nothing():
    assert len(cut_excerpts(LINES, 2, ROOM)) == 2 and cut_excerpts([], 2) == []


@pytest.mark.parametrize(("kind", "title"), [("body", "News of a"), ("title", "")])
def test_an_excerpt_is_read_under_the_title_of_its_article_unless_it_holds_it(kind, title):
    (excerpt,) = cut_excerpts([passage(1, "News of a", kind=kind), passage(2, "The kiln is old.")], 1)
    text = excerpt.make_text()
    assert (text.title, text.text, text.language) == (title, "News of a\nThe kiln is old.", "en")


@given(st.lists(st.lists(st.sampled_from(["It is old.", "Kilns burn.", "窑炉很古老。"]), min_size=1, max_size=3), min_size=1, max_size=6))
def test_a_sentence_of_an_excerpt_is_that_of_its_paragraph(paragraphs: list[list[str]]):
    passages = [passage(n, " ".join(sentences)) for n, sentences in enumerate(paragraphs, 1)]
    (excerpt,) = cut_excerpts(passages, 1, 1e9)
    text = excerpt.make_text()
    found = [SpanScore(index, span, 0.0) for index, span in enumerate(text.sentences)]
    split = list(excerpt.split_spans(found))
    assert [own for own, _ in split] == passages
    for own, spans in split:
        assert [s.span for s in spans] == list(own.paragraph.sentences)
        assert [s.sentence for s in spans] == list(range(len(own.paragraph.sentences)))
    assert [text.text[a:b] for a, b in text.sentences] == [p.text[a:b] for p in passages for a, b in p.paragraph.sentences]


def test_a_sentence_without_a_span_is_left_out_of_its_paragraph_alone():
    (excerpt,) = cut_excerpts(LINES[:2], 1)
    last = excerpt.make_text().sentences[3]
    first, second = (spans for _, spans in excerpt.split_spans([SpanScore(3, last, 1.0)]))
    assert first == [] and [(s.sentence, s.span) for s in second] == [(1, LINES[1].paragraph.sentences[1])]


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("a kiln", 2), ("窑炉很古老", 4)])
def test_tokens_are_told_from_characters_about(text, tokens):
    assert round(estimate_tokens(text)) == tokens
