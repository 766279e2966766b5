"""Articles, from the file to the paragraphs that are indexed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rag.types.ids import ParagraphId

Span = tuple[int, int]
Kind = Literal["title", "caption", "dateline", "date", "source", "editor", "address", "body", "row", "code"]
LINE_KINDS: tuple[Kind, ...] = (
    "title",
    "source",
    "date",
    "dateline",
    "editor",
    "address",
)  # lines that are no running text


@dataclass(frozen=True, slots=True)
class Article:
    """An article as its owner gives it: with its paragraphs already cut, or as running text to be cut.

    Given `paragraphs` are kept as they are, one Paragraph each, with ids `"{id}#p1"`, `"{id}#p2"`, … in order.
    `language` is an ISO 639-1 code, `published` an ISO 8601 date; what is not known stays None. `questions` are some that
    it answers, by language, for a page to suggest.

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
    questions: Mapping[str, Sequence[str]] = field(default_factory=dict)

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
class Name:
    """Somebody or something that has a name. `forms` are its accepted writings by language, the full one first; `kind` is
    "person", "place" or another; `ours` the languages in which no article writes it, so that the spelling is ours."""

    id: str
    kind: str
    forms: dict[str, tuple[str, ...]]
    ours: tuple[str, ...] = ()


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
class Block:
    """A stretch of a text that its file sets apart, as a PDF, a Word document or Markdown does. kind: what the file says it
    is; None where its form must tell."""

    start: int
    end: int
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """An article as read: metadata, the repaired text all source offsets refer to, and where it came from.

    `fingerprint` changes when anything that ends up in the index changes. `origin` is the path of a file,
    "" for an article given as an object; `root` the folder it was found under, if any. `text` is "" when the
    paragraphs were given. `removed` holds what is not part of the article, as spans of `text`; `text_digest` changes with the
    words of `text`, whatever the white space between them. `blocks` are those that the file itself sets apart, none where
    line ends must tell; `pages` is (offset in `text`, number) of each of its pages, none where it has no pages.
    """

    article: Article
    text: str
    fingerprint: str
    origin: str = ""
    root: str = ""
    encoding: str = ""
    repairs: tuple[Repair, ...] = ()
    removed: tuple[Removed, ...] = ()
    text_digest: str = ""
    blocks: tuple[Block, ...] = ()
    pages: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A paragraph as read in one language: `sentences[i]` of `text` says what the paragraph's i-th sentence says."""

    language: str
    text: str
    sentences: tuple[Span, ...]

    def sentence(self, index: int) -> str:
        """The text of a sentence, on one line."""
        start, end = self.sentences[index]
        return " ".join(self.text[start:end].split())


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the index: the unit that is cited.

    `sentences` are spans of `text`, in order, not overlapping, each without outer white space.
    `start` is the offset of `text` in the repaired source, None for paragraphs given as such.
    `translations` are views in other languages, one a language, with as many sentences; what is cited is always `text`.
    `pages` is (offset in `text`, number) of each page that it stands on, none where the article has no pages.
    """

    id: str
    article_id: str
    text: str
    language: str
    sentences: tuple[Span, ...]
    kind: Kind = "body"
    start: int | None = None
    translations: tuple[View, ...] = ()
    pages: tuple[tuple[int, int], ...] = ()

    @property
    def original(self) -> View:
        return View(self.language, self.text, self.sentences)

    @property
    def views(self) -> tuple[View, ...]:
        """The original, then the translations."""
        return (self.original, *self.translations)

    def view(self, language: str) -> View | None:
        """The paragraph in `language`; None when it is neither written in it nor translated into it."""
        return next((view for view in self.views if view.language == language), None)

    @property
    def neighbours(self) -> tuple[ParagraphId, ...]:
        """Ids of the paragraphs before and after, whether there are such paragraphs or not."""
        return ParagraphId(self.id).neighbours

    def view_in(self, language: str) -> View:
        """The paragraph in `language` where there is a view in it, else as the article has it."""
        return self.view(language) or self.original

    def page_at(self, offset: int) -> int | None:
        """Number of the page on which a character of `text` stands; None where there are no pages."""
        return next((page for start, page in reversed(self.pages) if start <= offset), None)

    def sentence_at(self, start: int, end: int) -> int | None:
        """Index of the sentence that holds the span."""
        return next((i for i, (a, b) in enumerate(self.sentences) if a <= start and end <= b), None)


@dataclass(frozen=True, slots=True)
class DocumentLayout:
    """A document cut up: together, paragraphs and removed stretches hold every character of the source once."""

    paragraphs: tuple[Paragraph, ...]
    removed: tuple[Removed, ...] = ()
