"""The paragraphs as a LangChain vector store, for chains of one's own. It finds what Chroma's graph has lost, too."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.store.backend import CollectionsPlace
from rag.store.chroma import PARAGRAPHS
from rag.store.lost import LostRows

if TYPE_CHECKING:
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings

_TOLD = ("metadatas", "documents")  # of each row, unless something else is asked for
_AT_ONCE = 500  # lost rows that a filter is tried on

Row = tuple[float, str, dict[str, Any]]  # distance, id, and what is told of it by the name of its column


def open_vectorstore(place: CollectionsPlace, embeddings: Embeddings, lost: LostRows) -> Chroma:
    """The paragraphs as a LangChain vector store, which stays open as long as somebody refers to it."""
    from langchain_chroma import Chroma

    client = place.connect()
    given: Any = _Client(client, lost) if lost.count_rows(PARAGRAPHS) else client
    made = Chroma(
        place.full_name(PARAGRAPHS),
        embeddings,
        client=given,
        collection_configuration={"hnsw": {"space": "cosine"}},
        create_collection_if_not_exists=False,
    )
    weakref.finalize(made, client.close).atexit = False  # type: ignore[attr-defined] # of the client, not yet of its interface
    return made


class _Client:
    """Chroma's client, but for the collection that it gives."""

    def __init__(self, client: Any, lost: LostRows) -> None:  # noqa: ANN401 - whatever client Chroma has
        self._client, self._lost = client, lost

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._client, name)

    def get_collection(self, name: str) -> _Collection:
        return _Collection(self._client.get_collection(name, embedding_function=None), self._lost)


class _Collection:
    """Chroma's collection of paragraphs, but for the rows nearest to a vector: those that the graph has lost are among them."""

    def __init__(self, collection: Any, lost: LostRows) -> None:  # noqa: ANN401 - it is Chroma's in all else
        self._collection, self._lost = collection, lost

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._collection, name)

    def query(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - as Chroma is asked
        """What Chroma finds and what it has lost, nearest first, as many as were asked for."""
        columns = [column for column in asked.get("include", _TOLD) if column != "distances"]
        found: dict[str, Any] = self._collection.query(**asked | {"include": [*columns, "distances"]})
        count = asked.get("n_results", 10)
        filters = {name: asked[name] for name in ("where", "where_document") if asked.get(name)}
        for n, vector in enumerate(asked["query_embeddings"]):
            own = [found[column][n] for column in columns]
            near = zip(found["distances"][n], found["ids"][n], *own, strict=True)
            rows = {row: (distance, row, dict(zip(columns, told, strict=True))) for distance, row, *told in near}
            rows |= {row[1]: row for row in self._find_lost(vector, count, filters, columns)}
            nearest = sorted(rows.values(), key=lambda row: row[0])[:count]
            found["distances"][n], found["ids"][n] = [row[0] for row in nearest], [row[1] for row in nearest]
            for column in columns:
                found[column][n] = [row[2][column] for row in nearest]
        return found

    def _find_lost(
        self, vector: Sequence[float], count: int, filters: Mapping[str, Any], columns: Sequence[str]
    ) -> list[Row]:
        """The `count` nearest of the lost rows that the filters let through."""
        ranked = self._lost.rank(PARAGRAPHS, np.asarray(vector, dtype=np.float32))
        at_once = _AT_ONCE if filters else max(1, count)
        found: list[Row] = []
        for at in range(0, len(ranked), at_once):
            near = dict(ranked[at : at + at_once])
            kept = self._collection.get(ids=list(near), include=list(columns), **filters)
            for n, row in enumerate(kept["ids"]):
                found.append((1.0 - near[row], row, {column: kept[column][n] for column in columns}))
            if len(found) >= count:
                break
        return found
