"""A cited paragraph cut where its marking changes: what the answer cites of it, and what is gold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from evals.report.schema import Citation, Question

_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")


@dataclass(frozen=True)
class Piece:
    """Some words of a paragraph, the numbers of the citations that quote them, and whether a gold quote holds them."""

    text: str
    numbers: tuple[int, ...] = ()
    gold: bool = False
    starts: tuple[int, ...] = ()  # the citations that begin here


@dataclass(frozen=True)
class Passage:
    """A paragraph the answer cites, with the translations shown beside it."""

    paragraph_id: str
    language: str
    pieces: tuple[Piece, ...]
    translations: tuple[tuple[int, str], ...]
    gold: bool  # one of the gold paragraphs


def passages(question: Question) -> list[Passage]:
    """The paragraphs an answer cites, each once, in order of first citation."""
    by_paragraph: dict[tuple[str, str], list[Citation]] = {}
    for citation in question["citations"]:
        by_paragraph.setdefault((citation["paragraph_id"], citation["paragraph"]), []).append(citation)
    return [
        Passage(
            paragraph_id,
            own[0].get("language") or spoken(text, question["article_language"] or "en"),
            tuple(pieces(text, own, question["gold"]["quotes"])),
            tuple((c["number"], c["translation"]) for c in own if c["translation"]),
            paragraph_id in question["gold"]["paragraphs"],
        )
        for (paragraph_id, text), own in by_paragraph.items()
    ]


def pieces(text: str, citations: Sequence[Citation], quotes: Sequence[str] = ()) -> list[Piece]:
    """`text` in pieces that join to it again; offsets outside it are brought inside."""
    spans = [(_inside(c["start"], text), _inside(c["end"], text), c["number"]) for c in citations]
    gold = [(at, at + len(quote)) for quote in quotes if quote and (at := text.find(quote)) >= 0]
    cuts = sorted({0, len(text), *(cut for span in [*spans, *gold] for cut in span[:2])})
    return [
        Piece(
            text[start:end],
            tuple(n for low, high, n in spans if low <= start and end <= high),
            any(low <= start and end <= high for low, high in gold),
            tuple(n for low, high, n in spans if low == start and end <= high),
        )
        for start, end in pairwise(cuts)
    ]


def spoken(text: str, told: str) -> str:
    """The language to set a text in: Chinese has its own script, whatever was told; the other two share one.

    >>> spoken("景德镇", "en"), spoken("İznik", "tr"), spoken("Iznik", "zh")
    ('zh', 'tr', 'en')
    """
    if len(_HAN.findall(text)) * 4 > len(re.findall(r"\w", text)):
        return "zh"
    return "en" if told == "zh" else told


def _inside(at: int, text: str) -> int:
    return max(0, min(at, len(text)))
