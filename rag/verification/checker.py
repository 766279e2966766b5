"""The trained checker: the calibrated chance that a text carries a claim.

1. Claim and text go as one sequence through the joint layers; long texts in windows that overlap, of which the best counts, and
   long claims in pieces, of which the worst counts.
2. The score of the head "carried" becomes a chance by a scale and an offset fitted on articles that were never trained on, one
   pair for a claim in the text's language and one for another. They are part of the weights' file.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path

import numpy as np

from rag.answer.reader import WEIGHTS, cut_windows
from rag.encoder.joint import MAX_FIRST_TOKENS, JointModel
from rag.encoder.tokenizer import TokenizedText
from rag.errors import EncoderError

# Chance from which a text counts as carrying a claim in its language, and in another.
MIN_CHANCE = {"same": 0.5, "cross": 0.5}
_LANGUAGES = ("en", "tr", "zh")  # that weights are trained on which name none
_LOG = logging.getLogger("rag")


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and the text that may carry it."""

    claim: str
    evidence: str
    same_language: bool

    @property
    def kind(self) -> str:
        return "same" if self.same_language else "cross"


class Checker:
    """The trained checker; safe to use from several threads. Raises KeyError when the weights are not of a checker.

    languages: ISO 639-1 codes of those it was trained on.
    """

    def __init__(self, model: JointModel) -> None:
        fitted = model.meta["checker"]
        self.languages = frozenset(fitted.get("languages", _LANGUAGES))
        self._model = model
        self._calibration = {kind: (fitted[kind]["scale"], fitted[kind]["offset"]) for kind in ("same", "cross")}

    def check(self, pairs: Sequence[Pair]) -> list[float]:
        """The chance, in [0, 1], that each pair's evidence carries its claim; all are read in batches."""
        texts = {text: self._model.tokenize(text) for pair in pairs for text in (pair.claim, pair.evidence)}
        cut = [(_cut_claim(texts[pair.claim]), cut_windows(texts[pair.evidence])) for pair in pairs]
        scored = iter(self._model.score([(piece, window) for own, windows in cut for piece in own for window in windows]))
        chances = []
        for pair, (own, windows) in zip(pairs, cut, strict=True):
            scores = [[next(scored).carried for _ in windows] for _ in own]
            worst = min(max(score for score in row if score is not None) for row in scores)
            scale, offset = self._calibration[pair.kind]
            chances.append(1 / (1 + math.exp(-max(-50.0, min(50.0, scale * worst + offset)))))
        return chances


@cache
def shipped_checker() -> Checker | None:
    """The checker of the weights that ship, loaded once a process; None when they hold none or cannot be read."""
    path = Path(str(resources.files("rag") / "weights" / WEIGHTS))
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as data:
            if "heads.carried.weight" not in data.files:
                return None
        return Checker(JointModel.load(path))
    except (OSError, ValueError, EOFError, KeyError, EncoderError) as error:
        _LOG.warning("Claims are checked without the trained checker: %s", error)
        return None


def _cut_claim(claim: TokenizedText) -> list[TokenizedText]:
    """The claim, in pieces of equal length where it is longer than the layers take; each with <s> and </s>."""
    inner, room = len(claim) - 2, MAX_FIRST_TOKENS - 2
    pieces = max(1, math.ceil(inner / room))
    edges = [1 + inner * n // pieces for n in range(pieces + 1)]
    rows = [np.r_[0, start:end, len(claim) - 1] for start, end in pairwise(edges)]
    return [TokenizedText(claim.ids[row], claim.starts[row], claim.ends[row]) for row in rows]
