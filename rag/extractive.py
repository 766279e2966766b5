"""The embedded answerer: passages -> the one to three sentences that answer, or a refusal. No model, nothing invented.

Every sentence of the passages gets the log-odds that it holds the answer, from a logistic regression on a few features
(`features`); it has one set of weights for sentences in the question's language and one for others, where words say
little. A second regression turns the best sentence and its surroundings into the confidence that the articles answer
at all. Weights are in `data/extractive.toml`, fitted by `python -m evals fit` on SQuAD-format files.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from rag.language import tokens
from rag.questions import Asked, asked, holds
from rag.types import Draft, DraftClaim, Evidence, Passage

FEATURES = ("similarity", "paragraph", "neighbour", "words", "paragraph_words", "value", "name")
CONFIDENCE = ("log_odds", "similarity", "words", "missing")
_MOST_SENTENCES = 3

# Beginnings that only make sense after the sentence before: pronouns and words that point back.
_ANAPHOR = re.compile(
    r"[\"“]?(?:it|he|she|they|this|these|that|those|his|her|its|their|such|there|then)\b"
    r"|[“]?(?:他|她|它|其|这|此|该|对此|同时)"
    r"|[\"“]?(?:bu|bunun|bunlar|o|onun|onlar|böyle|orada|ayrıca)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer: its place, and its features in the order of `FEATURES`."""

    passage: Passage
    index: int
    features: tuple[float, ...]
    foreign: bool

    @property
    def text(self) -> str:
        sentence = self.passage.sentences[self.index]
        return self.passage.text[sentence.start : sentence.end]


Parameters = dict[str, Any]


@cache
def shipped() -> Parameters:
    """The fitted weights, from `data/extractive.toml`."""
    return tomllib.loads((resources.files("rag") / "data" / "extractive.toml").read_text(encoding="utf-8"))


class ExtractiveAnswerer:
    """Answers with sentences of the passages.

    weight: how much sharing a word says, higher for rarer ones; the index's inverse document frequency.
    parameters: weights other than the shipped ones, for fitting.
    """

    def __init__(self, weight: Callable[[str], float], parameters: Parameters | None = None) -> None:
        self._weight = weight
        self.parameters = parameters or shipped()

    def draft(self, question: str, language: str, passages: Sequence[Passage]) -> Draft:
        """The sentences that answer, in reading order, or no claim when the articles do not seem to."""
        ranked = self.rank(self.candidates(question, language, passages))
        if not ranked:
            return Draft((), 0.0)
        chance = self.confidence(self.signals(question, language, ranked), ranked[0][1].foreign)
        if chance < self.parameters["threshold"]:
            return Draft((), chance)
        return Draft(tuple(_claim(c) for c in _in_reading_order(self.enough(ranked))), chance)

    def candidates(self, question: str, language: str, passages: Sequence[Passage]) -> list[Candidate]:
        """All sentences of the passages with their features."""
        keys = {t.key for t in tokens(question, language)}
        weights = {key: self._weight(key) for key in keys}
        kind = asked(question)
        return [c for passage in passages for c in self._of_passage(passage, weights, kind, language)]

    def rank(self, candidates: Sequence[Candidate]) -> list[tuple[float, Candidate]]:
        """The sentences with their log-odds of holding the answer, if the articles hold it at all; best first."""
        weights = {True: self.parameters["foreign"], False: self.parameters["own"]}
        scored = [(_linear(weights[c.foreign], FEATURES, c.features), c) for c in candidates]
        return sorted(scored, key=lambda pair: (-pair[0], pair[1].passage.paragraph_id, pair[1].index))

    def confidence(self, signals: Sequence[float], foreign: bool) -> float:
        """Chance, in [0, 1], that the sentences shown hold the answer; foreign: the best is not in the question's language."""
        return _sigmoid(
            _linear(self.parameters["confidence_foreign" if foreign else "confidence_own"], CONFIDENCE, signals)
        )

    def enough(self, ranked: Sequence[tuple[float, Candidate]]) -> list[Candidate]:
        """The best sentence, those nearly as likely, and the sentence before one that cannot stand alone; three at most."""
        top, best = ranked[0]
        chosen = [best]
        if (before := _antecedent(best)) is not None:
            chosen.append(before)
        for odds, candidate in ranked[1:]:
            if len(chosen) >= _MOST_SENTENCES or odds < top - self.parameters["margin"]:
                break
            if all(candidate.text != c.text for c in chosen):
                chosen.append(candidate)
        return chosen

    def _of_passage(self, passage: Passage, weights: dict[str, float], kind: Asked, language: str) -> list[Candidate]:
        total = sum(weights.values()) or 1.0
        words = [
            {t.key for t in tokens(passage.text[s.start : s.end], passage.language)} & weights.keys()
            for s in passage.sentences
        ]
        share = [sum(weights[w] for w in own) / total for own in words]
        whole = sum(weights[w] for w in set().union(*words)) / total
        found: list[Candidate] = []
        for i, sentence in enumerate(passage.sentences):
            beside = [passage.sentences[j].similarity for j in (i - 1, i + 1) if 0 <= j < len(passage.sentences)]
            fits = holds(kind, passage.text[sentence.start : sentence.end]) - 0.5
            features = (
                sentence.similarity,
                passage.similarity,
                max(beside, default=sentence.similarity),
                share[i],
                whole,
                fits if kind in ("date", "quantity") else 0.0,
                fits if kind in ("person", "place", "reason") else 0.0,
            )
            found.append(Candidate(passage, i, features, passage.language != language))
        return found

    def signals(self, question: str, language: str, ranked: list[tuple[float, Candidate]]) -> tuple[float, ...]:
        """What tells whether the articles answer at all, in the order of `CONFIDENCE`.

        log_odds: of the best sentence; similarity: the highest of any sentence; words: the highest share of the
        question's words in one paragraph; missing: weight of its heaviest word that the best paragraph lacks, as a share.
        """
        odds, best = ranked[0]
        weights = {t.key: self._weight(t.key) for t in tokens(question, language)}
        there = {t.key for t in tokens(best.passage.text, best.passage.language)}
        lacking = max((w for key, w in weights.items() if key not in there), default=0.0)
        similarity = max(c.features[0] for _, c in ranked)
        words = max(c.features[4] for _, c in ranked)
        missing = 0.0 if best.foreign else lacking / (max(weights.values(), default=0.0) or 1.0)
        return odds, similarity, words, missing


def _linear(weights: dict[str, float], names: Sequence[str], values: Sequence[float]) -> float:
    return weights["intercept"] + sum(weights[name] * value for name, value in zip(names, values, strict=True))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, x))))


def _antecedent(candidate: Candidate) -> Candidate | None:
    """The sentence before, when the candidate begins with a word that points back to it."""
    if candidate.index == 0 or not _ANAPHOR.match(candidate.text):
        return None
    return Candidate(candidate.passage, candidate.index - 1, candidate.features, candidate.foreign)


def _in_reading_order(chosen: list[Candidate]) -> list[Candidate]:
    """Paragraphs in the order of their best sentence, sentences within them in the order of the text."""
    order = {c.passage.paragraph_id: n for n, c in reversed(list(enumerate(chosen)))}
    return sorted(chosen, key=lambda c: (order[c.passage.paragraph_id], c.index))


def _claim(candidate: Candidate) -> DraftClaim:
    sentence = candidate.passage.sentences[candidate.index]
    return DraftClaim(" ".join(candidate.text.split()), (Evidence(candidate.passage, sentence.start, sentence.end),))
