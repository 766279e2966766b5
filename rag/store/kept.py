"""Paragraphs kept in memory with their vectors, for comparing what is asked and claimed with each of their sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.store.chroma import Collections, sentence_id, view_id
from rag.types import Paragraph, Vectors, View

# Paragraphs kept in memory, some 10 KB a view with its vectors. Chroma takes 4 ms to hand out a dozen of them again.
_KEPT = 4000


@dataclass(frozen=True, slots=True)
class Kept:
    """A paragraph and the vectors of its views: of each its own, then those of its sentences, shape (rows, dimensions)."""

    paragraph: Paragraph
    vectors: Vectors

    def compare(self, vector: Vectors) -> list[tuple[View, float, list[float]]]:
        """Each view with its similarity to `vector` and those of its sentences."""
        similar = (self.vectors @ vector).tolist()
        found: list[tuple[View, float, list[float]]] = []
        at = 0
        for view in self.paragraph.views:
            end = at + 1 + len(view.sentences)
            found.append((view, similar[at], similar[at + 1 : end]))
            at = end
        return found

    def sentence(self, language: str, index: int) -> Vectors:
        """Vector of a sentence as it is read in a language."""
        at = 0
        for view in self.paragraph.views:
            if view.language == language:
                return np.asarray(self.vectors[at + 1 + index])
            at += 1 + len(view.sentences)
        raise KeyError(language)


class KeptParagraphs:
    """What was read of a generation, which never changes."""

    def __init__(self, collections: Collections) -> None:
        self._collections = collections
        self._fetched: dict[str, Kept] = {}

    def of(self, ids: Sequence[str]) -> dict[str, Kept]:
        """These paragraphs among others, with their vectors; a generation never changes."""
        kept = self._fetched if len(self._fetched) + len(ids) <= _KEPT else {}
        if missing := [row for row in ids if row not in kept]:
            self._fetch(missing, kept)
        return kept

    def _fetch(self, ids: Sequence[str], kept: dict[str, Kept]) -> None:
        found = list(self._collections.paragraphs(ids).values())
        views = [(p, view) for p in found for view in p.views]
        own = self._collections.view_vectors([view_id(p, view) for p, view in views])
        parts = self._collections.sentence_vectors(
            [sentence_id(view_id(p, view), i) for p, view in views for i in range(len(view.sentences))]
        )
        for p in found:
            rows: list[Vectors] = []
            for view in p.views:
                row = view_id(p, view)
                rows += [own[row], *(parts[sentence_id(row, i)] for i in range(len(view.sentences)))]
            kept[p.id] = Kept(p, np.stack(rows))
        self._fetched = kept
