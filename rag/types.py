"""What flows through the house: one frozen type per arrow, and the protocols of its replaceable parts.

    Article -> Document -> Paragraph -> Passage -> Draft -> Answer

All offsets are in code points of the text they belong to, half-open: `text[start:end]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int]
Vectors = NDArray[np.float32]
Kind = Literal["title", "caption", "dateline", "date", "source", "editor", "address", "body"]
Status = Literal["answered", "partial", "not_found"]
Mode = Literal["extractive", "model"]
ClaimStatus = Literal["supported", "unsupported", "uncited"]


@dataclass(frozen=True, slots=True)
class Article:
    """An article as its owner gives it: with its paragraphs already cut, or as running text to be cut.

    Given `paragraphs` are kept as they are, one Paragraph each, with ids `"{id}#p1"`, `"{id}#p2"`, … in order.
    `language` is an ISO 639-1 code, `published` an ISO 8601 date; what is not known stays None.

    Raises ValueError when the id is empty or has control characters, or when not exactly one of
    `paragraphs` and `text` is given.

    >>> Article(id="a1", title="Kilns", paragraphs=["One kiln.", "Two kilns."]).id
    'a1'
    """

    id: str
    title: str = ""
    paragraphs: Sequence[str] | None = None
    text: str | None = None
    language: str | None = None
    outlet: str | None = None
    published: str | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        if not self.id.strip() or not self.id.isprintable():
            raise ValueError(f"an article needs a printable, non-empty id, not {self.id!r}")
        if (self.paragraphs is None) == (self.text is None):
            raise ValueError(f"article {self.id!r} needs either paragraphs or text, and not both")
        if isinstance(self.paragraphs, str):
            raise ValueError(f"article {self.id!r}: paragraphs is a list of strings; running text goes in text")


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of an article apart from its text; travels with every paragraph shown."""

    id: str
    title: str
    language: str
    outlet: str | None = None
    published: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """A declared repair: `before` stood where `text[start:end]` now reads `after`."""

    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Removed:
    """A stretch of the source that is in no paragraph, and why."""

    start: int
    end: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Document:
    """An article as read: metadata, the repaired text all source offsets refer to, and where it came from.

    `fingerprint` changes when anything that ends up in the index changes. `origin` is the path of a file,
    "" for an article given as an object; `root` the folder it was found under, if any. `text` is "" when the
    paragraphs were given. `removed` holds what is not part of the article, as spans of `text`.
    """

    article: Article
    text: str
    fingerprint: str
    origin: str = ""
    root: str = ""
    encoding: str = ""
    repairs: tuple[Repair, ...] = ()
    removed: tuple[Removed, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the index: the unit that is cited.

    `sentences` are spans of `text`, in order, not overlapping, each without outer white space.
    `start` is the offset of `text` in the repaired source, None for paragraphs given as such.
    """

    id: str
    article_id: str
    text: str
    language: str
    sentences: tuple[Span, ...]
    kind: Kind = "body"
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """A document cut up: together, paragraphs and removed stretches hold every character of the source once."""

    paragraphs: tuple[Paragraph, ...]
    removed: tuple[Removed, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence of a passage and its evidence for the question at hand.

    `similarity` is the cosine of the language-centred vectors of question and sentence, in [-1, 1].
    """

    start: int
    end: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph found for a question. `score` orders passages of one question; higher is better."""

    paragraph: Paragraph
    source: Source
    score: float
    similarity: float = 0.0
    sentences: tuple[ScoredSentence, ...] = ()

    @property
    def paragraph_id(self) -> str:
        return self.paragraph.id

    @property
    def article_id(self) -> str:
        return self.paragraph.article_id

    @property
    def text(self) -> str:
        return self.paragraph.text

    @property
    def language(self) -> str:
        return self.paragraph.language

    def to_dict(self) -> dict[str, Any]:
        """The passage as plain JSON values."""
        names = ("paragraph_id", "article_id", "text", "score", "language")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Citation:
    """A span of a stored paragraph. The quote is cut from the paragraph, so it cannot differ from it.

    Raises ValueError when the span is empty or outside the paragraph.

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

    def __post_init__(self) -> None:
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
        names = ("number", "paragraph_id", "article_id", "title", "outlet", "published", "language")
        return {name: getattr(self, name) for name in (*names, "quote", "start", "end", "translation")}


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of an answer, the numbers of the citations it rests on, and whether they carry it."""

    text: str
    citations: tuple[int, ...] = ()
    status: ClaimStatus = "supported"
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of a passage that an answerer rests a claim on."""

    passage: Passage
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """A sentence an answerer proposes, with its evidence. Nothing of it is shown before it is verified."""

    text: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answerer proposes. `confidence` is in [0, 1]; a draft without claims is a refusal."""

    claims: tuple[DraftClaim, ...]
    confidence: float
    mode: Mode = "extractive"
    model: str | None = None
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown. `text` has a marker such as `[1]` after each sentence; `citations` is numbered from 1 in order of use.

    `timings` are seconds by stage: "embed", "search", "answer", "total".
    """

    question: str
    text: str
    status: Status
    language: str
    confidence: float
    mode: Mode = "extractive"
    model: str | None = None
    notice: str | None = None
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)

    def __add__(self, later: Answer) -> Answer:
        """LangChain adds up what a chain streams; a later answer is the earlier one grown, so it takes its place."""
        return later

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain JSON values, the same for the command line, the chat page's endpoint and programs."""
        names = ("question", "text", "status", "language", "confidence", "mode", "model", "notice")
        claims = [
            {"text": c.text, "citations": list(c.citations), "status": c.status, "reasons": list(c.reasons)}
            for c in self.claims
        ]
        return {name: getattr(self, name) for name in names} | {
            "claims": claims,
            "citations": [c.to_dict() for c in self.citations],
            "timings": dict(self.timings),
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether paragraphs carry a claim. `quote` is `paragraphs[paragraph_index][start:end]`, "" when nothing was found."""

    status: Literal["supported", "unsupported"]
    quote: str = ""
    paragraph_index: int | None = None
    start: int | None = None
    end: int | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleReport:
    """One row of the table an ingestion ends with. `change` is "new", "changed", "same" or "kept"."""

    id: str
    language: str
    paragraphs: int
    sentences: int
    removed: int
    repairs: int
    change: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingestion did. The counts are of all that is searchable now; `embedded` and `reused` count texts.

    `skipped` holds (path or article id, reason); `dropped` the ids of articles that left the index because their
    file is gone; `seconds` is the whole run, `embedding_seconds` the part spent in the embedder.
    """

    articles: int
    paragraphs: int
    sentences: int
    skipped: tuple[tuple[str, str], ...]
    generation: str
    seconds: float
    embedded: int
    reused: int
    embedding_seconds: float = 0.0
    dropped: tuple[str, ...] = ()
    rows: tuple[ArticleReport, ...] = ()


class Embedder(Protocol):
    """Text to unit vectors. `identity` names everything that shapes them; indexes of different identity do not mix."""

    @property
    def identity(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def passages(self, texts: Sequence[str], languages: Sequence[str]) -> Vectors:
        """Vectors of stored texts, shape (len(texts), dimensions), float32, unit length."""
        ...

    def query(self, text: str, language: str) -> Vectors:
        """Vector of a question, shape (dimensions,), float32, unit length."""
        ...


class Answerer(Protocol):
    """Passages to a draft."""

    def draft(self, question: str, language: str, passages: Sequence[Passage]) -> Draft:
        """Propose claims for `question` that rest on `passages`, best first; no claims means a refusal."""
        ...
