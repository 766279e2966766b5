"""`python -m evals fit FILE…`: fit the embedded answerer's weights on parallel SQuAD-format files.

Each question is put to a pool of all languages' paragraphs several times: with its gold paragraph in its own language
only, in each other language only, and nowhere. Two logistic regressions are fitted, as `rag.extractive` describes
them: which sentence holds the answer, and whether the sentences shown do. What is printed is five-fold cross-validated by
article; the weights written are those of all articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from rag.extractive import CONFIDENCE, FEATURES, Candidate, ExtractiveAnswerer, Parameters

TARGET = Path(__file__).parent.parent / "rag" / "data" / "extractive.toml"
_FOLDS, _PASSAGES, _MARGIN = 5, 8, 0.5
_POOLS = ("own", "foreign", "none")
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
    results: list[tuple[Trial, bool, Array, bool]] = []
    for held_out in range(_FOLDS):
        fitted = _with(answerer, _sentence_weights([t for t in trials if t.question.article % _FOLDS != held_out]))
        results += [(t, *_shown(fitted, t)) for t in trials if t.question.article % _FOLDS == held_out]
    confidence = _confidence_weights(results)
    chances = {id(t): _chance(confidence, signals, foreign) for t, _, signals, foreign in results}
    threshold = _threshold(results, chances)
    for line in _figures(results, chances, threshold):
        console.print(line)
    weights = _sentence_weights(trials) | confidence
    TARGET.write_text(_toml(weights, threshold, len(trials), paths), encoding="utf-8")
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


def _with(answerer: ExtractiveAnswerer, weights: Parameters) -> ExtractiveAnswerer:
    return ExtractiveAnswerer(answerer._weight, answerer.parameters | weights | {"margin": _MARGIN})


def _sentence_weights(trials: Sequence[Trial]) -> Parameters:
    """Weights of `own` and `foreign` sentences, each fitted on the pools in which such a sentence can be right."""
    weights: Parameters = {}
    for name, foreign, pools in (("own", False, ("own", "foreign")), ("foreign", True, ("own", "foreign"))):
        rows = [
            (c.features, t.holds(c)) for t in trials if t.pool in pools for c in t.candidates if c.foreign == foreign
        ]
        fitted = logistic(np.array([r[0] for r in rows]), np.array([r[1] for r in rows], dtype=float))
        weights[name] = dict(zip(("intercept", *FEATURES), fitted.tolist(), strict=True))
    return weights


def _shown(answerer: ExtractiveAnswerer, trial: Trial) -> tuple[bool, Array, bool]:
    """Whether the sentences that would be shown hold the answer, the signals for it, and whether the best is foreign."""
    ranked = answerer.rank(trial.candidates)
    signals = np.array(answerer.signals(trial.question.text, trial.question.language, ranked))
    return any(trial.holds(c) for c in answerer.enough(ranked)), signals, ranked[0][1].foreign


def _confidence_weights(results: Sequence[tuple[Trial, bool, Array, bool]]) -> Parameters:
    """Unanswerable pools weigh as much as answerable ones together."""
    weights: Parameters = {}
    for name, foreign in (("confidence_own", False), ("confidence_foreign", True)):
        rows = [r for r in results if r[3] == foreign]
        none = sum(r[0].pool == "none" for r in rows)
        heavy = (len(rows) - none) / max(none, 1)
        sample = np.array([heavy if r[0].pool == "none" else 1.0 for r in rows])
        fitted = logistic(np.array([r[2] for r in rows]), np.array([r[1] for r in rows], dtype=float), sample)
        weights[name] = dict(zip(("intercept", *CONFIDENCE), fitted.tolist(), strict=True))
    return weights


def _chance(weights: Parameters, signals: Array, foreign: bool) -> float:
    own = weights["confidence_foreign" if foreign else "confidence_own"]
    return float(
        1 / (1 + np.exp(-(own["intercept"] + sum(own[n] * s for n, s in zip(CONFIDENCE, signals, strict=True)))))
    )


def _threshold(results: Sequence[tuple[Trial, bool, Array, bool]], chances: dict[int, float]) -> float:
    """Where as many answerable questions in their own language are refused as unanswerable ones are answered."""
    own = np.array([chances[id(r[0])] for r in results if r[0].pool == "own"])
    none = np.array([chances[id(r[0])] for r in results if r[0].pool == "none"])
    grid = np.linspace(0.05, 0.95, 91)
    return float(min(grid, key=lambda x: abs((own < x).mean() - (none >= x).mean())))


def _figures(
    results: Sequence[tuple[Trial, bool, Array, bool]], chances: dict[int, float], threshold: float
) -> Iterator[str]:
    languages = sorted({r[0].question.language for r in results})
    for language in languages:
        of = {p: [r for r in results if r[0].question.language == language and r[0].pool == p] for p in _POOLS}
        none = [chances[id(r[0])] for r in of["none"]]
        for pool in ("own", "foreign"):
            mine = [chances[id(r[0])] for r in of[pool]]
            yield (
                f"{language} {pool}: n {len(mine)}, shown sentences hold the answer {np.mean([r[1] for r in of[pool]]):.3f}, "
                f"AUROC against gold removed {auroc(mine, none):.3f}, "
                f"refused at {threshold:.2f}: {np.mean(np.array(mine) < threshold):.3f}"
            )
        yield f"{language} gold removed: n {len(none)}, answered at {threshold:.2f}: {np.mean(np.array(none) >= threshold):.3f}"


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


def _toml(weights: Parameters, threshold: float, trials: int, paths: Sequence[Path]) -> str:
    names = ", ".join(path.name for path in paths)
    lines = [
        f"# Written by `python -m evals fit` on {datetime.now(UTC):%Y-%m-%d}: {trials} trials of {names}. Meanings: rag/extractive.py.",
        f"threshold = {threshold:.2f} # confidence under which the answer is that the articles do not say",
        f"margin = {_MARGIN} # log-odds; a sentence this near the best is shown too",
    ]
    for name in ("own", "foreign", "confidence_own", "confidence_foreign"):
        lines += ["", f"[{name}]", *(f"{key} = {value:.3f}" for key, value in weights[name].items())]
    return "\n".join(lines) + "\n"
