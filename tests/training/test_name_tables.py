"""What tells names across languages is learnt from texts that say the same."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from rag.verification.sounds import LETTERS
from training.kept import compute_area, fit_weights, label_words
from training.sounds import list_places, mine_names, train_table, write_table

PLACES = [("malta", "maerta"), ("mali", "mali"), ("oman", "aman"), ("panama", "banama"), ("lima", "lima"), ("roma", "luoma")] * 3
TEXTS = [{"en": "Later Ferenc Nagy opened the Museum of Art.", "tr": "Sonra Ferenc Nagy Sanat Müzesi'ni açtı."}]


def test_letters_that_stand_for_each_other_have_higher_odds_than_others():
    odds = train_table(PLACES).odds
    assert odds.shape == (27, 27)
    assert odds[LETTERS.index("m"), LETTERS.index("m")] > 1 > odds[LETTERS.index("m"), LETTERS.index("a")]
    assert odds[LETTERS.index("p"), LETTERS.index("b")] > odds[LETTERS.index("p"), LETTERS.index("m")]


def test_a_table_needs_pairs():
    with pytest.raises(ValueError, match="no pair"):
        train_table([])


def test_names_of_persons_are_found_in_two_texts_that_say_the_same():
    table = train_table(list_places()[::4], rounds=2)
    texts = [("Yesterday Pedro Santana met Marta Silva.", "昨天佩德罗·桑塔纳会见了玛尔塔·席尔瓦。")]
    found = dict(mine_names(texts, table))
    assert found["pedro"] == "peideluo"
    assert found["santana"] == "sangtana"


def test_a_table_is_written_with_all_its_letters(tmp_path):
    path = tmp_path / "sounds.toml"
    write_table(train_table(PLACES), len(PLACES), path)
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    assert [len(rows[letter]) for letter in LETTERS] == [27] * 26
    assert len(rows["none"]) == 26


def test_a_word_is_kept_when_the_other_language_has_it_too():
    shares = label_words(TEXTS)
    assert shares["Ferenc"] == shares["Nagy"] == 1.0
    assert shares["Museum"] == 0.0


def test_a_regression_tells_what_can_be_told():
    rng = np.random.default_rng(0)
    described = rng.normal(size=(400, 3))
    kept = described[:, 0] > 0
    weights, bias = fit_weights(described, kept.astype(float))
    assert compute_area(described @ weights + bias, kept) > 0.95
