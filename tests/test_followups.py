"""Follow-ups and questions of several parts, each as it reads on its own, in three languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.followups import parts, standalone
from rag.names import Names
from rag.types import Name

NAMES = Names(
    [
        Name("ada", "person", {"en": ("Ada Ember",), "zh": ("阿达",), "tr": ("Ada Ember",)}),
        Name("milet", "place", {"en": ("Miletus",), "zh": ("米利都",), "tr": ("Milet",)}),
        Name("troy", "place", {"en": ("Troy",), "zh": ("特洛伊",), "tr": ("Truva",)}),
    ]
)


@pytest.mark.parametrize(
    ("before", "question", "reading"),
    [
        ("When was the unveiling ceremony?", "And who hosted it?", "who hosted the unveiling ceremony?"),
        ("When did the Miletus fair open?", "How long did it last?", "How long did the Miletus fair last?"),
        ("Who is Ada Ember?", "What did she say?", "What did Ada Ember say?"),
        ("How long has Miletus made bowls?", "What about Troy?", "How long has Troy made bowls?"),
        ("When did the fair open?", "Where?", "Where did the fair open?"),
        ("米利都店是第几家?", "那地址呢?", "米利都店的地址是什么?"),
        ("阿达是谁?", "她说了什么?", "阿达说了什么?"),
        ("米利都有多少年历史?", "那特洛伊呢?", "特洛伊有多少年历史?"),
        ("Anlaşmayı kim imzaladı?", "peki ne zaman?", "Anlaşmayı ne zaman imzaladı?"),
        ("Milet mağazası kaçıncı mağaza?", "Ya adresi?", "Milet mağazası: adresi?"),
        ("Fuarda Milet ne yaptı?", "Peki Truva?", "Fuarda Truva ne yaptı?"),
    ],
)
def test_a_follow_up_takes_what_it_leaves_out_from_the_question_before(before, question, reading):
    assert standalone(question, [(before, "")], NAMES) == reading


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("When was the ceremony?", "How many buyers came to the fair in Troy?"),
        ("米利都店在哪里?", "特洛伊的展览是什么时候开幕的?"),
        ("Tören ne zaman yapıldı?", "Truva fuarına kaç ülke katıldı?"),
    ],
)
def test_a_question_that_stands_on_its_own_is_left_as_it_is(before, question):
    assert standalone(question, [(before, "")], NAMES) == question


def test_a_pronoun_for_a_person_may_point_into_the_answer():
    assert (
        standalone("What did he say?", [("Who signed?", "Ada Ember signed. [1]")], NAMES) == "What did Ada Ember say?"
    )


def test_a_chain_of_follow_ups_keeps_its_subject():
    history = [("When did the fair open?", ""), ("Who opened it?", "")]
    assert "the fair" in standalone("How long did it last?", history, NAMES)


@given(st.text(max_size=60))
def test_without_a_conversation_a_question_is_itself(question):
    assert standalone(question, [], NAMES) == " ".join(question.split())


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_can_be_read_after_any_text(before, question):
    assert isinstance(standalone(question, [(before, "")], NAMES), str)


@pytest.mark.parametrize(
    ("question", "read"),
    [
        (
            "When did the fair open, and how long did it last?",
            ["When did the fair open?", "how long did the fair last?"],
        ),
        ("Who signed it, and when?", ["Who signed it?", "when (signed it)?"]),
        ("米利都店是第几家,地址在哪里?", ["米利都店是第几家?", "地址在哪里 (米利都店)?"]),
        ("Mağaza ne zaman açıldı ve adresi nedir?", ["Mağaza ne zaman açıldı?", "adresi nedir (Mağaza açıldı)?"]),
        ("Who made bowls and plates?", ["Who made bowls and plates?"]),
        ("谁在米利都做碗,做盘子?", ["谁在米利都做碗,做盘子?"]),
    ],
)
def test_a_question_of_two_parts_is_read_as_two(question, read):
    assert parts(question, NAMES) == read
