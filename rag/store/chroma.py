"""The only door to Chroma: collections of paragraphs and of sentences, with vectors of ours and cosine distance.

Chroma never embeds here: `embedding_function=None` and explicit vectors, so it cannot download a model, nor build a
function that somebody stored in a collection's configuration. It keeps a collection in memory while it is written, some 5 KB a
row, so sentences go into as many collections as keep one under 100,000 rows.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError, NotFoundError

from rag.errors import IndexRetired, IndexUnusable
from rag.memory import return_memory
from rag.store.backend import Place
from rag.store.matrix import MatrixWriter
from rag.types import Vectors

if TYPE_CHECKING:
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings

VERSION = chromadb.__version__
PARAGRAPHS, SENTENCES = "paragraphs", "sentences"
MAX_COLLECTION_ROWS = 100_000
_MAX_BATCH_ROWS = 1000  # Chroma makes Python lists of their numbers; its own limit is 5461
_MAX_QUERIES = 1000  # asked at once
_MAX_VERIFIED_ROWS = 1000  # of a collection, evenly spaced; a small one is verified whole
_WIDE_SEARCH_ROWS = 2000
# Chroma's own 16 neighbours lose some 2 in 1,000 rows among thousands that are nearly alike, as boilerplate is: no search
# finds them. With 64 of 3,700 none was lost, for one more millisecond a row.
_GRAPH: dict[str, Any] = {"space": "cosine", "max_neighbors": 48, "ef_construction": 100, "ef_search": 200}

Row = tuple[str, int, str | None, dict[str, Any] | None]  # id, number of its vector, document, metadata


def open_client(folder: Path) -> ClientAPI:
    """A client of this process's own Chroma, over a folder."""
    return chromadb.PersistentClient(str(folder), settings=ChromaSettings(anonymized_telemetry=False))


def write_collection(place: Place, name: str, rows: Iterator[Row], total: int, matrix: MatrixWriter) -> dict[str, int]:
    """Write `total` rows into collections named `name`, `name`-2 and so on; the number of rows of each. Closing Chroma after
    each frees its memory. Raises IndexUnusable when Chroma cannot write, or does not find what it has written."""
    counts: dict[str, int] = {}
    while not counts or sum(counts.values()) < total:
        left = total - sum(counts.values())
        own = f"{name}-{len(counts) + 1}" if counts else name
        counts[own] = left if name == PARAGRAPHS else min(left, MAX_COLLECTION_ROWS)
        client = place.connect()
        try:
            _fill(client, place.full_name(own), rows, counts[own], matrix)
        except ChromaError as error:
            message = f"Chroma could not write the index ({error})."
            raise IndexUnusable(message, "Check the space on the disk; the index is as it was.") from None
        finally:
            client.close()  # type: ignore[attr-defined] # of the client, not yet of its interface
            return_memory()
    return counts


def _fill(client: ClientAPI, name: str, rows: Iterator[Row], count: int, matrix: MatrixWriter) -> None:
    batches = max(1, -(-count // _MAX_BATCH_ROWS))
    # Chroma puts its graph on the disk after so many rows and links all that came later anew at each opening, at a millisecond
    # a row. So batches are equally large, and each is put there, the last one too.
    synced = max(2, count // batches)
    configuration: Any = {"hnsw": _GRAPH | {"sync_threshold": synced, "batch_size": synced}}
    collection = client.create_collection(name, embedding_function=None, configuration=configuration)
    written: list[tuple[str, int]] = []
    for i in range(batches):
        if batch := list(islice(rows, count // batches + (i < count % batches))):
            _add(collection, batch, matrix)
            written += [row[:2] for row in batch]
    _verify(collection, written[:: max(1, len(written) // _MAX_VERIFIED_ROWS)], matrix)


def _add(collection: chromadb.Collection, batch: Sequence[Row], matrix: MatrixWriter) -> None:
    given: dict[str, Any] = {
        "ids": [row[0] for row in batch],
        "embeddings": matrix.read([row[1] for row in batch]),
    }
    if batch[0][2] is not None:
        given |= {"documents": [row[2] for row in batch], "metadatas": [row[3] for row in batch]}
    collection.upsert(**given)


def _verify(collection: chromadb.Collection, rows: Sequence[tuple[str, int]], matrix: MatrixWriter) -> None:
    """Check that rows are found by a search for their own vectors: a lost one shows in nothing else. One that is not found is
    written again, which links it anew."""
    if lost := _find_unreachable(collection, rows, matrix):
        collection.update(ids=[row for row, _ in lost], embeddings=matrix.read([number for _, number in lost]))
        if lost := _find_unreachable(collection, lost, matrix):
            message = f"Chroma does not find {len(lost)} of {len(rows)} rows that it has written."
            raise IndexUnusable(message, "The index is as it was. Check the disk and run: python ingest.py")


def _find_unreachable(
    collection: chromadb.Collection, rows: Sequence[tuple[str, int]], matrix: MatrixWriter
) -> list[tuple[str, int]]:
    """Those of the rows that neither a quick search for their own vectors finds nor one that looks at thousands."""
    lost = list(rows)
    for count in (1, _WIDE_SEARCH_ROWS):
        found: set[str] = set()
        for at in range(0, len(lost), _MAX_QUERIES):
            vectors = matrix.read([number for _, number in lost[at : at + _MAX_QUERIES]])
            near = collection.query(query_embeddings=vectors, n_results=min(count, collection.count()), include=[])
            found.update(row for ids in near["ids"] for row in ids)
        lost = [row for row in lost if row[0] not in found]
    return lost


class Collections:
    """The collections in one place, opened for reading.

    names: of the collections to open.
    """

    def __init__(self, place: Place, names: Iterable[str]) -> None:
        self._place = place
        self._client = place.connect()
        get = self._client.get_collection
        self._of = {name: get(place.full_name(name), embedding_function=None) for name in names}
        self._counts = {name: collection.count() for name, collection in self._of.items()}

    @property
    def counts(self) -> dict[str, int]:
        """Rows of each collection when it was opened; a generation that can be opened does not change any more."""
        return dict(self._counts)

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()  # type: ignore[attr-defined] # of the client, not yet of its interface

    def vectorstore(self, embeddings: Embeddings) -> Chroma:
        """The paragraphs as a LangChain vector store, which stays open as long as somebody refers to it."""
        from langchain_chroma import Chroma

        client = self._place.connect()
        made = Chroma(
            self._place.full_name(PARAGRAPHS),
            embeddings,
            client=client,
            collection_configuration={"hnsw": {"space": "cosine"}},
            create_collection_if_not_exists=False,
        )
        weakref.finalize(made, client.close).atexit = False  # type: ignore[attr-defined] # of the client, not yet of its interface
        return made

    def nearest(self, kind: str, vector: Vectors, count: int) -> list[tuple[str, float]]:
        """Ids and cosine similarities of the `count` rows nearest to `vector`, nearest first."""
        found: list[tuple[str, float]] = []
        names = [name for name in self._of if name.partition("-")[0] == kind]
        for name in names:
            wanted = min(count, self._counts[name])
            if not wanted:
                continue
            near = self._query(name, vector, wanted)
            distances = near["distances"] or [[]]
            found += [(row, 1.0 - distance) for row, distance in zip(near["ids"][0], distances[0], strict=True)]
        return found if len(names) == 1 else sorted(found, key=lambda row: -row[1])[:count]

    def _query(self, name: str, vector: Vectors, count: int) -> chromadb.QueryResult:
        try:
            return self._of[name].query(query_embeddings=np.asarray([vector]), n_results=count, include=["distances"])
        except NotFoundError:
            raise IndexRetired("This generation of the index was replaced and is kept no longer.", "Ask again.") from None
