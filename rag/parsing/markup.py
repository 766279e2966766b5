"""Plain HTML, as Markdown and Word documents become it, to pieces of text: headings, paragraphs, lists, tables, code.

A list goes into one piece with the line that introduces it, since its items say little alone. A row of a table becomes a piece
with the heading of each column before the cell. Web pages, whose markup is no structure, are read by `web`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.html
from lxml.html import HtmlElement

from rag.parsing.parsed import Piece

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_DROPPED = ("script", "style", "template", "head", "iframe", "object")
_BLOCKS = (*_HEADINGS, "p", "ul", "ol", "table", "pre", "blockquote", "div", "section", "article", "dl", "hr")
_LIST_CHARS, _ITEM_CHARS = 800, 200  # of a list that is read as one, and of an item in it
_CODE_LINES = 40
_INTRODUCES = (":", "：")
_NOTE = re.compile(r"#(foot|end)note")  # links of Word's footnotes; their "[1]" would read as a citation's marker


def read_pieces(markup: str) -> list[Piece]:
    """The pieces of an HTML fragment in order."""
    root = lxml.html.document_fromstring(f"<div>{markup}</div>")
    return _introduce_lists(list(_walk(root)))


def read_text(element: HtmlElement, without: tuple[str, ...] = ()) -> str:
    """The text of an element on one line, less that of the named elements in it."""
    return " ".join("".join(_texts(element, without)).split())


def _texts(element: HtmlElement, without: tuple[str, ...]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag == "br" or tag in _BLOCKS:
            yield " "
        if tag and tag not in _DROPPED and tag not in without and not _NOTE.match(child.get("href") or ""):
            yield from _texts(child, without)
        yield " " + (child.tail or "") if tag in _BLOCKS else child.tail or ""


def _walk(parent: HtmlElement) -> Iterator[Piece]:
    inline = [parent.text or ""]
    for child in parent:
        tag = child.tag if isinstance(child.tag, str) else ""
        is_block = tag in _BLOCKS or any(isinstance(c.tag, str) and c.tag in _BLOCKS for c in child.iter())
        if tag in _DROPPED or not tag:
            pass
        elif is_block:
            yield Piece(" ".join("".join(inline).split()))
            inline = []
            yield from _read_block(child, tag)
        else:
            inline += _texts(child, ()) if not _NOTE.match(child.get("href") or "") else ()
        inline.append(child.tail or "")
    yield Piece(" ".join("".join(inline).split()))


def _read_block(element: HtmlElement, tag: str) -> Iterator[Piece]:
    if tag in _HEADINGS:
        yield Piece(read_text(element), "title")
    elif tag == "p":
        yield Piece(read_text(element))
    elif tag in ("ul", "ol"):
        yield from _read_list(element)
    elif tag == "table":
        yield from _read_table(element)
    elif tag == "pre":
        yield from _read_code(element)
    elif tag != "hr":
        yield from _walk(element)


def _read_list(element: HtmlElement) -> Iterator[Piece]:
    lines = list(_items(element, ""))
    if any(len(line) > _ITEM_CHARS for line in lines) or sum(map(len, lines)) > _LIST_CHARS:
        yield from (Piece(line.strip().removeprefix("- ")) for line in lines)
    else:
        yield Piece("\n".join(lines), "body")


def _items(element: HtmlElement, indent: str) -> Iterator[str]:
    start = element.get("start") or "1"
    number = int(start) if start.isdecimal() else 1
    for item in element:
        if item.tag != "li":
            continue
        mark = f"{number}." if element.tag == "ol" else "-"
        if text := read_text(item, without=("ul", "ol")):
            yield f"{indent}{mark} {text}"
        number += 1
        for inner in item:
            if inner.tag in ("ul", "ol"):
                yield from _items(inner, indent + "  ")


def _introduce_lists(pieces: list[Piece]) -> list[Piece]:
    """The pieces, with a line that ends in a colon put before the list that follows it."""
    joined: list[Piece] = []
    for piece in (p for p in pieces if p.text.strip()):
        before = joined[-1] if joined else Piece("")
        if piece.kind == "body" and before.kind is None and before.text.endswith(_INTRODUCES):
            joined[-1] = Piece(f"{before.text}\n{piece.text}", "body")
        else:
            joined.append(piece)
    return joined


def _read_table(element: HtmlElement) -> Iterator[Piece]:
    yield from (Piece(read_text(caption), "caption") for caption in element.findall("caption"))
    heads: list[str] = []
    for n, row in enumerate(element.iter("tr")):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        texts = [read_text(cell) for cell in cells]
        if n == 0 and len(cells) > 1 and all(map(_is_heading, cells)):
            heads = texts
            continue
        if heads and len(texts) == len(heads):
            texts = [f"{head}: {text}" if head else text for head, text in zip(heads, texts, strict=True) if text]
            yield Piece("; ".join(texts), "row")
        else:
            yield Piece(" | ".join(filter(None, texts)), "row")
    if heads and n == 0:
        yield Piece(" | ".join(filter(None, heads)), "row")


def _is_heading(cell: HtmlElement) -> bool:
    """Whether a cell is a column's heading: marked so, or bold from its beginning to its end."""
    bold = " ".join(" ".join(part.text_content() for part in cell.iter("strong", "b")).split())
    return cell.tag == "th" or (bold != "" and bold == read_text(cell))


def _read_code(element: HtmlElement) -> Iterator[Piece]:
    """Code as it is written, some lines at a time; an empty line in it gets a space, as empty lines part pieces."""
    lines = [line.rstrip() or " " for line in element.text_content().strip("\n").split("\n")]
    for at in range(0, len(lines), _CODE_LINES):
        yield Piece("\n".join(lines[at : at + _CODE_LINES]).strip("\n"), "code")
