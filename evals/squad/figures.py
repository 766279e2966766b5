"""Rows -> figures: for each language of question and paragraph, and each system, with the number of rows behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from evals.metrics import auroc, interval, interval_of, share
from evals.squad.asking import Row

# A figure's name, and what it is the mean of: one value a row, None where there is nothing to score. A refusal shows nothing, so
# it holds nothing and has an F1 of 0, as in SQuAD.
_OF_ANSWERABLE: tuple[tuple[str, Callable[[Row], float | None]], ...] = (
    ("Hit@1", lambda row: row.within(1)),
    ("Hit@5", lambda row: row.within(5)),
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
AUROC = "AUROC"


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


def figures(rows: Sequence[Row]) -> list[Figure]:
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
    yield from _mean("Hit@5, alone", alone, alone[0].paragraph if alone else "", [row.within(5) for row in alone])
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
        row = there[0]
        yield Figure(AUROC, row.system, row.asked, paragraph, value, len(there), *around, against=len(without))
