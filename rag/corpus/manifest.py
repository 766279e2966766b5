"""`articles.toml`: what is known of the files beside it, and the repairs their text needs."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.errors import ArticleError
from rag.types import Repair

NAME = "articles.toml"
_TEXTS = ("id", "title", "language", "outlet", "published", "url", "encoding")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says of one file."""

    id: str | None = None
    title: str | None = None
    language: str | None = None
    outlet: str | None = None
    published: str | None = None
    url: str | None = None
    encoding: str | None = None
    repairs: tuple[tuple[str, str], ...] = ()
    questions: dict[str, tuple[str, ...]] = field(default_factory=dict)


def load_entries(folder: Path) -> dict[str, Entry]:
    """Entries of `folder`'s manifest by file name; empty when there is none.

    Raises ArticleError naming the table and key when it cannot be read.
    """
    path = folder / NAME
    if not path.is_file():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("article", [])
        return {str(table["file"]): _entry(table) for table in tables}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError) as error:
        raise ArticleError(f"{path}: {error}", "Correct the file.") from None
    except (KeyError, TypeError, AttributeError) as error:
        raise ArticleError(f"{path}: an [[article]] lacks or misuses {error}", "Correct the file.") from None


def _entry(table: dict[str, Any]) -> Entry:
    if unknown := sorted(set(table) - {*_TEXTS, "file", "repairs", "questions"}):
        raise KeyError(unknown[0])
    texts = {name: str(table[name]) for name in _TEXTS if name in table}
    repairs = tuple((str(r["from"]), str(r["to"])) for r in table.get("repairs", []))
    questions = {str(code): tuple(map(str, asked)) for code, asked in table.get("questions", {}).items()}
    return Entry(**texts, repairs=repairs, questions=questions)


def apply_repairs(text: str, repairs: tuple[tuple[str, str], ...]) -> tuple[str, tuple[Repair, ...]]:
    """`text` with every declared `from` replaced, and where the replacements now stand, in order.

    >>> apply_repairs("T肂Crk", (("肂C", "ü"),))
    ('Türk', (Repair(start=1, end=2, before='肂C', after='ü'),))
    """
    declared = {before: after for before, after in repairs if before}
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
