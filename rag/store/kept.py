"""Paragraphs kept in memory with their vectors, for comparing what is asked and claimed with each of their sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.store.matrix import VectorMatrix
from rag.store.rows import Rows
from rag.types import Paragraph, Vectors, View

MAX_KEPT_VECTORS = 24_000  # kept in memory, with the paragraphs that they belong to


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


class KeptParagraphs:
    """What was read of a generation, which never changes."""

    def __init__(self, rows: Rows, matrix: VectorMatrix) -> None:
        self._rows, self._matrix = rows, matrix
        self._fetched: dict[str, Kept] = {}
        self._kept_vectors = 0

    def keep_for(self, ids: Sequence[str]) -> dict[str, Kept]:
        """These paragraphs among others, with their vectors; a generation never changes."""
        if self._kept_vectors > MAX_KEPT_VECTORS:
            # Others may still be reading the old ones, so they are left and not emptied.
            self._fetched, self._kept_vectors = {}, 0
        kept = self._fetched
        if missing := [row for row in ids if row not in kept]:
            found = self._rows.paragraphs(missing)
            vectors = self._matrix.read([number for _, numbers in found.values() for number in numbers])
            at = 0
            for row, (paragraph, numbers) in found.items():
                # A copy: a view would keep the vectors of all that were fetched with it.
                kept[row] = Kept(paragraph, vectors[at : at + len(numbers)].copy())
                at += len(numbers)
            self._kept_vectors += at
        return kept
