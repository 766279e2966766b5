"""False claims that have no changed word: of another paragraph, or a true one with another end."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from training.misplaced import ask_same_article, put_elsewhere, repeat_sentences, stitch_claims
from training.rows import ClaimRow, Row
from training.written import balance_kinds

FERRY = "The ferry was built in Split in 1998. It carries cars to the island every morning."
BOAT = "The boat was built in Pula in 2001. It carries mail to the island every evening."
CLAIMS = [
    ClaimRow("The ferry was made in the yard at Split.", "en", FERRY, "en", True, "written true"),
    ClaimRow("Cars reach the island by ship each morning.", "en", FERRY, "en", True, "written true"),
    ClaimRow("The ferry was made in Pula.", "en", FERRY, "en", False, "written false"),
]


def test_a_true_claim_is_false_of_the_paragraph_that_is_most_like_its_own():
    pytest.importorskip("sklearn")
    made = list(put_elsewhere(CLAIMS, {"en": [FERRY, BOAT]}, 1.0, random.Random(1)))
    assert [(row.claim, row.context, row.carried) for row in made] == [(row.claim, BOAT, False) for row in CLAIMS[:2]]


def test_a_true_claim_that_ends_as_a_sentence_of_its_paragraph_is_false_of_it_in_each_language():
    turkish = replace(CLAIMS[0], context="Vapur 1998'de Split'te yapıldı. Her sabah adaya araba taşır.", context_language="tr")
    made = list(stitch_claims([CLAIMS[0], turkish], 1.0, random.Random(1)))
    assert [(row.claim, row.context_language) for row in made] == [
        ("The ferry was made the island every morning.", "en"), ("The ferry was made the island every morning.", "tr"),
    ]  # fmt: skip
    assert not any(row.carried for row in made)


def test_a_claim_whose_paragraph_is_not_there_in_its_language_is_not_stitched():
    turkish = replace(CLAIMS[0], context="Vapur 1998'de Split'te yapıldı.", context_language="tr")
    assert list(stitch_claims([turkish, CLAIMS[2]], 1.0, random.Random(1))) == []


def test_the_sentence_that_a_false_claim_is_like_is_true_of_its_paragraph_in_each_language():
    turkish = replace(CLAIMS[2], context="Vapur 1998'de Split'te yapıldı.", context_language="tr")
    made = list(repeat_sentences([CLAIMS[0], CLAIMS[2], turkish], 1.0, random.Random(1)))
    assert [(row.claim, row.context_language, row.carried) for row in made] == [
        ("The ferry was built in Split in 1998.", "en", True), ("The ferry was built in Split in 1998.", "tr", True),
    ]  # fmt: skip


def test_rare_kinds_are_taken_as_often_as_frequent_ones():
    rows = [ClaimRow(str(n), "en", "", "en", True, "often") for n in range(50)]
    rows += [ClaimRow(str(n), "tr", "", "en", True, "often") for n in range(50)]
    rows += [ClaimRow(str(n), "en", "", "en", True, "rare") for n in range(3)]
    kinds = [(row.kind, row.claim_language) for row in balance_kinds(rows, 13)]
    assert (kinds.count(("often", "en")), kinds.count(("often", "tr")), kinds.count(("rare", "en"))) == (5, 5, 3)


def test_a_question_is_not_answered_by_another_paragraph_of_its_article():
    texts = {"1": "The fair opened on Friday.", "2": "It has 40 stalls.", "3": "On Friday it rained."}
    rows = [Row("composed", key, "en", "en", "", text, None, title="A fair in Split") for key, text in texts.items()]
    asked = replace(rows[0], question="When did it open?", answer=(19, 25))
    untitled, elsewhere = replace(asked, title=""), replace(asked, title="A market in Pula")
    made = list(ask_same_article([*rows, asked, untitled, elsewhere], 1.0, random.Random(1)))
    assert [(row.question, row.id, row.context, row.answer) for row in made] == [(asked.question, "2", texts["2"], None)]
