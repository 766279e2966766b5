"""A question that asks several things is taken apart, and no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question.parts import MAX_PARTS, split_parts


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("When did the fair open, and how long did it last?", ("When did the fair open?", "how long did it last?")),
        ("展览是什么时候开幕的,地址在哪里?", ("展览是什么时候开幕的?", "地址在哪里?")),
        ("Fuar ne zaman açıldı ve kaç gün sürdü?", ("Fuar ne zaman açıldı?", "kaç gün sürdü?")),
        ("Who signed? When?", ("Who signed?", "When?")),
    ],
)
def test_each_part_has_a_question_word_of_its_own(question, parts):
    assert split_parts(question) == parts


@pytest.mark.parametrize("question", ["Who are Ada and Bora?", "景德镇和伊兹尼克在哪里?", "İznik ve Milet nerede?", "Kilns and bowls"])
def test_a_question_about_two_things_is_one(question):
    assert split_parts(question) == (question,)


@given(st.text(max_size=200))
def test_any_text_has_one_to_three_parts(text):
    parts = split_parts(text)
    assert 1 <= len(parts) <= MAX_PARTS
