"""The index on disk: opened read-only by everybody who asks, written by one ingestion at a time.

A generation is written into a folder of its own, checked, and published by replacing a pointer file; readers never see a
half-built one, and an ingestion that is killed changes nothing they see. Chroma caches open folders in a process, so a
new generation is also what lets a running page see new content: it opens the new folder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings

from rag.errors import IndexDamaged, RagError
from rag.lexical import LexicalIndex
from rag.store import generations
from rag.store.chroma import PARAGRAPHS, SENTENCES, VERSION, Collections, digest, sentence_id
from rag.store.manifest import REBUILD, ArticleRecord, Manifest, files_of
from rag.types import Paragraph, Vectors

__all__ = [
    "ArticleRecord",
    "EmbedTexts",
    "Manifest",
    "Store",
    "digest",
    "publish",
    "records",
    "sentence_id",
    "write",
    "writing",
]

writing = generations.writing
# Paragraphs kept in memory, some 10 KB each with their vectors. Chroma takes 4 ms to hand out a dozen of them again.
_KEPT = 4000
EmbedTexts = Callable[[Sequence[str], Sequence[str]], Vectors]


class Store:
    """One generation, opened for reading."""

    def __init__(self, folder: Path, manifest: Manifest, collections: Collections, lexical: LexicalIndex) -> None:
        self.folder = folder
        self.manifest = manifest
        self.lexical = lexical
        self._collections = collections
        self._fetched: dict[str, tuple[Paragraph, Vectors, Vectors]] = {}
        self.sources = {a.source.id: a.source for a in manifest.articles}

    @classmethod
    def open(cls, store: Path, embedder: str, rules: str) -> Store:
        """The current generation of `store`, checked; creates nothing.

        Raises IndexMissing, IndexMismatch or IndexDamaged, each with the command to run.
        """
        folder = generations.current(store)
        manifest = Manifest.read(folder)
        manifest.check(folder, embedder, rules, VERSION)
        return cls._checked(folder, manifest)

    @classmethod
    def _checked(cls, folder: Path, manifest: Manifest) -> Store:
        """Open Chroma and the words, and compare what they hold with the manifest."""
        try:
            collections = Collections(folder)
            counts = (collections.count(PARAGRAPHS), collections.count(SENTENCES))
            lexical = LexicalIndex.load(folder / "words")
        except RagError:
            raise
        except Exception as error:  # Chroma and bm25s raise many kinds for damaged files; all mean the same here
            raise IndexDamaged(
                f"The index in {folder.parent} cannot be opened ({type(error).__name__}).", REBUILD
            ) from None
        if counts != (manifest.paragraphs, manifest.sentences) or len(lexical.ids) != manifest.paragraphs:
            raise IndexDamaged(f"The index in {folder.parent} does not hold what its manifest says.", REBUILD)
        return cls(folder, manifest, collections, lexical)

    @staticmethod
    def current_name(store: Path) -> str:
        """Name of the generation that `open` would open. Raises IndexMissing."""
        return generations.current(store).name

    @property
    def generation(self) -> str:
        return self.manifest.generation

    def close(self) -> None:
        """Let go of the files."""
        self._collections.close()

    def nearest_paragraphs(self, vector: Vectors, count: int) -> dict[str, float]:
        """Cosine similarity by id of the `count` nearest paragraphs, nearest first."""
        return dict(self._collections.nearest(PARAGRAPHS, vector, count))

    def nearest_sentences(self, vector: Vectors, count: int) -> dict[str, float]:
        """Cosine similarity of the nearest sentence of each paragraph that owns one of the `count` nearest sentences."""
        best: dict[str, float] = {}
        for row, similarity in self._collections.nearest(SENTENCES, vector, count):
            best.setdefault(row.rpartition("/")[0], similarity)
        return best

    def compare(self, vector: Vectors, ids: Sequence[str]) -> list[tuple[Paragraph, float, list[float]]]:
        """These paragraphs, each with its cosine similarity to `vector` and those of its sentences, in order."""
        kept = self._fetched if len(self._fetched) + len(ids) <= _KEPT else {}
        self._fetch([row for row in ids if row not in kept], kept)
        found = [kept[row] for row in ids if row in kept]
        return [(p, float(own @ vector), [float(x) for x in parts @ vector]) for p, own, parts in found]

    def _fetch(self, ids: Sequence[str], kept: dict[str, tuple[Paragraph, Vectors, Vectors]]) -> None:
        """Add these paragraphs and the vectors of their sentences to `kept`; a generation never changes."""
        if not ids:
            return
        found = self._collections.paragraphs_with_vectors(ids)
        parts = self._collections.sentence_vectors(
            [sentence_id(p.id, i) for p, _ in found for i in range(len(p.sentences))]
        )
        for p, own in found:
            rows = [parts[sentence_id(p.id, i)] for i in range(len(p.sentences))]
            kept[p.id] = (p, own, np.stack(rows) if rows else np.empty((0, len(own)), dtype=np.float32))
        self._fetched = kept

    def paragraphs(self, ids: Sequence[str]) -> dict[str, Paragraph]:
        """Paragraphs by id; unknown ids are left out."""
        return self._collections.paragraphs(ids)

    def lines(self, article_ids: Sequence[str], kinds: Sequence[str]) -> list[str]:
        """Ids of the paragraphs of these kinds, such as "editor" or "address", in these articles."""
        return self._collections.lines(article_ids, kinds)

    def article(self, article_id: str) -> list[Paragraph]:
        """Paragraphs of an article in order; empty when it is not indexed."""
        return self._collections.article(article_id)

    def known_vectors(self) -> dict[tuple[str, str], Vectors]:
        """Vector by (digest, language) of every text in the index."""
        return {key: v for name in (PARAGRAPHS, SENTENCES) for key, v in self._collections.known_vectors(name)}

    def vectorstore(self, embeddings: Embeddings) -> Chroma:
        """The paragraphs as a LangChain vector store, for chains of one's own."""
        return self._collections.vectorstore(embeddings)


def write(
    store: Path, articles: Sequence[tuple[ArticleRecord, Sequence[Paragraph]]], vectors_of: EmbedTexts,
    embedder: str, dimensions: int, rules: str,
) -> Path:  # fmt: skip
    """Write the next generation of `store` and check it; `publish` makes it current. The lock must be held.

    vectors_of: unit vectors of texts, given the texts and their languages.
    """
    folder = generations.fresh(store)
    paragraphs = [p for _, own in articles for p in own]
    sentences = [(p, i) for p in paragraphs for i in range(len(p.sentences))]
    collections = Collections(folder, create=True)
    try:
        collections.add_paragraphs(
            paragraphs, vectors_of([p.text for p in paragraphs], [p.language for p in paragraphs])
        )
        texts = [p.text[slice(*p.sentences[i])] for p, i in sentences]
        collections.add_sentences(sentences, vectors_of(texts, [p.language for p, _ in sentences]))
    finally:
        collections.close()
    LexicalIndex.build(paragraphs).save(folder / "words")
    created = datetime.now(UTC).isoformat(timespec="seconds")
    records = tuple(record for record, _ in articles)
    Manifest(folder.name, embedder, dimensions, rules, VERSION, created, records, files_of(folder)).write(folder)
    _verify(folder, dimensions)
    return folder


def _verify(folder: Path, dimensions: int) -> None:
    """Every row that was written can be found by a search, not only counted: a lost vector shows in nothing else."""
    store = Store._checked(folder, Manifest.read(folder))
    try:
        anywhere = np.full(dimensions, dimensions**-0.5, dtype=np.float32)
        found = store.nearest_paragraphs(anywhere, store.manifest.paragraphs)
    finally:
        store.close()
    if set(found) != set(store.lexical.ids):
        raise IndexDamaged("Chroma did not keep every paragraph.", "Check the disk and run: python ingest.py")


def records(store: Path) -> tuple[ArticleRecord, ...]:
    """What the manifest of the current generation lists, even of one that cannot be opened; empty when it cannot be read."""
    try:
        return Manifest.read(generations.current(store)).articles
    except RagError:
        return ()


def publish(store: Path, folder: Path) -> None:
    """Make a generation that `write` made the one that readers use."""
    generations.publish(store, folder)
