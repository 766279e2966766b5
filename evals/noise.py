"""Vectors that are a little wrong, as another processor or another engine makes them: what that moves, whether the gate holds.

Noise is normal, of one standard deviation in each of a vector's numbers, and the vector has unit length again; at 1e-3 the dot
product of a vector with the one it was made from is 0.9996. It is told from the seed and the text, so that a text has one vector.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from rich.console import Console
from rich.table import Table

from evals import gate, runner
from evals.remembering import Known, remember_pairs, remember_vectors, replace_embedding
from evals.score import Score
from rag import Settings
from rag.encoder.embeddings import CentredEmbedder
from rag.types import Vectors

SCALE = 1e-3


@contextmanager
def disturbed(scale: float = SCALE, seed: int = 0) -> Iterator[None]:
    """Every vector of a passage and of a question has noise while this lasts. scale: standard deviation in each number."""
    passages, query = CentredEmbedder.passages, CentredEmbedder.query

    def moved(text: str, vector: Vectors) -> Vectors:
        noise = np.random.default_rng([seed, zlib.crc32(text.encode("utf-8", "replace"))])
        wrong = vector + noise.normal(scale=scale, size=vector.shape)
        return np.asarray(wrong / np.linalg.norm(wrong), dtype=np.float32)

    def noisy_passages(
        self: CentredEmbedder, texts: Sequence[str], languages: Sequence[str],
        progress: Callable[[int], None] | None = None,
    ) -> Vectors:  # fmt: skip
        made = passages(self, texts, languages, progress)
        return np.stack([moved(*row) for row in zip(texts, made, strict=True)]) if len(made) else made

    def noisy_query(self: CentredEmbedder, text: str, language: str) -> Vectors:
        return moved(text, query(self, text, language))

    with replace_embedding(noisy_passages, noisy_query):
        yield


def main(console: Console, scale: float, seeds: int) -> int:
    """Ask the gold questions without noise and with that of each seed, and print what it moves; 1 when it closes the gate."""
    known = Known()
    found: list[list[Score]] = []
    with remember_vectors(known), remember_pairs(known):
        for seed in range(seeds + 1):
            with disturbed(scale if seed else 0.0, seed), runner.indexed(Settings(model=None)) as assistant:
                found.append(runner.run(assistant, beside=False).scores())
    broken = [line for scores in found[1:] for line in gate.breaches(scores, gate.limits())]
    console.print(f"Noise of {scale:g} in every number of every vector, {seeds} seeds.")
    console.print(_table(found))
    for line in broken:
        console.print(line, markup=False, highlight=False)
    return 1 if broken else 0


def _table(found: Sequence[Sequence[Score]]) -> Table:
    table = Table("score", *(("n", "without", "lowest", "highest", "limit")))
    limits = gate.limits()
    for rows in zip(*found, strict=True):
        limit = limits.get(rows[0].name)
        values = [row.value for row in rows if row.value is not None]
        if limit and values:
            bound = limit.least if limit.least is not None else limit.most
            shown = (values[0], min(values), max(values), bound)
            table.add_row(rows[0].name, str(rows[0].n), *(f"{value:.3f}" for value in shown))
    return table
