"""Rows of `asking` -> figures for each language of question and paragraph, and each system; and their tables of 80 columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from evals.metrics import auroc, interval, interval_of, share
from evals.research.squad import Kind

AUROC = "AUROC"


@dataclass(frozen=True)
class Row:
    """A question put to a system. What there is nothing to score of is None.

    asked, paragraph: languages of the question and of its gold paragraph, "" when that is not in the pool. rank: of the gold
    paragraph from 1, None when it is not among those ranked. sentence: a sentence shown overlaps the gold answer; first, second:
    the best one does, one of the best two, shown or not; contained: what is
    shown holds an accepted answer; f1: of what is shown with it.
    """

    system: str
    kind: Kind
    id: str
    asked: str
    paragraph: str
    question: str
    rank: int | None = None
    answer: str = ""
    confidence: float = 0.0
    refused: bool = False
    sentence: bool | None = None
    first: bool | None = None
    second: bool | None = None
    contained: bool | None = None
    f1: float | None = None
    sentences: int = 0


def _within(row: Row, first: int) -> bool:
    return row.rank is not None and row.rank <= first


# A figure's name, and what it is the mean of: one value a row, None where there is nothing to score. A refusal shows nothing, so
# it holds nothing and has an F1 of 0, as in SQuAD.
_OF_ANSWERABLE: tuple[tuple[str, Callable[[Row], float | None]], ...] = (
    ("Hit@1", lambda row: _within(row, 1)),
    ("Hit@5", lambda row: _within(row, 5)),
    ("best sentence gold", lambda row: row.first),
    ("best two sentences gold", lambda row: row.second),
    ("gold sentence shown", lambda row: row.sentence),
    ("answer shown", lambda row: row.contained),
    ("gold sentence shown, of those answered", lambda row: None if row.refused else row.sentence),
    ("answer shown, of those answered", lambda row: None if row.refused else row.contained),
    ("F1", lambda row: row.f1),
    ("sentences, of those answered", lambda row: None if row.refused else float(row.sentences)),
    ("refused, gold there", lambda row: row.refused),
)
_OF_UNANSWERABLE = (
    ("answered, gold not there", ("removed", "impossible")),
    ("answered, gold removed", ("removed",)),
    ("answered, impossible", ("impossible",)),
)
# Title, and the columns: heading, system, figure.
_TABLES: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    ("Gold paragraph found", (
        ("Hit@1\nours", "ours", "Hit@1"), ("Hit@1\nplain", "plain", "Hit@1"),
        ("Hit@5\nours", "ours", "Hit@5"), ("Hit@5\nplain", "plain", "Hit@5"),
    )),
    ("Answer held by what is shown; plain shows its best chunk", (
        ("gold sentence\nours", "ours", "gold sentence shown"), ("\nplain", "plain", "gold sentence shown"),
        ("gold answer\nours", "ours", "answer shown"), ("\nplain", "plain", "answer shown"),
    )),
    ("Of the questions that ours answers", (
        ("gold sentence\nours", "ours", "gold sentence shown, of those answered"),
        ("gold answer\nours", "ours", "answer shown, of those answered"),
    )),
    ("F1 of what is shown with the gold answer; by character in zh, ja, th", (
        ("F1\nours", "ours", "F1"), ("F1\nplain", "plain", "F1"),
        ("sentences\nours", "ours", "sentences, of those answered"),
        ("sentences\nplain", "plain", "sentences, of those answered"),
    )),
    ("Refusal: confidence with the gold paragraph in the pool, and without it", (
        ("refused with\nours", "ours", "refused, gold there"), ("answered w/o\nours", "ours", "answered, gold not there"),
        ("AUROC\nours", "ours", AUROC), ("AUROC\nplain", "plain", AUROC),
    )),
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A figure and where it lies 95 times in 100. `paragraph` is "" for what does not depend on the gold paragraph's language;
    `against` is the number of questions without an answer that an AUROC has on its other side."""

    name: str
    system: str
    asked: str
    paragraph: str
    value: float
    n: int
    low: float
    high: float
    against: int = 0


def compute_figures(rows: Sequence[Row]) -> list[Figure]:
    """All figures that there is something to score for."""
    return [
        figure
        for system in dict.fromkeys(row.system for row in rows)
        for asked in dict.fromkeys(row.asked for row in rows)
        for figure in _of([row for row in rows if (row.system, row.asked) == (system, asked)])
    ]


def _of(rows: Sequence[Row]) -> Iterator[Figure]:
    """The figures of a system on the questions in one language."""
    without = [row for row in rows if row.kind in ("removed", "impossible")]
    for paragraph in dict.fromkeys(row.paragraph for row in rows if row.kind == "in"):
        there = [row for row in rows if row.kind == "in" and row.paragraph == paragraph]
        for name, value in _OF_ANSWERABLE:
            yield from _mean(name, there, paragraph, [value(row) for row in there])
        yield from _separation(there, without, paragraph)
    alone = [row for row in rows if row.kind == "alone"]
    yield from _mean("Hit@5, alone", alone, alone[0].paragraph if alone else "", [_within(row, 5) for row in alone])
    for name, kinds in _OF_UNANSWERABLE:
        yield from _mean(name, without, "", [not row.refused for row in without if row.kind in kinds])


def _mean(name: str, rows: Sequence[Row], paragraph: str, values: Sequence[float | None]) -> Iterator[Figure]:
    scored = [float(value) for value in values if value is not None]
    mean, around = share(scored), interval(scored)
    if mean is not None and around is not None:
        yield Figure(name, rows[0].system, rows[0].asked, paragraph, mean, len(scored), *around)


def _separation(there: Sequence[Row], without: Sequence[Row], paragraph: str) -> Iterator[Figure]:
    """AUROC of the confidence: with the gold paragraph in the pool against without."""

    def area(rows: Sequence[Row]) -> float | None:
        yes, no = ([row.confidence for row in rows if (row.kind == "in") == there] for there in (True, False))
        return auroc(yes, no)

    both = [*there, *without]
    value, around = area(both), interval_of(area, both)
    if value is not None and around is not None:
        yield Figure(AUROC, there[0].system, there[0].asked, paragraph, value, len(there), *around, against=len(without))


def show_figures(found: Sequence[Figure], console: Console) -> None:
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
            cells = [by.get((name, system, asked, paragraph)) or by.get((name, system, asked, "")) for _, system, name in columns]
            filled = filled or any(cells)
            table.add_row(f"{asked} {paragraph}", _count(cells), *map(_cell, cells))
        if filled:
            console.print(table, "")
    for alone in found:
        together = by.get(("Hit@5", "ours", alone.asked, alone.paragraph))
        if (alone.name, alone.system) == ("Hit@5, alone", "ours") and together:
            lost = 100 * (alone.value - together.value)
            console.print(f"crowding-out, {alone.asked}: {lost:.1f} points (alone {alone.value:.3f}; target: at most 1)")


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
