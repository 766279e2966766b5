"""Questions about articles of several paragraphs are put to excerpts of them."""

from __future__ import annotations

import random

import pytest

from training.articles import ask_excerpts, draw_views, put_among_others, read_articles
from training.rows import Row
from training.written import is_held_out, make_key

OPENED, RAINED = "The fair opened on Friday.", "It rained all day."


@pytest.fixture
def folder(tmp_path):
    article = (
        f"= en {OPENED}\n= tr Fuar cuma günü açıldı.\nh en A fair\nh tr Bir fuar\na en when did it open | Friday | cuma\n\n"
        f"= en {RAINED}\n= tr Bütün gün yağdı.\nh en A fair\nh tr Bir fuar\nn en how much is a ticket\n"
    )
    (tmp_path / "composed-articles1.txt").write_text(article, encoding="utf-8")
    (tmp_path / "composed-en.txt").write_text("= en Nobody came.\na en who came | Nobody\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def article(folder):
    return (read_articles(True, folder) + read_articles(False, folder))[0]


def test_all_paragraphs_of_an_article_are_asked_about_in_every_language_under_its_title(article):
    paragraphs, rows = article
    assert [row.context for row in paragraphs["en"]] == [OPENED, RAINED] and len(paragraphs["tr"]) == 2
    assert {(row.question, row.context_language, row.title, row.answer_text) for row in rows} == {
        ("when did it open", "en", "A fair", "Friday"), ("when did it open", "tr", "Bir fuar", "cuma"),
        ("how much is a ticket", "en", "A fair", ""), ("how much is a ticket", "tr", "Bir fuar", ""),
    }  # fmt: skip


def test_an_article_is_held_out_as_a_whole(folder):
    assert bool(read_articles(True, folder)) == is_held_out(make_key(OPENED)) != bool(read_articles(False, folder))


@pytest.mark.parametrize("seed", range(8))
def test_an_answer_stands_in_the_excerpt_around_its_paragraph_and_not_in_the_other(article, seed):
    paragraphs, rows = article
    made = list(ask_excerpts(paragraphs, rows, random.Random(seed)))
    answered = [row for row in made if row.kind == "answered"]
    assert {row.answer_text for row in answered} == {"Friday", "cuma"}
    assert {row.context for row in answered if row.context_language == "en"} <= {OPENED, f"{OPENED}\n{RAINED}"}
    elsewhere = [row for row in made if row.kind == "same article"]
    assert {(row.context, row.answer) for row in elsewhere if row.context_language == "en"} == {(RAINED, None)}
    assert all(row.answer is None for row in made if row.question == "how much is a ticket")


def test_of_other_languages_one_is_drawn_for_each_question():
    rows = [Row("s", "1", asked, told, "?", told, None) for asked in ("en", "tr") for told in ("en", "zh", "tr")]
    drawn = draw_views(rows, random.Random(3))
    assert {(row.question_language, row.context_language) for row in drawn} >= {("en", "en"), ("tr", "tr")} and len(drawn) == 4


def test_excerpts_are_of_several_lengths(article):
    paragraphs, rows = article
    drawn = {row.context for seed in range(20) for row in ask_excerpts(paragraphs, rows, random.Random(seed))}
    assert {OPENED, RAINED, f"{OPENED}\n{RAINED}"} <= drawn


def test_a_paragraph_that_is_put_among_others_still_holds_its_answer_and_no_other_does():
    texts = ["The kiln was lit in 1901.", "Ayşe bought the kiln.", "窑炉建于1901年。", "窑炉归她所有。"]
    answers, languages = ["1901", "Ayşe", "1901", ""], ["en", "en", "zh", "zh"]
    spans = [(text.index(own), text.index(own) + len(own)) if own else None for text, own in zip(texts, answers, strict=True)]
    rows = [Row("s", "1", "en", language, "?", text, span) for language, text, span in zip(languages, texts, spans, strict=True)]
    lengths = set()
    for seed in range(10):
        put = put_among_others(rows, 1.0, random.Random(seed))
        assert [row.answer_text for row in put] == answers
        for row, text, own in zip(put, texts, answers, strict=True):
            assert text in row.context.split("\n") and (not own or row.context.count(own) == 1)
            lengths.add(row.context.count("\n"))
    assert lengths > {0, 1}
    assert put_among_others(rows, 0.0, random.Random(0)) == rows
