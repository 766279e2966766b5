"""What is taken out of a text before it is cut into paragraphs, each stretch with a reason.

Two kinds: characters nobody can see (taken out of the text and recorded as repairs, since they may stand inside a word),
and whole lines of web pages that are not the article (left in the text and listed as removed).
"""

from __future__ import annotations

import re

from rag.language.invisible import INVISIBLE
from rag.locales import make_rule
from rag.types import Removed, Repair

# A whole line, in lower case and without outer spaces, must match.
_RULES = tuple(
    (reason, make_rule(part, around, re.NOFLAG))
    for reason, part, around in (
        ("share button", lambda locale: locale.lines.share_button, "<>"),
        ("page control", lambda locale: locale.lines.page_control, "<>"),
        ("breadcrumb", lambda locale: locale.lines.breadcrumb, "<>"),
        ("image placeholder", lambda locale: locale.lines.image,
         r"!?\[?(<>)[ _-]?\d*\]?(\.(png|jpe?g|gif|webp|svg))?|!\[[^\]]*\]\([^)]*\)|\S{1,60}\.(png|jpe?g|gif|webp|svg)"),
        ("advertisement", lambda locale: locale.lines.advertisement, "<>"),
        ("reading list link", lambda locale: locale.lines.reading_list, "<>"),
        ("copyright line", lambda locale: locale.lines.copyright, r"(©|\(c\)|<>).{0,120}"),
    )
)  # fmt: skip


def without_invisible(text: str) -> tuple[str, tuple[Repair, ...]]:
    """`text` less characters that cannot be seen, and what was taken out where.

    >>> without_invisible("ki\\u200bln")
    ('kiln', (Repair(start=2, end=2, before='\\u200b', after=''),))
    """
    repairs: list[Repair] = []
    shift = 0
    for match in INVISIBLE.finditer(text):
        at = match.start() - shift
        repairs.append(Repair(at, at, match.group(), ""))
        shift += len(match.group())
    return INVISIBLE.sub("", text), tuple(repairs)


def find_boilerplate(text: str, title: str) -> tuple[Removed, ...]:
    """The lines of `text` that belong to the page and not to the article, in order.

    A line that repeats the title goes too; the first one stays, as a paragraph that can be cited.
    """
    found: list[Removed] = []
    titled = False
    for match in re.finditer(r"[^\n]+", text):
        line = match.group().strip()
        reason = next((reason for reason, rule in _RULES if rule().fullmatch(line.lower())), None)
        if line and line == title:
            reason, titled = ("repeated title" if titled else None), True
        if reason:
            found.append(Removed(match.start(), match.end(), match.group(), reason))
    return tuple(found)
