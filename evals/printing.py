"""The report in a terminal, legible in 80 columns; and how figures are written, there and in docs/results.md."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

Value = TypeVar("Value")
Report = Mapping[str, Any]
NOTHING = "–"
# What a terminal would obey, and no text should hold.
_CONTROLS = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean_text(value: Value) -> Value:
    """The same JSON value with every character that no text should hold replaced, one for one.

    >>> clean_text({"text": ["a\\x1b[31m", 1]})
    {'text': ['a�[31m', 1]}
    """
    return _clean(value)  # type: ignore[no-any-return]


def _clean(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str):
        return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, Mapping):
        return {_clean(key): _clean(entry) for key, entry in value.items()}
    return [_clean(entry) for entry in value] if isinstance(value, list) else value


def write_number(value: float | None, unit: str = "") -> str:
    """A figure to three decimals, with its unit.

    >>> write_number(0.95), write_number(0.0412, "s"), write_number(1.5, "×"), write_number(None)
    ('0.950', '0.041 s', '1.500×', '–')
    """
    return NOTHING if value is None else f"{value:.3f}{' ' if unit.isalpha() else ''}{unit}"


def write_figure(figure: Report | None) -> str:
    """What a score shows; of a baseline without that score, nothing."""
    return write_number(figure["value"], figure.get("unit", "")) if figure else NOTHING


def write_interval(figure: Report) -> str:
    """Both ends to three decimals."""
    low, high = figure["low"], figure["high"]
    return NOTHING if low is None or high is None else f"{low:.3f}–{high:.3f}"


def write_bound(score: Report) -> str:
    """The floor or the ceiling, with its sign: `≥ 0.950`; empty without one."""
    if score["floor"] is not None:
        return f"≥ {score['floor']:.3f}"
    return "" if score["ceiling"] is None else f"≤ {score['ceiling']:.3f}"


def write_aim(score: Report) -> str:
    """The aim, marked when the score falls short of it; empty without one."""
    return "" if score["aim"] is None else f"{score['aim']:.3f}{'' if score['reached'] else ' ✗'}"


def group_scores(scores: Iterable[Report]) -> list[tuple[str, list[Report]]]:
    """The scores by group, both in the order they come in."""
    return [(name, list(own)) for name, own in groupby(scores, key=lambda score: str(score["group"]))]


def write_question(question: Report) -> str:
    """A question with its answer, gold and faults, as lines of plain text."""
    lines = [f"{question['id']} [{question['language']}, {question['kind']}, {question['split']}]"]
    lines += [f"  earlier:  {earlier}" for earlier in question["history"]]
    lines.append(f"  question: {question['question']}")
    if question["read_as"] not in (None, "", question["question"]):
        lines.append(f"  read as:  {question['read_as']}")
    sure = NOTHING if question["confidence"] is None else f"{question['confidence']:.2f}"
    lines.append(f"  answer:   {question['status']}, {sure}: {question['text']}")
    if question["notice"]:
        lines.append(f"  notice:   {question['notice']}")
    lines += [f"  cited:    [{c['number']}] {c['paragraph_id']} «{c['quote']}»" for c in question["citations"]]
    gold = question["gold"]
    lines += [f"  gold:     {', '.join(gold['paragraphs'])} «{quote}»" for quote in gold["quotes"]]
    lines += [f"  fact:     {fact}" for fact in gold["facts"]]
    return "\n".join(lines + [f"  why:      {reason}" for reason in question["why"]])


def show_report(report: Report, console: Console, verbose: bool = False) -> None:
    """Print the scores by group, the baselines side by side, what falls short and what changed.

    verbose: every question that is not right too, with its answer and gold.
    """
    report, corpus = clean_text(report), report["corpus"]
    mode = f"answered by {report['model']}" if report["model"] else "quoted"
    weights = ", ".join(f"{name} {version}" for name, version in report["weights"].items()) or NOTHING
    counts = f"{len(report['questions'])} questions, {corpus['articles']} articles, {corpus['paragraphs']} paragraphs; {mode}"
    _say(console, counts)
    _say(console, f"{report['date']}, commit {report['commit']}, {report['machine']}, {report['seconds']:.0f} s")
    _say(console, f"weights: {weights}")
    show_scores(report["scores"], console)
    if report["baselines"]:
        _say(console, "Side by side", "bold")
        console.print(_tabulate_baselines(report["baselines"]))
    for question in report["questions"] if verbose else ():
        if not question["right"]:
            _say(console, write_question(question) + "\n")
    _show_flips(report["flipped"], console)
    show_aims(report["scores"], console)
    for line in report["breaches"]:
        _say(console, line, "bold red")


def save_page(report: Report, file: Path) -> None:
    """Write what `show_report` prints, with every failure, as an HTML page that needs nothing else."""
    console = Console(file=io.StringIO(), width=120, record=True)
    show_report(report, console, verbose=True)
    console.save_html(str(file))


def show_scores(scores: Iterable[Report], console: Console) -> None:
    """Print scores by group, each with the floor or ceiling that closes the gate, and its aim."""
    table = _start_table()
    for heading in ("value", "95 %", "n", "bound", "aim"):
        table.add_column(heading, justify="right", no_wrap=True)
    for group, own in group_scores(scores):
        table.add_row(Text(group, style="bold cyan"))
        for score in own:
            style = "red" if score["met"] is False else ""
            cells = [f" {score['name']}", write_figure(score), write_interval(score), str(score["n"])]
            bound = f"✗ {write_bound(score)}" if style else write_bound(score)
            table.add_row(*(Text(cell, style=style) for cell in (*cells, bound, write_aim(score))))
        table.add_section()
    console.print(table)


def show_aims(scores: Iterable[Report], console: Console) -> None:
    """Print how many aims are reached, and of the others what is missing and by when it is owed. None of it closes the gate."""
    aims = [score for score in scores if score["aim"] is not None]
    short = [score for score in aims if not score["reached"]]
    if aims:
        _say(console, f"{len(aims) - len(short)} of {len(aims)} aims reached")
    for score in short:
        owed = f", owed by {score['owed']}" if score["owed"] else ""
        _say(console, f"  SHORT OF THE AIM: {score['name']}: {write_figure(score)}, aim {score['aim']:.3f}{owed}")


def show_moved(lines: list[str], console: Console) -> None:
    """Print what differs from docs/results.md, which says nothing about the gate."""
    _say(console, f"Moved since docs/results.md: {len(lines) or 'nothing'}{':' * bool(lines)}")
    for line in lines:
        _say(console, f"  {line}")


def _tabulate_baselines(baselines: list[Report]) -> Table:
    table = _start_table()
    for baseline in baselines:
        table.add_column(Text(baseline["name"]), justify="right", overflow="fold")
    for name in dict.fromkeys(name for baseline in baselines for name in baseline["scores"]):
        table.add_row(Text(name), *(write_figure(baseline["scores"].get(name)) for baseline in baselines))
    return table


def _start_table() -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("score", overflow="fold")
    return table


def _show_flips(flipped: Report | None, console: Console) -> None:
    if not flipped:
        return
    _say(console, f"Since {flipped['baseline']}:")
    words = {"worse": "right before, wrong now", "better": "wrong before, right now", "new": "new", "gone": "gone"}
    for key, what in words.items():
        if ids := flipped[key]:
            _say(console, f"  {what} ({len(ids)}): {', '.join(ids)}", "red" if key == "worse" else "")
    if not any(flipped[key] for key in words):
        _say(console, "  nothing")


def _say(console: Console, line: str, style: str = "") -> None:
    # As `Text`: brackets in an answer are its citations, not rich's markup.
    console.print(Text(line, style=style))
