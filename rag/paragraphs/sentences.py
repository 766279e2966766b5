"""Sentence spans. `sentencex` decides; two of its habits are corrected, for Turkish and for Chinese."""

from __future__ import annotations

import re
from itertools import pairwise

from sentencex import segment

from rag.types import Span

# A full stop that is followed by a lower-case letter or a digit ends an abbreviation or an ordinal ("Mah. No", "3. kez").
_ABBREVIATION = re.compile(
    r"(?:\b(?:mah|cad|sok|cd|sk|apt|blv|bul|no|tel|prof|doç|dr|av|örn|vb|vs|yy|approx|fig|st|ave|rd|sept?|oct|nov|dec|jan|feb|aug)|(?<!\d)\d{1,2})\.\s*$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"[a-zçğıöşü]|no\b|no:|\d", re.IGNORECASE)
_LOWER = re.compile(r"[a-zçğıöşü]")
_ORDINAL = re.compile(r"(?<!\d)\d{1,2}\.\s*$")
# Chinese: an end mark after a closing quotation mark, which sentencex takes as part of the quotation.
_AFTER_QUOTE = re.compile(r"(?<=[”’」』》）)])[。!?！？]+(?=\S)")
_OPEN, _CLOSE = "“‘「『《（【", "”’」』》）】"


def spans(text: str, language: str) -> tuple[Span, ...]:
    """Sentences of `text` in order, without the white space between them; they cover every other character.

    >>> spans("It opened on Oct 18. It cost $13.1 billion.", "en")
    ((0, 20), (21, 43))
    """
    found: list[Span] = []
    at = 0
    for part in segment(language, text):
        start = text.index(part, at)
        at = start + len(part)
        if part.strip():
            found.extend(_cut(text, start, at))
    return tuple(_trimmed(text, span) for span in _joined(text, found))


def _cut(text: str, start: int, end: int) -> list[Span]:
    """The span cut at end marks that follow a closing quotation mark, outside any other quotation."""
    cuts = [
        m.end() + start for m in _AFTER_QUOTE.finditer(text[start:end]) if not _inside(text[start : start + m.end()])
    ]
    edges = [start, *(c for c in cuts if c < end), end]
    return [(a, b) for a, b in pairwise(edges) if text[a:b].strip()]


def _inside(before: str) -> bool:
    """Whether a quotation opened in `before` is still open at its end."""
    return any(before.count(a) > before.count(b) for a, b in zip(_OPEN, _CLOSE, strict=True) if a != "‘")


def _joined(text: str, found: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in found:
        if joined and _belongs(text[joined[-1][0] : joined[-1][1]], text[start:end]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _belongs(before: str, after: str) -> bool:
    """Whether `after` goes on with the sentence that `before` seems to end."""
    if not before.rstrip().endswith(".") or "\n" in before[len(before.rstrip()) :]:
        return False
    if _ORDINAL.search(before):
        return bool(_LOWER.match(after))
    return bool(_ABBREVIATION.search(before) and _GOES_ON.match(after))


def _trimmed(text: str, span: Span) -> Span:
    part = text[span[0] : span[1]]
    return span[0] + len(part) - len(part.lstrip()), span[0] + len(part.rstrip())
