"""The gold questions of `gold/*.yaml`, checked against the corpus when they are loaded. The format: `gold/README.md`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from evals.facts import Fact, parse

FOLDER = Path(__file__).parent / "gold"
LANGUAGES = ("en", "zh", "tr")
SMALL_TALK = "small-talk"
UNANSWERED = ("near-miss", "off-topic", "injection", SMALL_TALK)
KINDS = ("fact", "list", "join", "conflict", "time", "follow-up", "overview", "wrong-premise", *UNANSWERED)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the first takes a seventh of the time, and is not built everywhere
_KEYS = {
    "id", "kind", "language", "question", "history", "article", "quotes", "facts", "reading", "never", "both",
    "short", "note",
}  # fmt: skip


class GoldError(ValueError):
    """A gold item contradicts itself or the corpus; the message names it."""


@dataclass(frozen=True)
class Item:
    """A gold question. `quotes` are verbatim parts of answering sentences; without any, the articles do not answer.

    history: the questions asked before it, oldest first. facts: what a right answer states, all of it.
    reading: what must be reckoned, one of them in the answer or its notice. never: what the answer must not say.
    both: every article quoted must be cited. short: forms of the exact answer; one of them, or more with it, is right.
    """

    id: str
    question: str
    language: str
    kind: str
    article: str = ""
    quotes: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    history: tuple[str, ...] = ()
    reading: tuple[Fact, ...] = ()
    never: tuple[str, ...] = ()
    both: bool = False
    short: tuple[str, ...] = ()  # accepted forms of the exact answer
    file: str = ""  # the name of its file: what the questions in it have in common

    @property
    def answerable(self) -> bool:
        return bool(self.quotes) and self.kind != "wrong-premise"

    @property
    def held_out(self) -> bool:
        """Whether it is in the third that nothing is tuned on; told from its id, so that it never changes."""
        return hashlib.blake2b(self.id.encode(), digest_size=2).digest()[0] % 3 == 0

    @property
    def split(self) -> str:
        """ "test" for the third that is held out, else "dev"."""
        return "test" if self.held_out else "dev"


def load(paragraphs: Mapping[str, str] | None = None, folder: Path = FOLDER) -> list[Item]:
    """All items, sorted by file and place.

    paragraphs: original text by id of the corpus, to check that every quote is in one and every fact is stated by one.
    Raises GoldError.
    """
    items: list[Item] = []
    for path in sorted(folder.glob("*.yaml")):
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
        items += [replace(_item(entry), file=path.stem) for entry in entries]
    seen: set[str] = set()
    for item in items:
        problems = [*(["twice"] if item.id in seen else []), *_problems(item)]
        if paragraphs is not None:
            problems += _against(item, paragraphs)
        if problems:
            raise GoldError(f"{item.id}: {'; '.join(problems)}")
        seen.add(item.id)
    return items


def gold_paragraphs(item: Item, paragraphs: Mapping[str, str]) -> set[str]:
    """Ids of the paragraphs that hold one of the item's quotes."""
    return {identity for identity, text in paragraphs.items() if any(quote in text for quote in item.quotes)}


def needed(item: Item, paragraphs: Mapping[str, str]) -> tuple[frozenset[str], ...]:
    """Groups of gold paragraphs: a full answer cites one of each. () for an item that is not answerable.

    A fact makes a group of the gold paragraphs that state it (all of them when none does, in the original); `both` makes one of
    every article quoted. A group that holds another one is left out, since citing the other fulfils it.
    """
    if not item.answerable:
        return ()
    gold = frozenset(gold_paragraphs(item, paragraphs))
    groups = [frozenset(p for p in gold if fact.stated(paragraphs[p])) or gold for fact in item.facts] or [gold]
    if item.both:
        groups += [frozenset(p for p in gold if _article(p) == article) for article in sorted(set(map(_article, gold)))]
    distinct = list(dict.fromkeys(groups))
    return tuple(group for group in distinct if not any(other < group for other in distinct))


def coverage(items: Iterable[Item], paragraphs: Mapping[str, str]) -> set[str]:
    """Ids of the paragraphs that no answerable question has as gold."""
    asked = (gold_paragraphs(item, paragraphs) for item in items if item.answerable)
    return set(paragraphs).difference(*asked)


def _item(entry: dict[str, Any]) -> Item:
    name = entry.get("id", entry)
    if unknown := set(entry) - _KEYS:
        raise GoldError(f"{name}: unknown key {', '.join(sorted(unknown))}")
    if missing := {"id", "question", "language"} - set(entry):
        raise GoldError(f"{name}: no {', '.join(sorted(missing))}")
    try:
        quotes, history, never, short = (
            tuple(map(str, _list(entry, key))) for key in ("quotes", "history", "never", "short")
        )
        facts, reading = (tuple(map(parse, _list(entry, key))) for key in ("facts", "reading"))
    except (TypeError, ValueError) as error:
        raise GoldError(f"{name}: {error}") from None
    return Item(
        str(entry["id"]), str(entry["question"]), str(entry["language"]), str(entry.get("kind", "fact")),
        str(entry.get("article") or ""), quotes, facts, history, reading, never, bool(entry.get("both")), short,
    )  # fmt: skip


def _list(entry: Mapping[str, Any], key: str) -> Sequence[Any]:
    value = entry.get(key) or []
    if not isinstance(value, list):
        raise ValueError(f"{key} is a list; got {value!r}")
    return value


def _problems(item: Item) -> list[str]:
    """What is wrong with an item by itself."""
    checks = {
        f"unknown language {item.language!r}": item.language not in LANGUAGES,
        f"unknown kind {item.kind!r}": item.kind not in KINDS,
        f"a {item.kind} has no quotes": item.kind in UNANSWERED and item.quotes,
        "a follow-up has a history, and nothing else has": (item.kind == "follow-up") != bool(item.history),
        "facts without quotes": (item.facts or item.reading) and not item.quotes,
        "an empty quote, question before or forbidden form": not all(
            text.strip() for text in (*item.quotes, *item.history, *item.never)
        ),
        "a forbidden form states what is asked for": any(
            fact.stated(form) for fact in (*item.facts, *item.reading) for form in item.never
        ),
    }
    return [problem for problem, wrong in checks.items() if wrong]


def _against(item: Item, paragraphs: Mapping[str, str]) -> list[str]:
    """What is wrong with an item when it is held against the corpus."""
    gold = gold_paragraphs(item, paragraphs)
    articles = set(map(_article, paragraphs))
    problems = [
        f"not in the articles: {quote!r}" for quote in item.quotes if not any(quote in t for t in paragraphs.values())
    ]
    problems += [f"no article states {fact}" for fact in item.facts if not any(map(fact.stated, paragraphs.values()))]
    problems += [
        f"forbidden, but in a paragraph it quotes: {form!r}"
        for form in item.never
        if any(form in paragraphs[row] for row in gold)
    ]
    if item.article and item.article not in articles:
        problems.append(f"unknown article {item.article!r}; known are {', '.join(sorted(articles))}")
    if item.both and len(set(map(_article, gold))) < 2:
        problems.append("both articles are asked for, but one is quoted")
    return problems


def _article(paragraph: str) -> str:
    return paragraph.partition("#")[0]
