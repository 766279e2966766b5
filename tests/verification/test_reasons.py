"""Reasons are codes with values: worded in three languages, and read back from what was written of them."""

from __future__ import annotations

import dataclasses

import pytest

from rag.messages import word_reason
from rag.types.reasons import REASONS, NumberDiffers, parse_reason


def example(kind):
    return kind(*(7 if field.type in ("int", int) else f"<{field.name}>" for field in dataclasses.fields(kind)))


@pytest.mark.parametrize("code", REASONS)
def test_every_reason_is_worded_in_each_language_with_its_values(code):
    reason = example(REASONS[code])
    worded = {language: word_reason(reason, language) for language in ("en", "zh", "tr")}
    assert len(set(worded.values())) == 3
    for text in worded.values():
        assert all(str(value) in text for name, value in reason.to_dict().items() if name != "code"), text
    assert word_reason(reason, "de") == worded["en"]


@pytest.mark.parametrize("code", REASONS)
def test_a_reason_is_read_back_as_it_was_written(code):
    reason = example(REASONS[code])
    assert reason.code == code and parse_reason(reason.to_dict()) == reason


@pytest.mark.parametrize("values", [{}, {"code": "nonsense"}, {"code": "number_differs"}, {"code": "not_said", "x": 1}, {"code": ["a"]}])
def test_what_is_no_reason_is_an_error(values):
    with pytest.raises(ValueError):
        parse_reason(values)


def test_reasons_are_values():
    assert NumberDiffers("1", "2") == NumberDiffers("1", "2") and {NumberDiffers("1", "2"): 1}
