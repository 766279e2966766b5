"""The next generation of an index, begun with the first article that is new, and published when it is complete."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import rag.corpus as corpus
import rag.store as store
from rag.encoder.cache import CachedEmbedder, VectorCache
from rag.types import Embedder, Name, Paragraph

Progress = Callable[[str, int, int], None]


class NewGeneration:
    """What an ingestion writes; a run that finds nothing new writes nothing.

    embedded, reused: texts embedded, and those whose vectors were known; embedding_seconds: spent in the embedder; notice: what
    became of a damaged cache.
    """

    def __init__(self, folder: Path, embedder: Embedder, previous: store.Store | None, progress: Progress) -> None:
        self._folder, self._embedder, self._previous, self._progress = folder, embedder, previous, progress
        self._writer: store.GenerationWriter | None = None
        self._published = False
        self.embedded = self.reused = 0
        self.embedding_seconds = 0.0
        self.notice = ""

    def close(self) -> None:
        """Let go of the files; what was not published is removed, so that it takes no space."""
        if self._writer:
            self._writer.close()
            if not self._published:
                shutil.rmtree(self._writer.folder, ignore_errors=True)

    def _begin(self) -> store.GenerationWriter:
        if self._writer is None:
            folder = store.begin(self._folder)
            try:
                self._writer = store.GenerationWriter(folder, self._embedder.dimensions)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
        return self._writer

    def add(self, paragraphs: Sequence[Paragraph]) -> None:
        """Add the paragraphs of an article."""
        self._begin().add(paragraphs)

    def finish(self, kept: Sequence[str], records: Sequence[store.ArticleRecord], names: Sequence[Name]) -> str:
        """Embed what is new, write, check and publish; the name of the generation.

        kept: ids of the articles of the previous generation that stay as they are. names: those read now.
        """
        writer = self._begin()
        if self._previous:
            for identity in kept:
                writer.add(self._previous.article(identity))
        known = {name.id: name for name in (self._previous.names if self._previous else ())}
        cache = VectorCache(self._folder, self._embedder.identity, self._embedder.dimensions)
        try:
            self._embed(writer, cache)
            writer.finish(
                records, self._embedder.identity, corpus.RULES,
                list((known | {name.id: name for name in names}).values()), self._progress,
            )  # fmt: skip
            store.verify(writer.folder)
            store.publish(self._folder, writer.folder)
            self._published = True
            cache.prune(lambda: store.read_keys(writer.folder))
        finally:
            self.notice = cache.notice
            cache.close()
        return writer.folder.name

    def _embed(self, writer: store.GenerationWriter, cache: VectorCache) -> None:
        if self._previous and not cache.count():
            # The cache was lost or is older than this program: the index has the vectors too.
            for keys, vectors in self._previous.known_vectors():
                cache.put(keys, vectors)
        embedder = CachedEmbedder(self._embedder, cache)
        try:
            writer.embed(embedder.passages, self._progress)
        finally:
            self.embedded, self.reused, self.embedding_seconds = embedder.embedded, embedder.reused, embedder.seconds
