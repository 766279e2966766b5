"""The trained checker: calibrated by kind of pair, the best window of a long text, the worst piece of a long claim."""

from __future__ import annotations

import math

import numpy as np
import pytest

import rag.verification.checker as checker
from rag.answer.reader import MAX_WINDOW_TOKENS
from rag.encoder.joint import MAX_FIRST_TOKENS, PairScores
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

    def score(self, pairs):
        self.batches.append(pairs)
        return [PairScores(np.zeros(1), np.zeros(1), 0.0, float(len(set(a.ids[1:-1]) & set(b.ids[1:-1])) - 3)) for a, b in pairs]


def chance(logit):
    return 1 / (1 + math.exp(-logit))


def test_the_score_becomes_a_chance_by_the_kind_of_pair():
    model = FakeModel()
    found = Checker(model).check([Pair("abcd", "abcd", True), Pair("abcd", "abcd", False), Pair("abcd", "xyz", True)])
    assert found == pytest.approx([chance(2.0), chance(0.0), chance(-6.0)])
    assert len(model.batches) == 1


def test_of_a_long_text_the_best_window_counts():
    text = "x" * MAX_WINDOW_TOKENS * 2 + "abcd"
    model = FakeModel()
    assert Checker(model).check([Pair("abcd", text, True)]) == pytest.approx([chance(2.0)])
    assert len(model.batches[0]) == 3


def test_of_a_long_claim_every_piece_has_to_be_carried():
    claim = "abcd" + "a" * MAX_FIRST_TOKENS + "zzzz"
    model = FakeModel()
    assert Checker(model).check([Pair(claim, "abcd", True)]) == pytest.approx([chance(2 * -2.0)])
    pieces = [piece for piece, _ in model.batches[0]]
    assert len(pieces) == 2 and all(len(piece) <= MAX_FIRST_TOKENS for piece in pieces)
    assert sum(len(piece) - 2 for piece in pieces) == len(claim)


def test_nothing_is_asked_of_no_pairs_and_an_empty_claim_is_read():
    assert Checker(FakeModel()).check([]) == []
    assert len(Checker(FakeModel()).check([Pair("", "", True)])) == 1


def test_the_weights_name_their_languages():
    assert Checker(FakeModel()).languages == {"en", "zh", "tr"}
    assert Checker(FakeModel({"checker": META["checker"] | {"languages": ["de"]}})).languages == {"de"}


@pytest.fixture
def reloaded():
    checker.shipped_checker.cache_clear()
    yield
    checker.shipped_checker.cache_clear()


@pytest.mark.parametrize("content", [b"", b"no zip", None])
def test_missing_or_damaged_weights_are_no_checker(monkeypatch, tmp_path, reloaded, content):
    monkeypatch.setattr(checker.resources, "files", lambda _: tmp_path)
    if content is not None:
        (tmp_path / "weights").mkdir()
        (tmp_path / "weights" / checker.WEIGHTS).write_bytes(content)
    assert checker.shipped_checker() is None


def test_weights_with_a_head_are_loaded_and_without_calibration_are_none(monkeypatch, tmp_path, reloaded):
    (tmp_path / "weights").mkdir()
    np.savez(tmp_path / "weights" / checker.WEIGHTS.removesuffix(".npz"), **{"heads.carried.weight": np.zeros(1)})
    monkeypatch.setattr(checker.resources, "files", lambda _: tmp_path)
    monkeypatch.setattr(checker.JointModel, "load", lambda path: FakeModel())
    assert checker.shipped_checker().languages == {"en", "zh", "tr"}
    checker.shipped_checker.cache_clear()
    monkeypatch.setattr(checker.JointModel, "load", lambda path: FakeModel({}))
    assert checker.shipped_checker() is None
    checker.shipped_checker.cache_clear()

    def broken(path):
        raise EncoderError("damaged", "")

    monkeypatch.setattr(checker.JointModel, "load", broken)
    assert checker.shipped_checker() is None
