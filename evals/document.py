"""The tables of scores in docs/results.md: written by a command, and what moved since told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from evals.printing import Report, clean_text, group_scores, write_figure, write_interval

START, END = "<!-- scores -->", "<!-- /scores -->"
VARYING = "time and cost"  # the group whose scores differ from machine to machine and from run to run
_ROW = re.compile(r"^\|(.+)\|$", re.MULTILINE)
_CELL = re.compile(r"(?<!\\)\|")  # not the escaped bars of a name


class DocumentError(ValueError):
    """The document has no place for the scores; the message says what to put there."""


def write_tables(report: Report, document: Path) -> bool:
    """Put the scores between the two markers of the file; whether that changed it. Raises DocumentError."""
    text = document.read_text(encoding="utf-8")
    before, _, after = _split(text)
    new = f"{before}{START}\n\n{_make_tables(report)}\n\n{END}{after}"
    if new != text:
        document.write_text(new, encoding="utf-8")
    return new != text


def list_moved(report: Report, text: str) -> list[str]:
    """A line for every figure that the document shows otherwise, lacks, or shows without need.

    Compared are name, value to three decimals and n, of scores and baselines. Not compared: intervals, date, machine and commit,
    and the group "time and cost". Raises DocumentError.
    """
    shown, now = (dict(_read_figures(of)) for of in (_split(text)[1], _make_tables(report)))
    differing = [name for name in now if shown.get(name, now[name]) != now[name]]
    return [
        *(f"{name}: the document shows {shown[name]}, it is {now[name]}" for name in differing),
        *(f"{name}: not in the document, it is {now[name]}" for name in now if name not in shown),
        *(f"{name}: the document shows {shown[name]}, it is no longer measured" for name in shown if name not in now),
    ]


def _make_tables(report: Report) -> str:
    report = clean_text(report)
    about = f"{len(report['questions'])} questions, {report['date']}, {report['machine']}, commit {report['commit']}"
    scores = [["score", "value", "95 %", "n"]]
    for group, own in group_scores(report["scores"]):
        scores.append([f"**{group}**", "", "", ""])
        scores += [[score["name"], write_figure(score), write_interval(score), str(score["n"])] for score in own]
    parts = [about, _tabulate(scores)]
    if baselines := report["baselines"]:
        rows = [["", *(baseline["name"] for baseline in baselines), "n"]]
        for name in dict.fromkeys(name for baseline in baselines for name in baseline["scores"]):
            figures = [baseline["scores"].get(name) for baseline in baselines]
            counts = sorted({own["n"] for own in figures if own})
            n = f"{counts[0]}–{counts[-1]}" if len(counts) > 1 else str(counts[0])
            rows.append([name, *map(write_figure, figures), n])
        parts += ["The same questions, answered in other ways:", _tabulate(rows)]
    return "\n\n".join(parts)


def _tabulate(rows: Sequence[Sequence[str]]) -> str:
    head, *rest = map(_write_row, rows)
    return "\n".join([head, "| --- |" + " ---: |" * (len(rows[0]) - 1), *rest])


def _write_row(cells: Iterable[str]) -> str:
    # A bar would end the cell, a line break the table.
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"


def _read_figures(text: str) -> Iterator[tuple[str, str]]:
    """The name and "value (n = count)" of every row of the tables, without the varying group."""
    group, columns = "", []
    for found in _ROW.finditer(text):
        name, *values = [cell.strip() for cell in _CELL.split(found[1])]
        if name in ("score", "") and values[-1] == "n":
            group, columns = "", values[:-1]
        elif name.startswith("**"):
            group = name.strip("*")
        elif group != VARYING and not name.startswith("---") and columns:
            n = values[-1]
            if columns[0] == "value":
                yield name, f"{values[0]} (n = {n})"
            else:
                yield from ((f"{name}, {c}", f"{v} (n = {n})") for c, v in zip(columns, values[:-1], strict=False))


def _split(text: str) -> tuple[str, str, str]:
    before, start, rest = text.partition(START)
    between, end, after = rest.partition(END)
    if not (start and end):
        raise DocumentError(f"docs/results.md needs a line {START} and, below it, a line {END}: the scores go between them")
    return before, between, after
