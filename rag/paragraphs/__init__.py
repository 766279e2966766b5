"""Document -> Layout: paragraphs with sentence spans and stable ids, and the list of all that is in none.

Cut where the text says so: at blank lines or line ends. Where it says nothing, at changes of speaker or subject.
A paragraph is always an unbroken stretch of the source, so every source character is in exactly one paragraph or in
exactly one `Removed`, and a citation can be found again in the article.

Ids are `{article id}#p{n}`, n counted from 1 in the order of the text: a paragraph keeps its id as long as its own article
does not change before it, whatever happens to other articles.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rag.language import detect_language
from rag.paragraphs import grouping, kinds
from rag.paragraphs.sentences import find_sentences as sentence_spans
from rag.types import Block, Document, DocumentLayout, Kind, Paragraph, ParagraphId, Removed, Span

__all__ = ["sentence_spans", "split_document"]

# A block this long has lost its paragraph marks; e5 reads 512 tokens at a time, some 2,000 Latin or 700 Han characters.
_RUNNING_SENTENCES, _RUNNING_CHARACTERS = 10, 2000
# Text that was run together with its title; a sentence that begins with the words of the title goes on otherwise.
_RUNS_ON = re.compile(r"\s*[-–—|_:]|\s+[^\Wa-zçğıöşü]")
_MAX_GAP_CHARS = 1000  # between an image and its caption


def split_document(document: Document) -> DocumentLayout:
    """The paragraphs of `document` and what was left out, together holding every character of its text once."""
    article = document.article
    language = article.language or "en"
    if article.paragraphs is not None:
        given = (text for text in article.paragraphs)
        return DocumentLayout(tuple(_paragraph(article.id, n, text, language, "body", None) for n, text in enumerate(given, 1)))
    text = document.text
    page = _Page.of(document)
    if document.blocks:
        pieces = [piece for block in document.blocks for piece in _pieces_of_block(page, block, language)]
    else:
        pieces = [piece for block in _blocks(text, document.removed) for piece in _pieces(page, block, language)]
    paragraphs = tuple(
        _paragraph(article.id, n, text[a:b], language, kind, a, _pages(document, a, b))
        for n, ((a, b), kind) in enumerate(pieces, 1)
    )
    return DocumentLayout(paragraphs, _removed(document, paragraphs))


@dataclass(frozen=True, slots=True)
class _Page:
    """A document and what is asked of all of it for each of its blocks."""

    document: Document
    end: int  # of its text, without white space
    one_line: bool
    images: tuple[int, ...]  # ends of the lines that stood for images
    removed: frozenset[int]  # starts of what is no part of the article

    @classmethod
    def of(cls, document: Document) -> _Page:
        text = document.text
        images = tuple(r.end for r in document.removed if r.reason == "image placeholder")
        removed = frozenset(r.start for r in document.removed)
        return cls(document, len(text.rstrip()), "\n" not in text, images, removed)

    def follows_image(self, start: int) -> bool:
        """Whether only white space stands between a line that stood for an image and `start`."""
        at = bisect_right(self.images, start)
        end = self.images[at - 1] if at else -_MAX_GAP_CHARS
        return start - end < _MAX_GAP_CHARS and not self.document.text[end:start].strip()


def _pieces_of_block(page: _Page, block: Block, language: str) -> Iterator[tuple[Span, Kind]]:
    """The paragraphs of a block that the file itself sets apart: itself, where it says what it is."""
    span = _trim(page.document.text, (block.start, block.end))
    if span[0] == span[1] or block.start in page.removed:
        return
    if block.kind:
        yield span, block.kind
    else:
        yield from _pieces(page, span, language)


def _pages(document: Document, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The pages on which a stretch of the text stands, each with where it begins in the stretch."""
    first = max(0, bisect_right(document.pages, start, key=lambda page: page[0]) - 1)
    last = bisect_left(document.pages, end, key=lambda page: page[0])
    return tuple((max(0, at - start), number) for at, number in document.pages[first:last])


def _paragraph(
    article_id: str, number: int, text: str, language: str, kind: Kind, start: int | None,
    pages: tuple[tuple[int, int], ...] = (),
) -> Paragraph:  # fmt: skip
    own = _own_language(text, language)
    # A caption, an address or an editor's line is one thing to quote, whatever stops it has inside.
    whole = ((0, len(text)),) if text.strip() else ()
    cuts = sentence_spans(text, own) if kind in ("body", "title") else whole
    return Paragraph(ParagraphId.from_place(article_id, number), article_id, text, own, cuts, kind, start, pages=pages)


def _own_language(text: str, language: str) -> str:
    """The article's language, unless the paragraph is plainly in another script, as a footer or an address can be."""
    own = detect_language(text, language)
    latin, article_latin = own not in _OTHER_SCRIPTS, language not in _OTHER_SCRIPTS
    return own if latin != article_latin or (not latin and own != language) else language


_OTHER_SCRIPTS = ("zh", "ja", "ko", "ru", "ar", "el", "th", "hi")


def _blocks(text: str, removed: tuple[Removed, ...]) -> Iterator[Span]:
    """Stretches between blank lines, removed lines and, unless the text is hard-wrapped, line ends."""
    gone = {r.start for r in removed}
    block: list[Span] = []
    for match in re.finditer(r"[^\n]*\n?", text):
        line = (match.start(), match.start() + len(match.group().rstrip("\n")))
        if text[line[0] : line[1]].strip() and line[0] not in gone:
            block.append(line)
        elif block:
            yield from _lines_or_block(text, block)
            block = []
    if block:
        yield from _lines_or_block(text, block)


def _lines_or_block(text: str, block: list[Span]) -> list[Span]:
    """One span for hard-wrapped lines, which end anywhere at about the same width; else a span a line."""
    lengths = [b - a for a, b in block]
    ends = [text[b - 1] in '.!?。！？:："”’' for _, b in block[:-1]]
    wrapped = (
        len(block) > 1
        and max(lengths) <= 130
        and min(lengths[:-1]) >= max(lengths) * 0.5
        and sum(ends) <= len(ends) / 2
        and not any(text[a : a + 2] in ("- ", "* ", "# ", "##") for a, _ in block)
    )
    return [(block[0][0], block[-1][1])] if wrapped else block


def _pieces(page: _Page, block: Span, language: str) -> Iterator[tuple[Span, Kind]]:
    """The paragraphs a block holds, with their kinds: itself, or the parts of running text."""
    document = page.document
    text, title = document.text, document.article.title
    start, end = _trim(text, block)
    line = text[start:end]
    runs_on = not text[:start].strip() and line.startswith(title) and _RUNS_ON.match(line, len(title))
    if title and runs_on and len(line) > 3 * len(title):
        head = _after_title(line, document)
        yield (start, start + head), "title"
        start, end = _trim(text, (start + head, end))
        line = text[start:end]
    if (dateline := kinds.DATELINE.match(line)) and dateline.end() < len(line):
        yield (start, start + len(dateline.group().rstrip())), "dateline"
        start += dateline.end()
        line = text[start:end]
    cuts = sentence_spans(line, language)
    alone = start == 0 and end == page.end
    if len(cuts) <= grouping.MOST or not (
        alone or page.one_line or len(cuts) > _RUNNING_SENTENCES or len(line) > _RUNNING_CHARACTERS
    ):
        yield (start, end), kinds.kind_of(line, title, page.follows_image(start), text[end : end + 200].strip())
        return
    yield from (((start + a, start + b), kind) for (a, b), kind in _running(line, cuts))


def _after_title(line: str, document: Document) -> int:
    """Length of the title at the head of running text, with the outlet's name when that follows it."""
    length, outlet = len(document.article.title), document.article.outlet
    follows = re.match(rf"\s*[-–—|_:]\s*{re.escape(outlet)}" if outlet else r"$^", line[length:])
    return length + (follows.end() if follows else 0)


def _running(text: str, cuts: tuple[Span, ...]) -> Iterator[tuple[Span, Kind]]:
    """Running text: photo captions on their own, the sentences between them grouped."""
    starts, ends = [a for a, _ in cuts], [b for _, b in cuts]
    captions = [_caption(text, match.start(), match.end(), cuts, starts) for match in kinds.find_photo().finditer(text)]
    at = 0
    for found in [*captions, (len(text), len(text))]:
        caption = (max(at, found[0]), found[1])
        between = _trim(text, (at, caption[0]))
        if between[0] < between[1]:
            first, last = bisect_right(ends, between[0]), bisect_left(starts, between[1])
            own = [(max(a, between[0]), min(b, between[1])) for a, b in cuts[first:last]]
            own = [_trim(text, span) for span in own if text[span[0] : span[1]].strip()]
            yield from (((own[a][0], own[b - 1][1]), "body") for a, b in grouping.group_sentences(text, own))
        if caption[0] < caption[1]:
            yield caption, "caption"
        at = caption[1]


def _caption(text: str, bracket: int, end: int, cuts: tuple[Span, ...], starts: list[int]) -> Span:
    """A photo credit with the sentence before it, which it belongs to, or the one that it stands in."""
    at = bisect_left(starts, bracket) - 1
    if at >= 0 and not text[cuts[at][1] : bracket].strip():
        return cuts[at][0], end
    return bracket, end


def _trim(text: str, span: Span) -> Span:
    part = text[span[0] : span[1]]
    start = span[0] + len(part) - len(part.lstrip())
    return start, max(start, span[0] + len(part.rstrip()))


def _removed(document: Document, paragraphs: tuple[Paragraph, ...]) -> tuple[Removed, ...]:
    """Everything outside the paragraphs: the removed lines with their reasons, and the gaps between."""
    reasons = {r.start: r.reason for r in document.removed}
    edges = sorted({r.start for r in document.removed} | {r.end for r in document.removed})
    found: list[Removed] = []
    at = 0
    for start, end in [*((p.start or 0, (p.start or 0) + len(p.text)) for p in paragraphs), (len(document.text),) * 2]:
        stops = [at, *edges[bisect_right(edges, at) : bisect_left(edges, start)], start]
        for a, b in pairwise(stops):
            if a < b:
                found.append(Removed(a, b, document.text[a:b], reasons.get(a, _gap_reason(document.text[a:b]))))
        at = end
    return tuple(found)


def _gap_reason(gap: str) -> str:
    return "white space" if not gap.strip() else "separator"
