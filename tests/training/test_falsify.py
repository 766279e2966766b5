"""A falsified sentence differs from the true one in one thing, in every language."""

from __future__ import annotations

import random
import re

import pytest

from tests.training.test_near_misses import ROWS
from training.falsify import (
    add_words,
    change_name,
    change_number,
    change_tense,
    negate,
    shorten,
    state_answer,
    stitch,
    swap_names,
)
from training.near_misses import NearMissMaker

SENTENCES = {
    "en": "The kiln was built in 1900, and it was sold for 2,500 coins because of the war in Kars, as they say.",
    "zh": "这座窑炉是在1900年建成的，后来以2,500枚硬币卖给了别人，大家都很高兴。",
    "tr": "Fırın 1900 yılında Kars kentinde yapıldı, sonra 2,500 paraya başka birine satıldı, herkes çok sevindi.",
}
OTHERS = {
    "en": "The bridge was opened by the mayor, with the help of the river people, under a heavy rain of flowers.",
    "zh": "那座桥梁由市长揭幕，在河边居民的帮助下，花瓣像雨一样落下。",
    "tr": "Köprü belediye başkanı tarafından açıldı, nehir halkının büyük yardımıyla, çiçekler yağmur gibi yağdı.",
}
SEEDS = range(30)


def changes(function, *arguments):
    return {function(*arguments, random.Random(seed)) for seed in SEEDS} - {None}


@pytest.mark.parametrize("language", SENTENCES)
def test_a_changed_number_leaves_all_other_characters(language):
    sentence = SENTENCES[language]
    for made in changes(change_number, sentence):
        assert made != sentence
        assert [c for c in made if not c.isdigit() and c not in ",."] == [c for c in sentence if not c.isdigit() and c not in ",."]


@pytest.mark.parametrize("language", SENTENCES)
def test_a_negated_sentence_says_something_else(language):
    made = changes(negate, SENTENCES[language], language)
    assert made
    assert SENTENCES[language] not in made


def test_a_negation_is_taken_away_where_there_is_one():
    assert negate("It was not sold.", "en", random.Random(0)) == "It was sold."
    assert "它卖掉了。" in changes(negate, "它没有卖掉了。", "zh")


@pytest.mark.parametrize(("sentence", "made"), [("Fırın yapıldı.", "Fırın yapılmadı."), ("Köprü geçti.", "Köprü geçmedi.")])
def test_a_turkish_verb_in_the_past_is_negated_by_its_vowels(sentence, made):
    assert negate(sentence, "tr", random.Random(0)) == made


@pytest.mark.parametrize("language", SENTENCES)
def test_what_was_becomes_what_will_be(language):
    made = changes(change_tense, SENTENCES[language], language)
    assert made
    assert SENTENCES[language] not in made


@pytest.mark.parametrize("language", SENTENCES)
def test_added_words_come_from_the_other_sentence(language):
    sentence, other = SENTENCES[language], OTHERS[language]
    made = {add_words(sentence, other, language, random.Random(seed)) for seed in SEEDS}
    assert made
    assert all(len(text) > len(sentence) for text in made)


@pytest.mark.parametrize("language", SENTENCES)
def test_a_stitched_sentence_begins_as_one_and_ends_as_the_other(language):
    made = stitch(SENTENCES[language], OTHERS[language], language)
    assert made.startswith(SENTENCES[language][:5])
    assert made.endswith(OTHERS[language][-5:])


@pytest.mark.parametrize("language", SENTENCES)
def test_a_shortened_sentence_says_nothing_new(language):
    sentence = SENTENCES[language]
    for made in changes(shorten, sentence, language):
        assert len(made) < len(sentence)
        assert set(re.findall(r"\w+", made.casefold())) <= set(re.findall(r"\w+", sentence.casefold()))


@pytest.mark.parametrize("language", ROWS)
def test_another_name_is_put_in(language):
    row = ROWS[language][0]
    maker = NearMissMaker(ROWS[language], language, random.Random(3))
    sentence = row.context[: row.context.index("。" if language == "zh" else ".") + 1]
    for made in changes(change_name, sentence, row.context, maker):
        assert made != sentence


def test_names_joined_by_and_are_not_swapped():
    maker = NearMissMaker(ROWS["en"], "en", random.Random(3))
    assert swap_names("The bowls were in Bursa and Kars.", maker, random.Random(0)) is None
    assert swap_names("The bowls went from Bursa to Kars.", maker, random.Random(0)) == "The bowls went from Kars to Bursa."


@pytest.mark.parametrize(
    ("language", "question", "answer", "statement"),
    [
        ("zh", "谁设计了桥？", "李大海", "李大海设计了桥。"),
        ("tr", "Köprüyü kim yaptı?", "Can Kaya", "Köprüyü Can Kaya yaptı."),
        ("en", "Who built the bridge?", "Can Kaya", "Can Kaya built the bridge."),
        ("en", "When did the bridge open?", "1900", None),
    ],
)
def test_an_answer_takes_the_place_of_the_question_word(language, question, answer, statement):
    assert state_answer(question, answer, language) == statement
