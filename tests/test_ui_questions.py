"""Questions made from articles that bring none: asked in the article's words, clear by themselves, and answered by it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from rag import Article, Assistant, Settings, ingest
from rag.types import Answer, Extract, Passage
from rag.ui import suggesting
from rag.ui.conversation import Turn
from rag.ui.questions import MADE, MIN_CHANCE, QuestionMaker, is_answered, propose_questions
from tests.reading import Shelf, paragraph

PROPOSED = [
    ("en", "The harbour of Tarrow has 40 bollards.", ["The harbour of Tarrow has how many bollards?"]),
    ("en", "The kiln was fired by its master, Ayla Demir, in spring.", ["Who is Ayla Demir?"]),
    ("zh", "塔罗港共有40个系船柱。", ["塔罗港共有多少个系船柱？"]),
    ("tr", "Tarrow limanında 40 baba bulunuyor.", ["Tarrow limanında kaç baba bulunuyor?"]),
    ("en", "It opened on 3 May 2012 with 40 boats and 7 crews.", []),
    ("en", 'He said: "There are 40 boats."', []),
    ("zh", "大桥于2012年10月开通。", []),
    ("tr", "Liman 2012 yılında açıldı.", ["Liman kaç yılında açıldı?"]), ("tr", "Liman 3 Mayıs 2012'de açıldı.", []),
    ("de", "Der Hafen hat 40 Poller.", []),
]


@pytest.mark.parametrize(("language", "text", "questions"), PROPOSED)
def test_a_short_statement_is_asked_back_for_its_number_or_its_person(language, text, questions) -> None:
    assert [made.question for made in propose_questions(paragraph(text, language), language)] == questions


def test_a_question_is_made_only_where_the_reader_is_sure_and_reads_the_number_that_was_asked_for() -> None:
    (made,) = propose_questions(paragraph("The harbour has 40 bollards."), "en")
    right = Extract("40 bollards", 0, 16, 27, MIN_CHANCE)
    assert is_answered(made, [right])
    for found in ([], [Extract("40 bollards", 0, 16, 27, 0.8)], [Extract("harbour", 0, 4, 11, 0.99)]):
        assert not is_answered(made, found)


@dataclass
class Quay(Shelf):
    """Harbours, one an article, that are found by their names."""

    reads: list[str] = field(default_factory=list)

    def __init__(self, count: int) -> None:
        super().__init__(*(paragraph(f"Harbour {chr(65 + n)} has {n + 20} boats.", name=f"a#p{n + 1}") for n in range(count)))
        self.reads = []

    def retrieve(self, question: str, k: int = 5) -> list[Passage]:
        nearest = next(p for p in self.paragraphs.values() if p.text[:9] == question[:9])
        return [Passage(nearest, self.source, 1.0)]

    def read(self, question: str, texts: list[str], language: str) -> list[Extract]:
        self.reads.append(question)
        start = texts[0].index("has ") + 4
        return [Extract(texts[0][start : start + 2], 0, start, start + 2, 0.99)]


def test_made_questions_come_in_the_background_once_and_of_a_long_article_a_few() -> None:
    quay = Quay(30)
    maker = QuestionMaker(quay, quay.read)
    maker.find_questions("a", "en")
    assert maker.await_questions(10)
    assert maker.find_questions("a", "en") == tuple(f"Harbour {c} has how many boats?" for c in "ABC") and len(quay.reads) == MADE
    assert maker.find_questions("missing", "en") == () and maker.await_questions(10) and maker.find_questions("missing", "en") == ()


def test_the_first_page_waits_a_moment_for_made_questions_and_no_longer(monkeypatch) -> None:
    quay, go = Quay(4), threading.Event()
    maker = QuestionMaker(quay, lambda *given: (go.wait(10), quay.read(*given))[1])
    monkeypatch.setattr(suggesting, "PATIENCE", 0.01)
    assert suggesting.suggest_first(quay, "en", maker) == []
    go.set()
    assert maker.await_questions(10) and len(suggesting.suggest_first(quay, "en", maker)) == MADE


@pytest.mark.parametrize(
    ("said", "understood"),
    [("harbour a has HOW many boats", ""), ("Harbour A has how many boat?", ""), ("And how many has it?", "Harbour A has how many boats?")],
)
def test_what_was_asked_in_about_the_same_words_is_not_suggested_again(said: str, understood: str) -> None:
    quay = Quay(1)
    maker = QuestionMaker(quay, quay.read)
    maker.find_questions("a", "en")
    assert maker.await_questions(10) and maker.find_questions("a", "en")
    turns = (Turn(1, said, Answer(understood or said, "20", "answered", "en", 0.9)), Turn(2, "?", Answer("?", "x", "answered", "en", 0.9)))
    assert suggesting.suggest_following(quay, turns, "en", maker) == []
    assert suggesting.suggest_following(quay, turns[1:], "en", maker) == list(maker.find_questions("a", "en"))


ARTICLES = [
    Article("en", "The harbour of Tarrow", language="en", paragraphs=["Tarrow lies on the coast.", "The harbour of Tarrow has 40 bollards."]),
    Article("zh", "陶里港", language="zh", paragraphs=["陶里位于海边。", "陶里港的灯塔共有120级台阶。"]),
    Article("tr", "Karlık istasyonu", language="tr", paragraphs=["Karlık bir dağ köyüdür.", "Karlık istasyonunda 12 peron bulunuyor."]),
]  # fmt: skip


def test_every_question_made_from_real_articles_is_answered_from_them(tmp_path) -> None:
    settings = Settings(store=tmp_path / "store")
    ingest(ARTICLES, settings)
    assistant = Assistant(settings)
    maker = QuestionMaker(assistant)
    for article in ARTICLES:
        maker.find_questions(article.id, article.language)
    assert maker.await_questions(120)
    made = [(article.id, question) for article in ARTICLES for question in maker.find_questions(article.id, article.language)]
    assert {article_id for article_id, _ in made} == {"en", "zh", "tr"}
    for article_id, question in made:
        answer = assistant.ask(question)
        assert answer.status == "answered" and answer.citations[0].article_id == article_id, question
    assert suggesting.suggest_first(assistant, "en", maker)
