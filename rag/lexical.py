"""Words of paragraphs -> BM25 scores: the half of retrieval that knows rare names and numbers. `bm25s`' only door.

BM25 in Lucene's form (k1 = 1.2, b = 0.75), over the keys of `rag.language`: stems for alphabetic languages and
beginnings of words, which names share across languages; characters and bigrams for Chinese, which need no dictionary and
do as well as one in retrieval (Nie, Gao, Zhang and Zhou, IRAL 2000).
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from rag.language import keys

_K1, _B = 1.2, 0.75


class LexicalIndex:
    """Scores of all texts for a bag of words; ids and languages in `ids` and `languages`, in the order of the scores."""

    def __init__(
        self, bm25: bm25s.BM25 | None, ids: Sequence[str], languages: Sequence[str], frequencies: dict[str, int]
    ) -> None:
        self._bm25 = bm25
        self.ids = tuple(ids)
        self.languages = tuple(languages)
        self._frequencies = frequencies

    @classmethod
    def build(cls, texts: Sequence[tuple[str, str, str]]) -> LexicalIndex:
        """Index the words of texts, given as (id, language, text)."""
        words = [keys(text, language) for _, language, text in texts]
        frequencies = Counter(word for own in words for word in set(own))
        bm25 = None
        if frequencies:
            bm25 = bm25s.BM25(k1=_K1, b=_B, method="lucene")
            bm25.index(words, show_progress=False)
        return cls(bm25, [t[0] for t in texts], [t[1] for t in texts], dict(frequencies))

    def save(self, folder: Path) -> None:
        """Write the index into `folder`, which is made."""
        folder.mkdir(parents=True)
        state = {"ids": self.ids, "languages": self.languages, "frequencies": self._frequencies}
        (folder / "words.json").write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
        if self._bm25 is not None:
            self._bm25.save(str(folder / "bm25"), show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Read what `save` wrote; the matrix is mapped, not read. Raises OSError, ValueError, KeyError when it is damaged."""
        state = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        bm25 = bm25s.BM25.load(str(folder / "bm25"), mmap=True, show_progress=False) if state["frequencies"] else None
        return cls(bm25, state["ids"], state["languages"], state["frequencies"])

    def weight(self, word: str) -> float:
        """Inverse document frequency of a word, ln(1 + (N - n + 1/2) / (n + 1/2)), as in BM25; above 0."""
        n = self._frequencies.get(word, 0)
        return math.log(1 + (len(self.ids) - n + 0.5) / (n + 0.5))

    def scores(self, words: Sequence[str]) -> NDArray[np.float32]:
        """BM25 score of every paragraph, shape (len(ids),), as a share of what a paragraph full of all the words
        would get: in [0, 1], and so comparable between questions."""
        known = [word for word in dict.fromkeys(words) if word in self._frequencies]
        if self._bm25 is None or not known:
            return np.zeros(len(self.ids), dtype=np.float32)
        most = sum(self.weight(word) for word in dict.fromkeys(words)) * (_K1 + 1)
        # bm25s leaves Lucene's constant factor k1 + 1 out.
        return np.asarray(self._bm25.get_scores(known) * (_K1 + 1) / most, dtype=np.float32)
