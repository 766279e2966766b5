"""Citations: spans of stored paragraphs that an answer rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rag.types.articles import Paragraph, Source, Span


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
