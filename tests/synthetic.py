"""Articles and vectors in bulk, the same every time: what grows is tested without the hours that a real encoder takes."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import numpy as np

from rag import Article

WORDS = [
    "".join(random.Random(n).choices("bcdfghklmnprstvz", k=1) + random.Random(n + 9999).choices("aeiou", k=1)) * (1 + n % 3)
    + "".join(random.Random(n + 77).choices("lmnrst", k=2))
    for n in range(4000)
]  # fmt: skip


class HashEmbedder:
    """Unit vectors that are the sum of one drawn for each word and a smaller one for the text: equal texts alike, texts that
    share words near.

    calls: the texts of each call.
    """

    def __init__(self, dimensions: int = 64, identity: str = "hash") -> None:
        self.dimensions, self.identity = dimensions, f"{identity}/{dimensions}"
        self.calls: list[list[str]] = []
        self._word = lru_cache(maxsize=10_000)(self._draw)

    def passages(
        self, texts: Sequence[str], languages: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        self.calls.append(list(texts))
        return np.stack([self._vector(*pair) for pair in zip(texts, languages, strict=True)])

    def query(self, text: str, language: str) -> np.ndarray:
        return self._vector(text, language)

    def _vector(self, text: str, language: str) -> np.ndarray:
        made = 0.3 * self._draw(f"{language}|{text}")
        for word in re.findall(r"\w+", text.lower()):
            made = made + self._word(word)
        return np.asarray(made / np.linalg.norm(made), dtype=np.float32)

    def _draw(self, seed: str) -> np.ndarray:
        number = int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=8).digest(), "little")
        return np.random.default_rng(number).standard_normal(self.dimensions, dtype=np.float32)


def name_of(n: int) -> str:
    """A name that no other number has, such as "Bakozu"."""
    syllables = ""
    for _ in range(4):
        n, one = divmod(n, 80)
        syllables += "bdfgjkmnprstvwzh"[one // 5] + "aeiou"[one % 5]
    return syllables.capitalize() + "q"


def articles(paragraphs: int, in_each: int = 20, sentences: int = 3) -> Iterator[Article]:
    """Articles of `in_each` paragraphs of a few sentences each; paragraph n names `name_of(n)` and the number 700000 + n."""
    draw = random.Random(5)
    for first in range(0, paragraphs, in_each):
        own: list[str] = []
        for n in range(first, min(paragraphs, first + in_each)):
            rest = [" ".join(draw.choices(WORDS, k=10)).capitalize() + "." for _ in range(sentences - 1)]
            own.append(" ".join([f"The kiln {name_of(n)} made {700_000 + n} bowls.", *rest]))
        yield Article(id=f"a{first // in_each}", title=f"Article {first // in_each}", language="en", paragraphs=own)
