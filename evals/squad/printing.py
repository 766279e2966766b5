"""Figures -> tables of 80 columns, and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from evals.squad.asking import Row
from evals.squad.figures import AUROC, Figure

# Title, the figures whose number of questions is shown, and the columns: heading, system, figures in order of preference.
_Column = tuple[str, str, str]
_TABLES: tuple[tuple[str, tuple[_Column, ...]], ...] = (
    (
        "Gold paragraph found",
        (
            ("Hit@1\nours", "ours", "Hit@1"),
            ("Hit@1\nplain", "plain", "Hit@1"),
            ("Hit@5\nours", "ours", "Hit@5"),
            ("Hit@5\nplain", "plain", "Hit@5"),
        ),
    ),
    (
        "Answer held by what is shown; plain shows its best chunk",
        (
            ("gold sentence\nours", "ours", "gold sentence shown"),
            ("\nplain", "plain", "gold sentence shown"),
            ("gold answer\nours", "ours", "answer shown"),
            ("\nplain", "plain", "answer shown"),
        ),
    ),
    (
        "Of the questions that ours answers",
        (
            ("gold sentence\nours", "ours", "gold sentence shown, of those answered"),
            ("gold answer\nours", "ours", "answer shown, of those answered"),
        ),
    ),
    (
        "F1 of what is shown with the gold answer; by character in zh, ja, th",
        (
            ("F1\nours", "ours", "F1"),
            ("F1\nplain", "plain", "F1"),
            ("sentences\nours", "ours", "sentences, of those answered"),
            ("sentences\nplain", "plain", "sentences, of those answered"),
        ),
    ),
    (
        "Refusal: confidence with the gold paragraph in the pool, and without it",
        (
            ("refused with\nours", "ours", "refused, gold there"),
            ("answered w/o\nours", "ours", "answered, gold not there"),
            ("AUROC\nours", "ours", AUROC),
            ("AUROC\nplain", "plain", AUROC),
        ),
    ),
)


def show(found: Sequence[Figure], console: Console) -> None:
    """Print the tables; each value with where it lies 95 times in 100, from a bootstrap over questions."""
    by = {(f.name, f.system, f.asked, f.paragraph): f for f in found}
    pairs = list(dict.fromkeys((f.asked, f.paragraph) for f in found if f.paragraph))
    pairs = pairs or list(dict.fromkeys((f.asked, "") for f in found))
    for title, columns in _TABLES:
        table = Table(title=title, title_justify="left", show_edge=False)
        for heading in ("q, p", "n", *(heading for heading, _, _ in columns)):
            table.add_column(heading, no_wrap=True, vertical="bottom")
        filled = False
        for asked, paragraph in pairs:
            cells = [
                by.get((name, system, asked, paragraph)) or by.get((name, system, asked, ""))
                for _, system, name in columns
            ]
            filled = filled or any(cells)
            table.add_row(f"{asked} {paragraph}", _count(cells), *map(_cell, cells))
        if filled:
            console.print(table, "")
    for line in crowding(by):
        console.print(line)


def crowding(by: dict[tuple[str, str, str, str], Figure]) -> Iterator[str]:
    """What the other languages in a mixed pool take from each language's Hit@5."""
    for (name, system, code, paragraph), alone in by.items():
        together = by.get(("Hit@5", system, code, paragraph))
        if name == "Hit@5, alone" and system == "ours" and together:
            lost = 100 * (alone.value - together.value)
            yield f"crowding-out, {code}: {lost:.1f} points (alone {alone.value:.3f}; target: at most 1)"


def write(path: Path, settings: dict[str, Any], found: Sequence[Figure], rows: Sequence[Row]) -> None:
    """Write settings, figures and rows. Raises OSError."""
    content = {"settings": settings, "figures": [asdict(f) for f in found], "rows": [asdict(row) for row in rows]}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def _count(cells: Sequence[Figure | None]) -> str:
    """The number of questions; of those with and those without an answer where both are in the row."""
    against = max((cell.against for cell in cells if cell), default=0)
    n = max((cell.n for cell in cells if cell and (cell.against or not against)), default=0)
    return f"{n}+{against}" if against else str(n)


def _cell(figure: Figure | None) -> str:
    """Such as ".902 .88-.93"; "1.84 1.7-2.0" for what is not a share."""
    if figure is None:
        return "-"
    if figure.name.startswith("sentences"):
        return f"{figure.value:.2f} {figure.low:.1f}-{figure.high:.1f}"
    return f"{_share(figure.value, 3)} {_share(figure.low, 2)}-{_share(figure.high, 2)}"


def _share(value: float, digits: int) -> str:
    """In `digits` and a point, so that four with their intervals fit beside one another: ".502", "1.00"."""
    written = f"{value:.{digits}f}"
    return written.removeprefix("0") if written.startswith("0") else written[:-1]
