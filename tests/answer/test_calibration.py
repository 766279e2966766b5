"""The chance that a first sentence is right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.research.calibration import fit_logistic
from rag.answer.calibration import EVIDENCE, parse_calibration, shipped_calibration

numbers = st.floats(-1e6, 1e6)


@given(st.lists(numbers, min_size=len(EVIDENCE), max_size=len(EVIDENCE)), st.booleans())
def test_a_chance_is_between_none_and_certainty(evidence, same):
    assert 0 <= shipped_calibration().chance(evidence, same) <= 1


@pytest.mark.parametrize("same", [True, False])
def test_a_better_span_is_likelier_right_and_a_missing_name_is_not(same):
    calibration = shipped_calibration()

    def chance(span: float, missing: float) -> float:
        return calibration.chance([span, 1.0, 0.5, missing], same)

    assert chance(-8.0, 0.0) < chance(0.0, 0.0) < chance(8.0, 0.0)
    assert chance(2.0, 1.0) <= chance(2.0, 0.0)


def test_a_file_that_lacks_a_number_is_an_error():
    with pytest.raises(KeyError):
        parse_calibration("[ranking]\npassage = 1.0\n")


def test_a_fit_finds_the_weights_that_made_the_data():
    import numpy as np

    rng = np.random.default_rng(0)
    evidence = rng.normal(size=(4000, 2))
    right = rng.random(4000) < 1 / (1 + np.exp(-(0.5 + 2 * evidence[:, 0] - evidence[:, 1])))
    offset, first, second = fit_logistic(evidence, right.astype(float), np.ones(4000))
    assert (round(offset, 1), round(first), round(second)) == (pytest.approx(0.5, abs=0.2), 2, -1)
