"""What a question asks for, in three languages."""

from __future__ import annotations

import pytest

from rag.questions import holds, measures, request, suits


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When did it open?", "date"), ("它什么时候开业?", "date"), ("Ne zaman açıldı?", "date"),
        ("Who signed it?", "person"), ("谁签署了协议?", "person"), ("Anlaşmayı kim imzaladı?", "person"),
        ("How many buyers came?", "quantity"), ("有多少采购商?", "quantity"), ("Kaç ülke katıldı?", "quantity"),
        ("Where is the shop?", "place"), ("店在哪里?", "place"), ("Mağaza nerede?", "place"),
        ("Why did he travel?", "reason"), ("他为什么去?", "reason"), ("Neden gitti?", "reason"),
        ("What is shown?", "thing"), ("What happens when kilns cool?", "thing"),
    ],
)  # fmt: skip
def test_the_kind_of_thing_is_told_from_the_question(question, kind):
    assert request(question).kind == kind


@pytest.mark.parametrize(
    ("question", "unit", "holding", "lacking"),
    [
        ("How much is a ticket?", "money", "A ticket is $5.", "A ticket is blue."),
        ("门票多少钱?", "money", "门票50元。", "门票很漂亮。"),
        ("Bilet fiyatı ne kadar?", "money", "Bilet 50 lira.", "Bilet mavi."),
        ("How big is the exhibition area?", "area", "It covers 140,000 square meters.", "It shows 140,000 bowls."),
        ("展览面积多大?", "area", "面积14万平方米。", "共有14万人。"),
        ("How old is Ahmet Kaya?", "age", "Kaya, 52 years old, spoke.", "Kaya spoke."),
        ("What is the population of Iznik?", "people", "Iznik has 43,000 inhabitants.", "Iznik has 3 kilns."),
        ("How long does it last?", "duration", "The five-day event opened.", "The event opened."),
        ("Fuar ne kadar sürdü?", "run", "Fuar beş gün sürdü.", "Fuar kalabalıktı."),
        ("几点开门?", "clock", "早上9点开门。", "每天开门。"),
    ],
)
def test_a_sentence_without_the_measure_asked_for_cannot_answer(question, unit, holding, lacking):
    wanted = request(question)
    assert wanted.unit == unit
    assert measures(unit, holding) > 0 > measures(unit, lacking)
    assert wanted.excludes(lacking) and not wanted.excludes(holding)


def test_a_question_for_a_date_excludes_sentences_without_one():
    wanted = request("When did the expo open?")
    assert wanted.excludes("The expo opened.") and not wanted.excludes("The expo opened on Oct 18.")
    assert holds("date", "It may open.") < 0


@pytest.mark.parametrize("question", ["Who signed, and when?", "谁签署的,什么时候?", "Kim, ne zaman imzaladı?"])
def test_a_question_for_two_things_excludes_nothing(question):
    assert not request(question).single and not request(question).excludes("Kaya signed.")


@pytest.mark.parametrize(
    ("question", "line"),
    [("Who is the editor?", "editor"), ("责任编辑是谁?", "editor"), ("Editör kim?", "editor"), ("Who took the photo?", "caption"),
     ("店的地址?", "address"), ("Mağazanın adresi nedir?", "address"), ("When was the article published?", "date")],
)  # fmt: skip
def test_a_question_about_the_article_itself_asks_for_a_line_of_its_own_kind(question, line):
    assert request(question).line == line
    assert suits(line, line) == 1 and suits(None, "body") == 0 > suits(None, "title")
