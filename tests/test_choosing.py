"""A question put to some of the articles: only they are quoted, and another that answers is named."""

from __future__ import annotations

import asyncio

import pytest

from rag import Assistant
from rag.__main__ import run_module as main
from rag.api import choosing
from rag.api.choosing import ChosenArticles
from rag.errors import QuestionError

STORE = [
    ("en", "Where is the flagship store in Istanbul?"), ("zh", "伊斯坦布尔店是第几家官方旗舰店？"),
    ("tr", "İstanbul mağazası kaçıncı mağaza?"),
]  # fmt: skip
NOT_CHOSEN = {"en": "was not chosen", "zh": "未选的文章", "tr": "seçilmemiş"}


@pytest.fixture(scope="module")
def assistant(settings) -> Assistant:
    """One that reads all passages however busy the machine is."""
    return Assistant(settings.model_copy(update={"deadline": 600.0, "reading_seconds": 600.0}))


@pytest.mark.parametrize(("language", "question"), STORE)
def test_only_the_chosen_articles_are_quoted_and_another_that_answers_is_named(assistant, language, question) -> None:
    whole = assistant.ask(question)
    assert whole.status == "answered" and whole.citations[0].article_id == "store"
    chosen = assistant.ask(question, articles=["store"])
    assert chosen.status == "answered" and {c.article_id for c in chosen.citations} == {"store"}
    assert NOT_CHOSEN[language] not in (chosen.notice or "")
    others = assistant.ask(question, articles=["expo", "iznik"])
    assert "store" not in {c.article_id for c in others.citations}
    if others.status == "not_found":
        assert NOT_CHOSEN[language] in others.notice and whole.citations[0].title in others.notice


def test_what_no_article_answers_is_said_to_stand_nowhere(assistant) -> None:
    answer = assistant.ask("What is the capital of France?", articles=["expo"])
    assert answer.status == "not_found" and "not chosen" not in (answer.notice or "")


def test_a_follow_up_is_answered_from_the_chosen_articles(assistant) -> None:
    before = [("When did the expo open?", "The expo opened on Oct 18. [1]")]
    answer = assistant.ask("How large is its exhibition space?", before, articles=["expo"])
    assert "140,000" in answer.text and {c.article_id for c in answer.citations} == {"expo"}


def test_every_way_of_asking_takes_the_articles(assistant) -> None:
    question, articles = STORE[0][1], ["store"]
    asked = assistant.ask(question, articles=articles).text
    assert asyncio.run(assistant.aask(question, articles=articles)).text == asked
    assert assistant.chain.invoke({"question": question, "articles": articles}).text == asked


def test_articles_that_are_not_there_are_an_error_of_one_line(assistant, settings, capsys) -> None:
    with pytest.raises(QuestionError, match="No article has the id 'nowhere'"):
        assistant.ask("When did the expo open?", articles=["expo", "nowhere"])
    with pytest.raises(QuestionError, match="No article is chosen"):
        assistant.ask("When did the expo open?", articles=[])
    with pytest.raises(TypeError, match="sequence"):
        assistant.ask("When did the expo open?", articles="expo")
    assert main(["--store", str(settings.store), "ask", "When did the expo open?", "--article", "no"]) == 2
    assert "No article has the id 'no'" in capsys.readouterr().err


def test_the_rows_of_many_chosen_articles_are_those_of_few(assistant, monkeypatch) -> None:
    index, vector = assistant._store, assistant._embedder.query("When did the expo open?", "en")
    few = ChosenArticles(index, {"expo"})
    monkeypatch.setattr(choosing, "MAX_COMPARED", 0)
    many = ChosenArticles(index, {"expo"})
    for count in (3, 30):
        near = few.nearest_paragraphs(vector, count)
        assert list(many.nearest_paragraphs(vector, count)) == list(near) and len(near) == count
        assert {row[0].partition("#")[0] for row in near} == {"expo"}
    assert list(many.nearest_sentences(vector, 3))[:3] == list(few.nearest_sentences(vector, 3))
    assert {row[0].partition("#")[0] for row in many.nearest_words(["expo"], 30)} == {"expo"}
