"""`python -m evals fit FILE…`: fit the embedded answerer's weights on parallel SQuAD-format files.

Each question is put to a pool of all languages' paragraphs several times: with its gold paragraph in its own language
only, in each other language only, and nowhere. `rag.extractive` says what is fitted: for sentences in the question's
language and for others, which one holds the answer, and the chance that the best one does. What is printed is five-fold
cross-validated by article; the weights written are those of all articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from evals.metrics import auroc
from evals.squad import Question, load
from rag import Assistant, Settings, ingest
from rag.extractive import FEATURES, SIDES, SIGNALS, Candidate, ExtractiveAnswerer, Parameters, signals

TARGET = Path(__file__).parent.parent / "rag" / "data" / "extractive.toml"
_FOLDS, _PASSAGES, _MARGIN, _LINE = 5, 8, 2.5, 8.0
_WORSE = {"own": 4, "foreign": 0.5}
Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Trial:
    """A question put to one pool: its candidates, and which of them hold the answer."""

    question: Question
    pool: str
    candidates: list[Candidate]
    holding: frozenset[tuple[str, int]]  # (paragraph id, index of the sentence)

    def holds(self, candidate: Candidate) -> bool:
        return (candidate.passage.paragraph_id, candidate.index) in self.holding


def main(paths: Sequence[Path], console: Console) -> None:
    """Fit, print the cross-validated figures, write `rag/data/extractive.toml`."""
    trials, answerer = _all_trials(paths)
    held_out: list[Outcome] = []
    for fold in range(_FOLDS):
        train, test = ([t for t in trials if (t.question.article % _FOLDS == fold) == rest] for rest in (False, True))
        held_out += _outcomes(_with(answerer, {"sentence": _sentence_weights(train)}), test)
    confidence, threshold = _confidence(held_out)
    for line in _figures(held_out, confidence, threshold):
        console.print(line)
    weights = {"threshold": threshold, "sentence": _sentence_weights(trials), "confidence": confidence}
    TARGET.write_text(_toml(weights, len(trials), paths), encoding="utf-8")
    console.print(f"wrote {TARGET}")


def _all_trials(paths: Sequence[Path]) -> tuple[list[Trial], ExtractiveAnswerer]:
    articles, questions = load(paths)
    by_key = {(q.id, q.language): q for q in questions}
    languages = sorted({q.language for q in questions})
    trials: list[Trial] = []
    with TemporaryDirectory() as folder:
        settings = Settings(store=Path(folder) / "store")
        ingest(articles, settings)
        assistant = Assistant(settings)
        for question in track(questions, "asking"):
            passages = assistant.retrieve(question.text, _PASSAGES + len(languages))
            found = assistant.answerer.candidates(question.text, question.language, passages)
            versions = [by_key[question.id, code] for code in languages]
            for gold in [*versions, None]:
                trials.append(_trial(question, gold, {v.paragraph_id for v in versions}, found))
        return trials, assistant.answerer


def _trial(question: Question, gold: Question | None, versions: set[str], found: list[Candidate]) -> Trial:
    """The candidates of the first passages that are left when the gold paragraph stays in `gold`'s language alone."""
    left = [
        c
        for c in found
        if c.passage.paragraph_id not in versions or (gold and c.passage.paragraph_id == gold.paragraph_id)
    ]
    left = _standing_anew(left)
    first = list(dict.fromkeys(c.passage.paragraph_id for c in left))[:_PASSAGES]
    holding = {
        (c.passage.paragraph_id, c.index)
        for c in left
        if gold and c.passage.paragraph_id == gold.paragraph_id
        for s in [c.passage.sentences[c.index]]
        if any(s.start <= a and b <= s.end for a, b in gold.answers)
    }
    pool = "none" if gold is None else "own" if gold.language == question.language else "foreign"
    return Trial(question, pool, [c for c in left if c.passage.paragraph_id in first], frozenset(holding))


def _standing_anew(left: Sequence[Candidate]) -> list[Candidate]:
    """The candidates measured against the best passage that is left; else what was taken out would show in them."""
    at = FEATURES.index("standing")
    best = max((c.features[at] for c in left), default=0.0)
    return [replace(c, features=(*c.features[:at], c.features[at] - best, *c.features[at + 1 :])) for c in left]


def _with(answerer: ExtractiveAnswerer, weights: Parameters) -> ExtractiveAnswerer:
    return ExtractiveAnswerer(answerer.weight, answerer.parameters | weights | {"margin": _MARGIN, "line": _LINE})


def _sentence_weights(trials: Sequence[Trial]) -> Parameters:
    """Weights of a side's sentences, fitted on the pools that have their gold paragraph on that side."""
    weights: Parameters = {}
    for side in SIDES:
        groups = [[(c.features, t.holds(c)) for c in t.candidates if c.side == side] for t in trials if t.pool == side]
        groups = [group for group in groups if any(held for _, held in group)]
        fitted = conditional_logit(
            [np.array([f for f, _ in g]) for g in groups], [[held for _, held in g] for g in groups]
        )
        weights[side] = dict(zip(FEATURES, fitted.tolist(), strict=True))
    return weights


@dataclass(frozen=True, eq=False)
class Outcome:
    """One side of a trial: its signals, and whether its best sentence, or one of those shown with it, is right."""

    trial: Trial
    side: str
    signals: Array
    best: bool
    shown: bool
    sentences: int


def _outcomes(answerer: ExtractiveAnswerer, trials: Sequence[Trial]) -> list[Outcome]:
    found: list[Outcome] = []
    for trial in trials:
        for side in SIDES:
            ranked = answerer.rank([c for c in trial.candidates if c.side == side])
            if ranked and not ranked[0][1].excluded:
                enough = answerer.enough(ranked)
                shown = any(trial.holds(c) for c in enough)
                best = trial.holds(ranked[0][1])
                found.append(Outcome(trial, side, np.array(signals(ranked)), best, shown, len(enough)))
    return found


def _confidence(outcomes: Sequence[Outcome]) -> tuple[Parameters, Parameters]:
    """Weights of each side's confidence, and its threshold; from the pools with the gold paragraph on that side, and
    those without any. In the question's own language a false refusal is taken to be four times as bad as a false answer,
    which quotes a neighbouring fact with its source; in another language, where confidence tells less, half as bad."""
    weights: Parameters = {}
    threshold: Parameters = {}
    for side in SIDES:
        own = [o for o in outcomes if o.side == side and o.trial.pool in (side, "none")]
        fitted = logistic(np.array([o.signals for o in own]), np.array([o.shown for o in own], dtype=float))
        weights[side] = dict(zip(("intercept", *SIGNALS), fitted.tolist(), strict=True))
        yes = np.array([chance(o, weights) for o in own if o.trial.pool == side])
        no = np.array([chance(o, weights) for o in own if o.trial.pool == "none"])
        threshold[side] = float(
            min(np.linspace(0.02, 0.98, 97), key=lambda x: abs(_WORSE[side] * (yes < x).mean() - (no >= x).mean()))
        )
    return weights, threshold


def chance(outcome: Outcome, weights: Parameters) -> float:
    """Confidence of an outcome under the given weights, in [0, 1]."""
    own = weights[outcome.side]
    return float(
        1 / (1 + np.exp(-own["intercept"] - sum(own[n] * s for n, s in zip(SIGNALS, outcome.signals, strict=True))))
    )


def _figures(outcomes: Sequence[Outcome], weights: Parameters, threshold: Parameters) -> Iterator[str]:
    for language in sorted({o.trial.question.language for o in outcomes}):
        for side in SIDES:
            mine = [o for o in outcomes if o.side == side and o.trial.question.language == language]
            yes = [o for o in mine if o.trial.pool == side]
            chances = {p: [chance(o, weights) for o in mine if o.trial.pool == p] for p in (side, "none")}
            refused = np.mean(np.array(chances[side]) < threshold[side])
            answered = np.mean(np.array(chances["none"]) >= threshold[side])
            best, shown, sentences = (
                np.mean([getattr(o, name) for o in yes]) for name in ("best", "shown", "sentences")
            )
            yield (
                f"{language}, gold in {side} language: n {len(yes)}, best sentence right {best:.3f}, "
                f"the {sentences:.2f} shown {shown:.3f}, AUROC against gold removed "
                f"{auroc(chances[side], chances['none']):.3f}; at {threshold[side]:.2f} refused {refused:.3f}, "
                f"gold removed answered {answered:.3f} (n {len(chances['none'])})"
            )


def conditional_logit(groups: Sequence[Array], chosen: Sequence[Sequence[bool]], penalty: float = 1.0) -> Array:
    """Weights, shape (features,), that make the chosen rows of each group likely to win it (McFadden, 1974).

    groups: features of the rows that compete, shape (rows, features) each; chosen: which of them are right, one at least.
    The penalty is L2, on features of unit variance. Newton's method, with the curvature of the denominator alone.
    """
    x = np.vstack(groups)
    scale = x.std(axis=0) + 1e-9
    x = x / scale
    starts = np.cumsum([0, *(len(group) for group in groups[:-1])])
    of = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    right = np.concatenate([np.asarray(rows, dtype=float) for rows in chosen])
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        s = x @ beta
        e = np.exp(s - np.maximum.reduceat(s, starts)[of])
        p = e / np.add.reduceat(e, starts)[of]
        q = e * right / np.maximum(np.add.reduceat(e * right, starts), 1e-12)[of]
        means = np.add.reduceat(x * p[:, None], starts)
        curvature = x.T @ (x * p[:, None]) - means.T @ means + penalty * np.eye(len(beta))
        step = np.linalg.solve(curvature, x.T @ (q - p) - penalty * beta)
        beta = beta + step
        if np.abs(step).max() < 1e-6:
            break
    return np.asarray(beta / scale, dtype=np.float64)


def logistic(features: Array, labels: Array, weights: Array | None = None, penalty: float = 1.0) -> Array:
    """Intercept and weights of an L2-penalised logistic regression, by Newton's method, shape (1 + features,)."""
    x = np.column_stack([np.ones(len(features)), features])
    sample = np.ones(len(x)) if weights is None else weights
    ridge = np.diag([0.0] + [penalty] * features.shape[1])
    beta = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (sample * (labels - p)) - ridge @ beta
        step = np.linalg.solve(x.T @ (x * (sample * p * (1 - p))[:, None]) + ridge, gradient)
        beta = beta + step
        if np.abs(step).max() < 1e-6:
            break
    return np.asarray(beta, dtype=np.float64)


def _toml(weights: Parameters, trials: int, paths: Sequence[Path]) -> str:
    names = ", ".join(path.name for path in paths)
    made = f"`python -m evals fit` on {datetime.now(UTC):%Y-%m-%d}: {trials} trials of {names}"
    lines = [
        f"# Written by {made}. Meanings: rag/extractive.py.",
        f"margin = {_MARGIN} # log-odds; a sentence this near the best is shown too",
        f"line = {_LINE} # log-odds for a line of the kind asked for, an editor's or an address; set by hand: SQuAD has none",
        "",
        "[threshold] # confidence a side needs to answer",
        *(f"{side} = {weights['threshold'][side]:.2f}" for side in SIDES),
    ]
    for table in ("sentence", "confidence"):
        for side in SIDES:
            lines += ["", f"[{table}.{side}]", *(f"{key} = {value:.3f}" for key, value in weights[table][side].items())]
    return "\n".join(lines) + "\n"
