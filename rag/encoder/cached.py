"""An embedder of stored texts that embeds no text twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from rag.digests import text_digest
from rag.encoder.cache import Key, VectorCache
from rag.errors import EmbeddingsError
from rag.types import Embedder, Vectors

# Handed to the embedder at once: what was made of them is kept when the run is stopped.
MAX_BATCH_TEXTS, MAX_BATCH_CHARS = 256, 12_000


class CachedEmbedder:
    """An embedder of stored texts that asks the cache first.

    embedded, reused: texts embedded and found so far; seconds: spent in the embedder.
    """

    def __init__(self, embedder: Embedder, cache: VectorCache) -> None:
        self._embedder, self._cache = embedder, cache
        self.embedded = self.reused = 0
        self.seconds = 0.0

    def passages(
        self, texts: Sequence[str], languages: Sequence[str], progress: Callable[[int], None] = lambda done: None
    ) -> Vectors:
        """Vectors of texts, shape (len(texts), dimensions), as the cache keeps them. Each batch is kept once it is made.

        progress: called after each batch with the number of texts done.
        Raises EmbeddingsError when the embedder gives something else.
        """
        keys = [(text_digest(text), language) for text, language in zip(texts, languages, strict=True)]
        found = self._cache.get(keys)
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        self.reused += len(set(keys)) - len(new)
        done = len(keys) - len(new)
        for batch in _cut_batches(list(new.items())):
            found |= self._embed(batch)
            done += len(batch)
            progress(done)
        return np.stack([found[key] for key in keys]) if keys else np.empty((0, self._embedder.dimensions), np.float32)

    def _embed(self, batch: Sequence[tuple[Key, str]]) -> dict[Key, Vectors]:
        started = time.perf_counter()
        made = self._embedder.passages([text for _, text in batch], [language for (_, language), _ in batch])
        self.seconds += time.perf_counter() - started
        shape = (len(batch), self._embedder.dimensions)
        if made.shape != shape or not np.isfinite(made).all():
            raise EmbeddingsError(
                f"The embedder gave vectors of shape {made.shape} or without finite numbers, not of {shape}.",
                "Check RAG_EMBEDDINGS.",
            )
        self.embedded += len(batch)
        keys = [key for key, _ in batch]
        rounded = made.astype(np.float16).astype(np.float32)  # as it will be read again, so that runs agree
        self._cache.put(keys, rounded)
        return dict(zip(keys, rounded, strict=True))


def _cut_batches(texts: Sequence[tuple[Key, str]]) -> Iterable[list[tuple[Key, str]]]:
    batch: list[tuple[Key, str]] = []
    chars = 0
    for row in texts:
        if batch and (len(batch) >= MAX_BATCH_TEXTS or chars + len(row[1]) > MAX_BATCH_CHARS):
            yield batch
            batch, chars = [], 0
        batch.append(row)
        chars += len(row[1])
    if batch:
        yield batch
