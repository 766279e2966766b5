"""Answers, from what an answerer proposes to what is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from rag.types.articles import Span
from rag.types.citations import Citation
from rag.types.notebook import render_answer
from rag.types.passages import Passage
from rag.types.pieces import split_text
from rag.types.verdicts import Claim

Status = Literal["answered", "partial", "not_found"]
Mode = Literal["extractive", "model"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of a passage that an answerer rests a claim on, and the exact answer in it where there is a single one."""

    passage: Passage
    start: int
    end: int
    focus: Span | None = None


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """A sentence an answerer proposes, with its evidence. Nothing of it is shown before it is verified. `beside`, `figure`: see
    `Claim`."""

    text: str
    evidence: tuple[Evidence, ...]
    beside: bool = False
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answerer proposes. `confidence` is in [0, 1]; a draft without claims is a refusal, and `nearest` then the
    nearest thing the articles do say, None when nothing is near. `notices` are lines to show with the answer, in its
    language, such as what a relative date amounts to; `difference` is the one that says how sources differ, "" where they do
    not. `lead` is what the assistant says of itself before it quotes;
    `complete` is False when a part of the question is not answered; `short` is the exact answer, see `Answer`."""

    claims: tuple[DraftClaim, ...]
    confidence: float
    mode: Mode = "extractive"
    model: str | None = None
    notices: tuple[str, ...] = ()
    difference: str = ""
    nearest: DraftClaim | None = None
    lead: str = ""
    complete: bool = True
    short: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown. `text` has a marker such as `[1]` after each sentence; `citations` is numbered from 1 in order of use.

    `question` is the question as it was understood: of a follow-up, what it asks read on its own. When the articles do not
    say, `text` says so, and then what they say that comes nearest, cited. `notice` is what else a reader should know;
    `difference` is the part of it that says how sources differ, None where they do not.
    `retrieved` are the ids of the paragraphs that were read for it, best first; none for a question about the collection.
    `tokens` are those a language model read and wrote, when its server counts them; `cost` is what they cost, in the currency
    of the settings' prices, None without prices or tokens.
    `short` is the exact answer as the first sentence of `text` has it, such as "Oct 18"; None when there is no single one.
    `timings` are seconds by stage: "embed", "search", "read", "answer", "total".
    `weights` are the versions of the trained weights that it was made with, by name, such as {"reader": "e82a75ce2805"}.
    """

    question: str
    text: str
    status: Status
    language: str
    confidence: float
    mode: Mode = "extractive"
    model: str | None = None
    notice: str | None = None
    difference: str | None = None
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    retrieved: tuple[str, ...] = ()
    tokens: tuple[int, int] | None = None
    cost: float | None = None
    timings: dict[str, float] = field(default_factory=dict)
    short: str | None = None
    weights: dict[str, str] = field(default_factory=dict)

    def __add__(self, later: Answer) -> Answer:
        """LangChain adds up what a chain streams; a later answer is the earlier one grown, so it takes its place."""
        return later

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain JSON values, the same for the command line, the chat page's endpoint and programs."""
        names = ("question", "short", "text", "status", "language", "confidence", "mode", "model", "notice", "difference")
        return {name: getattr(self, name) for name in names} | {
            "claims": [c.to_dict() for c in self.claims],
            "citations": [c.to_dict() for c in self.citations],
            "retrieved": list(self.retrieved),
            "tokens": list(self.tokens) if self.tokens else None,
            "cost": self.cost,
            "timings": dict(self.timings),
            "weights": dict(self.weights),
        }

    def list_pieces(self) -> Iterator[str | Claim | int]:
        """The text in pieces, in order: sentences as their claims, markers as their numbers, anything else as it stands."""
        return split_text(self.text, self.claims, {citation.number for citation in self.citations})

    def _repr_html_(self) -> str:
        """The answer as a notebook shows it: each marker leads to its paragraph below."""
        bold = (self.claims[0], self.short) if self.claims and self.short else None
        notice = self.notice if self.notice != self.text else None
        return render_answer(self.list_pieces(), self.language, self.citations, notice, bold)


@dataclass(frozen=True, slots=True)
class Extract:
    """What answers a question in one of several paragraphs. `text` is `paragraphs[paragraph_index][start:end]`; `confidence`
    is the calibrated chance, in [0, 1], that the sentence around it holds the answer."""

    text: str
    paragraph_index: int
    start: int
    end: int
    confidence: float
