"""Scores of tokens -> the best span of each sentence of a paragraph.

A span's score is start + end - 2 x nothing, so that spans of different paragraphs compare (Clark and Gardner, ACL 2018, on
scores that are not normalised by paragraph; the difference to "nothing" as in Devlin et al., NAACL 2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.types import Span

MAX_ANSWER_TOKENS = 40

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class TokenScores:
    """Scores of the tokens of one window of a paragraph, shape (tokens,), the place of each token in the paragraph, and the
    score of "nothing"."""

    start: Floats
    end: Floats
    nothing: float
    starts: Ints
    ends: Ints


@dataclass(frozen=True, slots=True)
class SpanScore:
    """The best span of a sentence and its score. The span is in code points of the paragraph."""

    sentence: int
    span: Span
    score: float


def find_best_spans(windows: Sequence[TokenScores], sentences: Sequence[Span]) -> list[SpanScore]:
    """The best span of each sentence that holds a token, in the order of the sentences.

    A span begins and ends in one sentence. Where windows overlap, the better score counts.
    """
    found: dict[int, SpanScore] = {}
    for window in windows:
        real = window.ends > window.starts
        for index, (a, b) in enumerate(sentences):
            inside = np.flatnonzero(real & (window.starts >= a) & (window.starts < b))
            if not len(inside):
                continue
            score, first, last = _find_best_pair(window.start[inside], window.end[inside])
            score -= 2 * window.nothing
            if index not in found or score > found[index].score:
                span = int(window.starts[inside[first]]), min(int(window.ends[inside[last]]), b)
                found[index] = SpanScore(index, span, score)
    return [found[index] for index in sorted(found)]


def _find_best_pair(start: Floats, end: Floats) -> tuple[float, int, int]:
    """The pair first <= last < first + MAX_ANSWER_TOKENS with the highest start[first] + end[last], and its score."""
    best, first, last = -np.inf, 0, 0
    for i in range(len(start)):
        j = i + int(end[i : i + MAX_ANSWER_TOKENS].argmax())
        score = float(start[i] + end[j])
        if score > best:
            best, first, last = score, i, j
    return best, first, last
