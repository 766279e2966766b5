"""The gold questions of `gold/*.yaml`, checked against the corpus when they are loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "gold"


class GoldError(ValueError):
    """A gold item contradicts itself or the corpus; the message names it."""


@dataclass(frozen=True)
class Item:
    """A gold question. `quotes` are verbatim parts of answering sentences; without any, the articles do not answer.

    facts: each fact in its accepted written forms, all facts needed.
    """

    id: str
    question: str
    language: str
    kind: str
    article: str = ""
    quotes: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    file: str = (
        ""  # "plain": worded plainly; "reworded…": terse or paraphrased; "languages": three articles × three languages
    )

    @property
    def answerable(self) -> bool:
        return bool(self.quotes)


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


def _item(entry: dict[str, object]) -> Item:
    try:
        facts = tuple(tuple(str(form) for form in fact) for fact in entry.get("facts", ()))  # type: ignore[attr-defined]
        quotes = tuple(str(q) for q in entry.get("quotes", ()))  # type: ignore[attr-defined]
        kind = str(entry.get("kind", "fact"))
        return Item(
            str(entry["id"]),
            str(entry["question"]),
            str(entry["language"]),
            kind,
            str(entry.get("article", "")),
            quotes,
            facts,
        )
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
