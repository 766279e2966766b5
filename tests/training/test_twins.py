"""Twin claims are put to their own paragraph, once in its language and once in another."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from training.twins import draw_views, read_twins
from training.written import is_held_out, make_key

VIEWS = {"en": "The fair opens on Friday.", "zh": "展会将于周五开幕。", "tr": "Fuar cuma günü açılıyor."}


@pytest.fixture
def folder(tmp_path):
    composed = "".join(f"= {language} {text}\n" for language, text in VIEWS.items())
    (tmp_path / "composed-en.txt").write_text(composed + "t en It opens.\n", encoding="utf-8")
    twins = f"@{make_key(VIEWS['en'])}\nt tr Fuar cuma açılıyor.\nf tr Fuar salı açılıyor.\n"
    (tmp_path / "pairs-1.txt").write_text(twins, encoding="utf-8")
    return tmp_path


def test_a_twin_is_put_to_its_paragraph_in_every_language(folder):
    claims = read_twins(is_held_out(make_key(VIEWS["en"])), folder)
    assert {(c.claim, c.context, c.carried) for c in claims} == {
        (claim, text, claim == "Fuar cuma açılıyor.")
        for claim in ("Fuar cuma açılıyor.", "Fuar salı açılıyor.") for text in VIEWS.values()
    }  # fmt: skip


def test_a_twin_whose_paragraph_is_of_the_other_part_is_not_read(folder):
    assert read_twins(not is_held_out(make_key(VIEWS["en"])), folder) == []


def test_of_other_languages_one_is_drawn_for_each_twin(folder):
    claims = draw_views(read_twins(is_held_out(make_key(VIEWS["en"])), folder), random.Random(3))
    assert Counter(c.claim for c in claims) == {"Fuar cuma açılıyor.": 2, "Fuar salı açılıyor.": 2}
    assert sum(c.context_language == "tr" for c in claims) == 2


def test_every_shipped_twin_finds_its_paragraph_in_three_languages():
    twins = read_twins(True) + read_twins(False)
    assert len(twins) > 40_000
    assert len({(c.claim, c.claim_language, c.context) for c in twins}) > 40_000
    assert {(c.claim_language, c.context_language) for c in twins} == {(a, b) for a in VIEWS for b in VIEWS}
