"""A question put after others is read with and without them; the better reading wins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.follow_up import MAX_CONTEXT_CHARS, list_readings


def test_without_a_question_before_there_is_one_reading():
    assert list_readings("Who hosted it?", "") == ("Who hosted it?",)
    assert list_readings("Who hosted it?", "Who hosted it?") == ("Who hosted it?",)


@given(st.text(max_size=600), st.text(min_size=1, max_size=100))
def test_every_reading_ends_with_the_question_as_it_was_typed(before, question):
    readings = list_readings(question, before)
    assert readings[0] == question
    assert all(reading.endswith(question) for reading in readings)
    assert all(len(reading) <= len(question) + MAX_CONTEXT_CHARS + 1 for reading in readings)


@pytest.mark.parametrize(
    ("before", "question", "says"),
    [
        ("When was the unveiling ceremony in Istanbul?", "And who hosted it?", "Yu Xiaobing"),
        ("伊斯坦布尔店揭牌仪式是什么时候?", "由谁主持?", "余笑兵"),
        ("İstanbul'daki açılış töreni ne zaman yapıldı?", "Kim yönetti?", "Yu Xiaobing"),
    ],
)
def test_a_follow_up_is_understood_by_the_question_before(assistant, before, question, says):
    assert says in assistant.ask(question, history=[(before, "")]).text


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("Who is the mayor of Iznik?", "How big is the exhibition area of the expo?"),
        ("伊兹尼克市长是谁?", "瓷博会的展览面积有多大?"),
        ("İznik belediye başkanı kim?", "Fuarın sergi alanı ne kadar?"),
    ],
)
def test_a_complete_question_is_answered_as_if_it_came_first(assistant, before, question):
    alone, after = assistant.ask(question), assistant.ask(question, history=[(before, "")])
    assert after.citations[0].quote == alone.citations[0].quote


def test_the_parts_of_a_question_share_their_subject(assistant):
    answer = assistant.ask("When did the expo open, and how many days does it last?")
    assert "Oct 18" in answer.text and "five-day" in answer.text
