"""Sentence spans. `sentencex` decides; two of its habits are corrected, for Turkish and for Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from sentencex import segment

from rag.locales import make_rule
from rag.types import Span

# A full stop that is followed by a lower-case letter or a digit ends an abbreviation or an ordinal ("Mah. No", "3. kez").
_find_abbreviation = make_rule(
    lambda locale: "|".join(locale.sentences.abbreviations.split()), r"(?:\b(?:<>)|(?<!\d)\d{1,2})\.\s*$"
)
_GOES_ON = re.compile(r"[a-zçğıöşü]|no\b|no:|\d", re.IGNORECASE)
_LOWER = re.compile(r"[a-zçğıöşü]")
_ORDINAL = re.compile(r"(?<!\d)\d{1,2}\.\s*$")
# Chinese: an end mark after a closing quotation mark, which sentencex takes as part of the quotation.
_AFTER_QUOTE = re.compile(r"(?<=[”’」』》）)])[。!?！？]+(?=\S)")
MAX_PART_CHARS = 10_000
_OPEN, _CLOSE = "“‘「『《（【", "”’」』》）】"


def find_sentences(text: str, language: str) -> tuple[Span, ...]:
    """Sentences of `text` in order, without the white space between them; they cover every other character.

    >>> find_sentences("It opened on Oct 18. It cost $13.1 billion.", "en")
    ((0, 20), (21, 43))
    """
    found: list[Span] = []
    for block in _segmented(text, language):
        found.extend(_cut(text, *block))
    return tuple(_trimmed(text, span) for span in _joined(text, found))


def _segmented(text: str, language: str) -> Iterator[Span]:
    """What `sentencex` takes as sentences, white space with the one before it.

    Its time grows with the square of the text's length, so a long text is handed over in parts; the last sentence of a part,
    which the part may have cut, begins the next one. A "sentence" as long as a part ends there, at a space when it has one.
    """
    begin = 0
    while begin < len(text):
        end = begin + MAX_PART_CHARS
        at, spans = begin, list[Span]()
        for part in segment(language, text[begin:end]):
            start = text.index(part, at)
            at = start + len(part)
            if part.strip():
                spans.append((start, at))
        if end >= len(text):
            yield from spans
            return
        if len(spans) > 1:
            begin = spans.pop()[0]
        else:
            space = text.rfind(" ", begin + MAX_PART_CHARS // 2, end)
            begin = end if space < 0 else space + 1
            spans = [(spans[0][0], begin)] if spans else []
        yield from spans


def _cut(text: str, start: int, end: int) -> list[Span]:
    """The span cut at end marks that follow a closing quotation mark, outside any other quotation."""
    cuts: list[int] = []
    depths = [0] * len(_OPEN)
    at = start
    for match in _AFTER_QUOTE.finditer(text, start, end):
        # Marks are counted from the beginning of the sentence on, each once.
        depths = [d + text.count(a, at, match.end()) - text.count(b, at, match.end())
                  for d, a, b in zip(depths, _OPEN, _CLOSE, strict=True)]  # fmt: skip
        at = match.end()
        if not any(depth > 0 for depth, mark in zip(depths, _OPEN, strict=True) if mark != "‘"):
            cuts.append(at)
    edges = [start, *(c for c in cuts if c < end), end]
    return [(a, b) for a, b in pairwise(edges) if text[a:b].strip()]


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
    return bool(_find_abbreviation().search(before) and _GOES_ON.match(after))


def _trimmed(text: str, span: Span) -> Span:
    part = text[span[0] : span[1]]
    return span[0] + len(part) - len(part.lstrip()), span[0] + len(part.rstrip())
