"""Lines as they stand on pages -> paragraphs that may go over a page's end, each offset with the number of its page.

A paragraph ends at a wider gap, at another size of letters, at a short line that ends a sentence, and before an item of a list.
Over the end of a column or page it goes on when its last line is full and ends no sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.parsing.parsed import Piece

_END = re.compile(r"[.!?。！？…:：;；][\"'”’』」)）\]]*$")
_ITEM = re.compile(r"(?:[•▪◦●‣·*–—-]|\(?\d{1,2}[.)、]|\(?[a-z][.)])\s")
_HAN = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
_WIDER, _SHORT = 1.35, 0.8  # than the usual gap between lines; than a full line
_OTHER_SIZE, _HEADING = 0.1, 1.12  # difference of sizes that is seen; of a heading over the text's
_MAX_HEADING_CHARS = 200
_HEADS, _MIN_REPEATS = 2, 3  # lines at the top and bottom of a page that may be running heads; pages that have one
_MIN_SHARE = 0.3  # of all pages, since left and right ones differ


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page. height: of its foot over the page's, in points, as is `size` of its letters."""

    text: str
    height: float
    size: float
    page: int

    @property
    def width(self) -> int:
        """Letters across it; a Chinese one is as wide as two."""
        return len(self.text) + len(_HAN.findall(self.text))


def drop_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages less what stands at the top or bottom of many of them, numbers aside, and less lone page numbers."""
    found = Counter(key for lines in pages for key in {_key(line) for line in _edges(lines)})
    least = max(_MIN_REPEATS, _MIN_SHARE * len(pages))
    kept: list[list[Line]] = []
    for lines in pages:
        drop = {
            id(line) for line in _edges(lines) if found[_key(line)] >= least or line.text.strip("-–— ") == f"{line.page}"
        }
        kept.append([line for line in lines if id(line) not in drop])
    return kept


def _edges(lines: Sequence[Line]) -> list[Line]:
    return [*lines[:_HEADS], *lines[max(_HEADS, len(lines) - _HEADS) :]]


def _key(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text.lower())


def join_lines(pages: Sequence[Sequence[Line]]) -> list[Piece]:
    """The paragraphs of the pages in order."""
    lines = [line for page in pages for line in page]
    if not lines:
        return []
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    usual = sizes.most_common(1)[0][0]
    widths = sorted(line.width for line in lines if line.size == usual)
    full = widths[int(len(widths) * 0.9)]
    gaps = sorted(
        a.height - b.height
        for a, b in pairwise(lines)
        if a.page == b.page and a.size == b.size == usual and 0 < a.height - b.height < 4 * max(usual, 1)
    )
    gap = gaps[len(gaps) // 4] if gaps else 0.0  # of a page with few lines, half of the gaps are between paragraphs
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _goes_on(groups[-1][-1], line, gap, full):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_piece(group, usual) for group in groups]


def _goes_on(line: Line, after: Line, gap: float, full: int) -> bool:
    """Whether two lines that follow each other belong to one paragraph."""
    if abs(line.size - after.size) > _OTHER_SIZE * max(line.size, after.size) or _ITEM.match(after.text):
        return False
    ends = bool(_END.search(line.text))
    between = line.height - after.height
    if line.page != after.page or between < 0:  # over the end of a page or column
        return not ends and line.width >= _SHORT * full
    if gap and between > _WIDER * gap * max(1.0, line.size / max(gap, 1)):
        return False
    return not (ends and line.width < _SHORT * full)


def _piece(group: Sequence[Line], usual: float) -> Piece:
    text = ""
    pages: list[tuple[int, int]] = []
    for line in group:
        if text.endswith("-") and text[-2:-1].isalpha() and line.text[:1].islower():
            text = text[:-1]  # a word that was parted at the end of a line
        elif text and not (_HAN.match(text[-1]) and _HAN.match(line.text)):
            text += " "
        if not pages or pages[-1][1] != line.page:
            pages.append((len(text), line.page))
        text += line.text
    heading = group[0].size > _HEADING * usual and len(text) <= _MAX_HEADING_CHARS
    return Piece(text, "title" if heading else None, tuple(pages))
