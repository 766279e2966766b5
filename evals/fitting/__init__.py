"""`python -m evals fit FILE…`: fit the embedded answerer's weights on parallel SQuAD-format files and the gold questions.

`rag.extractive` says what is fitted: for sentences in the question's language and for others, which one holds the answer, and
the chance that what is shown does. What is printed is five-fold cross-validated, by article for the files; the weights written
are those of all. The third of the gold questions that is held out is never seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from rich.console import Console

from evals.fitting.models import Array, conditional_logit, logistic
from evals.fitting.trials import FOLDS, Trial, over_articles, squad
from evals.metrics import auroc, calibration_error
from rag.extractive import FEATURES, SIDES, SIGNALS, ExtractiveAnswerer, Parameters, shipped, signals
from rag.questions import request

TARGET = Path(__file__).parent.parent.parent / "rag" / "data" / "extractive.toml"
_MARGIN, _LINE = 2.0, 8.0
# What a gold question over the articles weighs against one of the files: for picking, and for the confidence.
_ARTICLES, _ARTICLES_TOLD = 2.0, 4.0
_GRID = np.linspace(0.02, 0.98, 97)  # thresholds that are tried
_WORSE = {"own": 3.0, "foreign": 0.5}


def main(paths: Sequence[Path], console: Console) -> None:
    """Fit, print the cross-validated figures, write `rag/data/extractive.toml`."""
    trials = [*squad(paths), *over_articles(lambda item: not item.held_out)]
    held_out: list[Outcome] = []
    for fold in range(FOLDS):
        train, test = ([t for t in trials if (t.fold == fold) == rest] for rest in (False, True))
        held_out += outcomes(with_weights({"sentence": sentence_weights(train)}), test)
    confidence, threshold = _confidence(held_out)
    for line in _figures(held_out):
        console.print(line)
    weights = {"threshold": threshold, "sentence": sentence_weights(trials), "confidence": confidence}
    TARGET.write_text(_toml(weights, len(trials), paths), encoding="utf-8")
    console.print(f"wrote {TARGET}")


def with_weights(weights: Parameters) -> ExtractiveAnswerer:
    """An answerer with these weights, for ranking what is found already."""
    return ExtractiveAnswerer(lambda _: 1.0, shipped() | {"margin": _MARGIN, "line": _LINE} | weights)


def sentence_weights(trials: Sequence[Trial]) -> Parameters:
    """Weights of a side's sentences, fitted on the pools that have their gold sentence on that side."""
    weights: Parameters = {}
    for side in SIDES:
        of = [t for t in trials if t.side == t.pool == side and t.holding]
        fitted = conditional_logit(
            [np.array([c.features for c in t.candidates]) for t in of],
            [[t.holds(c) for c in t.candidates] for t in of],
            [_ARTICLES if t.articles else 1.0 for t in of],
        )
        weights[side] = dict(zip(FEATURES, fitted.tolist(), strict=True))
    return weights


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of a trial: its signals, and whether its best sentence, or one of those shown, is right."""

    trial: Trial
    signals: Array
    best: bool
    contains: bool
    shown: bool
    sentences: int
    confidence: float = 0.0


def outcomes(answerer: ExtractiveAnswerer, trials: Sequence[Trial]) -> list[Outcome]:
    """The outcome of each trial; of one that is refused by its form alone, nothing is shown."""
    found: list[Outcome] = []
    for trial in trials:
        ranked = answerer.rank(trial.candidates)
        if not ranked or ranked[0][1].excluded:
            found.append(Outcome(trial, np.full(len(SIGNALS), np.nan), False, False, False, 0))
            continue
        enough = answerer.enough(ranked, request(trial.question))
        best, shown = ranked[0][1], any(trial.contains(c) for c in enough)
        found.append(Outcome(
            trial, np.array(signals(ranked)), trial.holds(best), trial.contains(best), shown, len(enough),
        ))  # fmt: skip
    return found


def _confidence(outcomes: list[Outcome]) -> tuple[Parameters, Parameters]:
    """Weights of each side's confidence, and its threshold; sets the outcomes' own confidence, each from a model fitted on the
    other folds. In the question's own language a false refusal is taken to be three times as bad as a false answer, which quotes
    a neighbouring fact with its source; in another language, where confidence tells less, half as bad."""
    weights: Parameters = {}
    threshold: Parameters = {}
    for side in SIDES:
        at = [n for n, o in enumerate(outcomes) if o.trial.side == side and not np.isnan(o.signals[0])]
        x, y = np.array([outcomes[n].signals for n in at]), np.array([float(outcomes[n].shown) for n in at])
        much = np.array([_ARTICLES_TOLD if outcomes[n].trial.articles else 1.0 for n in at])
        folds = np.array([outcomes[n].trial.fold for n in at])
        for fold in range(FOLDS):
            beta = logistic(x[folds != fold], y[folds != fold], much[folds != fold])
            for n in (n for n, own in zip(at, folds == fold, strict=True) if own):
                chance = 1 / (1 + np.exp(-beta[0] - outcomes[n].signals @ beta[1:]))
                outcomes[n] = Outcome(**{**vars(outcomes[n]), "confidence": float(chance)})
        weights[side] = dict(zip(("intercept", *SIGNALS), logistic(x, y, much).tolist(), strict=True))
        mine = [outcomes[n] for n in at if outcomes[n].trial.articles] or [outcomes[n] for n in at]
        yes, no = (np.array([o.confidence for o in mine if (o.trial.pool == "none") == none]) for none in (False, True))
        threshold[side] = float(min(_GRID, key=lambda t: (_WORSE[side] * (yes < t).mean() + (no >= t).mean(), t)))
    return weights, threshold


def _figures(outcomes: Sequence[Outcome]) -> Iterator[str]:
    groups = sorted({(o.trial.articles, o.trial.side, o.trial.language) for o in outcomes})
    for articles, side, language in groups:
        mine = [o for o in outcomes if (o.trial.articles, o.trial.side, o.trial.language) == (articles, side, language)]
        yes, no = ([o for o in mine if (o.trial.pool == "none") == none] for none in (False, True))
        best, contains, shown, sentences = (
            np.mean([getattr(o, name) for o in yes]) for name in ("best", "contains", "shown", "sentences")
        )
        barred = np.mean(
            [all(c.excluded for c in o.trial.candidates if o.trial.holds(c)) for o in yes if o.trial.holding]
        )
        chances = [o.confidence for o in yes], [o.confidence for o in no]
        error = calibration_error([o.confidence for o in mine], [o.shown for o in mine])
        at = min(_GRID, key=lambda t: abs(np.mean(np.array(chances[0]) < t) - np.mean(np.array(chances[1]) >= t)))
        yield (
            f"{'articles' if articles else 'files'}, {language}, {side}: n {len(yes)}, best sentence gold {best:.3f}, "
            f"holds the answer {contains:.3f}; the {sentences:.2f} shown {shown:.3f}; excluded {barred:.3f}; "
            f"AUROC {auroc(*chances):.3f}, ECE {error:.3f}; at {at:.2f} refused {np.mean(np.array(chances[0]) < at):.3f}, "
            f"without gold answered {np.mean(np.array(chances[1]) >= at):.3f} (n {len(no)})"
        )


def _toml(weights: Parameters, trials: int, paths: Sequence[Path]) -> str:
    names = ", ".join(path.name for path in paths)
    made = f"`python -m evals fit` on {datetime.now(UTC):%Y-%m-%d}: {trials} trials of {names} and the gold questions"
    lines = [
        f"# Written by {made}. Meanings: rag/extractive/.",
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
