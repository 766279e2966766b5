"""What a reading is worth: weights of reader and retrieval in ranking sentences, and the chance that the first is right.

The numbers are in `rag/data/calibration.toml`, which `python -m evals calibrate` writes. It fits them on questions that
the reader was not trained on: a logistic regression (Platt, 1999) for questions in the passage's language, one for others.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

# What the chance is told from, in the order of its weights: score of the span, score of the passage, similarity of the sentence,
# and whether a name of the question is missing. The lead over the second sentence is not among them: in a small collection a
# sentence that has nothing to do with the question leads by far.
EVIDENCE = ("span", "passage", "sentence", "missing_name")


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of a ranking and of its chance.

    passage, sentence: what retrieval's score of the passage and similarity of the sentence add to a span's score.
    same, cross: offset and weights of the evidence, by whether question and view are in one language.
    min_chance: below it, a refusal is worth more than an answer.
    """

    passage: float
    sentence: float
    same: tuple[float, ...]
    cross: tuple[float, ...]
    min_chance: float

    def score(self, span: float, passage: float, sentence: float) -> float:
        """Score that orders sentences."""
        return span + self.passage * passage + self.sentence * sentence

    def chance(self, evidence: Sequence[float], same_language: bool) -> float:
        """Chance in [0, 1] that the first sentence is right; evidence: shape (len(EVIDENCE),)."""
        offset, *weights = self.same if same_language else self.cross
        total = offset + sum(w * value for w, value in zip(weights, evidence, strict=True))
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


@cache
def shipped_calibration() -> Calibration:
    """The calibration that goes with the weights that ship."""
    return parse_calibration((resources.files("rag") / "data" / "calibration.toml").read_text(encoding="utf-8"))


def parse_calibration(text: str) -> Calibration:
    """The calibration that a TOML text holds. Raises KeyError when it lacks a number."""
    stored = tomllib.loads(text)
    ranking, chance = stored["ranking"], stored["chance"]
    same, cross = (tuple(chance[kind][name] for name in ("offset", *EVIDENCE)) for kind in ("same", "cross"))
    return Calibration(ranking["passage"], ranking["sentence"], same, cross, chance["min_chance"])
