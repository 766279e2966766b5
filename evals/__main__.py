"""`python -m evals`: see `--help`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from rich.console import Console

from evals import calibration, channels, judging, means, noise, pacing, report, runner, squad
from evals.probe import command as probe_command
from evals.scores import unseen_scores
from rag import RagError, Settings

# The folder of research is not in the wheel.
bench = import_module("evals.research.bench.command") if find_spec("evals.research") else None
RESULTS = runner.HOME / "docs" / "results.md"
SHIPPED = runner.HOME / "docs" / "evaluation.json"  # the page shows it where nothing was measured yet


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program,
        description="Evaluate the assistant: exit code 0 when the gate is open, 1 when it is closed.",
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    asked = commands.add_parser(
        "gold", help="ask the gold questions, show the scores, fail when one breaks its limit (the default)"
    )
    for place in (parser, asked):
        _gold_arguments(place)
    squad.add_arguments(commands.add_parser(
        "squad", help="SQuAD-format files: find paragraphs and answers across languages, ours and the plain recipe"
    ))  # fmt: skip
    if bench:
        bench.add_arguments(
            commands.add_parser("bench", help="what the assistant costs, beside floors and other systems")
        )
    probe_command.add_arguments(commands.add_parser("probe", help="put true and false claims to verification, count what passes"))
    pace = commands.add_parser("pace", help="time to the first sentence a reader sees, over the endpoint's own")
    pace.add_argument("--model", metavar="NAME", help="a chat model, where OPENAI_BASE_URL and OPENAI_API_KEY say")
    shaken = commands.add_parser(
        "noise", help="disturb all vectors, with several seeds: what that moves, whether the gate holds"
    )
    shaken.add_argument(
        "--noise", type=float, default=noise.SCALE, metavar="DEVIATION", help="of each number (default 1e-3)"
    )
    shaken.add_argument("--seeds", type=int, default=5, metavar="N", help="how many times (default 5)")
    what = "compute the mean vectors of languages on SQuAD-format files, one language each, named like en.json"
    commands.add_parser("means", help=what).add_argument("files", nargs="+", type=Path)
    commands.add_parser("unseen", help="ask about the articles that nothing was chosen on, and nothing else")
    commands.add_parser("channels", help="print the channels in which e5's layers hand on the largest numbers")
    fitted = commands.add_parser(
        "calibrate", help="fit ranking and confidence of the reader, write rag/data/calibration.toml"
    )
    fitted.add_argument("files", nargs="*", type=Path, help="SQuAD-format files, one language each, named like en.json")
    fitted.add_argument(
        "--articles", type=int, nargs="*", default=(), metavar="N", help="ask only about these of each file, from 1"
    )
    return parser


def _gold_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--verbose", action="store_true", help="print every question that failed, with its answer")
    add("--report", type=Path, metavar="FOLDER", help="write report.json, report.html and junit.xml there")
    add("--baseline", type=Path, metavar="FILE", help="an earlier report.json: show which questions flipped")
    add("--write", action="store_true", help="write the tables of scores into docs/results.md, and docs/evaluation.json")
    add("--model", metavar="NAME", help="let a chat model answer: OPENAI_BASE_URL and OPENAI_API_KEY say where")
    add("--limit", type=int, metavar="N", help="ask only about N questions, spread evenly; the gate stays open")
    add(
        "--noise",
        type=float,
        metavar="DEVIATION",
        help="add normal noise to every number of every vector, such as 1e-3",
    )
    add("--seed", type=int, default=0, metavar="N", help="of that noise (default 0)")
    add("--judge", metavar="MODEL", help="have a chat model judge the citations too; it never closes the gate")


def main(arguments: list[str] | None = None, program: str = "python -m evals") -> int:
    """Run a command; the exit code is 0 when every limit is kept, 1 when one is not, 2 when it could not be run."""
    chosen = _parser(program).parse_args(arguments)
    console = Console()
    commands: dict[str | None, Callable[[], int | None]] = {
        "probe": lambda: probe_command.main(chosen, console),
        "pace": lambda: pacing.main(chosen.model, console),
        "bench": lambda: int(bench.main(chosen, console)) if bench else 2,
        "noise": lambda: noise.main(console, chosen.noise, chosen.seeds),
        "squad": lambda: squad.main(chosen, console),
        "calibrate": lambda: calibration.main(chosen.files, chosen.articles, console),
        "channels": channels.main,
        "means": lambda: means.main(chosen.files),
        "unseen": lambda: report.show_scores(runner.list_scores(unseen_scores(runner.ask_unseen())), console),
    }
    try:
        return commands.get(chosen.command, lambda: _gold(chosen, console))() or 0
    except RagError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2


def _gold(chosen: argparse.Namespace, console: Console) -> int:
    before = _earlier(chosen.baseline) if chosen.baseline else None
    judge = judging.model_named(chosen.judge) if chosen.judge else None
    started = time.perf_counter()
    wrong = noise.disturbed(chosen.noise, chosen.seed) if chosen.noise else nullcontext()
    with wrong, runner.indexed(Settings(model=chosen.model)) as assistant:
        run = runner.run(assistant, beside=not chosen.limit, take=runner.spread(chosen.limit))
    if not (chosen.limit or chosen.model):
        run = replace(run, unseen=runner.ask_unseen())
    run = replace(run, seconds=time.perf_counter() - started)
    found = runner.report(run, judging.judge(judge, run.results) if judge else ())
    if before:
        found["flipped"] = report.flips(found, before)
    report.show(found, console, verbose=chosen.verbose)
    if chosen.report:
        chosen.report.mkdir(parents=True, exist_ok=True)
        for name, text in (
            ("report.json", json.dumps(found, ensure_ascii=False, indent=1)),
            ("report.html", report.page(found)), ("junit.xml", report.junit(found)),
        ):  # fmt: skip
            (chosen.report / name).write_text(text, encoding="utf-8")
        console.print(f"wrote report.json, report.html and junit.xml to {chosen.report}/")
    if not (chosen.limit or chosen.model):
        report.show_moved(report.moved(found, RESULTS.read_text(encoding="utf-8")), console)
    if chosen.write:
        report.write_summary(found, SHIPPED)
        report.write(found, RESULTS)
        console.print(f"wrote the tables of docs/results.md, and docs/{SHIPPED.name}")
    return 1 if found["breaches"] and not chosen.limit else 0


def _earlier(file: Path) -> report.Report:
    """An earlier report. Exits with 2 when it is none, before an evaluation is spent on it."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if found["version"] != 1 or "questions" not in found:
            raise ValueError("another version of the report")
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"{file}: not a report of this evaluation ({error})", file=sys.stderr)  # noqa: T201
        raise SystemExit(2) from None
    return cast(report.Report, found)


if __name__ == "__main__":
    sys.exit(main())
