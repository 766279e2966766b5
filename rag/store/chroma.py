"""The only door to Chroma: two collections, `paragraphs` and `sentences`, with vectors of ours and cosine distance.

Chroma never embeds here: `embedding_function=None` and explicit vectors, so it cannot download a model, nor build a
function that somebody stored in a collection's configuration.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings

from rag.errors import IndexDamaged, IndexUnusable
from rag.types import Paragraph, Vectors

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

    def add_paragraphs(self, paragraphs: Sequence[Paragraph], vectors: Vectors) -> None:
        """Store paragraphs with their vectors, shape (len(paragraphs), dimensions)."""
        rows = [_metadata(p) for p in paragraphs]
        self._upsert(PARAGRAPHS, [p.id for p in paragraphs], vectors, [p.text for p in paragraphs], rows)

    def add_sentences(self, sentences: Sequence[tuple[Paragraph, int]], vectors: Vectors) -> None:
        """Store sentences, given as paragraph and index of the span, with their vectors."""
        ids = [sentence_id(p.id, i) for p, i in sentences]
        texts = [p.text[slice(*p.sentences[i])] for p, i in sentences]
        rows = [
            {"paragraph": p.id, "language": p.language, "digest": digest(t)}
            for (p, _), t in zip(sentences, texts, strict=True)
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

    def paragraphs_with_vectors(self, ids: Sequence[str]) -> list[tuple[Paragraph, Vectors]]:
        """Paragraphs and their vectors; ids that are not there are left out. Raises IndexDamaged as `paragraphs` does."""
        if not ids:
            return []
        found = self._of[PARAGRAPHS].get(ids=list(ids), include=["documents", "metadatas", "embeddings"])
        return list(zip(_paragraphs(found), np.asarray(found["embeddings"], dtype=np.float32), strict=True))

    def paragraphs(self, ids: Sequence[str]) -> dict[str, Paragraph]:
        """Paragraphs by id; ids that are not there are left out. Raises IndexDamaged when a row is not what was stored."""
        found = self._of[PARAGRAPHS].get(ids=list(ids), include=["documents", "metadatas"]) if ids else None
        return {p.id: p for p in _paragraphs(found)} if found else {}

    def lines(self, article_ids: Sequence[str], kinds: Sequence[str]) -> list[str]:
        """Ids of the paragraphs of these kinds in these articles."""
        where: Any = {"$and": [{"article": {"$in": list(article_ids)}}, {"kind": {"$in": list(kinds)}}]}
        return sorted(self._of[PARAGRAPHS].get(where=where, include=[])["ids"])

    def article(self, article_id: str) -> list[Paragraph]:
        """Paragraphs of an article, in order."""
        found = self._of[PARAGRAPHS].get(where={"article": article_id}, include=["documents", "metadatas"])
        numbers = {row: int(m["number"]) for row, m in zip(found["ids"], found["metadatas"] or [], strict=True)}  # type: ignore[arg-type]
        return sorted(_paragraphs(found), key=lambda p: numbers[p.id])

    def known_vectors(self, name: str) -> Iterator[tuple[tuple[str, str], Vectors]]:
        """((digest, language), vector) of every row, read in pages, for reuse by the next generation."""
        for at in range(0, self.count(name), _BATCH):
            found = self._of[name].get(limit=_BATCH, offset=at, include=["embeddings", "metadatas"])
            rows = zip(found["metadatas"] or [], np.asarray(found["embeddings"], dtype=np.float32), strict=True)
            for row, vector in rows:
                yield (str(row["digest"]), str(row["language"])), vector


def _metadata(paragraph: Paragraph) -> dict[str, Any]:
    number = int(paragraph.id.rpartition("#p")[2])
    row: dict[str, Any] = {
        "article": paragraph.article_id,
        "number": number,
        "language": paragraph.language,
        "kind": paragraph.kind,
    }
    row |= {"sentences": json.dumps(paragraph.sentences), "digest": digest(paragraph.text)}
    return row if paragraph.start is None else row | {"start": paragraph.start}


def _paragraphs(found: Any) -> Iterator[Paragraph]:  # noqa: ANN401 - Chroma's GetResult
    for identity, text, row in zip(found["ids"], found["documents"], found["metadatas"], strict=True):
        if digest(text) != row["digest"]:
            raise IndexDamaged(f"Paragraph {identity} is not what was stored.", "Run: python ingest.py")
        spans = tuple((a, b) for a, b in json.loads(row["sentences"]))
        yield Paragraph(identity, row["article"], text, row["language"], spans, row["kind"], row.get("start"))
