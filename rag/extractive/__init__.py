"""The embedded answerer: passages -> the sentences that answer, or a refusal. No model, nothing invented.

Sentences in the question's language and in others are two sides, judged apart, since words say much on one and
little on the other. On each side the sentences compete: a conditional logit (McFadden, 1974) on a few features
(`FEATURES`) scores them, and a logistic regression turns the best one and its surroundings (`SIGNALS`) into the confidence
that it is right. The side of the question's language answers when it is confident enough, else the other,
else neither. Weights and thresholds are in `data/extractive.toml`, fitted by `python -m evals fit` on SQuAD-format files.

    features.py   sentences with what tells how well each answers
    exclusion.py  what a sentence lacks that nothing makes good
    selection.py  how many of them to show
    agreement.py  what other articles say to the same question
    reply.py      the answer put together
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from typing import Any

from rag.extractive.features import FEATURES, Candidate, Candidates
from rag.extractive.reply import Reply, nearest, states_end
from rag.extractive.selection import Ranked, enough, term
from rag.language import simplified
from rag.names import Names
from rag.questions import Request, request
from rag.types import Draft, Passage

__all__ = [
    "FEATURES",
    "SIDES",
    "SIGNALS",
    "Candidate",
    "ExtractiveAnswerer",
    "Parameters",
    "shipped",
    "signals",
]

SIGNALS = (
    "score", "lead", "similarity", "words", "missing", "fit", "uncovered", "rarest", "absent", "unnamed", "exact",
)  # fmt: skip
SIDES = ("own", "foreign")
# Without shared words the far passages in other languages are noise: only this many of the first are read.
_FOREIGN_PASSAGES = 8
# Confidence in an end that is reckoned from a beginning and a length: both are quoted, and the sum is marked as ours.
_RECKONED = 0.6

Parameters = dict[str, Any]


@cache
def shipped() -> Parameters:
    """The fitted weights, from `data/extractive.toml`."""
    return tomllib.loads((resources.files("rag") / "data" / "extractive.toml").read_text(encoding="utf-8"))


class ExtractiveAnswerer:
    """Answers with sentences of the passages.

    weight: how much sharing a word says, higher for rarer ones; the index's inverse document frequency.
    parameters: weights other than the shipped ones, for fitting. names: those the index knows.
    """

    def __init__(
        self, weight: Callable[[str], float], parameters: Parameters | None = None, names: Names | None = None
    ) -> None:
        self.weight = weight
        self.parameters = parameters or shipped()
        self.names = names or Names()

    def draft(self, question: str, language: str, passages: Sequence[Passage], into: str | None = None) -> Draft:
        """The sentences that answer, in reading order; or no claim when the articles do not seem to, and then the nearest
        thing they say.

        into: the language to answer in, where a paragraph is written in it or translated into it; the question's when None.
        """
        question = simplified(question)
        near = [p for n, p in enumerate(passages) if p.reading.language == language or n < _FOREIGN_PASSAGES]
        found = self.candidates(question, language, near)
        wanted = request(question)
        sides = [self.rank([c for c in found if c.side == side]) for side in SIDES]
        best = 0.0
        for side, ranked in zip(SIDES, sides, strict=True):
            if not ranked or ranked[0][1].excluded:
                continue
            chance = self.confidence(signals(ranked), side)
            if wanted.ending and not states_end(ranked[0][1]):
                # Nobody says when it ends: two sentences may let it be reckoned, else it is not known.
                chance = max(chance, _RECKONED) if term(ranked) else 0.0
            if chance >= self.parameters["threshold"][side]:
                return Reply(question, language, into or language, ranked, self.names).draft(
                    chance, self.parameters["margin"]
                )
            best = max(best, chance)
        return Draft((), best, nearest=nearest(next(filter(None, sides), []), into or language))

    def candidates(self, question: str, language: str, passages: Sequence[Passage]) -> list[Candidate]:
        """All sentences of the passages with their features."""
        return Candidates(question, language, self.weight, self.names).of(passages)

    def rank(self, candidates: Sequence[Candidate]) -> list[tuple[float, Candidate]]:
        """The sentences with their scores, whose differences are log-odds of holding the answer if any does; best first.

        Those that cannot answer, for want of the date or measure asked for, come last: they still tell how far the
        best one stands out.
        """
        weights, line = self.parameters["sentence"], self.parameters["line"]
        scored = [(_linear(weights[c.side], FEATURES, c.features) + line * c.suit, c) for c in candidates]
        return sorted(
            scored, key=lambda pair: (pair[1].excluded, -pair[0], pair[1].passage.paragraph_id, pair[1].index)
        )

    def confidence(self, values: Sequence[float], side: str) -> float:
        """Chance, in [0, 1], that the best sentence of a side holds the answer; values: its `signals`."""
        weights = self.parameters["confidence"][side]
        return _sigmoid(weights["intercept"] + _linear(weights, SIGNALS, values))

    def enough(self, ranked: Ranked, wanted: Request) -> list[Candidate]:
        """The sentences to show, best first; see `rag.extractive.selection`."""
        return enough(ranked, wanted, self.parameters["margin"])


def signals(ranked: Sequence[tuple[float, Candidate]]) -> tuple[float, ...]:
    """What tells whether the best sentence is right, in the order of `SIGNALS`.

    score: of the best sentence; lead: its score less that of the best other, in [-5, 5]; similarity: the highest of any
    sentence; words: the highest share of the question's words, by weight, that one paragraph holds; missing: share of
    the question's names and numbers that the best sentence's paragraph lacks; the others: of the best sentence, see `Candidate`.
    """
    odds, best = ranked[0]
    second = max((others for others, _ in ranked[1:]), default=odds)
    similarity = max(c.features[0] for _, c in ranked)
    held = FEATURES.index("paragraph_words")
    words = max(c.features[held] for _, c in ranked)
    lacks = best.uncovered, best.rarest, best.absent, best.unnamed
    lead = max(-5.0, min(odds - second, 5.0))
    return odds, lead, similarity, words, best.missing, best.fit, *lacks, best.features[FEATURES.index("exact")]


def _linear(weights: dict[str, float], names: Sequence[str], values: Sequence[float]) -> float:
    return sum(weights[name] * value for name, value in zip(names, values, strict=True))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, x))))
