"""Questions about articles of several paragraphs are put to their own paragraph in every language."""

from __future__ import annotations

import pytest

from training.articles import read_articles
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


def test_all_paragraphs_of_an_article_are_asked_about_in_every_language_under_its_title(folder):
    rows = read_articles(True, folder) + read_articles(False, folder)
    assert {(row.question, row.context_language, row.title, row.answer_text) for row in rows} == {
        ("when did it open", "en", "A fair", "Friday"), ("when did it open", "tr", "Bir fuar", "cuma"),
        ("how much is a ticket", "en", "A fair", ""), ("how much is a ticket", "tr", "Bir fuar", ""),
    }  # fmt: skip


def test_a_paragraph_that_is_held_out_gives_no_row_to_train_on(folder):
    told = {row.context for row in read_articles(True, folder)}
    assert told.isdisjoint(row.context for row in read_articles(False, folder))
    assert (OPENED in told) == is_held_out(make_key(OPENED))
