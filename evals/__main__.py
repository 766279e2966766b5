"""`python -m evals`: see `--help`. A command of `evals/research/` is imported when it is named; the gate needs none of them."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from rich.console import Console

from evals import document, printing, runner
from evals import report as reports
from evals.scores import list_unseen_scores
from rag import RagError, Settings

RESULTS = runner.HOME / "docs" / "results.md"
SHIPPED = runner.HOME / "docs" / "evaluation.json"  # the page shows it where nothing was measured yet
# A command of `evals/research/`: its module, which has `add_arguments` and `main`, and what it is for.
RESEARCH: Mapping[str, tuple[str, str]] = {
    "squad": ("asking", "SQuAD-format files: find paragraphs and answers across languages, ours and the plain recipe"),
    "probe": ("probe", "put true and false claims to verification, count what passes"),
    "bench": ("bench", "what the assistant costs, beside floors that no assistant over the same libraries can go below"),
    "calibrate": ("calibration", "fit ranking and confidence of the reader, write rag/data/calibration.toml"),
    "pace": ("pacing", "time to the first sentence a reader sees, over the endpoint's own"),
    "means": ("means", "compute the mean vectors of languages on SQuAD-format files, one language each"),
}


def _make_parser(program: str, named: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program, description="Evaluate the assistant: exit code 0 when the gate is open, 1 when it is closed."
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    asked = commands.add_parser(
        "gold", help="ask the gold questions, show the scores, fail when one breaks its limit (the default)"
    )
    for place in (parser, asked):
        _add_gold_arguments(place)
    commands.add_parser("unseen", help="ask about the articles that nothing was chosen on, and nothing else")
    for name, (module, help_) in RESEARCH.items():
        command = commands.add_parser(name, help=help_, description=f"{help_[0].upper()}{help_[1:]}.")
        if name == named:
            import_module(f"evals.research.{module}").add_arguments(command)
    return parser


def _add_gold_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--verbose", action="store_true", help="print every question that failed, with its answer")
    add("--report", type=Path, metavar="FOLDER", help="write report.json, and report.html, what is printed with every failure")
    add("--baseline", type=Path, metavar="FILE", help="an earlier report.json: show which questions flipped")
    add("--write", action="store_true", help="write the tables of scores into docs/results.md, and docs/evaluation.json")
    add("--model", metavar="NAME", help="let a chat model answer: OPENAI_BASE_URL and OPENAI_API_KEY say where")
    add("--limit", type=int, metavar="N", help="ask only about N questions, spread evenly; the gate stays open")


def main(arguments: list[str] | None = None, program: str = "python -m evals") -> int:
    """Run a command; 0 when every limit is kept, 1 when one is not, 2 when it could not be run, 130 when stopped."""
    given = sys.argv[1:] if arguments is None else arguments
    named = next((word for word in given if not word.startswith("-")), None)
    chosen, console = _make_parser(program, named).parse_args(given), Console()
    try:
        if chosen.command in RESEARCH:
            found = import_module(f"evals.research.{RESEARCH[chosen.command][0]}").main(chosen, console)
            return int(found or 0)
        if chosen.command == "unseen":
            printing.show_scores(reports.list_scores(list_unseen_scores(runner.ask_unseen())), console)
            return 0
        return _ask_gold(chosen, console)
    except (RagError, reports.ReportError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)  # noqa: T201
        return 130


def _ask_gold(chosen: argparse.Namespace, console: Console) -> int:
    # Read before an evaluation is spent on it.
    before = reports.read_report(chosen.baseline) if chosen.baseline else None
    started = time.perf_counter()
    with runner.indexed(Settings(model=chosen.model)) as assistant:
        run = runner.run(assistant, beside=not chosen.limit, take=runner.spread(chosen.limit))
    whole = not (chosen.limit or chosen.model)
    if whole:
        run = replace(run, unseen=runner.ask_unseen())
    found = reports.make_report(run, time.perf_counter() - started)
    if before:
        found["flipped"] = reports.list_flips(found, before)
    printing.show_report(found, console, verbose=chosen.verbose)
    if chosen.report:
        chosen.report.mkdir(parents=True, exist_ok=True)
        (chosen.report / "report.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
        printing.save_page(found, chosen.report / "report.html")
        console.print(f"wrote report.json and report.html to {chosen.report}/")
    if whole:
        printing.show_moved(document.list_moved(found, RESULTS.read_text(encoding="utf-8")), console)
    if chosen.write:
        reports.write_summary(found, SHIPPED)
        document.write_tables(found, RESULTS)
        console.print(f"wrote the tables of docs/results.md, and docs/{SHIPPED.name}")
    return 1 if found["breaches"] and not chosen.limit else 0


if __name__ == "__main__":
    sys.exit(main())
