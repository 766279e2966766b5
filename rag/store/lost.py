"""Rows that Chroma's graph does not find, compared with a question one by one.

A graph of nearest neighbours (HNSW; Malkov and Yashunin, TPAMI 42(4), 2020) keeps a bounded number of links at each row. A row
that is no neighbour of its neighbours has no link to it: so it goes to many that lie around one text nearer to each than they are
to one another. Linking such a row anew takes links away from others, so it is noted instead.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from rag.errors import IndexUnusable
from rag.store.matrix import VectorMatrix
from rag.types import Vectors

NAME = "lost.json"
MAX_SHARE, _FEW = 0.2, 25_000  # of the rows of a kind; so few are compared in the time that the graph takes, in 40 MB of memory

Lost = Mapping[str, Mapping[str, int]]  # by kind: the row's id in Chroma, and the number of its vector


def write_lost(folder: Path, lost: Lost, sizes: Mapping[str, int]) -> None:
    """Note the lost rows of each kind. Raises IndexUnusable when there are over 25,000 and a fifth of all: then there is hardly
    any graph, and comparing them one by one would take long.

    sizes: rows of each kind.
    """
    for kind, rows in lost.items():
        if len(rows) > max(_FEW, MAX_SHARE * sizes[kind]):
            raise IndexUnusable(
                f"Chroma does not find {len(rows)} of the {sizes[kind]} rows of {kind} that it has written.",
                "The index is as it was. Most texts are nearly alike: leave out lists and logs, and ingest again.",
            )
    (folder / NAME).write_text(json.dumps(lost, ensure_ascii=False), encoding="utf-8")


def read_lost(folder: Path) -> Lost:
    """The lost rows of a generation. Raises OSError or ValueError when the file is damaged."""
    noted: Lost = json.loads((folder / NAME).read_text(encoding="utf-8"))
    return noted


class LostRows:
    """The lost rows of a generation. Raises OSError or ValueError when the file is damaged."""

    def __init__(self, folder: Path, matrix: VectorMatrix) -> None:
        noted = read_lost(folder)
        self._rows = {
            kind: (list(rows), _to_unit(matrix.read(list(rows.values())))) for kind, rows in noted.items() if rows
        }

    def count_rows(self, kind: str) -> int:
        """Number of lost rows of a kind."""
        return len(self._rows[kind][0]) if kind in self._rows else 0

    def merge(
        self, kind: str, vector: Vectors, found: Sequence[tuple[str, float]], count: int
    ) -> list[tuple[str, float]]:
        """The `count` nearest of what was found and of the lost rows, as ids and cosine similarities, nearest first."""
        if kind not in self._rows:
            return list(found)
        all_found = dict(found) | dict(self.rank(kind, vector))
        return sorted(all_found.items(), key=lambda row: -row[1])[:count]

    def rank(self, kind: str, vector: Vectors) -> list[tuple[str, float]]:
        """All lost rows of a kind, as ids and cosine similarities, nearest first."""
        ids, vectors = self._rows.get(kind, ([], np.empty((0, len(vector)), dtype=np.float32)))
        similar = (vectors @ _to_unit(vector)).tolist()
        return sorted(zip(ids, similar, strict=True), key=lambda row: -row[1])


def _to_unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)
