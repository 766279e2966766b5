"""`articles.toml`: what is known of the files beside it, and the repairs their text needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from rag.article_files import ArticleEntries, ArticleEntry, RepairRule, read_tables
from rag.types import Repair

NAME = "articles.toml"


def load_entries(folder: Path) -> dict[str, ArticleEntry]:
    """Entries of `folder`'s manifest by file name; empty when there is none. Raises ArticleError when it cannot be used."""
    path = folder / NAME
    if not path.is_file():
        return {}
    return {entry.file: entry for entry in read_tables(path, ArticleEntries, str(path)).article}


def apply_repairs(text: str, repairs: Sequence[RepairRule]) -> tuple[str, tuple[Repair, ...]]:
    """`text` with every declared `from` replaced, and where the replacements now stand, in order.

    >>> apply_repairs("T肂Crk", [RepairRule(**{"from": "肂C", "to": "ü"})])
    ('Türk', (Repair(start=1, end=2, before='肂C', after='ü'),))
    """
    declared = {rule.before: rule.after for rule in repairs if rule.before}
    if not declared:
        return text, ()
    done: list[Repair] = []
    parts: list[str] = []
    at = length = 0
    # One pass over the text as it was: a replacement is never repaired again.
    for match in re.finditer("|".join(map(re.escape, declared)), text):
        after = declared[match.group()]
        parts += [text[at : match.start()], after]
        start = length + match.start() - at
        done.append(Repair(start, start + len(after), match.group(), after))
        at, length = match.end(), start + len(after)
    return "".join([*parts, text[at:]]), tuple(done)


def undo_repairs(text: str, repairs: tuple[Repair, ...]) -> str:
    """The text as it was before `repairs` (sorted by start), for checking that nothing else was changed."""
    for r in reversed(repairs):
        text = text[: r.start] + r.before + text[r.end :]
    return text
