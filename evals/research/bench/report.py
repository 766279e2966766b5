"""A run as JSON, as a Markdown table, and as a section of `docs/results.md`."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evals.research.bench.figures import Figure
from evals.research.bench.journal import Journal

START, END = "<!-- bench -->", "<!-- /bench -->"


class NoPlaceForTable(ValueError):
    """A page lacks the two markers that the table goes between; the message names them."""


def make_report(journal: Journal, figures: Sequence[Figure], left_out: Sequence[str]) -> dict[str, Any]:
    """Everything a run found, ready for JSON: about the run, its figures, and every round they come from."""
    return {
        "about": journal.about,
        "figures": [asdict(figure) | {"median": figure.median, "kept": figure.kept} for figure in figures],
        "left_out": list(left_out),
        "rounds": [asdict(one) for one in journal.rounds],
    }


def write_table(
    about: dict[str, Any], figures: Sequence[Figure], left_out: Sequence[str], loads: Sequence[float] = ()
) -> str:  # fmt: skip
    """The figures in Markdown, under a line that says when, where and by which command."""
    lines = [
        f"{about.get('started', '')[:10]}; {about.get('machine', 'unknown machine')}; `{about.get('command', '')}`. "
        "Medians of the rounds; ratios are of one round, in which both sides ran one after the other, each in a fresh process.",
        *([f"Load average when a round began: {statistics.median(loads):.1f} (median)."] if loads else []),
        "",
        "| figure | median | rounds | aim | |",
        "| --- | ---: | ---: | ---: | --- |",
        *(_write_row(figure) for figure in figures),
    ]
    if left_out:
        lines += ["", "Left out:", "", *(f"- {reason}" for reason in left_out)]
    return "\n".join(lines)


def _write_row(figure: Figure) -> str:
    shown = format_value(figure.median, figure.unit)
    if len(figure.values) > 1:
        shown += f" ({format_value(min(figure.values), '')} to {format_value(max(figure.values), '')})"
    verdict = {True: "kept", False: "**missed**", None: ""}[figure.kept]
    note = f" ({figure.note})" if figure.note else ""
    return f"| {figure.name}{note} | {shown} | {len(figure.values)} | {format_aim(figure)} | {verdict} |"


def format_value(value: float, unit: str) -> str:
    """A value with three or four figures and its unit.

    >>> format_value(0.99987, ""), format_value(1.2345, ""), format_value(612.4, "MiB"), format_value(0.0, "errors")
    ('0.9999', '1.23', '612 MiB', '0 errors')
    """
    if value == 0 or abs(value) >= 100:
        number = f"{value:,.0f}"
    elif (abs(value) < 1 and value > 0.99) or abs(value) < 0.1:
        number = f"{value:.4f}"
    else:
        number = f"{value:.2f}"
    return f"{number} {unit}".strip()


def format_aim(figure: Figure) -> str:
    """The aim as a reader writes it, "" without one."""
    if figure.at_most is not None:
        return f"≤ {figure.at_most:g}"
    return f"≥ {figure.at_least:g}" if figure.at_least is not None else ""


def write_files(folder: Path, report: dict[str, Any], table: str, plot: str) -> None:
    """Write report.json, report.md and cost.svg into the folder."""
    texts = {"report.json": json.dumps(report, ensure_ascii=False, indent=1), "report.md": table + "\n", "cost.svg": plot}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def put_table(page: Path, table: str) -> None:
    """Put the table between the markers of a page. Raises NoPlaceForTable."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise NoPlaceForTable(f"{page} has no place for the table: put the lines {START} and {END} there.")
    page.write_text(f"{before}{START}\n\n{table}\n\n{END}{after}", encoding="utf-8")
