"""The report in a terminal, legible in 80 columns."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from evals.report.schema import Baseline, Flips, Report, Score
from evals.report.wording import block, bound, clean, duration, figure, grouped, interval, number, weights, wrong


def show(report: Report, console: Console, verbose: bool = False) -> None:
    """Print the scores by group, the baselines side by side, what misses its bound and what changed.

    verbose: every question that is not right too, with its answer and gold.
    """
    report = clean(report)
    corpus = report["corpus"]
    mode = f"{report['mode']} ({report['model']})" if report["model"] else report["mode"]
    _say(
        console,
        f"{len(report['questions'])} questions, {corpus['articles']} articles, {corpus['paragraphs']} paragraphs; {mode}",
    )
    _say(
        console,
        f"{report['date']}, commit {report['commit']}, {report['machine']}, {duration(report['seconds'])}",
    )
    _say(console, f"weights: {weights(report['weights'])}")
    console.print(_scores(report["scores"]))
    if report["baselines"]:
        _say(console, "Side by side", "bold")
        console.print(_baselines(report["baselines"]))
    if verbose:
        for question in wrong(report):
            _say(console, block(question) + "\n")
    if report["flipped"]:
        _flipped(report["flipped"], console)
    for line in report["breaches"]:
        _say(console, line, "bold red")


def show_scores(scores: Iterable[Score], console: Console) -> None:
    """Print some scores by group."""
    console.print(_scores(scores))


def show_moved(lines: list[str], console: Console) -> None:
    """Print what differs from docs/results.md, which says nothing about the gate."""
    _say(console, f"Moved since docs/results.md: {len(lines) or 'nothing'}{':' * bool(lines)}")
    for line in lines:
        _say(console, f"  {line}")


def _scores(scores: Iterable[Score]) -> Table:
    table = _table()
    table.add_column("score", overflow="fold")
    for heading in ("value", "95 %", "n", "bound"):
        table.add_column(heading, justify="right", no_wrap=True)
    for group, own in grouped(scores):
        table.add_row(Text(group, style="bold cyan"))
        for score in own:
            style = "red" if score["met"] is False else ""
            table.add_row(
                Text(f" {score['name']}", style=style),
                Text(number(score["value"], score.get("unit", "")), style=style),
                Text(interval(score["low"], score["high"]), style="dim"),
                Text(str(score["n"])),
                Text(f"✗ {bound(score)}" if style else bound(score), style=style),
            )
        table.add_section()
    return table


def _baselines(baselines: list[Baseline]) -> Table:
    table = _table()
    table.add_column("score", overflow="fold")
    for baseline in baselines:
        table.add_column(Text(baseline["name"]), justify="right", overflow="fold")
    for name in dict.fromkeys(name for baseline in baselines for name in baseline["scores"]):
        figures = [baseline["scores"].get(name) for baseline in baselines]
        table.add_row(Text(name), *(figure(own) for own in figures))
    return table


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")


def _flipped(flipped: Flips, console: Console) -> None:
    _say(console, f"Since {flipped['baseline']}:")
    changes = {
        "right before, wrong now": flipped["worse"],
        "wrong before, right now": flipped["better"],
        "new": flipped.get("new", []),
        "gone": flipped.get("gone", []),
    }
    for what, ids in changes.items():
        if ids:
            _say(console, f"  {what} ({len(ids)}): {', '.join(ids)}", "red" if ids is flipped["worse"] else "")
    if not any(changes.values()):
        _say(console, "  nothing")


def _say(console: Console, line: str, style: str = "") -> None:
    # As `Text`: brackets in an answer are its citations, not rich's markup.
    console.print(Text(line, style=style))
