"""Ingestions in processes of their own, to be ended from outside. Importing this is all that such a process has to do first."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import ingest as script
import rag.api.assistant  # noqa: F401 - loaded once for all processes that are forked from one
import rag.api.ingesting as ingesting
from rag import Article, Settings
from rag.store import chroma, generations
from tests.faults.stores import DIMENSIONS
from tests.synthetic import HashEmbedder, articles


def version(n: int, paragraphs: int) -> Iterator[Article]:
    """Articles of which one tells a number."""
    yield Article(id="marker", language="en", paragraphs=[f"The marker is {700 + n}.", f"It stands at gate {n}."])
    yield from articles(paragraphs, sentences=3)


def ingest_until(store: Path, n: int, paragraphs: int, batch: int, seconds: float) -> None:
    """Ingest a version, and end after so many seconds as by kill -9: at once, whatever is under way.

    batch: rows that Chroma is given at once, and writes at once.
    """
    ingesting.choose_embedder = lambda settings: HashEmbedder(DIMENSIONS)
    chroma._MAX_BATCH_ROWS = batch
    generations.GRACE_SECONDS = 0  # nobody reads meanwhile
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    ingesting.ingest(version(n, paragraphs), Settings(store=store))


def run_command(store: Path, articles: Path, said: Path, stages: Connection) -> None:
    """The command `ingest.py`; what it says on standard error goes into a file, the stages that begin into the connection."""
    told: set[str] = set()

    def ingest(sources, settings, progress, **more):
        def tell(stage: str, done: int, total: int) -> None:
            if stage not in told:
                told.add(stage)
                stages.send(stage)
            progress(stage, done, total)

        return ingesting.ingest(sources, settings, tell, **more)

    signal.signal(signal.SIGINT, signal.default_int_handler)
    ingesting.choose_embedder = lambda settings: HashEmbedder(DIMENSIONS)
    script.ingest = ingest
    with said.open("w") as sys.stderr:
        code = script.main([str(articles), "--store", str(store)])
    sys.exit(code)
