"""Scores of spans -> chances: a scale and an offset for each kind of pair, fitted on articles never trained on.

chance = 1 / (1 + exp(-(scale * score + offset))), Platt's form of temperature scaling (Guo et al., ICML 2017). "same" is for a
question in the context's language, "cross" for another. Each answerable question is fitted beside as many contexts that do not
answer it: a neighbour or a near miss.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from training.mixture import LANGUAGES
from training.platt import Calibration, fit_calibration
from training.rows import ClaimRow, Row
from training.validate import CROSS_PAIRS, Scorer, find_answering_sentence, made_near_misses, validation_rows

MAX_CLAIMS = 900  # that the checker's chances are fitted on; more take minutes


def scored_pairs(
    scorer: Scorer, data: Path, pairs: Sequence[tuple[str, str]], limit: int
) -> tuple[list[float], list[bool]]:
    """Scores of spans and whether each is in the sentence that answers, for questions with and without an answer."""
    rng = random.Random(11)
    rows: list[Row] = []
    for question_language, context_language in pairs:
        own = validation_rows(data, question_language, context_language)
        own = rng.sample(own, min(limit, len(own)))
        contexts = sorted({row.context for row in own})
        near = made_near_misses(own, context_language, 5)
        rows += own + rng.sample(near, min(len(own) // 2, len(near)))
        for row in rng.sample(own, len(own) // 2):
            others = [c for c in contexts if c != row.context and row.answer_text not in c]
            rows.append(replace(row, context=rng.choice(others), answer=None))
    right = []
    readings = scorer.read(rows)
    for row, reading in zip(rows, readings, strict=True):
        right.append(int(np.argmax(reading.sentence_scores)) == find_answering_sentence(row))
    return [reading.score for reading in readings], right


def calibrate(scorer: Scorer, data: Path, limit: int) -> dict[str, Calibration]:
    """Calibration of each kind of pair."""
    kinds = {"same": [(lang, lang) for lang in LANGUAGES], "cross": list(CROSS_PAIRS)}
    return {kind: fit_calibration(*scored_pairs(scorer, data, pairs, limit)) for kind, pairs in kinds.items()}


def calibrate_checker(scorer: Scorer, claims: Sequence[ClaimRow]) -> dict[str, Calibration]:
    """Calibration of "carried" for claims in the language of their context and in another; all claims are of articles never
    trained on."""
    claims = random.Random(5).sample(claims, min(MAX_CLAIMS, len(claims)))
    scores = np.array(scorer.check(claims))
    carried = np.array([claim.carried for claim in claims])
    same = np.array([claim.claim_language == claim.context_language for claim in claims])
    return {kind: fit_calibration(scores[of].tolist(), carried[of].tolist()) for kind, of in (("same", same), ("cross", ~same))}
