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

import numpy as np

from rag.answer.reader import shipped_model
from rag.encoder.joint import MAX_FIRST_TOKENS, MAX_PAIR_TOKENS, JointModel
from rag.encoder.tokenizer import TokenizedText
from rag.errors import EncoderError

WEIGHTS = "checker.npz"
# Chance from which a text counts as carrying a claim in its language, and in another: set by hand, on claims by hand to look at
# (dev). Of the true ones in their article's language 0.88 pass and 0.86 of the false ones are stopped, of those in another
# language, with the stored translation, 0.94 and 0.95.
MIN_CHANCE = {"same": 0.5, "cross": 0.4}
# Where a claim is negated and what the paragraph says is not, or the other way round. With an earlier checker: without
# it 0.82, not 0.91, of the negated claims by hand (n = 11, test) are stopped, of all false ones 0.79, not 0.80 (204); of the true
# ones 0.87, not 0.86, pass (232).
MIN_CHANCE_DENIED = 0.9
WINDOW_OVERLAP_TOKENS = 100  # of the windows of a text; those of a claim do not overlap
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

    def check_pairs(self, pairs: Sequence[Pair]) -> list[float]:
        """The chance, in [0, 1], that each pair's evidence carries its claim; all are read in batches."""
        texts = {text: self._model.tokenize(text) for pair in pairs for text in (pair.claim, pair.evidence)}
        cut = [_cut_pair(texts[pair.claim], texts[pair.evidence]) for pair in pairs]
        parts = [(piece, window) for own, windows in cut for piece in own for window in windows]
        scored = iter(self._model.score(parts, claims=True))
        chances = []
        for pair, (own, windows) in zip(pairs, cut, strict=True):
            scores = [[next(scored).carried for _ in windows] for _ in own]
            worst = min(max(score for score in row if score is not None) for row in scores)
            scale, offset = self._calibration[pair.kind]
            chances.append(1 / (1 + math.exp(-max(-50.0, min(50.0, scale * worst + offset)))))
        return chances


def average_chances(chances: Sequence[float]) -> float:
    """The chance whose logit is the mean of those of `chances`.

    >>> average_chances([0.5]), round(average_chances([0.9, 0.5]), 2)
    (0.5, 0.75)
    """
    if len(chances) == 1:
        return chances[0]
    logits = [math.log(max(chance, 1e-12) / max(1 - chance, 1e-12)) for chance in chances]
    return 1 / (1 + math.exp(-sum(logits) / len(logits)))


@cache
def shipped_checker() -> Checker | None:
    """The checker of the weights that ship; None when they cannot be read."""
    try:
        model = shipped_model(WEIGHTS)
        return Checker(model) if model.checks else None
    except (KeyError, TypeError, EncoderError) as error:
        _LOG.warning("Claims are checked without the trained checker: %s", error)
        return None


def _cut_pair(claim: TokenizedText, text: TokenizedText) -> tuple[list[TokenizedText], list[TokenizedText]]:
    """Pieces of the claim and windows of the text, of which any two fit the layers."""
    pieces = _cut(claim, MAX_FIRST_TOKENS, 0)
    return pieces, _cut(text, MAX_PAIR_TOKENS - max(map(len, pieces)), WINDOW_OVERLAP_TOKENS)


def _cut(text: TokenizedText, tokens: int, overlap: int) -> list[TokenizedText]:
    """The text in windows of at most so many tokens that overlap by at least `overlap`; each with <s> and </s>."""
    inner, room = len(text) - 2, tokens - 2
    count = 1 + max(0, math.ceil((inner - room) / (room - overlap)))
    firsts = np.linspace(0, max(0, inner - room), count).astype(int)
    rows = [np.r_[0, 1 + first : 1 + min(inner, first + room), len(text) - 1] for first in firsts]
    return [TokenizedText(text.ids[row], text.starts[row], text.ends[row]) for row in rows]
