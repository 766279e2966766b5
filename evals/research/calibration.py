"""`python -m evals calibrate [FILE…]`: fit what ranks sentences, and the chance that the first is right, on questions that the
reader was not trained on; writes `rag/data/calibration.toml`.

The gold questions of the dev split are put to the articles. SQuAD-format files, translations of one another, are put to their own
language's paragraphs and to those of all languages, with and without the paragraph that answers. The weights of ranking are those
of a grid with which most first sentences are right; the chance is a logistic regression, one for questions in the language of the
passage, one for others; the chance that an answer needs is set by hand, and what others would refuse and answer is printed.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from evals import gold, runner
from evals.metrics import auroc, calibration_error, share
from evals.research.asking import Ours
from evals.research.squad import READ, Pool, load_files, make_mixed_pool, make_own_pools
from rag import Assistant, Settings
from rag.answer.calibration import EVIDENCE, Calibration, shipped_calibration
from rag.answer.ranking import Candidate, Ranking, rate_first
from rag.language import detect_language, simplify_chinese
from rag.names import Names

TARGET = Path(__file__).parents[2] / "rag" / "data" / "calibration.toml"
PASSAGE_WEIGHTS, SENTENCE_WEIGHTS = (0.0, 4.0, 8.0, 12.0, 16.0, 20.0), (0.0, 4.0, 8.0, 12.0)
GOLD_WEIGHT = 3.0  # of a gold question, against one of the files: the articles are what people ask about
PENALTY = 1.0  # of squared weights of the evidence, in units of its deviation
TRIED_CHANCES = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
MAX_QUESTIONS = 80  # of a language's file

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Trial:
    """A question, the sentences read for it, and which of them hold the answer. kind: "gold" or "squad"; near: whether it is a
    gold question that only seems to be answered; answerable: whether any paragraph at hand answers."""

    kind: str
    question: str
    language: str
    candidates: tuple[Candidate, ...]
    right: tuple[bool, ...]
    answerable: bool
    near: bool
    names: Names

    def rank(self, calibration: Calibration) -> tuple[Ranking, bool]:
        """The sentences as these weights rank them, and whether the first is right."""
        scored = [
            (replace(c, score=calibration.score(c.span_score, c.passage.score, c.similarity)), ok)
            for c, ok in zip(self.candidates, self.right, strict=True)
        ]
        scored.sort(key=lambda pair: (-pair[0].score, pair[0].passage.paragraph_id, pair[0].index))
        ranking = rate_first(calibration, self.question, self.language, [c for c, _ in scored], self.names)
        return ranking, scored[0][1]


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of `main`."""
    parser.add_argument("files", nargs="*", type=Path, help="SQuAD-format files, one language each, named like en.json")
    parser.add_argument("--articles", type=int, nargs="*", default=(), metavar="N", help="only these of each file, from 1")


def main(chosen: Namespace, console: Console) -> None:
    """Fit, print the figures, write the file."""
    paths: Sequence[Path] = chosen.files
    with runner.indexed(Settings(model=None)) as assistant:
        trials = list(collect_gold_trials(assistant))
    if paths:
        trials += collect_squad_trials(paths, chosen.articles)
    fitted = fit_calibration(trials)
    for line in _describe(fitted, trials):
        console.print(line)
    TARGET.write_text(_write(fitted, trials, paths), encoding="utf-8")
    console.print(f"wrote {TARGET}")


def collect_gold_trials(assistant: Assistant) -> Iterator[Trial]:
    """The gold questions of the dev split that stand alone, put to the articles."""
    items = [i for i in gold.load() if not i.held_out and i.kind not in ("overview", "wrong-premise", "small-talk")]
    for item in track([i for i in items if not i.history], "gold questions", transient=True):
        for ranking in assistant.rank(item.question):
            if ranking.candidates:
                right = tuple(_holds(c, item.quotes) for c in ranking.candidates)
                yield Trial(
                    "gold", item.question, item.language, ranking.candidates, right, bool(item.quotes),
                    item.kind == "near-miss", assistant.names,
                )  # fmt: skip


def _holds(candidate: Candidate, quotes: Sequence[str]) -> bool:
    """Whether a sentence shares what a quote says: it holds the quote, or is most of it."""
    sentence = candidate.passage.text[slice(*candidate.sentence)]
    return any(quote in sentence or (len(sentence) > 15 and sentence in quote) for quote in quotes)


def collect_squad_trials(paths: Sequence[Path], articles: Sequence[int]) -> list[Trial]:
    """Questions of the files, put to their own language's paragraphs and to those of all."""
    texts, questions = load_files(paths)
    asked = [q for q in questions if not articles or q.article + 1 in articles]
    trials: list[Trial] = []
    with TemporaryDirectory() as folder:
        pools = [*make_own_pools(texts, questions, asked, True), make_mixed_pool(texts, questions, asked, True)]
        for number, pool in enumerate(pools):
            trials += _pool_trials(pool, Ours(pool.articles, Path(folder) / str(number)))
    return trials


def _pool_trials(pool: Pool, ours: Ours) -> Iterator[Trial]:
    step = max(1, len(pool.asked) // MAX_QUESTIONS)
    for question, cases in track(pool.asked[::step], pool.name, transient=True):
        found, language = ours.find(question.text, pool.deep), detect_language(question.text)
        for case in cases:
            left = [p for p in found if p.paragraph_id not in case.taken][:READ]
            if case.kind == "alone" or not left:
                continue
            ranking = ours.rank_sentences(question.text, language, left)
            spans = [(case.gold.paragraph_id, *answer) for answer in case.gold.answers] if case.gold else []
            right = tuple(
                any(p == c.passage.paragraph_id and a < c.sentence[1] and c.sentence[0] < b for p, a, b in spans)
                for c in ranking.candidates
            )
            if ranking.candidates:
                yield Trial(
                    "squad", simplify_chinese(question.text), language, ranking.candidates, right, bool(spans), False, Names()
                )


def fit_calibration(trials: Sequence[Trial]) -> Calibration:
    """The calibration that fits the trials."""
    start = shipped_calibration()
    grid = [replace(start, passage=p, sentence=s) for p in PASSAGE_WEIGHTS for s in SENTENCE_WEIGHTS]
    answerable = [t for t in trials if t.answerable]
    weights = np.array([_weight(t) for t in answerable])

    def share_right(calibration: Calibration) -> float:
        return float(np.average([t.rank(calibration)[1] for t in answerable], weights=weights))

    best = max(grid, key=share_right)
    for same in (True, False):
        ranked = [(t, *t.rank(best)) for t in trials]
        mine = [(t, r, ok) for t, r, ok in ranked if (t.language == r.best.view.language) == same]
        if len(mine) >= 10 * len(EVIDENCE):
            x = np.array([r.evidence for _, r, _ in mine])
            y = np.array([float(ok and t.answerable) for t, _, ok in mine])
            fitted = fit_logistic(x, y, np.array([_weight(t) for t, _, _ in mine]))
            fitted[-1] = min(fitted[-1], 0.0)  # a missing name never speaks for a sentence; few rows have one
            values = tuple(fitted.tolist())
            best = replace(best, same=values) if same else replace(best, cross=values)
    return best


def _weight(trial: Trial) -> float:
    return GOLD_WEIGHT if trial.kind == "gold" else 1.0


def fit_logistic(evidence: Array, right: Array, weights: Array) -> Array:
    """Offset and weights of an L2-penalised logistic regression, by Newton's method; shape (1 + features,)."""
    scale = evidence.std(axis=0) + 1e-9
    x = np.column_stack([np.ones(len(evidence)), evidence / scale])
    ridge = np.diag([0.0] + [PENALTY] * evidence.shape[1])
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (weights * (right - p)) - ridge @ beta
        step = np.linalg.solve(x.T @ (x * (weights * p * (1 - p))[:, None]) + ridge, gradient)
        beta = beta + step
        if np.abs(step).max() < 1e-8:
            break
    return np.asarray(np.concatenate([beta[:1], beta[1:] / scale]), dtype=np.float64)


def _describe(calibration: Calibration, trials: Sequence[Trial]) -> Iterator[str]:
    told = [(t, t.rank(calibration)[0].chance) for t in trials if t.kind == "gold"]
    for least in TRIED_CHANCES:
        refused = share([chance < least for t, chance in told if t.answerable])
        answered = share([chance >= least for t, chance in told if not t.answerable])
        yield f"from a chance of {least}: refused {refused or 0:.3f}, answered without an answer {answered or 0:.3f}"
    groups = sorted({(t.kind, t.language) for t in trials})
    for kind, language in groups:
        ranked = [(t, *t.rank(calibration)) for t in trials if (t.kind, t.language) == (kind, language)]
        yes, no = ([row for row in ranked if row[0].answerable == there] for there in (True, False))
        first = float(np.mean([ok for _, _, ok in yes]))
        area = auroc([r.chance for _, r, _ in yes], [r.chance for _, r, _ in no])
        near = [r.chance >= calibration.min_chance for t, r, _ in no if t.near]
        error = calibration_error([r.chance for _, r, _ in ranked], [ok and t.answerable for t, _, ok in ranked])
        refused = float(np.mean([r.chance < calibration.min_chance for _, r, _ in yes]))
        answered = float(np.mean([r.chance >= calibration.min_chance for _, r, _ in no])) if no else 0.0
        yield (
            f"{kind} {language}: first sentence right {first:.3f} (n = {len(yes)}), AUROC {area or 0:.3f}, calibration error "
            f"{error:.3f}, refused {refused:.3f}, answered without an answer {answered:.3f} (n = {len(no)})"
            + (f", near misses answered {np.mean(near):.3f} (n = {len(near)})" if near else "")
        )


def _write(calibration: Calibration, trials: Sequence[Trial], paths: Sequence[Path]) -> str:
    names = ", ".join(path.name for path in paths) or "no files"
    lines = [
        f"# Written by `python -m evals calibrate` on {datetime.now(UTC):%Y-%m-%d}: {len(trials)} trials of the dev questions",
        f"# and {names}. Meanings: rag/answer/calibration.py.",
        "",
        "[ranking]",
        f"passage = {calibration.passage}",
        f"sentence = {calibration.sentence}",
        "",
        "[chance]",
        f"min_chance = {calibration.min_chance} # set by hand: a false refusal against a false answer",
    ]
    for kind in ("same", "cross"):
        values = zip(("offset", *EVIDENCE), getattr(calibration, kind), strict=True)
        lines += ["", f"[chance.{kind}]", *(f"{name} = {value:.4f}" for name, value in values)]
    return "\n".join(lines) + "\n"
