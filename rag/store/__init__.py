"""The index on disk: opened read-only by everybody who asks, written by one ingestion at a time.

A generation is written into a folder of its own, checked, and published by replacing a pointer file; readers never see a
half-built one, and an ingestion that is killed changes nothing they see. Chroma caches open folders in a process, so a
new generation is also what lets a running page see new content: it opens the new folder.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import IndexDamaged, RagError
from rag.lexical import LexicalIndex
from rag.store import generations
from rag.store.chroma import PARAGRAPHS, SENTENCES, VERSION, Collections, digest, sentence_id, view_id
from rag.store.kept import KeptParagraphs
from rag.store.manifest import REBUILD, ArticleRecord, Manifest, files_of
from rag.types import Name, Paragraph, Vectors, View

if TYPE_CHECKING:
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings

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
_NAMES = "names.json"
EmbedTexts = Callable[[Sequence[str], Sequence[str]], Vectors]
Row = tuple[str, str]  # a paragraph's id, and the language of one of its views


class Store:
    """One generation, opened for reading."""

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        collections: Collections,
        lexical: LexicalIndex,
        names: Sequence[Name] = (),
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        self.lexical = lexical
        self.names = tuple(names)
        self._collections = collections
        self._kept = KeptParagraphs(collections)
        self._language = dict(zip(lexical.ids, lexical.languages, strict=True))
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
            names = _read_names(folder / _NAMES)
        except RagError:
            raise
        except Exception as error:  # Chroma and bm25s raise many kinds for damaged files; all mean the same here
            raise IndexDamaged(
                f"The index in {folder.parent} cannot be opened ({type(error).__name__}).", REBUILD
            ) from None
        if counts != (manifest.views, manifest.sentences) or len(lexical.ids) != manifest.views:
            raise IndexDamaged(f"The index in {folder.parent} does not hold what its manifest says.", REBUILD)
        return cls(folder, manifest, collections, lexical, names)

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

    def nearest_paragraphs(self, vector: Vectors, count: int) -> dict[Row, float]:
        """Cosine similarity of the `count` nearest views of paragraphs, nearest first."""
        return {self._row(row): similarity for row, similarity in self._collections.nearest(PARAGRAPHS, vector, count)}

    def nearest_sentences(self, vector: Vectors, count: int) -> dict[Row, float]:
        """Cosine similarity of the nearest sentence of each view that owns one of the `count` nearest sentences."""
        best: dict[Row, float] = {}
        for row, similarity in self._collections.nearest(SENTENCES, vector, count):
            best.setdefault(self._row(row.rpartition("/")[0]), similarity)
        return best

    def nearest_words(self, words: Sequence[str], count: int) -> dict[Row, float]:
        """BM25 share of the `count` views that hold most of the words."""
        scores = self.lexical.scores(words)
        best = (-scores).argsort(kind="stable")[:count]
        return {self._row(self.lexical.ids[i]): float(scores[i]) for i in best if scores[i] > 0}

    def _row(self, row: str) -> Row:
        head, mark, tail = row.rpartition("#")  # an article's id may hold any printable character, a number may not
        return f"{head}{mark}{tail.partition('@')[0]}", self._language[row]

    def compare(
        self, vector: Vectors, ids: Sequence[str]
    ) -> list[tuple[Paragraph, list[tuple[View, float, list[float]]]]]:
        """These paragraphs, each with its views, and the cosine similarities of `vector` to each view and its sentences."""
        kept = self._kept.of(ids)
        return [(kept[row].paragraph, kept[row].compare(vector)) for row in ids if row in kept]

    def sentence_vector(self, paragraph_id: str, language: str, index: int) -> Vectors:
        """Vector of a sentence of a paragraph as it is read in a language. Raises KeyError when there is none."""
        return self._kept.of([paragraph_id])[paragraph_id].sentence(language, index)

    def paragraphs(self, ids: Sequence[str]) -> dict[str, Paragraph]:
        """Paragraphs by id; unknown ids are left out."""
        return self._collections.paragraphs(ids)

    def lines(self, article_ids: Sequence[str], kinds: Sequence[str]) -> list[str]:
        """Ids of the paragraphs of these kinds, such as "editor" or "address", in these articles."""
        return self._collections.lines(article_ids, kinds)

    def article(self, article_id: str) -> list[Paragraph]:
        """Paragraphs of an article in order; empty when it is not indexed."""
        return self._collections.article(article_id)

    def central(self, article_id: str) -> list[tuple[Paragraph, int]]:
        """Sentences of an article, given as paragraph and index, those nearest to the mean of all first."""
        ids = [p.id for p in self.article(article_id)]
        kept = self._kept.of(ids)
        own = [(kept[row].paragraph, i) for row in ids for i in range(len(kept[row].paragraph.sentences))]
        if not own:
            return []
        vectors = np.stack([kept[p.id].vectors[1 + i] for p, i in own])
        near = vectors @ vectors.mean(axis=0)
        return [own[n] for n in (-near).argsort(kind="stable")]

    def known_vectors(self) -> dict[tuple[str, str], Vectors]:
        """Vector by (digest, language) of every text in the index."""
        return {key: v for name in (PARAGRAPHS, SENTENCES) for key, v in self._collections.known_vectors(name)}

    def vectorstore(self, embeddings: Embeddings) -> Chroma:
        """The paragraphs as a LangChain vector store, for chains of one's own."""
        return self._collections.vectorstore(embeddings)


def write(
    store: Path, articles: Sequence[tuple[ArticleRecord, Sequence[Paragraph]]], vectors_of: EmbedTexts,
    embedder: str, dimensions: int, rules: str, names: Sequence[Name] = (),
) -> Path:  # fmt: skip
    """Write the next generation of `store` and check it; `publish` makes it current. The lock must be held.

    vectors_of: unit vectors of texts, given the texts and their languages. names: what is known of names in the articles.
    """
    folder = generations.fresh(store)
    views = [(p, view) for _, own in articles for p in own for view in p.views]
    sentences = [(p, view, i) for p, view in views for i in range(len(view.sentences))]
    collections = Collections(folder, create=True)
    try:
        collections.add_views(views, vectors_of([v.text for _, v in views], [v.language for _, v in views]))
        texts = [view.text[slice(*view.sentences[i])] for _, view, i in sentences]
        collections.add_sentences(sentences, vectors_of(texts, [view.language for _, view, _ in sentences]))
    finally:
        collections.close()
    LexicalIndex.build([(view_id(p, view), view.language, view.text) for p, view in views]).save(folder / "words")
    (folder / _NAMES).write_text(json.dumps([asdict(name) for name in names], ensure_ascii=False), encoding="utf-8")
    created = datetime.now(UTC).isoformat(timespec="seconds")
    records = tuple(record for record, _ in articles)
    Manifest(folder.name, embedder, dimensions, rules, VERSION, created, records, files_of(folder)).write(folder)
    _verify(folder, dimensions)
    return folder


def _read_names(path: Path) -> list[Name]:
    """The names a generation was written with; none in one that is older than they."""
    if not path.exists():
        return []
    rows = json.loads(path.read_text(encoding="utf-8"))
    forms = ({code: tuple(written) for code, written in row["forms"].items()} for row in rows)
    return [Name(row["id"], row["kind"], own, tuple(row["ours"])) for row, own in zip(rows, forms, strict=True)]


def _verify(folder: Path, dimensions: int) -> None:
    """Every view that was written can be found by a search, not only counted: a lost vector shows in nothing else."""
    store = Store._checked(folder, Manifest.read(folder))
    try:
        anywhere = np.full(dimensions, dimensions**-0.5, dtype=np.float32)
        found = store.nearest_paragraphs(anywhere, store.manifest.views)
    finally:
        store.close()
    if len(found) != len(store.lexical.ids):
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
