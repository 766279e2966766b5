"""The plain LangChain recipe, to stand beside ours: recursive splitter, Chroma, similarity search, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import chromadb
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
from rich.progress import track

from rag import Article
from rag.embeddings import e5

_CHUNK, _OVERLAP, _BATCH = 1000, 200, 100


class PlainE5(Embeddings):
    """multilingual-e5-small as it comes: the same encoder as ours, its vectors neither centred nor joined by another's."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[float(x) for x in e5().encode([text], is_query=False)[0]] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return [float(x) for x in e5().encode([text], is_query=True)[0]]


class PlainRecipe:
    """Chunks of 1000 characters with an overlap of 200, in a Chroma collection in `folder`."""

    def __init__(self, articles: Sequence[Article], folder: Path) -> None:
        splitter = RecursiveCharacterTextSplitter(chunk_size=_CHUNK, chunk_overlap=_OVERLAP)
        client = chromadb.PersistentClient(str(folder), settings=chromadb.config.Settings(anonymized_telemetry=False))
        self._store = Chroma("plain", PlainE5(), client=client, collection_metadata={"hnsw:space": "cosine"})
        texts: list[str] = []
        rows: list[dict[str, str]] = []
        for article in articles:
            for number, paragraph in enumerate(article.paragraphs or (), 1):
                for chunk in splitter.split_text(paragraph):
                    texts.append(chunk)
                    rows.append({"paragraph": f"{article.id}#p{number}"})
        for at in track(range(0, len(texts), _BATCH), "plain recipe: embedding", transient=True):
            self._store.add_texts(texts[at : at + _BATCH], [dict(row) for row in rows[at : at + _BATCH]])

    def retrieve(self, question: str, k: int) -> list[str]:
        """Ids of the paragraphs the `k` nearest chunks were cut from, nearest first, a paragraph as often as it is found."""
        return [str(found.metadata["paragraph"]) for found in self._store.similarity_search(question, k=k)]
