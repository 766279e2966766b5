"""One index of the three articles for the whole session: embedding it takes some ten seconds."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import hypothesis
import pytest

# The same examples every time, and no clock: a test that fails on one machine fails on all.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("steady")

# Before any import of ours: a developer's own settings and tracing must not leak into the tests.
for name in [n for n in os.environ if n.startswith(("RAG_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_"))]:
    del os.environ[name]
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["NO_PROXY"] = "127.0.0.1,localhost"

from rag import Assistant, IngestReport, Settings, ingest
from tests.remembering import Known, remember_pairs, remember_vectors
from tests.smollm import smollm

HOME = Path(__file__).parent.parent
ARTICLES = HOME / "articles"
READING_ITSELF = {"answer", "encoder"}  # folders of tests


def pytest_addoption(parser: pytest.Parser) -> None:
    """How much of what takes long `make faults` runs."""
    parser.addoption("--kills", type=int, default=200, help="ingestions that are killed by the slow test of T1")
    parser.addoption("--kill-seed", type=int, default=2, help="the moments at which they are killed are drawn from this seed")


@pytest.fixture(scope="session")
def known() -> Known:
    """What was embedded and read in this session, of the tests that share it."""
    return Known()


@pytest.fixture(scope="module")
def remembered(known: Known) -> Iterator[None]:
    """What another test has embedded is not embedded again in a file that asks for this."""
    with remember_vectors(known):
        yield


@pytest.fixture(scope="module", autouse=True)
def read_once(request: pytest.FixtureRequest, known: Known) -> Iterator[None]:
    """What another test has read, a question and a text together, is not read again: many tests ask the same questions, and
    reading is most of an answer's time. The tests of reading itself go without."""
    with nullcontext() if request.path.parent.name in READING_ITSELF else remember_pairs(known):
        yield


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory, known: Known) -> tuple[Settings, IngestReport]:
    settings = Settings(store=tmp_path_factory.mktemp("index") / "store")
    with remember_vectors(known):
        return settings, ingest([ARTICLES], settings)


@pytest.fixture(scope="session")
def settings(indexed) -> Settings:
    return indexed[0]


@pytest.fixture(scope="session")
def report(indexed) -> IngestReport:
    return indexed[1]


@pytest.fixture(scope="session")
def assistant(settings) -> Assistant:
    return Assistant(settings)


@pytest.fixture(scope="session")
def small_model() -> Iterator[str]:
    """The base URL of a real small model, which takes seconds to start."""
    with smollm() as address:
        yield address


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
