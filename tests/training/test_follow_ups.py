"""A follow-up keeps its context and its answer, and has another question before it."""

from __future__ import annotations

import random

import pytest

from tests.training.test_near_misses import ROWS, row
from training.follow_ups import PRONOUNS, make_follow_ups

MORE = {
    "en": row("en", "When did Ayla Demir build the kiln in Kars?", ROWS["en"][0].context, "1900"),
    "zh": row("zh", "王小明在哪一年建了窑炉？", ROWS["zh"][0].context, "1900年"),
    "tr": row("tr", "Ayla Demir fırını hangi yıl yaptı?", ROWS["tr"][0].context, "1900"),
}


@pytest.mark.parametrize("language", PRONOUNS)
def test_a_follow_up_is_two_questions_about_the_context_of_the_second(language):
    rows = [*ROWS[language], MORE[language]]
    made = [r for seed in range(40) for r in make_follow_ups(rows, language, random.Random(seed), 5)]
    assert made
    known = {(r.context, r.answer) for r in rows}
    for follow_up in made:
        assert (follow_up.context, follow_up.answer) in known
        assert any(follow_up.question.startswith(r.question) for r in rows)
        assert follow_up.question not in {r.question for r in rows}


@pytest.mark.parametrize("language", PRONOUNS)
def test_no_more_follow_ups_are_made_than_asked_for(language):
    assert len(make_follow_ups([*ROWS[language], MORE[language]], language, random.Random(0), 2)) <= 2
