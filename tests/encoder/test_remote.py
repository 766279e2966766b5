"""Embedders that are not ours: a real local server, a server that fails in every way, and LangChain objects."""

from __future__ import annotations

import json
import select
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding, Embeddings

from rag import Article, Assistant, Settings, ingest
from rag.encoder.remote import MAX_BATCH_TEXTS, MAX_TRIES, RemoteEmbedder
from rag.errors import EmbeddingsError, IndexMismatch
from tests.smollm import NEEDED, weights

HOME = Path(__file__).parents[2]
KILNS = Article(id="kilns", language="en", paragraphs=["The kiln opened in 1998.", "It burns pine wood. It is old."])
KEY = "sk-CANARY"

Reply = Callable[[list[str]], tuple[int, object]]


def vectors(texts: list[str], size: int = 8) -> list[list[float]]:
    return [[float(b) + 1 for b in text.encode().ljust(size)[:size]] for text in texts]


def well(texts: list[str], size: int = 8) -> tuple[int, object]:
    data = [{"object": "embedding", "index": i, "embedding": v} for i, v in enumerate(vectors(texts, size))]
    return 200, {"object": "list", "model": "m", "data": data, "usage": {"prompt_tokens": 1, "total_tokens": 1}}


class FakeServer(ThreadingHTTPServer):
    """Answers `/v1/embeddings` with what `replies` gives, one for each request, the last one for all further ones."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies: list[Reply] = [well]
        self.requests: list[dict[str, object]] = []
        self.address = f"http://127.0.0.1:{self.server_address[1]}/v1"
        self.release = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    server: FakeServer

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.requests.append(sent | {"key": self.headers["authorization"]})
        reply = self.server.replies.pop(0) if len(self.server.replies) > 1 else self.server.replies[0]
        status, body = reply(sent["input"])
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        with suppress(ConnectionError):  # who asked did not wait
            self.end_headers()
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        return


def refuse(status: int, message: str = "no") -> Reply:
    return lambda texts: (status, {"error": {"message": f"{message} {KEY} {texts[0]}"}})


@pytest.fixture
def server() -> Iterator[FakeServer]:
    made = FakeServer()
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.release.set()
    made.shutdown()
    made.server_close()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr(RemoteEmbedder.__init__, "__defaults__", (pauses.append,))
    return pauses


def settings_of(server: FakeServer, folder: Path) -> Settings:
    return Settings(store=folder / "store", embeddings="openai:m", base_url=server.address, api_key=KEY)


@pytest.fixture(scope="module")
def real() -> Iterator[str]:
    """A real embedding server on loopback."""
    if not (find_spec("xllamacpp") and weights()):
        pytest.skip(f"needs a small model: {NEEDED}")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.embeddings_server"],
        cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        ready = select.select([process.stdout], [], [], 120)[0]
        address = process.stdout.readline().strip() if ready else ""
        assert address, "the embedding server did not start"
        yield address
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_a_real_server_embeds_an_index_that_answers(real, tmp_path):
    settings = Settings(store=tmp_path / "store", embeddings="openai:smollm2", base_url=real)
    seen: list[tuple[str, int, int]] = []
    report = ingest([KILNS], settings, lambda *stage: seen.append(stage))
    assert report.embedded == 4 and ("embed", 4, 4) in seen
    again = ingest([KILNS], settings)
    assert again.embedded == 0 and again.generation == report.generation
    assistant = Assistant(settings)
    answer = assistant.ask("When did the kiln open?")
    assert answer.citations[0].paragraph_id == "kilns#p1"
    assert [p.paragraph_id for p in assistant.retrieve("Which wood does it burn?", 1)] == ["kilns#p2"]


def test_a_text_that_is_too_long_for_a_real_server_is_embedded_in_parts(real):
    embedder = RemoteEmbedder.of_server("smollm2", real, None)
    long = "The kiln was built beside the lake, and the bowls were carried over the hills. " * 20
    made = embedder.passages([long, "Short."], ["en", "en"])
    assert made.shape == (2, embedder.dimensions) and np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)
    assert made[0] @ embedder.passages([long[:400]], ["en"])[0] > 0.9


def test_texts_go_in_batches_with_the_key_and_in_order(server):
    embedder = RemoteEmbedder.of_server("m", server.address, KEY)
    texts = [f"text {n}" for n in range(150)]
    done: list[int] = []
    made = embedder.passages(texts, ["en"] * 150, done.append)
    expected = np.array(vectors(texts), dtype=np.float32)
    assert np.allclose(made, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-6)
    assert done == [64, 128, 150] and max(len(r["input"]) for r in server.requests) == MAX_BATCH_TEXTS
    assert {r["key"] for r in server.requests} == {f"Bearer {KEY}"} and {r["model"] for r in server.requests} == {"m"}


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_pass_is_tried_again(server, status, no_pauses):
    embedder = RemoteEmbedder.of_server("m", server.address, KEY)
    server.replies = [refuse(status), refuse(status), well]
    assert embedder.passages(["kiln"], ["en"]).shape == (1, 8)
    assert no_pauses == [0.5, 1.0]


@pytest.mark.parametrize(
    ("status", "said", "tries"),
    [
        (401, "does not accept the key. Check OPENAI_API_KEY.", 1),
        (404, "is not there", 1),
        (429, "takes no more requests for now (status 429)", MAX_TRIES),
        (500, "answered with status 500. Check RAG_EMBEDDINGS", MAX_TRIES),
    ],
)
def test_a_refusal_is_one_line_without_key_or_text(server, tmp_path, status, said, tries):
    server.replies = [refuse(status)]
    with pytest.raises(EmbeddingsError) as caught:
        ingest([KILNS], settings_of(server, tmp_path))
    message = str(caught.value)
    assert said in message and "\n" not in message and "CANARY" not in message and "kiln" not in message
    assert len(server.requests) == tries and caught.value.__cause__ is None


def test_a_server_that_is_down_is_one_line(tmp_path, unused_port):
    settings = Settings(store=tmp_path, embeddings="openai:m", base_url=f"http://me:CANARY@127.0.0.1:{unused_port}/v1")
    with pytest.raises(EmbeddingsError, match=r"cannot be reached. Check RAG_EMBEDDINGS") as caught:
        ingest([KILNS], settings)
    assert "CANARY" not in str(caught.value)


def test_a_server_that_is_slow_is_one_line(server):
    def slow(texts: list[str]) -> tuple[int, object]:
        server.release.wait(10)
        return well(texts)

    server.replies = [slow]
    embedder = RemoteEmbedder.of_server("m", server.address, KEY, timeout=0.2)
    with pytest.raises(EmbeddingsError, match="did not answer in time"):
        embedder.passages(["kiln"], ["en"])


def broken(count: int, value: float, size: int = 8) -> Reply:
    def reply(texts: list[str]) -> tuple[int, object]:
        status, body = well(texts, size)
        body["data"] = [row | {"embedding": [value or x for x in row["embedding"]]} for row in body["data"][:count]]
        return status, body

    return reply


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (broken(2, 0.0), "gave 2 vectors"),
        (broken(99, float("nan")), "zero or not of finite numbers"),
        (broken(99, 0.0, size=9), "of 9 numbers, and of 8 before"),
        (lambda texts: (200, {"data": "what?"}), "cannot be used"),
    ],
)
def test_wrong_vectors_are_one_line_and_the_old_index_stays(server, tmp_path, reply, said):
    settings = settings_of(server, tmp_path)
    first = ingest([KILNS], settings)
    server.replies = [well, reply]
    more = Article(id="more", language="en", paragraphs=["One more.", "Two more.", "Three more."])
    with pytest.raises(EmbeddingsError) as caught:
        ingest([more], settings)
    assert said in str(caught.value) and "\n" not in str(caught.value)
    server.replies = [well]
    assert Assistant(settings).generation == first.generation
    assert [p.name for p in settings.store.glob("g*")] == [first.generation]


def test_what_was_embedded_before_a_server_failed_is_kept(server, tmp_path):
    settings = settings_of(server, tmp_path)
    many = Article(id="many", language="en", paragraphs=[f"Kiln {n} is red and burns wood." for n in range(700)])
    server.replies = [well, well, well, well, well, refuse(401)]  # the size, four batches, no more
    with pytest.raises(EmbeddingsError):
        ingest([many], settings)
    server.replies = [well]
    report = ingest([many], settings)
    assert report.reused == 256 and report.embedded == 700 - 256


def test_an_index_of_one_model_is_not_asked_with_another(server, tmp_path):
    settings = settings_of(server, tmp_path)
    ingest([KILNS], settings)
    with pytest.raises(IndexMismatch, match=r"openai:m@http://127.0.0.1:\d+/v1/8"):
        Assistant(Settings(store=settings.store, embeddings="openai:other", base_url=server.address))
    with pytest.raises(IndexMismatch):
        Assistant(Settings(store=settings.store))


def test_a_key_and_an_address_alone_send_nothing(server, tmp_path):
    settings = Settings(store=tmp_path / "store", base_url=server.address, api_key=KEY)
    ingest([KILNS], settings)
    assert Assistant(settings).ask("When did the kiln open?").status == "answered" and not server.requests


def test_any_langchain_object_embeds_an_index_that_is_searched(tmp_path):
    settings = Settings(store=tmp_path / "store", embeddings=DeterministicFakeEmbedding(size=32))
    assert ingest([KILNS], settings).embedded == 4
    assistant = Assistant(settings)
    # Such vectors say nothing, and a chance of an answer is told from them too; the words find the paragraph all the same.
    assert "kilns#p1" in [p.paragraph_id for p in assistant.retrieve("When did the kiln open?")]
    assert assistant.vectorstore.similarity_search("The kiln opened in 1998.", 1)[0].id == "kilns#p1"
    with pytest.raises(IndexMismatch, match="DeterministicFakeEmbedding/32"):
        Assistant(Settings(store=settings.store, embeddings=DeterministicFakeEmbedding(size=16)))


class Named(Embeddings):
    """An object with a model's name."""

    def __init__(self, model: str, fails: bool = False) -> None:
        self.model, self.fails = model, fails

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if self.fails:
            raise RuntimeError(f"secret {texts}")
        return vectors(texts)

    def embed_query(self, text: str) -> list[float]:
        return vectors([text])[0]


def test_objects_are_told_apart_by_their_model():
    assert RemoteEmbedder.of_object(Named("a")).identity.endswith("Named:model=a/8")
    assert RemoteEmbedder.of_object(Named("a")).identity != RemoteEmbedder.of_object(Named("b")).identity


def test_an_object_that_fails_is_one_line_without_its_words(tmp_path):
    with pytest.raises(EmbeddingsError, match=r"cannot be used \(RuntimeError\)") as caught:
        ingest([KILNS], Settings(store=tmp_path / "store", embeddings=Named("a", fails=True)))
    assert "secret" not in str(caught.value)
