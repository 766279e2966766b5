"""Index `articles/` afresh, ask the gold questions of the assistant and of the baselines, and make one report of it."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from rich.progress import track

from evals import gate, gold
from evals.baselines import baselines
from evals.metrics import percentile, reliability, share
from evals.probe import Claim, made, put
from evals.probe.putting import DOORS
from evals.probe.texts import of_assistant
from evals.recipe import PlainRecipe
from evals.report import Report
from evals.responses import Response, ask
from evals.results import Result, results
from evals.score import Score
from evals.scores import K, headline, scores, unseen_scores
from evals.spent import STAGES
from rag import Article, Assistant, Paragraph, Settings, ingest
from rag.weights import shipped_versions

HOME = Path(__file__).parent.parent
ARTICLES = HOME / "articles"
UNSEEN = Path(__file__).parent / "unseen"  # articles/ and gold/, on which nothing is chosen
OURS = "Kilnmark"
CLAIMS = 3  # for the gate, of each kind and language, against the same language and another: all would take too long


@dataclass(frozen=True)
class Run:
    """What one evaluation found. `others` are the baselines' results by name, `unseen` those of unseen articles."""

    results: list[Result]
    probes: dict[Claim, bool]
    others: dict[str, list[Result]]
    generation: str = ""
    seconds: float = 0.0  # of all of it, indexing too
    unseen: Sequence[Result] = ()

    def scores(self) -> list[Score]:
        """Every figure of the gate."""
        return [*scores(self.results, self.probes), *unseen_scores(self.unseen)]


@contextmanager
def indexed(settings: Settings | None = None, articles: Path = ARTICLES) -> Iterator[Assistant]:
    """An assistant over a fresh index of a folder of articles, in a temporary folder."""
    with TemporaryDirectory() as folder:
        given = settings or Settings()
        # On a Chroma server, beside the index that readers use and not over it.
        own = {"store": Path(folder) / "store", "chroma_name": f"{given.chroma_name[:20]}eval"}
        chosen = given.model_copy(update=own)
        ingest([articles], chosen)
        yield Assistant(chosen)


def of_articles(assistant: Assistant) -> dict[str, Paragraph]:
    """All paragraphs of an assistant by id."""
    return {p.id: p for source in assistant.articles() for p in assistant.article(source.id)[1]}


def run(
    assistant: Assistant, beside: bool = True, take: Callable[[gold.Item], bool] = lambda item: True, claims: bool = True
) -> Run:
    """Ask the gold questions that `take` accepts. beside: ask the baselines too. claims: put claims to verification too."""
    paragraphs = of_articles(assistant)
    items = [item for item in gold.load({row: p.text for row, p in paragraphs.items()}) if take(item)]
    responses = {item.id: ask(assistant, item) for item in track(items, "asking", transient=True)}
    return Run(
        results(items, responses, paragraphs),
        _probed(assistant, paragraphs) if claims else {},
        _beside(items, responses, paragraphs) if beside else {},
        assistant.generation,
    )


def ask_unseen() -> list[Result]:
    """The results of the questions about articles that nothing was chosen on, quoted."""
    with indexed(Settings(model=None), UNSEEN / "articles") as assistant:
        paragraphs = of_articles(assistant)
        items = gold.load({row: p.text for row, p in paragraphs.items()}, UNSEEN / "gold")
        responses = {item.id: ask(assistant, item) for item in track(items, "unseen articles", transient=True)}
        return results(items, responses, paragraphs)


def _probed(assistant: Assistant, paragraphs: Mapping[str, Paragraph]) -> dict[Claim, bool]:
    """Of some claims made from the articles, whether the assistant does with each what it should."""
    claims = [claim for claim in made(of_assistant(paragraphs), "articles", CLAIMS) if claim.indexed]
    return {row.claim: row.right for row in put(claims, assistant, DOORS[1:])}


def _beside(
    items: Sequence[gold.Item], responses: Mapping[str, Response], paragraphs: Mapping[str, Paragraph]
) -> dict[str, list[Result]]:
    """The baselines' results for every item."""
    articles = sorted({p.article_id for p in paragraphs.values()})
    texts = {a: [p.text for p in paragraphs.values() if p.article_id == a] for a in articles}
    with TemporaryDirectory() as folder:
        recipe = PlainRecipe([Article(id=a, title=a, paragraphs=texts[a]) for a in articles], Path(folder))
        made = baselines(paragraphs, recipe.retrieve, 2 * K)
        return {
            name: results(items, {
                item.id: answer(item, responses[item.id]) for item in track(items, name, transient=True)
            }, paragraphs)
            for name, answer in made.items()
        }  # fmt: skip


def spread(limit: int | None) -> Callable[[gold.Item], bool]:
    """Accepts about `limit` gold questions, evenly over all of them; every one when None."""
    items = gold.load()
    step = max(1, len(items) // limit) if limit else 1
    taken = {item.id for item in items[::step]}
    return lambda item: item.id in taken


def report(run: Run, judged: Sequence[Score] = ()) -> Report:
    """Everything about a run as plain JSON values; `evals.report` shows it. judged: a judge's scores, beside the gate."""
    limits = gate.limits()
    found = run.scores()
    paragraphs = run.results[0].paragraphs if run.results else {}
    model = next((r.response.model for r in run.results if r.response.model), None)
    return cast(Report, {
        "version": 1, "date": f"{datetime.now(UTC):%Y-%m-%d}", "commit": commit(), "machine": machine(),
        "python": platform.python_version(), "weights": dict(shipped_versions()), "seconds": round(run.seconds, 1),
        "mode": "model" if model else "extractive", "model": model,
        "corpus": {
            "articles": len({p.article_id for p in paragraphs.values()}), "paragraphs": len(paragraphs),
            "generation": run.generation,
        },
        "scores": list_scores((*found, *judged)),
        "baselines": [
            {"name": name, "scores": {s.name: _figure(s) for s in headline(part).values()}}
            for name, part in {OURS: run.results, **run.others}.items()
        ],
        "heatmap": _heatmap(run.results),
        "reliability": [bin_._asdict() for bin_ in _reliability(run.results)],
        "latency": _latency(run.results),
        "breaches": gate.breaches(found, limits),
        "flipped": None,
        "questions": [_question(result) for result in (*run.results, *run.unseen)],
    })  # fmt: skip


def _figure(score: Score) -> dict[str, Any]:
    low, high = score.interval or (None, None)
    return {"value": score.value, "n": score.n, "low": low, "high": high, "unit": score.unit}


def list_scores(scores: Sequence[Score]) -> list[Any]:
    """Scores as they stand in a report, each with its limit."""
    limits = gate.limits()
    return [_score(score, limits.get(score.name)) for score in scores]


def _score(score: Score, limit: gate.Limit | None) -> dict[str, Any]:
    bound = {"floor": limit.least, "ceiling": limit.most, "met": limit.met(score.value)} if limit else {}
    return {
        "name": score.name, "group": score.group, "about": score.about, **_figure(score),
        "floor": None, "ceiling": None, "met": None, **bound, "failed": list(score.failed),
    }  # fmt: skip


def _heatmap(results: Sequence[Result]) -> dict[str, Any]:
    """Share right by language of the question and of the article; a question over both counts in both."""
    rows = [r for r in results if r.item.answerable and r.gold]
    asked, written = ["en", "zh", "tr"], sorted({code for r in rows for code in r.article_languages})

    def cell(question: str, article: str) -> dict[str, Any]:
        hits = [r.right for r in rows if r.item.language == question and article in r.article_languages]
        return {"value": share(hits), "n": len(hits)}

    return {"questions": asked, "articles": written, "cells": [[cell(q, a) for a in written] for q in asked]}


def _reliability(results: Sequence[Result]) -> Sequence[Any]:
    told = [r for r in results if not r.refused and r.response.confidence is not None]
    return reliability([float(r.response.confidence or 0) for r in told], [r.right for r in told])


def _latency(results: Sequence[Result]) -> list[dict[str, Any]]:
    rows = []
    for stage in STAGES:
        values = [r.response.timings[stage] for r in results if r.response.timings.get(stage)]
        rows.append({"stage": stage, **{f"p{at}": percentile(values, at) for at in (50, 90, 99)}})
    return rows


def _question(result: Result) -> dict[str, Any]:
    item, response = result.item, result.response
    return {
        "id": item.id, "kind": item.kind, "language": item.language,
        "article_language": min(result.article_languages, default=None), "split": item.split,
        "question": item.question, "history": list(item.history), "read_as": response.read_as,
        "right": result.right, "status": response.status, "confidence": response.confidence, "text": response.text,
        "notice": response.notice, "why": result.why(), "citations": list(response.citations),
        "gold": {
            "paragraphs": sorted(result.gold), "quotes": list(item.quotes),
            "facts": [str(fact) for fact in (*item.facts, *item.reading)],
        },
        "seconds": response.timings.get("total"),
    }  # fmt: skip


def commit() -> str:
    """The short hash of the commit that is checked out, with "+" when files differ from it; "" outside a repository."""
    try:
        said = [
            subprocess.run(["git", "-C", str(HOME), *words], capture_output=True, text=True, check=True).stdout.strip()
            for words in (["rev-parse", "--short=7", "HEAD"], ["status", "--porcelain", "--untracked-files=no"])
        ]
    except (OSError, subprocess.CalledProcessError):
        return ""
    return said[0] + ("+" if said[1] else "")


def machine() -> str:
    """The machine's class: architecture, the vector instructions that matter to the encoders, cores."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        flags = ""
    wide = "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else ""
    return ", ".join(filter(None, (platform.machine(), wide, f"{os.cpu_count()} cores")))
