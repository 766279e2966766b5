"""Small indexes for tests of faults: real Chroma and real files, vectors that cost nothing."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

import rag.corpus as corpus
import rag.store as store
from rag import Article, Settings, ingest
from tests.synthetic import WORDS, HashEmbedder

DIMENSIONS = 32


def use(monkeypatch: pytest.MonkeyPatch, embedder: HashEmbedder) -> HashEmbedder:
    """Have ingestion and asking embed with this one."""
    for place in ("rag.api.ingesting", "rag.api.assistant"):
        monkeypatch.setattr(f"{place}.choose_embedder", lambda settings: embedder)
    return embedder


def open_index(folder: Path, embedder: HashEmbedder) -> store.Store:
    """The current generation of a store."""
    return store.Store.open(folder, embedder.identity, corpus.RULES)


def make(folder: Path, articles: Iterable[Article]) -> Settings:
    """Ingest articles into a store of their own."""
    settings = Settings(store=folder)
    ingest(articles, settings)
    return settings


def repeating(count: int, seed: int) -> list[Article]:
    """Articles that share whole lines, and lines that differ in a number alone, as those of one newspaper do."""
    draw = random.Random(seed)
    shared = [" ".join(draw.choices(WORDS, k=12)).capitalize() + "." for _ in range(4)]
    return [
        Article(
            id=f"a{n}",
            language="en",
            paragraphs=[
                f"Kiln {draw.randrange(10**6)} stood in {' '.join(draw.choices(WORDS, k=6))}.",
                f"{shared[n % 4]} {shared[(n + 1) % 4]}",
                "All rights reserved.",
                f"Page {n} of {count}.",
            ],
        )
        for n in range(count)
    ]


def find_unfindable(index: store.Store, embedder: HashEmbedder) -> list[str]:
    """What is wrong with the rows of an index: each text, of views and of sentences, is asked for by the vector that is stored of it.

    That is a half float, as ingestion asks: in a graph made to lose rows, another rounding may take another way.
    """
    wrong: list[str] = []
    owners: dict[tuple[str, str], tuple[set[store.Row], set[store.Row]]] = {}
    for source in index.sources:
        for paragraph in index.article(source):
            for view in paragraph.views:
                row = paragraph.id, view.language
                owners.setdefault((view.text, view.language), (set(), set()))[0].add(row)
                for a, b in view.sentences:
                    owners.setdefault((view.text[a:b], view.language), (set(), set()))[1].add(row)
    for (text, language), (views, sentences) in owners.items():
        vector = embedder.query(text, language).astype(np.float16).astype(np.float32)
        near = index.nearest_paragraphs(vector, max(5, len(views)))
        wrong += [f"paragraph: {text}"] * any(near.get(row, 0) < 0.999 for row in views)
        near = index.nearest_sentences(vector, 5)
        wrong += [f"sentence: {text}"] * any(near.get(row, 0) < 0.999 for row in sentences)
    return wrong
