"""The next generation of an index, begun with the first article that is new, and published when it is complete."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import rag.corpus as corpus
import rag.store as store
from rag.encoder.cache import VectorCache
from rag.encoder.cached import CachedEmbedder
from rag.types import Embedder, Name, Paragraph

Progress = Callable[[str, int, int], None]


class NewGeneration:
    """What an ingestion writes; a run that finds nothing new writes nothing.

    embedded, reused: texts embedded, and those whose vectors were known; embedding_seconds: spent in the embedder; notice: what
    became of a damaged cache.
    """

    def __init__(
        self, backend: store.Backend, embedder: Embedder, previous: store.Store | None, progress: Progress
    ) -> None:
        self._backend, self._embedder, self._previous, self._progress = backend, embedder, previous, progress
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
                self._backend.discard(self._writer.folder)

    def _begin(self) -> store.GenerationWriter:
        if self._writer is None:
            folder = self._backend.begin()
            try:
                place = self._backend.place(folder.name)
                self._writer = store.GenerationWriter(folder, place, self._embedder.dimensions)
            except BaseException:
                self._backend.discard(folder)
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
        cache = VectorCache(self._backend.folder, self._embedder.identity, self._embedder.dimensions)
        try:
            self._embed(writer, cache)
            writer.finish(
                records, self._embedder.identity, corpus.RULES,
                list((known | {name.id: name for name in names}).values()), self._progress,
            )  # fmt: skip
            store.verify_generation(writer.folder, writer.place)
            self._backend.publish(writer.folder)
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
