"""Answers, from what an answerer proposes to what is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from rag.types.articles import Paragraph, Source, Span
from rag.types.notebook import render_answer
from rag.types.passages import Passage
from rag.types.verdicts import Claim

Status = Literal["answered", "partial", "not_found"]
Mode = Literal["extractive", "model"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A span of a stored paragraph. The quote is cut from the paragraph, so it cannot differ from it.

    `translation` is the sentence it stands in, in the language of the answer, None when it is written in that language or
    not translated into it. `focus` is the exact answer inside the quote, such as the date or the name asked for, as
    `(start, end)` of the paragraph; None where there is no single one.

    Raises ValueError when the span is empty or outside the paragraph, or the focus outside the span.

    >>> p = Paragraph("a#p1", "a", "Kilns glow. Bowls cool.", "en", ((0, 11), (12, 23)))
    >>> Citation(1, p, Source("a", "Kilns", "en"), 12, 23).quote
    'Bowls cool.'
    """

    number: int
    paragraph: Paragraph
    source: Source
    start: int
    end: int
    translation: str | None = None
    focus: Span | None = None

    def __post_init__(self) -> None:
        if self.focus and not self.start <= self.focus[0] < self.focus[1] <= self.end:
            raise ValueError(f"the focus {self.focus} is not inside {self.start}:{self.end}")
        if not 0 <= self.start < self.end <= len(self.paragraph.text):
            raise ValueError(
                f"no span {self.start}:{self.end} in {self.paragraph.id} ({len(self.paragraph.text)} long)"
            )

    @property
    def quote(self) -> str:
        return self.paragraph.text[self.start : self.end]

    @property
    def paragraph_id(self) -> str:
        return self.paragraph.id

    @property
    def article_id(self) -> str:
        return self.paragraph.article_id

    @property
    def language(self) -> str:
        return self.paragraph.language

    @property
    def page(self) -> int | None:
        """Number of the page on which the quote begins; None for an article without pages."""
        return self.paragraph.page_at(self.start)

    @property
    def title(self) -> str:
        return self.source.title

    @property
    def outlet(self) -> str | None:
        return self.source.outlet

    @property
    def published(self) -> str | None:
        return self.source.published

    def to_dict(self) -> dict[str, Any]:
        """The citation as plain JSON values."""
        names = ("number", "paragraph_id", "article_id", "title", "outlet", "published", "page", "language")
        found = {name: getattr(self, name) for name in (*names, "quote", "start", "end", "translation")}
        return found | {"focus": list(self.focus) if self.focus else None}


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

    def _repr_html_(self) -> str:
        """The answer as a notebook shows it: each marker leads to its paragraph below."""
        return render_answer(self)


@dataclass(frozen=True, slots=True)
class Extract:
    """What answers a question in one of several paragraphs. `text` is `paragraphs[paragraph_index][start:end]`; `confidence`
    is the calibrated chance, in [0, 1], that the sentence around it holds the answer."""

    text: str
    paragraph_index: int
    start: int
    end: int
    confidence: float
