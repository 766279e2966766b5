"""Synthetic vectors for corpora that would take hours to embed: real vectors of other texts, turned by a fixed angle.

A few hundred texts, the anchors, keep their real vectors, so that questions about them are found and answered as they would be.
Any other text gets a vector at cosine 0.8 to the centre of a cluster chosen by its hash, which is at cosine 0.8 to an anchor.
So the vectors lie in clusters, as real ones do and random ones do not: an index over random vectors is slower. Figures made with
them are marked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
from langchain_core.embeddings import Embeddings

from evals.research.bench.house import Array, HouseEmbedder

COSINE_TO_ANCHOR = 0.8


def turn_vectors(anchors: Array, texts: list[str]) -> Array:
    """A unit vector for each text, the same for the same text, shape (len(texts), dimensions of the anchors)."""
    made = np.empty((len(texts), anchors.shape[1]), dtype=np.float32)
    for row, text in enumerate(texts):
        seed = int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
        anchor = anchors[seed % len(anchors)]
        noise = np.random.default_rng(seed).standard_normal(anchors.shape[1], dtype=np.float32)
        noise -= (noise @ anchor) * anchor
        noise /= np.linalg.norm(noise)
        made[row] = COSINE_TO_ANCHOR * anchor + (1 - COSINE_TO_ANCHOR**2) ** 0.5 * noise
    return made


class SyntheticEmbeddings(Embeddings):
    """LangChain embeddings: real for the anchors and for questions, synthetic for all other texts.

    A cluster's centre is its anchor turned once, and no text has it: a vector that is nearer to all of its cluster than they are
    to one another would be the only neighbour that a graph links them to, and most would not be found.

    anchors: real unit vectors by text.
    house: embeds the questions.
    """

    def __init__(self, anchors: Mapping[str, Array], house: HouseEmbedder) -> None:
        self._real = anchors
        self._centres = np.concatenate([turn_vectors(vector[None], [text]) for text, vector in anchors.items()])
        self._house = house
        self.identity = f"synthetic-{len(anchors)}-{house.identity}"

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of stored texts, shape (len(texts), dimensions)."""
        made = turn_vectors(self._centres, texts)
        for row, text in enumerate(texts):
            if text in self._real:
                made[row] = self._real[text]
        rows: list[list[float]] = made.tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """The real vector of a question, shape (dimensions,)."""
        row: list[float] = self._house.embed_question(text).tolist()
        return row
