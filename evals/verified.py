"""Scores of verification: what it withholds, what it lets through, and whether what was shown is in what it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from evals.facts import Number
from evals.probes import TRUE, Probe
from evals.results import Result
from evals.score import Score, mean

_DIGITS = re.compile(r"\d+(?:[.,]\d{3})*")


def of_probes(probes: Mapping[Probe, bool]) -> Iterator[Score]:
    """What verification withholds and lets through, by what is wrong with a claim."""
    for name, kinds in (
        ("wrong numbers and dates withheld", ("number", "date")), ("wrong names withheld", ("name",)),
        ("negated sentences withheld", ("negation",)), ("wrong paragraphs withheld", ("paragraph",)),
        ("stitched sentences withheld", ("stitched",)), ("true claims let through, same language", TRUE),
        ("true claims let through, other language", TRUE),
    ):  # fmt: skip
        part = {p: good for p, good in probes.items() if p.kind in kinds}
        if kinds == TRUE:
            part = {p: good for p, good in part.items() if p.same == name.endswith("same language")}
        yield mean(name, "citations", "claims made from the articles", {p.id: float(good) for p, good in part.items()})


def grounded(result: Result) -> bool:
    """Whether every number written in digits that the answer shows stands, in digits or in words, in a paragraph it cites, in a
    translation of it, or in the question. Told by the evaluation's own reading of numbers."""
    cited = [result.paragraphs[row] for row in result.response.cited if row in result.paragraphs]
    there = " ".join([*(view.text for p in cited for view in p.views), result.item.question, *result.item.history])
    known = {found.replace(",", "").replace(".", "") for found in _DIGITS.findall(there)}
    for text, _ in result.response.sentences:
        for found in _DIGITS.findall(text):
            plain = found.replace(",", "").replace(".", "")
            if plain not in known and not Number(Decimal(plain)).stated(there):
                return False
    return True
