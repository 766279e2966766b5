"""The only door to Chroma: two collections, `paragraphs` and `sentences`, with vectors of ours and cosine distance.

Chroma never embeds here: `embedding_function=None` and explicit vectors, so it cannot download a model, nor build a
function that somebody stored in a collection's configuration.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from rag.errors import IndexDamaged, IndexUnusable
from rag.types import Paragraph, Vectors, View

if TYPE_CHECKING:
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings

VERSION = chromadb.__version__
PARAGRAPHS, SENTENCES = "paragraphs", "sentences"
_BATCH = 500  # Chroma's own limit is 5461 rows
_COSINE: Any = {"hnsw": {"space": "cosine"}}


def digest(text: str) -> str:
    """What a text is known by across generations: its vector is reused, and a changed row is noticed."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def sentence_id(paragraph_id: str, index: int) -> str:
    """Id of a paragraph's sentence, counted from 0. Never shown: citations name paragraphs and offsets."""
    return f"{paragraph_id}/{index}"


def view_id(paragraph: Paragraph, view: View) -> str:
    """Id of the row of one view of a paragraph: the paragraph's own for the original, with "@zh" for a translation."""
    return paragraph.id if view.language == paragraph.language else f"{paragraph.id}@{view.language}"


class Collections:
    """The two collections in one folder."""

    def __init__(self, folder: Path, create: bool = False) -> None:
        settings = ChromaSettings(anonymized_telemetry=False)
        self._client: ClientAPI = chromadb.PersistentClient(str(folder), settings=settings)
        kinds = (PARAGRAPHS, SENTENCES)
        if create:
            for name in kinds:
                self._client.create_collection(name, embedding_function=None, configuration=_COSINE)
        self._of = {name: self._client.get_collection(name, embedding_function=None) for name in kinds}
        self._counts = {name: self._of[name].count() for name in kinds}

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()  # type: ignore[attr-defined] # of the client, not yet of its interface

    def vectorstore(self, embeddings: Embeddings) -> Chroma:
        """The paragraphs as a LangChain vector store."""
        from langchain_chroma import Chroma

        return Chroma(
            PARAGRAPHS,
            embeddings,
            client=self._client,
            collection_configuration=_COSINE,
            create_collection_if_not_exists=False,
        )

    def count(self, name: str) -> int:
        """Rows of a collection when it was opened; a generation that can be opened does not change any more."""
        return self._counts[name]

    def add_views(self, views: Sequence[tuple[Paragraph, View]], vectors: Vectors) -> None:
        """Store views of paragraphs with their vectors, shape (len(views), dimensions)."""
        rows = [_metadata(p, view) for p, view in views]
        self._upsert(PARAGRAPHS, [view_id(*row) for row in views], vectors, [view.text for _, view in views], rows)

    def add_sentences(self, sentences: Sequence[tuple[Paragraph, View, int]], vectors: Vectors) -> None:
        """Store sentences of views, given with the index of their span, with their vectors."""
        ids = [sentence_id(view_id(p, view), i) for p, view, i in sentences]
        texts = [view.text[slice(*view.sentences[i])] for _, view, i in sentences]
        rows = [
            {"paragraph": p.id, "language": view.language, "digest": digest(text)}
            for (p, view, _), text in zip(sentences, texts, strict=True)
        ]
        self._upsert(SENTENCES, ids, vectors, texts, rows)

    def _upsert(
        self, name: str, ids: list[str], vectors: Vectors, texts: list[str], rows: list[dict[str, Any]]
    ) -> None:
        try:
            for at in range(0, len(ids), _BATCH):
                part = slice(at, at + _BATCH)
                batch: dict[str, Any] = {
                    "ids": ids[part],
                    "embeddings": vectors[part],
                    "documents": texts[part],
                    "metadatas": list(rows[part]),
                }
                self._of[name].upsert(**batch)
        except ChromaError as error:
            message = f"Chroma could not write the index ({error})."
            raise IndexUnusable(message, "Check the space on the disk; the index is as it was.") from None

    def nearest(self, name: str, vector: Vectors, count: int) -> list[tuple[str, float]]:
        """Ids and cosine similarities of the `count` rows nearest to `vector`, nearest first."""
        count = min(count, self.count(name))
        if not count:
            return []
        found = self._of[name].query(query_embeddings=np.asarray([vector]), n_results=count, include=["distances"])
        distances = found["distances"] or [[]]
        return [(row, 1.0 - distance) for row, distance in zip(found["ids"][0], distances[0], strict=True)]

    def sentence_vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """Vectors of the sentences with these ids; ids that are not there are left out."""
        if not ids:
            return {}
        found = self._of[SENTENCES].get(ids=list(ids), include=["embeddings"])
        return dict(zip(found["ids"], np.asarray(found["embeddings"], dtype=np.float32), strict=True))

    def view_vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """Vectors of the views with these row ids; ids that are not there are left out."""
        if not ids:
            return {}
        found = self._of[PARAGRAPHS].get(ids=list(ids), include=["embeddings"])
        return dict(zip(found["ids"], np.asarray(found["embeddings"], dtype=np.float32), strict=True))

    def paragraphs(self, ids: Sequence[str]) -> dict[str, Paragraph]:
        """Paragraphs by id, with their translations, in the order asked for; ids that are not there are left out. Raises
        IndexDamaged when a row is not what was stored."""
        if not ids:
            return {}
        found = self._of[PARAGRAPHS].get(ids=list(ids), include=["documents", "metadatas"])
        wanted = [f"{row}@{code}" for row, m in _rows(found) for code in _codes(m)]
        views = self._of[PARAGRAPHS].get(ids=wanted, include=["documents", "metadatas"]) if wanted else None
        known = {p.id: p for p in _paragraphs(found, views)}
        return {row: known[row] for row in ids if row in known}

    def lines(self, article_ids: Sequence[str], kinds: Sequence[str]) -> list[str]:
        """Ids of the paragraphs of these kinds in these articles."""
        where: Any = {"$and": [{"article": {"$in": list(article_ids)}}, {"kind": {"$in": list(kinds)}}]}
        return sorted(self._of[PARAGRAPHS].get(where=where, include=[])["ids"])

    def article(self, article_id: str) -> list[Paragraph]:
        """Paragraphs of an article with their translations, in order."""
        rows = self._of[PARAGRAPHS].get(where={"article": article_id}, include=["metadatas"])
        numbers = {row: int(str(m["number"])) for row, m in _rows(rows)}
        return list(self.paragraphs(sorted(numbers, key=lambda row: numbers[row])).values())

    def known_vectors(self, name: str) -> Iterator[tuple[tuple[str, str], Vectors]]:
        """((digest, language), vector) of every row, read in pages, for reuse by the next generation."""
        for at in range(0, self.count(name), _BATCH):
            found = self._of[name].get(limit=_BATCH, offset=at, include=["embeddings", "metadatas"])
            rows = zip(found["metadatas"] or [], np.asarray(found["embeddings"], dtype=np.float32), strict=True)
            for row, vector in rows:
                yield (str(row["digest"]), str(row["language"])), vector


def _metadata(paragraph: Paragraph, view: View) -> dict[str, Any]:
    """Of an original: all that makes the paragraph. Of a translation: whose it is; it has no article, so that it is no
    paragraph of one."""
    row: dict[str, Any] = {
        "language": view.language,
        "sentences": json.dumps(view.sentences),
        "digest": digest(view.text),
    }
    if view.language != paragraph.language:
        return row | {"translates": paragraph.id}
    row |= {
        "article": paragraph.article_id,
        "number": int(paragraph.id.rpartition("#p")[2]),
        "kind": paragraph.kind,
        "translations": json.dumps([other.language for other in paragraph.translations]),
    }
    return row if paragraph.start is None else row | {"start": paragraph.start}


def _rows(found: Any) -> list[tuple[str, dict[str, Any]]]:  # noqa: ANN401 - Chroma's GetResult
    return list(zip(found["ids"], found["metadatas"] or [], strict=True))


def _codes(row: dict[str, Any]) -> list[str]:
    return [str(code) for code in json.loads(row.get("translations", "[]"))]


def _views(found: Any) -> dict[str, View]:  # noqa: ANN401 - Chroma's GetResult
    """Views by row id. Raises IndexDamaged when a text is not the one that was stored."""
    views: dict[str, View] = {}
    for (identity, row), text in zip(_rows(found), found["documents"], strict=True):
        if digest(text) != row["digest"]:
            raise IndexDamaged(f"Paragraph {identity} is not what was stored.", "Run: python ingest.py")
        views[identity] = View(row["language"], text, tuple((a, b) for a, b in json.loads(row["sentences"])))
    return views


def _paragraphs(found: Any, translations: Any) -> Iterator[Paragraph]:  # noqa: ANN401 - Chroma's GetResult
    own, others = _views(found), _views(translations) if translations else {}
    for identity, row in _rows(found):
        if "article" not in row:
            continue  # a translation is no paragraph of its own
        views = tuple(others[key] for code in _codes(row) if (key := f"{identity}@{code}") in others)
        if len(views) != len(_codes(row)):
            raise IndexDamaged(f"Paragraph {identity} lacks a translation.", "Run: python ingest.py")
        view = own[identity]
        yield Paragraph(
            identity, row["article"], view.text, view.language, view.sentences, row["kind"], row.get("start"), views
        )
