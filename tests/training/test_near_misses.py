"""Near misses keep the form of their question and lose its answer."""

from __future__ import annotations

import random

import pytest

from training.near_misses import NearMissMaker, split_sentences
from training.rows import Row


def row(language, question, context, answer):
    start = context.index(answer)
    return Row("test", "1", language, language, question, context, (start, start + len(answer)))


ROWS = {
    "en": [
        row("en", "Who built the kiln in Kars in 1900?", "Ayla Demir built the kiln in Kars in 1900. It was sold to Can Kaya later. "
            "The bowls went to Bursa and were admired there.", "Ayla Demir"),
        row("en", "Where did the bowls go?", "The bowls went to Bursa. They were admired.", "Bursa"),
        row("en", "Where was the kiln?", "The kiln was in Kars. It was red.", "Kars"),
        row("en", "Who bought it?", "It was sold to Can Kaya later. He was glad.", "Can Kaya"),
    ],
    "zh": [
        row("zh", "谁在1900年于卡尔斯建了窑炉？", "王小明于1900年在卡尔斯建了窑炉。后来窑炉卖给了李大海。这些瓷碗后来运到了布尔萨，并在那里受到许多人的喜爱。", "王小明"),
        row("zh", "瓷碗运到了哪里？", "瓷碗运到了布尔萨。大家都很喜欢。", "布尔萨"),
        row("zh", "窑炉在哪里？", "窑炉在卡尔斯。它是红色的。", "卡尔斯"),
    ],
    "tr": [
        row("tr", "1900 yılında Kars kentinde fırını kim yaptı?", "Ayla Demir 1900 yılında Kars kentinde fırını yaptı. Sonra Can Kaya satın aldı. "
            "Kaseler Bursa kentine gitti ve orada çok beğenildi.", "Ayla Demir"),
        row("tr", "Kaseler nereye gitti?", "Kaseler Bursa kentine gitti. Orada beğenildi.", "Bursa"),
        row("tr", "Fırın nerede?", "Fırın Kars kentinde. Kırmızıydı.", "Kars"),
    ],
}  # fmt: skip


@pytest.fixture(params=ROWS)
def maker(request):
    return NearMissMaker(ROWS[request.param], request.param, random.Random(3)), ROWS[request.param][0]


def test_the_sentence_that_answers_is_cut_out_and_nothing_else(maker):
    make, asked = maker
    made = make.remove_answer(asked)
    assert made.answer is None
    assert asked.answer_text not in made.context
    for a, b in split_sentences(asked.context)[1:]:
        assert asked.context[a:b].strip() in made.context


def test_a_swapped_question_differs_and_names_nothing_of_the_sentence_that_answered(maker):
    make, asked = maker
    for _ in range(20):
        made = make.swap(asked, "")
        assert made.question != asked.question
        assert made.context == asked.context
        assert made.answer is None


def test_a_renamed_context_tells_of_another_place(maker):
    make, asked = maker
    make.by_kind = {kind: names * 20 for kind, names in make.by_kind.items()}
    made = next(filter(None, (make.rename(asked) for _ in range(50))), None)
    if made:
        assert made.context != asked.context
        assert made.question == asked.question
        assert made.answer is None


def test_renaming_both_keeps_the_answer_where_the_row_says(maker):
    make, asked = maker
    for _ in range(20):
        made = make.rename_both(asked)
        if made:
            assert made.answer_text == asked.answer_text
            assert made.question != asked.question


def test_a_context_of_the_answering_sentence_alone_makes_no_near_miss(maker):
    make, _ = maker
    assert make.remove_answer(row("en", "Who?", "Ayla built it.", "Ayla")) is None
