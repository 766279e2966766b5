"""The index: opened read-only by everybody who asks, written by one ingestion at a time.

A generation is written apart, checked, and published by replacing one name; readers never see a half-built one, and an
ingestion that is killed changes nothing they see. A folder of this machine keeps generations, or a Chroma server: see
`rag.store.backend`. Chroma caches open folders in a process, so a new generation is also what lets a running page see new
content: it opens the new folder.
"""

from __future__ import annotations

import json
import weakref
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.digests import text_digest
from rag.errors import IndexDamaged, RagError
from rag.lexical import LexicalIndex
from rag.memory import return_memory
from rag.store.backend import Backend, CollectionsPlace
from rag.store.chroma import PARAGRAPHS, SENTENCES, VERSION, Collections
from rag.store.embedded import EmbeddedBackend, FolderPlace
from rag.store.hints import tell_rebuild, telling_damage, telling_place
from rag.store.kept import Kept, KeptParagraphs
from rag.store.lost import LostRows
from rag.store.manifest import ArticleRecord, Manifest
from rag.store.matrix import VectorMatrix
from rag.store.rows import Rows
from rag.store.vectorstore import open_vectorstore
from rag.store.writer import NAMES, WORDS, EmbedTexts, GenerationWriter
from rag.types import Name, Paragraph, Vectors, View

if TYPE_CHECKING:
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings

__all__ = [
    "ArticleRecord",
    "Backend",
    "EmbedTexts",
    "EmbeddedBackend",
    "GenerationWriter",
    "Manifest",
    "Store",
    "list_records",
    "read_keys",
    "text_digest",
    "verify_generation",
]

Row = tuple[str, str]  # a paragraph's id, and the language of one of its views
_PAGE = 2000  # vectors read at once


class Store:
    """One generation, opened for reading."""

    def __init__(self, folder: Path, manifest: Manifest, place: CollectionsPlace, only: str | None = None) -> None:
        self.folder = folder
        self.manifest = manifest
        self._place = place
        self._rows = Rows(folder)
        self._matrix = VectorMatrix(folder, manifest.texts, manifest.dimensions)
        self._collections = Collections(place, [only] if only else manifest.rows)
        self.lexical = LexicalIndex(folder / WORDS)
        self.names = _read_names(folder / NAMES)
        self._kept = KeptParagraphs(self._rows, self._matrix)
        self._lost = LostRows(folder, self._matrix)
        self.sources = {a.source.id: a.source for a in manifest.articles}
        # A generation that was replaced goes on serving the questions that were put to it; with the last of them it is let go of.
        self._let_go = weakref.finalize(self, _close_all, self._collections, self._rows)
        self._let_go.atexit = False

    @classmethod
    def open(cls, store: Path | Backend, embedder: str, rules: str) -> Store:
        """The current generation of `store`, a folder or what else keeps generations, checked; creates nothing.

        Raises IndexMissing, IndexMismatch, IndexDamaged or IndexUnreachable, each with what to do.
        """
        backend = EmbeddedBackend(store) if isinstance(store, Path) else store
        name = backend.find_current(fresh=True)
        folder = backend.fetch(name)
        with telling_place(folder.parent, backend.tell_command()):
            manifest = Manifest.read(folder)
            manifest.check(folder, embedder, rules, VERSION)
            return cls._checked(folder, manifest, backend.place(name))

    @classmethod
    def _checked(cls, folder: Path, manifest: Manifest, place: CollectionsPlace, only: str | None = None) -> Store:
        """Open all files, or only one of Chroma's collections among them, and compare what they hold with the manifest."""
        with telling_damage(folder.parent):
            opened = cls(folder, manifest, place, only)
        counted = (opened._collections.counts, opened._rows.views, opened.lexical.size, opened._rows.texts)
        rows = {only: manifest.rows[only]} if only else manifest.rows
        if counted != (rows, manifest.views, manifest.views, manifest.texts):
            opened.close()
            message = f"The index in {folder.parent} does not hold what its manifest says."
            raise IndexDamaged(message, tell_rebuild(folder.parent))
        return opened

    @property
    def generation(self) -> str:
        return self.manifest.generation

    def close(self) -> None:
        """Let go of the files, which happens by itself when nothing refers to this any more."""
        self._let_go()

    def nearest_paragraphs(self, vector: Vectors, count: int) -> dict[Row, float]:
        """Cosine similarity of the `count` nearest views of paragraphs, nearest first."""
        similarity = dict(self._nearest(PARAGRAPHS, vector, count))
        owners = self._rows.owners_of_views(list(similarity))
        found = {(paragraph, language): similarity[name] for name, paragraph, language in owners}
        return dict(sorted(found.items(), key=lambda row: -row[1])[:count])

    def nearest_sentences(self, vector: Vectors, count: int) -> dict[Row, float]:
        """Cosine similarity of the nearest sentence of each view that owns one of the `count` nearest sentences."""
        similarity = {int(row): near for row, near in self._nearest(SENTENCES, vector, count)}
        best: dict[Row, float] = {}
        for row, *owner in self._rows.owners_of_sentences(list(similarity)):
            view = (owner[0], owner[1])
            best[view] = max(best.get(view, -1.0), similarity[row])
        return dict(sorted(best.items(), key=lambda row: -row[1]))

    def _nearest(self, kind: str, vector: Vectors, count: int) -> list[tuple[str, float]]:
        """Ids and cosine similarities of the `count` nearest rows, also of those that Chroma does not find."""
        return self._lost.merge(kind, vector, self._collections.find_nearest(kind, vector, count), count)

    def nearest_words(self, words: Sequence[str], count: int) -> dict[Row, float]:
        """BM25 share of the `count` views that hold most of the words."""
        best = self.lexical.find_best(words, count)
        views = self._rows.views_by_number([number for number, _ in best])
        return {views[number]: share for number, share in best}

    def compare(
        self, vector: Vectors, ids: Sequence[str]
    ) -> list[tuple[Paragraph, list[tuple[View, float, list[float]]]]]:
        """These paragraphs, each with its views, and the cosine similarities of `vector` to each view and its sentences."""
        kept = self._kept_of(ids)
        return [(kept[row].paragraph, kept[row].compare(vector)) for row in ids if row in kept]

    def paragraphs(self, ids: Sequence[str]) -> dict[str, Paragraph]:
        """Paragraphs by id; unknown ids are left out. Raises IndexDamaged when a text is not what was stored."""
        try:
            return {row: paragraph for row, (paragraph, _) in self._rows.paragraphs(ids).items()}
        except ValueError as error:
            raise IndexDamaged(str(error), tell_rebuild(self.folder.parent)) from None

    def lines(self, article_ids: Sequence[str], kinds: Sequence[str]) -> list[str]:
        """Ids of the paragraphs of these kinds, such as "editor" or "address", in these articles."""
        return sorted(self._rows.list_ids(article_ids, kinds))

    def article(self, article_id: str) -> list[Paragraph]:
        """Paragraphs of an article in order; empty when it is not indexed."""
        return list(self.paragraphs(self._rows.list_ids([article_id])).values())

    def central(self, article_id: str) -> list[tuple[Paragraph, int]]:
        """Sentences of an article, given as paragraph and index, those nearest to the mean of all first."""
        ids = self._rows.list_ids([article_id])
        kept = self._kept_of(ids)
        own = [(kept[row].paragraph, i) for row in ids for i in range(len(kept[row].paragraph.sentences))]
        if not own:
            return []
        vectors = np.stack([kept[p.id].vectors[1 + i] for p, i in own])
        near = vectors @ vectors.mean(axis=0)
        return [own[n] for n in (-near).argsort(kind="stable")]

    def known_vectors(self) -> Iterator[tuple[list[tuple[bytes, str]], Vectors]]:
        """(digest, language) of texts and their vectors, shape (texts, dimensions), of all texts of the index in pages."""
        keys: list[tuple[bytes, str]] = []
        for number, digest, language in self._rows.read_keys():
            keys.append((digest, language))
            if len(keys) == _PAGE or number == self._rows.texts - 1:
                yield keys, self._matrix.read(range(number + 1 - len(keys), number + 1))
                keys = []

    def vectorstore(self, embeddings: Embeddings) -> Chroma:
        """The paragraphs as a LangChain vector store, for chains of one's own."""
        return open_vectorstore(self._place, embeddings, self._lost)

    def _kept_of(self, ids: Sequence[str]) -> dict[str, Kept]:
        try:
            return self._kept.keep_for(ids)
        except ValueError as error:
            raise IndexDamaged(str(error), tell_rebuild(self.folder.parent)) from None


def _read_names(path: Path) -> tuple[Name, ...]:
    """The names a generation was written with."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    forms = ({code: tuple(written) for code, written in row["forms"].items()} for row in rows)
    return tuple(Name(row["id"], row["kind"], own, tuple(row["ours"])) for row, own in zip(rows, forms, strict=True))


def verify_generation(folder: Path, place: CollectionsPlace | None = None) -> None:
    """Check that a generation can be opened and holds what its manifest says, one of Chroma's collections at a time, since
    each is held in memory once it is open. Raises IndexDamaged."""
    manifest = Manifest.read(folder)
    for name in manifest.rows:
        # Everything else is opened each time too, which takes milliseconds.
        Store._checked(folder, manifest, place or FolderPlace(folder), only=name).close()
        return_memory()


def read_keys(folder: Path) -> Iterator[tuple[bytes, str]]:
    """(digest, language) of every text of a generation."""
    rows = Rows(folder)
    try:
        yield from ((digest, language) for _, digest, language in rows.read_keys())
    finally:
        rows.close()


def _close_all(*opened: Collections | Rows) -> None:
    for one in opened:
        one.close()


def list_records(backend: Backend) -> tuple[ArticleRecord, ...]:
    """What the manifest of the current generation lists, even of one that cannot be opened, else that of another one; empty when
    none can be read."""
    names: list[str] = []
    with suppress(RagError):
        names.append(backend.find_current(fresh=True))
    with suppress(RagError):
        names += backend.list_whole()
    for name in names:
        with suppress(RagError):
            return Manifest.read(backend.fetch(name)).articles
    return ()
