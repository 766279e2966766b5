"""The trained checker: calibrated by kind of pair, the best window of a long text, the worst piece of a long claim."""

from __future__ import annotations

import math

import numpy as np
import pytest

import rag.verification.checker as checker
from rag.encoder.joint import MAX_FIRST_TOKENS, MAX_PAIR_TOKENS, PairScores
from rag.encoder.tokenizer import TokenizedText
from rag.errors import EncoderError
from rag.verification import Checker, Pair

META = {"checker": {"same": {"scale": 2.0, "offset": 0.0}, "cross": {"scale": 1.0, "offset": -1.0}}}


class FakeModel:
    """A token a letter; carried is the number of letters of the claim's piece that stand in the window, less 3."""

    def __init__(self, meta=META):
        self.meta, self.batches = meta, []

    def tokenize(self, text):
        letters = np.array([0, *map(ord, text), 2], np.int32)
        places = np.arange(len(letters), dtype=np.int32)
        return TokenizedText(letters, places, places + 1)

    checks = True

    def score(self, pairs, claims=False):
        assert claims
        self.batches.append(pairs)
        return [PairScores(np.zeros(1), np.zeros(1), 0.0, float(len(set(a.ids[1:-1]) & set(b.ids[1:-1])) - 3)) for a, b in pairs]


def chance(logit):
    return 1 / (1 + math.exp(-logit))


def test_the_score_becomes_a_chance_by_the_kind_of_pair():
    model = FakeModel()
    found = Checker(model).check_pairs([Pair("abcd", "abcd", True), Pair("abcd", "abcd", False), Pair("abcd", "xyz", True)])
    assert found == pytest.approx([chance(2.0), chance(0.0), chance(-6.0)])
    assert len(model.batches) == 1


def test_of_a_long_text_the_best_window_counts():
    model = FakeModel()
    assert Checker(model).check_pairs([Pair("abcd", "x" * MAX_PAIR_TOKENS * 2 + "abcd", True)]) == pytest.approx([chance(2.0)])
    assert len(model.batches[0]) == 3


def test_of_a_long_claim_every_piece_has_to_be_carried():
    claim = "abcd" + "a" * MAX_FIRST_TOKENS + "zzzz"
    model = FakeModel()
    assert Checker(model).check_pairs([Pair(claim, "abcd", True)]) == pytest.approx([chance(2 * -2.0)])
    pieces = [piece for piece, _ in model.batches[0]]
    assert len(pieces) == 2 and all(len(piece) <= MAX_FIRST_TOKENS for piece in pieces)
    assert {place for piece in pieces for place in piece.starts[1:-1]} == set(range(1, len(claim) + 1))


@pytest.mark.parametrize("length", [1, MAX_FIRST_TOKENS - 2, MAX_FIRST_TOKENS * 2])
def test_a_long_claim_and_a_long_text_fit_and_lose_no_token(length):
    model = FakeModel()
    text = "cd" * MAX_PAIR_TOKENS
    Checker(model).check_pairs([Pair("a" * length, text, True)])
    assert all(len(piece) + len(window) <= MAX_PAIR_TOKENS for piece, window in model.batches[0])
    assert {place for _, window in model.batches[0] for place in window.starts[1:-1]} == set(range(1, len(text) + 1))


def test_nothing_is_asked_of_no_pairs_and_an_empty_claim_is_read():
    assert Checker(FakeModel()).check_pairs([]) == []
    assert len(Checker(FakeModel()).check_pairs([Pair("", "", True)])) == 1


def test_the_weights_name_their_languages():
    assert Checker(FakeModel()).languages == {"en", "zh", "tr"}
    assert Checker(FakeModel({"checker": META["checker"] | {"languages": ["de"]}})).languages == {"de"}


@pytest.fixture
def reloaded():
    checker.shipped_checker.cache_clear()
    yield
    checker.shipped_checker.cache_clear()


def test_damaged_weights_are_no_checker(monkeypatch, reloaded):
    def broken(name):
        raise EncoderError("damaged", "")

    monkeypatch.setattr(checker, "shipped_model", broken)
    assert checker.shipped_checker() is None


def test_weights_that_were_not_trained_to_check_are_no_checker(monkeypatch, reloaded):
    model = FakeModel({})
    model.checks = False
    monkeypatch.setattr(checker, "shipped_model", lambda name: model)
    assert checker.shipped_checker() is None


def test_the_weights_that_ship_check(reloaded):
    assert checker.shipped_checker().languages == {"en", "zh", "tr"}
