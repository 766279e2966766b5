"""The only door to Chroma: collections of paragraphs and of sentences, with vectors of ours and cosine distance.

Chroma never embeds here: `embedding_function=None` and explicit vectors, so it cannot download a model, nor build a
function that somebody stored in a collection's configuration. It keeps a collection in memory while it is written, some 5 KB a
row, so sentences go into as many collections as keep one under 100,000 rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError, NotFoundError

from rag.errors import IndexDamaged, IndexRetired, IndexUnusable
from rag.memory import return_memory
from rag.store.backend import CollectionsPlace
from rag.store.matrix import MatrixWriter
from rag.types import Vectors

VERSION = chromadb.__version__
DATABASE = "chroma.sqlite3"
PARAGRAPHS, SENTENCES = "paragraphs", "sentences"
MAX_COLLECTION_ROWS = 100_000
_MAX_BATCH_ROWS = 1000  # Chroma makes Python lists of their numbers; its own limit is 5461
_MAX_QUERIES = 500  # asked at once
_NEAREST = 10  # rows that a lost one may not be among; several may have its vector, but for rounding
_EQUAL = 1e-3  # distance of a vector from itself, with room for rounding
# Rows that a search keeps in view: readers get the wide one. What the quick one finds, the wide one finds too, in six times
# the time. A server has the wide one from the beginning: what it holds is not changed once it is written.
_QUICK, _WIDE = 10, 200
# Chroma's own 16 neighbours lose some 2 in 1,000 rows among thousands that are nearly alike, as boilerplate is: no search
# finds them. With 64 of 3,700 none was lost, for one more millisecond a row.
_GRAPH: dict[str, Any] = {"space": "cosine", "max_neighbors": 48, "ef_construction": 100}
_SEAL = "CREATE TRIGGER sealed BEFORE INSERT ON acquire_write BEGIN SELECT RAISE(IGNORE); END"

Row = tuple[str, int, str | None, dict[str, Any] | None]  # id, number of its vector, document, metadata
Written = tuple[str, int]  # id, number of its vector
ReadVectors = Callable[[Sequence[int]], Vectors]


def open_client(folder: Path) -> ClientAPI:
    """A client of this process's own Chroma, over a folder."""
    known = str(folder) in SharedSystemClient._identifier_to_system
    try:
        return chromadb.PersistentClient(str(folder), settings=ChromaSettings(anonymized_telemetry=False))
    except BaseException:
        # Chroma keeps what it began to open by its path, and would give the half-open thing to the next who asks for it.
        if not known:
            SharedSystemClient._identifier_to_system.pop(str(folder), None)
            SharedSystemClient._identifier_to_refcount.pop(str(folder), None)
        raise


def count_rows(counts: Mapping[str, int], kind: str) -> int:
    """Rows of all collections of a kind."""
    return sum(rows for name, rows in counts.items() if name.partition("-")[0] == kind)


def write_collection(place: CollectionsPlace, name: str, rows: Iterator[Row], total: int, matrix: MatrixWriter) -> dict[str, int]:
    """Write `total` rows into collections named `name`, `name`-2 and so on; the number of rows of each. Closing Chroma after
    each frees its memory. Raises IndexUnusable when Chroma cannot write."""
    counts: dict[str, int] = {}
    while not counts or sum(counts.values()) < total:
        left = total - sum(counts.values())
        own = f"{name}-{len(counts) + 1}" if counts else name
        counts[own] = left if name == PARAGRAPHS else min(left, MAX_COLLECTION_ROWS)
        try:
            client = place.connect()
            try:
                _fill(client, place, own, rows, counts[own], matrix)
            finally:
                client.close()  # type: ignore[attr-defined] # of the client, not yet of its interface
                return_memory()
        except ChromaError as error:
            message = f"Chroma could not write the index ({error})."
            raise IndexUnusable(message, "Check the space on the disk; the index is as it was.") from None
    return counts


def _fill(
    client: ClientAPI, place: CollectionsPlace, name: str, rows: Iterator[Row], count: int, matrix: MatrixWriter
) -> None:
    batches = max(1, -(-count // _MAX_BATCH_ROWS))
    # Chroma puts its graph on the disk after so many rows and links all that came later anew at each opening, at a millisecond
    # a row. So batches are equally large, and each is put there, the last one too.
    synced = max(2, count // batches)
    graph = _GRAPH | {"sync_threshold": synced, "batch_size": synced, "ef_search": _QUICK if place.folder else _WIDE}
    configuration: Any = {"hnsw": graph}
    collection = client.create_collection(place.full_name(name), embedding_function=None, configuration=configuration)
    for i in range(batches):
        if batch := list(islice(rows, count // batches + (i < count % batches))):
            _add(collection, batch, matrix)


def _add(collection: chromadb.Collection, batch: Sequence[Row], matrix: MatrixWriter) -> None:
    given: dict[str, Any] = {
        "ids": [row[0] for row in batch],
        "embeddings": matrix.read([row[1] for row in batch]),
    }
    if batch[0][2] is not None:
        given |= {"documents": [row[2] for row in batch], "metadatas": [row[3] for row in batch]}
    collection.upsert(**given)


def find_lost(
    place: CollectionsPlace, name: str, rows: Sequence[Written], total: int, read: ReadVectors, tick: Callable[[int], None]
) -> list[Written]:
    """Those of the rows of one collection that are not among the nearest few of their own vectors: nothing else shows that a row
    is lost, or has another vector than it was given. Raises IndexDamaged when the collection does not hold `total` rows,
    IndexUnusable when a server cannot be asked.

    tick: called with the number of rows asked for since the last call.
    """
    client = place.connect()
    try:
        collection = client.get_collection(place.full_name(name), embedding_function=None)
        if (counted := collection.count()) != total:
            raise IndexDamaged(f"Chroma holds {counted} rows of {total} that were written.", "The index is as it was.")
        lost: list[Written] = []
        for at in range(0, len(rows), _MAX_QUERIES):
            asked = rows[at : at + _MAX_QUERIES]
            vectors = read([number for _, number in asked])
            near = collection.query(query_embeddings=vectors, n_results=min(_NEAREST, total), include=["distances"])
            for row, ids, distances in zip(asked, near["ids"], near["distances"] or (), strict=True):
                if dict(zip(ids, distances, strict=True)).get(row[0], 1.0) > _EQUAL:
                    lost.append(row)
            tick(len(asked))
        return lost
    except ChromaError as error:
        if place.folder:
            raise
        message = f"The Chroma server does not find what was written ({type(error).__name__})."
        raise IndexUnusable(message, "Look at its log; the index is as it was.") from None
    finally:
        client.close()  # type: ignore[attr-defined] # of the client, not yet of its interface
        return_memory()


def widen_search(folder: Path, names: Iterable[str]) -> None:
    """Have these collections search as widely as readers do, from their next opening on."""
    client = open_client(folder)
    try:
        for name in names:
            collection = client.get_collection(name, embedding_function=None)
            collection.modify(configuration={"hnsw": {"ef_search": _WIDE}})
    finally:
        client.close()  # type: ignore[attr-defined] # of the client, not yet of its interface


def seal_database(folder: Path) -> None:
    """Keep Chroma from writing to its database when it is opened.

    At each opening it takes the writer's lock by adding a row to a table that nothing reads. With the trigger it has the lock
    without the row: the file stays as it is to the last byte, which a digest can tell, and a full disk keeps nobody from reading.
    """
    connection = sqlite3.connect(folder / DATABASE)
    try:
        connection.execute(_SEAL)
        connection.commit()
    finally:
        connection.close()


class Collections:
    """The collections in one place, opened for reading.

    names: of the collections to open.
    """

    def __init__(self, place: CollectionsPlace, names: Iterable[str]) -> None:
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

    def find_nearest(self, kind: str, vector: Vectors, count: int) -> list[tuple[str, float]]:
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
