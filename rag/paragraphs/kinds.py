"""What a line of an article is, told from its form: title, caption, date, source, editor, address, or body text."""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.locales import make_rule
from rag.types import Kind

find_photo = make_rule(lambda locale: locale.lines.photo, r"\[(?:<>)\s*[/:：\s][^\]\n]{0,120}\]")
DATELINE = re.compile(
    r"[A-ZÇĞİÖŞÜ][^\n()（）]{0,60}[(（][^()（）\n]{2,30}[)）]\s*(?:--|—|–|-)\s*|[^\n()（）]{0,12}\d{1,2}月\d{1,2}日电\s*"
)
_END = re.compile(r"[.!?。！？…][\"'”’』」)）]*$")
_RULES: tuple[tuple[Kind, Callable[[], re.Pattern[str]]], ...] = (
    ("date", make_rule(lambda locale: locale.lines.date, r"(?:(?:<>)\s*[:：]?\s*)?"
                       r"(?:\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{1,2}\s+[^\W\d]{3,9}\.?,?\s+\d{4}|[^\W\d]{3,9}\.?\s+\d{1,2},\s+\d{4})"
                       r"(?:[ T,]*\d{1,2}:\d{2}(?::\d{2})?)?(?:\s*\(?[A-Z]{2,4}\)?)?")),
    ("editor", make_rule(lambda locale: locale.lines.editor, r"[【\[(（]?\s*(?:<>)\s*[:：]\s*.{1,60}|by [A-Z][^\n.!?]{2,50}")),
    ("source", make_rule(lambda locale: locale.lines.source, r"(?:<>)\s*[:：].{1,300}|https?://\S+")),
    ("address", make_rule(lambda locale: locale.lines.address, r"(?=.{8,160}\Z)(?=.*\d)(?=.*(?:<>)).{8,160}")),
)  # fmt: skip


def kind_of(line: str, title: str, follows_image: bool, following: str) -> Kind:
    """The kind of a line or block of text standing on its own.

    title: the article's; follows_image: an image stood right before the line; following: the text after it, in which
    the person named by a caption speaks.
    """
    if line == title or line.startswith("#"):
        return "title"
    for kind, rule in _RULES:
        if rule().fullmatch(line) and (kind != "address" or not _END.search(line)):
            return kind
    if find_photo().search(line) and len(line) < 400:
        return "caption"
    if _END.search(line) or len(line) > (60 if "\u3400" <= line[0] <= "\u9fff" else 120) or "\n" in line:
        return "body"
    if follows_image or _names_speaker(line, following):
        return "caption"
    return "title" if following else "body"


def _names_speaker(line: str, following: str) -> bool:
    """Whether the end of the line, a person's name, stands in the beginning of the text that follows.

    >>> _names_speaker("中国驻伊斯坦布尔总领事魏晓东", "魏晓东指出,今年是")
    True
    """
    tail = line[-3:] if "\u3400" <= line[-1] <= "\u9fff" else line.split()[-1]
    return len(tail) > 1 and tail in following[:60]
