"""The page's HTML as a browser reads it, hostile text to put into it, and an assistant of a few paragraphs to make it from."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import strategies as st

from rag.store import ArticleRecord
from rag.types import Answer, Citation, Claim, Paragraph, Source, View
from rag.ui.conversation import Turn

VECTORS = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "![x](http://127.0.0.1/leak)",
    "[a](javascript:alert(1))",
    "<!-- -->", "&lt;b&gt;", "$$x$$", "**bold** _it_ `code` # head\n- item\n> quote\n---", "<details ontoggle=a()>",
    "</mark></p></article><h1>", "[1] [2] 【1】", "' onmouseover='x", "\u202egnp.exe", "\x00\x1b[31m", "\ud800",
    "{{x}} ${value}",
)  # fmt: skip
anything = st.one_of(st.text(), st.sampled_from(VECTORS))
filled = anything.filter(lambda text: text.strip() and text.isprintable())
_TAGS = {
    "a", "article", "b", "br", "button", "code", "del", "details", "div", "em", "h2", "h3", "header", "i", "input", "ins",
    "li", "mark", "ol", "p", "s", "span", "strong", "summary", "time", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "aria-controls", "aria-label", "aria-labelledby", "aria-pressed", "aria-selected", "checked", "class", "data-anchor",
    "data-article", "data-copy", "data-for", "data-id", "data-into", "data-label", "data-n", "data-place", "data-quote", "data-show", "data-text", "data-turn",
    "data-view", "datetime", "dir", "hidden", "href", "id", "lang", "rel", "role", "tabindex", "target", "title", "type",
}  # fmt: skip


class Read(HTMLParser):
    """What a browser makes of the HTML: its text, tags, attributes and ids."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.marked = "", ""
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self._inside = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self._inside += tag == "mark"
        self.text += "\n" * (tag == "br")

    def handle_endtag(self, tag: str) -> None:
        self._inside -= tag == "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data * (self._inside > 0)

    def values(self, attribute: str) -> set[str]:
        return {value for name, value in self.attributes if name == attribute}

    def harmless(self) -> bool:
        links = all(v.startswith(("#km-", "?p=", "http://", "https://")) for v in self.values("href"))
        return links and set(self.tags) <= _TAGS and {name for name, _ in self.attributes} <= _ATTRIBUTES


class Shelf:
    """An assistant that holds articles and answers nothing."""

    generation, created, model = "g1", "2025-01-01T00:00:00+00:00", None

    def __init__(self, *paragraphs: Paragraph, source: Source | None = None, **questions: tuple[str, ...]) -> None:
        self.paragraphs = {p.id: p for p in paragraphs}
        first = paragraphs[0] if paragraphs else None
        self.source = source or Source(first.article_id if first else "a", "Kilns", first.language if first else "en")
        self.questions = questions

    def articles(self) -> list[Source]:
        return [self.source] if self.paragraphs else []

    def article(self, article_id: str) -> tuple[Source, tuple[Paragraph, ...]]:
        if article_id != self.source.id:
            raise KeyError(article_id)
        return self.source, tuple(self.paragraphs.values())

    def about(self, article_id: str) -> ArticleRecord:
        return ArticleRecord(self.article(article_id)[0], "", len(self.paragraphs), 0, questions=self.questions)

    def paragraph(self, paragraph_id: str) -> Paragraph:
        return self.paragraphs[paragraph_id]


def paragraph(text: str, language: str = "en", name: str = "a#p1", **views: str) -> Paragraph:
    """A paragraph of one sentence, with translations by language."""
    others = tuple(View(code, said, ((0, len(said)),)) for code, said in views.items())
    return Paragraph(name, name.partition("#")[0], text, language, ((0, len(text)),), translations=others)


def quoting(
    text: str, quote: str, number: int = 1, language: str = "en", source: Source | None = None, **changes: object
) -> Citation:
    """A citation of `quote` in a paragraph of this text."""
    start = text.index(quote)
    given = source or Source("a", "Kilns", language)
    return Citation(number, paragraph(text, language), given, start, start + len(quote), **changes)


def answered(*citations: Citation, claims: tuple[Claim, ...], number: int = 1, **changes: object) -> Turn:
    """A turn whose answer holds these claims."""
    text = " ".join(c.text + " " + "".join(f"[{n}]" for n in c.citations) for c in claims if c.status == "supported")
    found = Answer("q", text, "answered", "en", 0.9, claims=claims, citations=citations)
    return Turn(number, "q", replace(found, **changes))
