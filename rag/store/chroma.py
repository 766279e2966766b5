"""The only door to Chroma: collections of paragraphs and of sentences, with vectors of ours and cosine distance.

Chroma never embeds here: `embedding_function=None` and explicit vectors, so it cannot download a model, nor build a
function that somebody stored in a collection's configuration. It keeps a collection in memory while it is written, some 5 KB a
row, so sentences go into as many collections as keep one under 100,000 rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings

from rag.errors import IndexUnusable
from rag.store.matrix import MatrixWriter
from rag.types import Vectors

VERSION = chromadb.__version__
PARAGRAPHS, SENTENCES = "paragraphs", "sentences"
MAX_COLLECTION_ROWS = 100_000
_BATCH = 1000  # rows; Chroma's own limit is 5461
_COSINE: Any = {"hnsw": {"space": "cosine"}}

Row = tuple[str, int, str | None, dict[str, Any] | None]  # id, number of its vector, document, metadata


def _open_client(folder: Path) -> ClientAPI:
    return chromadb.PersistentClient(str(folder), settings=ChromaSettings(anonymized_telemetry=False))


def write_collection(folder: Path, name: str, rows: Iterable[Row], matrix: MatrixWriter) -> dict[str, int]:
    """Write rows into collections named `name`, `name`-2 and so on; the number of rows of each. Closing Chroma after each
    frees its memory. Raises IndexUnusable when Chroma cannot write."""
    counts: dict[str, int] = {}
    left = iter(rows)
    while True:
        part = islice(left, MAX_COLLECTION_ROWS) if name != PARAGRAPHS else left
        first = list(islice(part, _BATCH))
        if counts and not first:
            return counts
        own = f"{name}-{len(counts) + 1}" if counts else name
        client = _open_client(folder)
        try:
            collection = client.create_collection(own, embedding_function=None, configuration=_COSINE)
            counts[own] = 0
            batch = first
            while batch:
                _add(collection, batch, matrix)
                counts[own] += len(batch)
                batch = list(islice(part, _BATCH))
        except ChromaError as error:
            message = f"Chroma could not write the index ({error})."
            raise IndexUnusable(message, "Check the space on the disk; the index is as it was.") from None
        finally:
            client.close()  # type: ignore[attr-defined] # of the client, not yet of its interface


def _add(collection: chromadb.Collection, batch: Sequence[Row], matrix: MatrixWriter) -> None:
    given: dict[str, Any] = {
        "ids": [row[0] for row in batch],
        "embeddings": matrix.read([row[1] for row in batch]),
    }
    if batch[0][2] is not None:
        given |= {"documents": [row[2] for row in batch], "metadatas": [row[3] for row in batch]}
    collection.upsert(**given)


class Collections:
    """The collections in one folder, opened for reading.

    counts: rows of each by name, as the manifest has them.
    """

    def __init__(self, folder: Path, counts: Mapping[str, int]) -> None:
        self._client = _open_client(folder)
        self._of = {name: self._client.get_collection(name, embedding_function=None) for name in counts}
        self._counts = {name: collection.count() for name, collection in self._of.items()}

    @property
    def counts(self) -> dict[str, int]:
        """Rows of each collection when it was opened; a generation that can be opened does not change any more."""
        return dict(self._counts)

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

    def nearest(self, kind: str, vector: Vectors, count: int) -> list[tuple[str, float]]:
        """Ids and cosine similarities of the `count` rows nearest to `vector`, nearest first."""
        found: list[tuple[str, float]] = []
        names = [name for name in self._of if name.partition("-")[0] == kind]
        for name in names:
            wanted = min(count, self._counts[name])
            if not wanted:
                continue
            near = self._of[name].query(query_embeddings=np.asarray([vector]), n_results=wanted, include=["distances"])
            distances = near["distances"] or [[]]
            found += [(row, 1.0 - distance) for row, distance in zip(near["ids"][0], distances[0], strict=True)]
        return found if len(names) == 1 else sorted(found, key=lambda row: -row[1])[:count]

    def find_nearest(self, name: str, vectors: Vectors) -> set[str]:
        """Ids of the rows of a collection that are nearest to any of `vectors`, shape (rows, dimensions)."""
        found: set[str] = set()
        for at in range(0, len(vectors) if self._counts[name] else 0, _BATCH):
            near = self._of[name].query(query_embeddings=vectors[at : at + _BATCH], n_results=1, include=[])
            found.update(ids[0] for ids in near["ids"])
        return found
