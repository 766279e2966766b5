"""The gold questions of `gold/*.yaml`, checked against the corpus when they are loaded."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "gold"


class GoldError(ValueError):
    """A gold item contradicts itself or the corpus; the message names it."""


@dataclass(frozen=True)
class Item:
    """A gold question. `quotes` are verbatim parts of answering sentences; without any, the articles do not answer.

    history: the questions asked before it, oldest first. facts: each fact in its accepted written forms, all facts needed.
    reading: forms of what must be reckoned, one of them in the answer or its notice. never: what the answer must not say.
    both: every article quoted must be cited.
    """

    id: str
    question: str
    language: str
    kind: str
    article: str = ""
    quotes: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    history: tuple[str, ...] = ()
    reading: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    both: bool = False
    file: str = ""  # the name of its file: what the questions in it have in common

    @property
    def answerable(self) -> bool:
        return bool(self.quotes) and self.kind != "wrong-premise"

    @property
    def held_out(self) -> bool:
        """Whether it is in the third that nothing is tuned on; told from its id, so that it never changes."""
        return hashlib.blake2b(self.id.encode(), digest_size=2).digest()[0] % 3 == 0


def load(paragraphs: Mapping[str, str] | None = None, folder: Path = FOLDER) -> list[Item]:
    """All items, sorted by file and place.

    paragraphs: text by id of the corpus, to check that every quote is in one and every fact can be stated.
    Raises GoldError.
    """
    items: list[Item] = []
    for path in sorted(folder.glob("*.yaml")):
        items += [replace(_item(entry), file=path.stem) for entry in yaml.safe_load(path.read_text(encoding="utf-8"))]
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            raise GoldError(f"{item.id}: twice")
        seen.add(item.id)
        if paragraphs is not None and item.answerable:
            _check(item, list(paragraphs.values()))
    return items


def _item(entry: dict[str, Any]) -> Item:
    try:
        facts = tuple(tuple(str(form) for form in fact) for fact in entry.get("facts") or ())
        quotes, history, reading, never = (
            tuple(map(str, entry.get(name) or ())) for name in ("quotes", "history", "reading", "never")
        )
        return Item(
            str(entry["id"]), str(entry["question"]), str(entry["language"]), str(entry.get("kind", "fact")),
            str(entry.get("article") or ""), quotes, facts, history, reading, never, bool(entry.get("both")),
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        raise GoldError(f"{entry.get('id', entry)}: {error!r}") from None


def _check(item: Item, texts: Sequence[str]) -> None:
    for quote in item.quotes:
        if not any(quote in text for text in texts):
            raise GoldError(f"{item.id}: not in the articles: {quote!r}")
    for fact in item.facts:
        if not any(form in text for form in fact for text in texts):
            raise GoldError(f"{item.id}: no article states {fact!r}")


def gold_paragraphs(item: Item, paragraphs: Mapping[str, str]) -> set[str]:
    """Ids of the paragraphs that hold one of the item's quotes."""
    return {identity for identity, text in paragraphs.items() if any(quote in text for quote in item.quotes)}
