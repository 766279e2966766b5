"""What answers took: seconds by stage, tokens, money."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from evals.metrics import percentile
from evals.results import Result
from evals.score import Score, mean

STAGES = ("embed", "search", "read", "answer", "total")
_GRACE_SECONDS = 1.0  # over its deadline that an answer may take


def score_costs(results: Sequence[Result]) -> Iterator[Score]:
    """Seconds, tokens and money; a figure without answers has none."""
    for stage in STAGES:
        values = [r.response.timings[stage] for r in results if r.response.timings.get(stage)]
        for at in (50, 90, 99):
            name, about = f"{stage}: p{at}", f"seconds, {at} of 100 answers take no longer"
            yield Score(name, "time and cost", about, percentile(values, at), len(values), unit="s")
    for at, what in ((0, "read"), (1, "written")):
        counts = {r.id: float(r.response.tokens[at]) for r in results if r.response.tokens}
        yield mean(f"tokens {what}", "time and cost", "by the language model, a question, as its server counts", counts)
    costs = {r.id: r.response.cost for r in results if r.response.cost is not None}
    about = "of all these answers together, in the currency of RAG_PRICES"
    yield Score("cost", "time and cost", about, sum(costs.values()) if costs else None, len(costs), values=costs)
    kept = {r.id: float(_in_time(r)) for r in results if r.response.deadline}
    about = f"of the answers a language model was asked for, with {_GRACE_SECONDS:g} s of grace for the last check"
    yield mean("answered within the deadline", "time and cost", about, kept)


def _in_time(result: Result) -> bool:
    return result.response.timings.get("total", math.inf) <= (result.response.deadline or 0) + _GRACE_SECONDS
