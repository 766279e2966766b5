"""Pairs of questions about one context -> follow-ups: the question before, then the question, read as one.

What both name is left out of the second, or a pronoun stands for it, as people go on asking. A question that needs nothing of the
one before is there too, with any question before it: a reader must not answer the first in place of the second.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from training.near_misses import NearMissMaker
from training.rows import WITHOUT_SPACES, Row

PRONOUNS = {
    "en": {"person": ("he", "she", "they"), "place": ("it", "there"), "name": ("it", "they")},
    "zh": {"person": ("他", "她", ""), "place": ("那里", "它", ""), "name": ("它", "其", "")},
    "tr": {"person": ("o", ""), "place": ("orası", ""), "name": ("o", "")},
}
LEADS = {"en": ("", "", "And ", "and "), "zh": ("", "", "那", "那么"), "tr": ("", "", "Peki ", "Ya ")}
SHARE_OF_STRANGERS = 0.25  # follow-ups whose question before is about another context


def make_follow_ups(rows: Sequence[Row], language: str, rng: random.Random, count: int) -> list[Row]:
    """At most `count` rows whose question is two questions, the second of which is answered, or not, as it was."""
    asked = [row for row in rows if row.question_language == language]
    by_context: defaultdict[str, list[Row]] = defaultdict(list)
    for row in asked:
        by_context[row.context].append(row)
    maker = NearMissMaker([row for row in asked if row.answer and row.context_language == language], language, rng)
    made = []
    for row in rng.sample(asked, len(asked)):
        others = [r for r in by_context[row.context] if r.question != row.question and r.answer != row.answer]
        if rng.random() < SHARE_OF_STRANGERS:
            others = [rng.choice(asked)]
        if others and len(made) < count:
            before = rng.choice(others).question
            made.append(replace(row, question=f"{before} {_leave_out(maker, before, row.question, language, rng)}"))
    return made


def _leave_out(maker: NearMissMaker, before: str, question: str, language: str, rng: random.Random) -> str:
    """The question with a pronoun, or nothing, in place of the name that it shares with the one before."""
    lead = rng.choice(LEADS[language])
    shared = [(a, b, kind) for a, b, kind in maker.find_names(question) if question[a:b] in before]
    if not shared or rng.random() < 0.2:
        return lead + question
    a, b, kind = rng.choice(shared)
    if language not in WITHOUT_SPACES:  # the case ending goes with the name: "Newton's", "Kars'ta"
        b += next((n for n, c in enumerate(question[b:]) if c not in "'’" and not c.isalpha()), len(question) - b)
    pronoun = rng.choice(PRONOUNS[language][kind])
    left = question[:a] + pronoun + question[b:]
    return lead + (left if language in WITHOUT_SPACES else " ".join(left.split()))
