"""Text as HTML: the only way data gets into the page.

`escape` is for HTML that is set as it is. `literal` is for HTML that passes through Markdown first: every ASCII
punctuation mark becomes a character reference, and as Markdown and LaTeX are made of those marks they see none
(`*`, `![](…)`, `$$` stay what was written).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from rag.types import Span

COLOURS = 6  # as many as style.css has
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def visible(text: str) -> str:
    """The text with what a page cannot show, or must not obey, replaced one for one, so that offsets still hold.

    Control characters, lone surrogates (no JSON can carry them) and bidirectional overrides become U+FFFD.

    >>> visible("a\\x00b\\u202ec\\n") == "a\\ufffdb\\ufffdc\\n"
    True
    """
    return "".join(
        "\ufffd" if c in _OVERRIDES or (unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t") else c
        for c in text
    )


def escape(text: str) -> str:
    """Text as HTML, for content and quoted attributes alike.

    >>> escape('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    return html.escape(visible(text), quote=True)


def literal(text: str) -> str:
    """Text as HTML that Markdown leaves alone.

    >>> literal("*a*")
    '&#42;a&#42;'
    """
    return _PUNCTUATION.sub(lambda m: f"&#{ord(m[0])};", visible(text)).replace("\n", "<br>").replace("\t", " ")


def highlighted(text: str, spans: Sequence[tuple[int, Span]], anchor: str = "") -> str:
    """The text with every numbered span in `<mark>`; its text content is the text, whatever the spans do.

    Spans are code-point offsets and may touch, nest and overlap: the text is cut at each boundary, and a piece
    under several spans names them all. `anchor` is the prefix of the id put where each span begins.

    >>> highlighted("abc", [(1, (0, 2))])
    '<mark class="km-c1" data-n="1">ab</mark>c'
    """
    cuts = sorted({0, len(text), *(edge for _, span in spans for edge in span)})
    parts: list[str] = []
    for start, end in pairwise(cuts):
        over = [number for number, span in spans if span[0] <= start and end <= span[1]]
        begin = [number for number, span in spans if span[0] == start]
        if anchor:
            parts += [f'<span class="km-anchor" id="{anchor}-{number}" tabindex="-1"></span>' for number in begin]
        piece = escape(text[start:end])
        if over:
            label = "" if not begin and len(over) == 1 else ",".join(str(number) for number in begin or over)
            piece = f'<mark class="{colour(over[0])}" data-n="{label}">{piece}</mark>'
        parts.append(piece)
    return "".join(parts)


def colour(number: int) -> str:
    """The CSS class of a citation's colour; they come round again after `COLOURS`."""
    return f"km-c{(number - 1) % COLOURS + 1}"
