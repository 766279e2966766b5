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
from dataclasses import dataclass
from itertools import pairwise

from rag.types import Span

COLOURS = 6  # as many as style.css has
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def make_visible(text: str) -> str:
    """The text with what a page cannot show, or must not obey, replaced one for one, so that offsets still hold.

    Control characters, lone surrogates (no JSON can carry them) and bidirectional overrides become U+FFFD.

    >>> make_visible("a\\x00b\\u202ec\\n") == "a\\ufffdb\\ufffdc\\n"
    True
    """
    return "".join(
        "\ufffd" if c in _OVERRIDES or (unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t") else c
        for c in text
    )


def escape_html(text: str) -> str:
    """Text as HTML, for content and quoted attributes alike.

    >>> escape_html('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    return html.escape(make_visible(text), quote=True)


def escape_markdown(text: str) -> str:
    """Text as HTML that Markdown leaves alone.

    >>> escape_markdown("*a*")
    '&#42;a&#42;'
    """
    return _PUNCTUATION.sub(lambda m: f"&#{ord(m[0])};", make_visible(text)).replace("\n", "<br>").replace("\t", " ")


def escape_attribute(text: str) -> str:
    """Text as the value of a quoted attribute that Markdown leaves alone, line breaks and all.

    >>> escape_attribute("a\\nb")
    'a&#10;b'
    """
    return "&#10;".join(escape_markdown(line) for line in text.split("\n"))


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of a text that citation `number` quotes."""

    number: int
    span: Span


def highlight_spans(text: str, marks: Sequence[Mark], bold: Sequence[Span] = ()) -> str:
    """The text with every marked span in `<mark>` and the bold ones in `<b>`; its text content is the text, whatever they are.

    Spans are code-point offsets and may touch, nest and overlap: the text is cut at each boundary, and a piece
    under several marks has the colour of the first.

    >>> highlight_spans("abc", [Mark(1, (0, 2))], [(0, 1)])
    '<mark class="km-c1"><b>a</b></mark><mark class="km-c1">b</mark>c'
    """
    cuts = sorted({0, len(text), *(edge for m in marks for edge in m.span), *(edge for span in bold for edge in span)})
    parts: list[str] = []
    for start, end in pairwise(cuts):
        over = next((m.number for m in marks if m.span[0] <= start and end <= m.span[1]), None)
        piece = escape_html(text[start:end])
        if any(a <= start and end <= b for a, b in bold):
            piece = f"<b>{piece}</b>"
        parts.append(f'<mark class="{choose_colour(over)}">{piece}</mark>' if over else piece)
    return "".join(parts)


def choose_colour(number: int) -> str:
    """The CSS class of a citation's colour; they come round again after `COLOURS`."""
    return f"km-c{(number - 1) % COLOURS + 1}"
