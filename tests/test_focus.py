"""The exact answer inside a sentence: found when there is one, never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.focus import focus
from rag.names import Names
from rag.questions import request
from rag.types import Name

NAMES = Names(
    [Name("ada", "person", {"en": ("Ada Ember",), "zh": ("艾达",)}), Name("milet", "place", {"en": ("Miletus",)})]
)


@pytest.mark.parametrize(
    ("question", "asked_in", "sentence", "language", "said"),
    [
        ("When did the fair open?", "en", "The fair opened on Oct 18 with 30 stands.", "en", "Oct 18"),
        ("展览面积多大?", "zh", "The hall covers 140,000 square meters and 8 zones.", "en", "140,000 square meters"),
        ("Fuar kaç gün sürdü?", "tr", "The five-day fair had 30 stands.", "en", "five-day"),
        ("How many buyers came?", "en", "It drew 1,000 buyers and 30 stands.", "en", "1,000"),
        ("第几家店?", "zh", "这是第39家店,也是海外2家之一。", "zh", "第39"),
        ("Who is the mayor of Miletus?", "en", "It was good, said Ada Ember, mayor of Miletus.", "en", "Ada Ember"),
        ("市长是谁?", "zh", "市长艾达表示欢迎。", "zh", "艾达"),
        ("What is the agreement called?", "en", "They signed the \"Kiln Alliance\" at noon.", "en", "Kiln Alliance"),
        ("In what year was it founded?", "en", "Founded in 2004, it grew.", "en", "2004"),
    ],
)  # fmt: skip
def test_the_one_thing_of_the_asked_kind_is_the_answer(question, asked_in, sentence, language, said):
    found = focus(request(question), question, asked_in, sentence, language, NAMES)
    assert found is not None and sentence[slice(*found.span)] == said


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("When did it open?", "It opened on Oct 18 and closed on Oct 22."),
        ("When did it open in 2004?", "It opened in 2004."),
        ("How many days?", "It lasted long."),
        ("Why did it open?", "It opened on Oct 18."),
        ("Who signed?", "Ada Ember and Bela Kiln signed."),
    ],
)
def test_when_there_is_none_or_more_than_one_nothing_is_guessed(question, sentence):
    assert focus(request(question), question, "en", sentence, "en", NAMES) is None


@given(st.text(max_size=80), st.sampled_from(["When?", "多少?", "Kim?", "What is it called?"]))
def test_the_focus_is_always_a_span_of_the_sentence(sentence, question):
    found = focus(request(question), question, "en", sentence, "en", NAMES)
    assert found is None or 0 <= found.span[0] < found.span[1] <= len(sentence)
