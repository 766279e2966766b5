"""Names in Latin letters are heard in Chinese characters, others are not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.verification.kept import compute_edit_share, compute_odds_kept, describe_word
from rag.verification.sounds import (
    LETTERS,
    compute_best_odds,
    compute_odds_heard,
    has_pinyin,
    is_heard,
    is_pinyin,
    read_pinyin,
    read_table,
)

HEARD = [("Thomas", "托马斯"), ("Istanbul", "伊斯坦布尔"), ("Lindqvist", "林奎斯特"), ("Mehmet", "梅赫梅特"), ("Şevket", "谢夫凯特"), ("Rodríguez", "罗德里格斯")]


@pytest.mark.parametrize(("word", "han"), HEARD)
def test_a_name_is_heard_in_its_own_characters_more_than_in_all_others(word, han):
    others = [compute_odds_heard(word, f"昨天{other}来了") for _, other in HEARD if other != han]
    assert compute_odds_heard(word, f"昨天{han}来了") > 0.5 > max(others)


@pytest.mark.parametrize("text", ["", "no Chinese at all", "，。！"])
def test_nothing_is_heard_where_there_are_no_characters(text):
    assert compute_odds_heard("Thomas", text) < -1000


def test_a_word_without_letters_is_never_heard():
    assert compute_odds_heard("1234", "托马斯") < -1000


@given(st.text(LETTERS, min_size=1, max_size=8), st.lists(st.sampled_from([han for _, han in HEARD]), min_size=1, max_size=4))
def test_a_part_of_several_runs_is_as_good_as_the_best_of_each(word, runs):
    table, syllables = read_table(), [read_pinyin(han) for han in runs]
    assert compute_best_odds(word, syllables, table) == pytest.approx(max(compute_best_odds(word, [own], table) for own in syllables))


@given(st.text(LETTERS, min_size=1, max_size=8), st.sampled_from([han for _, han in HEARD]))
def test_some_part_is_at_least_as_good_as_the_whole(word, han):
    table, syllables = read_table(), read_pinyin(han)
    assert compute_best_odds(word, [syllables], table) >= compute_best_odds(word, [syllables], table, whole=True) - 1e-9


def test_a_name_in_pinyin_stands_in_either_order_and_at_the_bounds_of_syllables():
    assert is_pinyin(["Yu", "Xiaobing"])
    assert not is_pinyin(["Elon", "Musk"])
    assert has_pinyin(["Yu", "Xiaobing"], "由余笑兵主持")
    assert has_pinyin(["Xiaobing", "Yu"], "由余笑兵主持")
    assert not has_pinyin(["Hu", "Xuemei"], "由余笑兵主持")


def test_a_chinese_name_with_dots_is_spelt_among_other_words():
    words = ["Then", "Thomas", "Crowley"]
    assert is_heard(["昨天托马斯", "克劳利发言"], words, -0.8)
    assert not is_heard(["马格努斯", "林奎斯特"], words, -0.8)


@pytest.mark.parametrize(("kept", "translated"), [("Lindqvist", "Museum"), ("Kowalczyk", "Ministry"), ("Yılmaz", "Bakanlığı"), ("Ferenc", "Festivali")])
def test_names_are_kept_sooner_than_words_that_are_translated(kept, translated):
    assert compute_odds_kept(kept) > 2 > compute_odds_kept(translated)


def test_a_word_is_described_by_numbers_alone():
    assert describe_word("Istanbul").shape == (390,)
    assert np.isfinite(describe_word("İzmir")).all()


@given(st.text(LETTERS, max_size=6), st.text(LETTERS, max_size=6))
def test_edits_are_a_share_that_is_the_same_both_ways(one, other):
    assert 0 <= compute_edit_share(one, other) <= 1
    assert compute_edit_share(one, other) == compute_edit_share(other, one)
    assert (compute_edit_share(one, other) == 0) == (one == other)
