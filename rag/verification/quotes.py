"""Quoted words, web and e-mail addresses of a claim that a paragraph does not have, letter by letter."""

from __future__ import annotations

import re

from rag.language import fold

_QUOTED = re.compile(
    r"[“\"«„「『]([^”\"»“」』\n]{2,120})[”\"»“」』]|‘([^’‘\n]{2,120})’(?!\w)|(?<![\w’'])'([^'\n]{2,120})'(?!\w)"
)
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"，。）]+|(?<![a-z0-9_.+-])[a-z0-9_.+-]+@[a-z0-9_-]+(?:\.[a-z0-9_-]+)+"
    r"|(?<![a-z0-9_-])[a-z0-9_-]{2,}(?:\.[a-z0-9_-]+)*\.[a-z]{2,}\b(?:/[^\s<>\"，。）]*)?",
    re.IGNORECASE | re.ASCII,
)
_ENDS = " .,;:!?。，、；：！？…"


def find_missing_quotes(claim: str, paragraph: str) -> list[str]:
    """Words in quotation marks that do not stand in a paragraph of the same language, whatever blanks and letters' case.

    >>> find_missing_quotes('She called it "a giant leap".', "It was a small step.")
    ['a giant leap']
    """
    plain = _squeeze(paragraph)
    quoted = (next(filter(None, found)) for found in _QUOTED.findall(claim))
    return [words for words in quoted if _squeeze(words) not in plain]


def find_missing_addresses(claim: str, paragraph: str) -> list[str]:
    """Addresses that do not stand in a paragraph, in whatever language.

    >>> find_missing_addresses("See evil.example/x or mail a@b.org.", "Write to a@b.org.")
    ['evil.example/x']
    """
    plain = _squeeze(paragraph)
    return [found for found in (m.rstrip(_ENDS) for m in _ADDRESS.findall(claim)) if _squeeze(found) not in plain]


def _squeeze(text: str) -> str:
    return "".join(fold(text.strip(_ENDS)).split())
