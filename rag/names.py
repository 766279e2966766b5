"""`names.toml`: how persons, places and bodies are written in each language, beside the articles that name them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from rag.article_files import NameEntries, read_tables
from rag.language import fold_with_offsets
from rag.types import Name, Span

FILE = "names.toml"


class Names:
    """Known names, found in texts of any language; letters' case and diacritics do not matter.

    Latin names are words of their own, with Turkish endings after an apostrophe or not; Chinese ones have no edges.

    >>> names = Names([Name("iznik", "place", {"tr": ("İznik",), "zh": ("伊兹尼克",)})])
    >>> names.find_ids("IZNIK’te"), names.find_ids("在伊兹尼克"), names.find_ids("Iznikli")
    (frozenset({'iznik'}), frozenset({'iznik'}), frozenset())
    """

    def __init__(self, known: Sequence[Name] = ()) -> None:
        self.known = {name.id: name for name in known}
        self._rules = {name.id: _rule(form for forms in name.forms.values() for form in forms) for name in known}
        self.spans = lru_cache(maxsize=4096)(self._spans)

    def find_ids(self, text: str) -> frozenset[str]:
        """Ids of the names that stand in `text`."""
        return frozenset(identity for identity, _ in self.spans(text))

    def of_kind(self, text: str, *kinds: str) -> frozenset[str]:
        """Ids of the names of these kinds, such as "person", that stand in `text`."""
        return frozenset(identity for identity in self.find_ids(text) if self.known[identity].kind in kinds)

    def _spans(self, text: str) -> tuple[tuple[str, Span], ...]:
        """Where which name stands in `text`, in order; of names within one another the longest."""
        plain = fold_with_offsets(text)
        found = [
            (identity, plain.span(*match.span()))
            for identity, rule in self._rules.items()
            for match in rule.finditer(plain.text)
        ]
        found.sort(key=lambda row: (row[1][0], -row[1][1]))
        kept: list[tuple[str, Span]] = []
        for identity, span in found:
            if not kept or span[0] >= kept[-1][1][1]:
                kept.append((identity, span))
        return tuple(kept)


def _rule(forms: Any) -> re.Pattern[str]:  # noqa: ANN401 - any iterable of str
    alternatives = sorted({re.escape(fold_with_offsets(form).text) for form in forms}, key=len, reverse=True)
    return re.compile(rf"(?<![a-z])(?:{'|'.join(alternatives)})(?![a-z])")


def load_names(folder: Path) -> list[Name]:
    """The names of a folder of articles; none when it has no such file. Raises ArticleError when it cannot be read."""
    path = folder / FILE
    if not path.is_file():
        return []
    entries = read_tables(path, NameEntries, FILE).name
    return [Name(entry.id, entry.kind, entry.__pydantic_extra__, entry.ours) for entry in entries]


def digest_names(known: Sequence[Name]) -> str:
    """Changes with the names; "" when there are none."""
    return hashlib.blake2b(repr(list(known)).encode(), digest_size=8).hexdigest() if known else ""


def stands_in(name: Name, text: str, language: str) -> bool:
    """Whether one of its forms in `language` is in `text`."""
    forms = name.forms.get(language, ())
    return bool(forms and _rule(forms).search(fold_with_offsets(text).text))


def find_lost_names(names: Sequence[Name], text: str, language: str, other: str, into: str) -> list[str]:
    """The names that stand in `text` and not in `other`, each as it should be written there."""
    return [
        name.forms[into][0]
        for name in names
        if into in name.forms and stands_in(name, text, language) and not stands_in(name, other, into)
    ]
