"""What became of claims: whether their evidence carries them, where, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from rag.types.reasons import Reason

HIDDEN = "…"  # in the place of a claim whose words are not repeated, though it is withheld
ClaimStatus = Literal["supported", "unsupported", "uncited", "unchecked"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of an answer, the numbers of the citations it rests on, and whether they carry it: only one that is "supported"
    is shown. `chance` is the checker's, in [0, 1], that they do; None where it was not asked.
    `beside`: it does not belong to the answer proper, but holds something else that could be meant. `figure` is what it says
    where articles differ, such as "about 1,700 years"; "" where they do not."""

    text: str
    citations: tuple[int, ...] = ()
    status: ClaimStatus = "supported"
    reasons: tuple[Reason, ...] = ()
    chance: float | None = None
    beside: bool = False
    figure: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The claim as plain JSON values."""
        names = ("text", "status", "chance", "beside", "figure")
        found = {name: getattr(self, name) for name in names}
        return found | {"citations": list(self.citations), "reasons": [reason.to_dict() for reason in self.reasons]}


class Place(NamedTuple):
    """A span of one of several paragraphs."""

    paragraph_index: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether paragraphs carry a claim; "unchecked" when that cannot be told.

    `quote` is `paragraphs[paragraph_index][start:end]`, "" when nothing was found. `chance` is the checker's, in [0, 1], that it
    is carried; None where it was not asked. `more`: other sentences that the claim rests on beside the quote.
    """

    status: Literal["supported", "unsupported", "unchecked"]
    quote: str = ""
    paragraph_index: int | None = None
    start: int | None = None
    end: int | None = None
    reasons: tuple[Reason, ...] = ()
    chance: float | None = None
    more: tuple[Place, ...] = ()
