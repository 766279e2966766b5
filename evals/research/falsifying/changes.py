"""What is changed in a sentence, and the few things that all ways of changing one need."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from evals.research.falsifying.texts import Sentence

Item = TypeVar("Item")


@dataclass(frozen=True)
class Change:
    """A sentence with something done to it: `kind` is what is wrong, or one of `evals.claims.TRUE`; `way` is how it was done."""

    kind: str
    way: str
    text: str


Maker = Callable[[Sentence, Sequence[Sentence]], Iterator[Change]]  # of a sentence, given those of every passage


def draw(key: str, seed: int = 0) -> int:
    """A number told from a key: the same in every run.

    >>> draw("a") == draw("a") != draw("b"), draw("a", 1) == draw("a")
    (True, False)
    """
    return int.from_bytes(hashlib.blake2b(f"{seed}/{key}".encode(), digest_size=6).digest(), "big")


def pick(items: Sequence[Item], key: str) -> Item:
    """One of some items, told from a key."""
    return items[draw(key) % len(items)]


def shuffled(items: Sequence[Item], key: str) -> list[Item]:
    """The items in an order told from a key."""
    return [item for _, item in sorted(enumerate(items), key=lambda pair: draw(f"{key}/{pair[0]}"))]


def put(text: str, start: int, end: int, new: str) -> str:
    """Other words in the place of some; a capital where a sentence begins with them.

    >>> put("A red bowl", 2, 5, "blue"), put("5 kilns", 0, 1, "nine"), put("2 kap", 0, 1, "iki")
    ('A blue bowl', 'Nine kilns', 'İki kap')
    """
    if not start and new[:1].islower():
        new = ("İ" if new.startswith("iki") else new[0].upper()) + new[1:]
    return f"{text[:start]}{new}{text[end:]}"


def before_stop(text: str, added: str) -> str:
    """Words put in before the full stop.

    >>> before_stop("It glows.", " at night"), before_stop('"It glows."', ", he said")
    ('It glows at night.', '"It glows.", he said.')
    """
    stop = "。" if text.rstrip("”」』\"’)）")[-1:] == "。" else "."
    bare = text[:-1] if text[-1] in ".。!！" else text
    return f"{bare}{added}{stop}"
