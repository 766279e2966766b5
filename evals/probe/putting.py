"""Claims put to verification by both doors: `rag.verify`, which knows only the paragraphs it is given, and `Assistant.verify` for
those that an assistant has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.progress import track

from evals.probe.claims import Claim
from rag import Assistant, Verdict, verify

DOORS = ("rag.verify", "Assistant.verify")


@dataclass(frozen=True)
class Row:
    """What a door said of a claim; `right`: carried if it is true, anything else if it is false."""

    claim: Claim
    door: str
    verdict: Verdict

    @property
    def right(self) -> bool:
        return (self.verdict.status == "supported") == self.claim.true


def put(claims: Sequence[Claim], assistant: Assistant | None, doors: Sequence[str] = DOORS) -> list[Row]:
    """Every claim by `rag.verify`, and by the assistant those whose paragraphs it has; or by one of these doors only."""
    return [row for claim in track(claims, "checking claims", transient=True) for row in _rows(claim, assistant, doors)]


def _rows(claim: Claim, assistant: Assistant | None, doors: Sequence[str]) -> Iterator[Row]:
    if DOORS[0] in doors:
        yield Row(claim, DOORS[0], verify(claim.text, claim.evidence))
    if assistant and claim.indexed and DOORS[1] in doors:
        yield Row(claim, DOORS[1], assistant.verify(claim.text, claim.cites))
