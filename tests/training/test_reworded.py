"""Claims in words of their own: what is true stays true, and what carries it is where the row says."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.help_pages import read_help_pages
from training.reworded import extract_clause, make_stated, open_claim, put_among
from training.rows import ClaimRow, Row

KILN = {"en": "The kiln was lit in 1900.", "zh": "窑于1900年点火。", "tr": "Fırın 1900'de yakıldı."}


@pytest.mark.parametrize("language", KILN)
def test_an_opening_stands_before_the_claim_and_changes_nothing_of_it(language):
    for seed in range(20):
        opened = open_claim(KILN[language], language, random.Random(seed))
        assert opened.endswith(KILN[language][1:]) and len(opened) > len(KILN[language])


def test_languages_without_openings_keep_their_claims():
    assert open_claim("Der Ofen brannte.", "de", random.Random(0)) == "Der Ofen brannte."


@pytest.mark.parametrize(
    ("sentence", "clause"),
    [
        ("Ada Lo, who fired the first bowl, left in May.", "Ada Lo fired the first bowl."),
        ("Ada Lo, a potter of the town, left in May.", "Ada Lo is a potter of the town."),
        ("She left in May, and nobody knew.", None),
    ],
)
def test_what_is_said_by_the_way_becomes_a_sentence(sentence, clause):
    assert extract_clause(sentence) == clause


@given(st.lists(st.text(min_size=1, max_size=300), max_size=8), st.integers(0, 999), st.booleans())
def test_among_others_the_span_is_what_carries_the_claim(pool, seed, carried):
    row = ClaimRow("It glows.", "en", "The kiln glows.", "en", carried, "nli entailment")
    among = put_among(row, pool, random.Random(seed))
    assert row.context in among.context
    assert (among.context[slice(*among.span)] if among.span else None) == (row.context if carried else None)


def test_an_answer_is_stated_rightly_and_with_another_of_its_kind():
    text = "Ada Lo fired the bowl. Ben Wu painted it."
    asked = [
        Row("s", "1", "en", "en", "Who fired the bowl?", text, (0, 6)),
        Row("s", "2", "en", "en", "Who painted the bowl?", text, (23, 29)),
    ]
    made = {(row.claim, row.carried) for row in make_stated(asked, {}, random.Random(0))}
    assert made == {
        ("Ada Lo fired the bowl.", True), ("Ben Wu fired the bowl.", False),
        ("Ben Wu painted the bowl.", True), ("Ada Lo painted the bowl.", False),
    }  # fmt: skip


def test_what_is_plausible_where_nothing_is_said_is_not_carried():
    row = Row("s", "1", "zh", "zh", "谁烧制了碗？", "王小明画了碗。", None)
    [stated] = make_stated([row], {(row.question, row.context): "王小明"}, random.Random(0))
    assert (stated.claim, stated.carried) == ("王小明烧制了碗。", False)


def test_help_pages_are_aligned_by_their_blocks_and_untranslated_ones_left_out(tmp_path):
    pages = {
        "en-US": '<p id="par_id1">Light <b>it</b>.</p><p id="par_id2">Let it cool.</p><p id="hd_id3">Kilns</p>',
        "zh-CN": '<p id="par_id1">点火。</p><p id="par_id2">Let it cool.</p><p id="hd_id3">窑</p>',
        "tr": '<p id="par_id1">Yakın.</p><p id="par_id2">Soğutun.</p><p id="hd_id3">Fırınlar</p>',
    }
    for folder, text in pages.items():
        (tmp_path / folder / "text").mkdir(parents=True)
        (tmp_path / folder / "text" / "kiln.html").write_text(text, encoding="utf-8")
    found = read_help_pages(tmp_path)
    assert {language: [row.context for _, _, row in rows] for language, rows in found.items()} == {
        "en": ["Light it."], "zh": ["点火。"], "tr": ["Yakın."],
    }  # fmt: skip
