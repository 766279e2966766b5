"""Faults of a Chroma server: stopped, killed, poisoned, shared. Rows of the fault table in docs/results.md; a real server."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import chromadb
import httpx
import pytest
from chromadb.utils.embedding_functions import known_embedding_functions, sparse_known_embedding_functions

import app
from rag import Article, Assistant, Settings, ingest
from rag.errors import IndexMissing, IndexUnreachable, SettingsError
from rag.store.server_client import Server
from rag.ui.conversation import answer_turn
from rag.ui.texts import TEXTS
from tests.chroma_server import ChromaServer, started
from tests.faults.app_process import PATIENCE
from tests.outside.serving import Served, served
from tests.synthetic import HashEmbedder

KILNS = Article(id="kilns", language="en", paragraphs=["The kiln opened in 1998.", "It burns pine wood."])
BOWLS = Article(id="bowls", language="en", paragraphs=["The bowl was fired in 2004."])
QUESTION = "When did the kiln open?"
HOME = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with started(tmp_path_factory.mktemp("chroma")) as running:
        yield running


@pytest.fixture
def quick(monkeypatch) -> None:
    """What embeds in no time."""
    for place in ("rag.api.ingesting", "rag.api.assistant"):
        monkeypatch.setattr(f"{place}.choose_embedder", lambda settings: HashEmbedder(16))


@pytest.fixture
def settings(server, tmp_path, request) -> Settings:
    """Of an index of this test's own."""
    name = "f" + "".join(c for c in request.node.name.lower() if c.isalpha())[-28:]
    return Settings(store=tmp_path / "writer", chroma_url=server.url, chroma_name=name, chroma_timeout=30)


def test_t14_a_server_that_was_killed_is_one_line_on_the_page_and_answers_again_without_a_restart(
    server, settings, quick
):
    ingest([KILNS], settings)
    assistant = Assistant(settings)
    before = assistant.ask(QUESTION).text
    server.kill()
    try:
        with pytest.raises(IndexUnreachable, match=rf"{server.url} cannot be reached .*RAG_CHROMA_URL") as caught:
            assistant.ask(QUESTION)
        assert "\n" not in str(caught.value) and caught.value.retryable
        for words in TEXTS.values():
            (turn,) = list(answer_turn(assistant, (), QUESTION, words))[-1]
            assert turn.problem == words.unreachable and not turn.answer
        assert assistant.article("kilns")[1]  # what is read is here
    finally:
        server.start()
    assert assistant.ask(QUESTION).text == before


def test_t14_a_server_that_hangs_is_one_line_after_its_time_and_no_wait_at_all_after_that(server, settings, quick):
    ingest([KILNS], settings)
    assistant = Assistant(settings.model_copy(update={"chroma_timeout": 0.5}))
    before = assistant.ask(QUESTION).text
    server.send(signal.SIGSTOP)
    try:
        with pytest.raises(IndexUnreachable, match=r"did not answer in 0\.5 s"):
            assistant.retrieve(QUESTION)
        assistant._index._backend._server.silent_until = float("inf")
        with pytest.raises(IndexUnreachable, match="does not answer"):
            assistant.ask(QUESTION)
    finally:
        server.send(signal.SIGCONT)
    assistant._index._backend._server.silent_until = 0
    assistant._index._backend._server.timeout = 30
    assert Assistant(settings).ask(QUESTION).text == before


def test_t14_a_connection_that_broke_is_made_anew_for_a_question(server, settings, quick):
    ingest([KILNS], settings)
    assistant = Assistant(settings)
    server.kill()
    server.start()
    assert [p.paragraph_id for p in assistant.retrieve(QUESTION, 1)] == ["kilns#p1"]


def test_t14_an_ingestion_whose_server_is_killed_changes_nothing_and_can_be_run_again(
    server, settings, quick, monkeypatch
):
    monkeypatch.setattr("rag.store.lease.LEASE_SECONDS", 1)
    ingest([KILNS], settings)

    def kill(stage: str, done: int, total: int) -> None:
        if stage == "store":
            server.kill()

    try:
        with pytest.raises(IndexUnreachable):
            ingest([BOWLS], settings, kill)
    finally:
        server.start()
    client = Server(server.url).connect()
    lease = client.get_collection(f"{settings.chroma_name}-lease")
    lease.modify(metadata={"owner": "killed", "expires": 0.0})
    client.close()
    assert {s.id for s in Assistant(settings).articles()} == {"kilns"}
    assert ingest([BOWLS], settings).articles == 2


def test_t14_the_page_is_not_started_without_its_server_and_says_so_in_one_line(unused_port, quick, tmp_path, capsys):
    url = f"http://127.0.0.1:{unused_port}"
    assert app.main(["--chroma-url", url, "--store", str(tmp_path / "store")]) == 2
    said = capsys.readouterr()
    assert url in said.err and said.err.count("\n") == 1 and not said.out


def test_t15_the_folder_of_a_server_is_not_taken_for_an_index(server, settings, quick):
    ingest([KILNS], settings)
    folder = Settings(store=server.folder / "data")
    before = sorted(path.name for path in folder.store.iterdir())
    with pytest.raises(SettingsError, match="other files"):
        ingest([KILNS], folder)
    with pytest.raises(IndexMissing):
        Assistant(folder)
    assert sorted(path.name for path in folder.store.iterdir()) == before


HOSTILE = {"type": "known", "name": "sentence_transformer", "config": {"model_name": "x/y", "device": "cpu",
    "normalize_embeddings": False, "kwargs": {"trust_remote_code": True}}}  # fmt: skip
SPARSE = {"type": "known", "name": "huggingface_sparse", "config": {"model_name": "x/y", "device": "cpu"}}
SCHEMA = {
    "defaults": {},
    "keys": {
        "#embedding": {"float_list": {"vector_index": {"enabled": True, "config": {"space": "cosine"}}}},
        "hostile": {"sparse_vector": {"sparse_vector_index": {
            "enabled": True, "config": {"source_key": "#document", "embedding_function": SPARSE}}}},
    },
}  # fmt: skip


@pytest.fixture
def built(monkeypatch) -> list[str]:
    """Which functions Chroma was made to build, by name; none is."""
    found: list[str] = []

    def note(name: str) -> object:
        def build(config: dict[str, Any]) -> None:
            found.append(name)
            raise RuntimeError("built")

        return build

    for functions in (known_embedding_functions, sparse_known_embedding_functions):
        for name, function in list(functions.items()):
            if name in (HOSTILE["name"], SPARSE["name"]):
                monkeypatch.setattr(function, "build_from_config", staticmethod(note(name)))
    return found


def poison(server: ChromaServer, name: str) -> None:
    """Put a collection in the place of another that has the same rows and metadata, and names something to embed with."""
    client = Server(server.url).connect()
    old = client.get_collection(name)
    rows = old.get(include=["embeddings", "metadatas", "documents"])
    client.delete_collection(name)
    made = httpx.post(
        f"{server.url}/api/v2/tenants/default_tenant/databases/default_database/collections",
        json={"name": name, "metadata": old.metadata,
              "configuration": {"hnsw": {"space": "cosine"}, "embedding_function": HOSTILE}},
    )  # fmt: skip
    assert made.status_code == 200 and made.json()["configuration_json"]["embedding_function"] == HOSTILE, made.text
    if rows["ids"]:
        told = {part: rows[part] for part in ("metadatas", "documents") if rows[part] and rows[part][0] is not None}
        client.get_collection(name).add(ids=rows["ids"], embeddings=rows["embeddings"], **told)
    client.close()


def test_t50_what_a_poisoned_collection_would_have_built_is_not_built(server, settings, quick, built):
    ingest([KILNS], settings)
    client = Server(server.url).connect()
    names = [name for name in client.list_names() if name.startswith(f"{settings.chroma_name}-")]
    client.close()
    for name in names:
        poison(server, name)
    assistant = Assistant(settings.model_copy(update={"store": settings.store.with_name("reader")}))
    assert [p.paragraph_id for p in assistant.retrieve(QUESTION, 1)] == ["kilns#p1"]
    assert assistant.vectorstore.similarity_search_by_vector(HashEmbedder(16).query(QUESTION, "en").tolist(), 1)
    assert ingest([BOWLS], settings).articles == 2
    assert not built
    # A default client builds it.
    careless = chromadb.HttpClient("127.0.0.1", server.port)
    with pytest.raises(ValueError, match="built"):
        _ = careless.get_collection(next(n for n in names if n.endswith("paragraphs")), embedding_function=None).configuration
    for one in (careless, careless._admin_client):
        one._server._session.close()
    assert built


def test_t50_what_a_schema_names_is_not_built_when_a_row_is_added(server, settings, built):
    client = Server(server.url).connect()
    client.create_collection(f"{settings.chroma_name}-files", embedding_function=None)
    # This server keeps no such schema; Chroma's distributed one does, and sends it back like this.
    get = client._server.get_collection
    client._server.get_collection = lambda *given, **named: _with_schema(get(*given, **named))  # type: ignore[method-assign]
    client.get_collection(f"{settings.chroma_name}-files").add(
        ids=["1"], embeddings=[[1.0, 0.0]], documents=["x"], metadatas=[{"a": 1}]
    )
    client.close()
    assert not built


def _with_schema(model: Any) -> Any:
    model.serialized_schema = SCHEMA
    return model


def test_t42_a_token_is_sent_and_stands_in_no_error_log_or_picture_of_an_object(settings, quick, caplog, capsys):
    seen: list[str] = []

    class Refusing(BaseHTTPRequestHandler):
        """A proxy that does not know the token, and says it."""

        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        def answer(self) -> None:
            seen.append(self.headers["Authorization"] + self.headers["X-Api-Key"])
            body = json.dumps({"error": "AuthError", "message": self.headers["Authorization"]}).encode()
            self.send_response(int(self.server.status))  # type: ignore[attr-defined]
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *given: object) -> None:
            pass

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    chosen = Settings(
        store=settings.store, chroma_url=f"http://127.0.0.1:{proxy.server_port}", chroma_token="CANARY-1",
        chroma_headers='{"X-Api-Key": "CANARY-2"}',
    )  # fmt: skip
    told = ""
    with caplog.at_level(logging.DEBUG):
        for status in (401, 403, 500, 503, 302):
            proxy.status = status  # type: ignore[attr-defined]
            for use in (Assistant, lambda s: ingest([KILNS], s)):
                with pytest.raises(IndexUnreachable) as caught:
                    use(chosen)
                told += str(caught.value) + repr(caught.value)
    proxy.shutdown()
    proxy.server_close()
    assert seen and set(seen) == {"Bearer CANARY-1CANARY-2"}
    assert "RAG_CHROMA_TOKEN" in told
    written = told + caplog.text + str(capsys.readouterr()) + repr(chosen) + repr(Server("http://x", {"a": "CANARY"}))
    assert "CANARY" not in written


ASKING = """
import json, sys
from pathlib import Path
from rag import Assistant, Settings
url, name, folder = sys.argv[1:]
assistant = Assistant(Settings(store=Path(folder) / "store", chroma_url=url, chroma_name=name, chroma_timeout=60))
with open(Path(folder) / "answers", "w", buffering=1) as answers:
    while not (Path(folder) / "stop").exists():
        try:
            answer = assistant.ask("When were the red kiln and the blue kiln lit?")
            said = answer.text + " ".join(c.quote for c in answer.citations)
        except Exception as error:
            said = f"ERROR {error!r}"
        answers.write(json.dumps(said) + "\\n")
"""


def make_kilns(year: int) -> Article:
    return Article(
        id="kilns", language="en",
        paragraphs=[f"The {colour} kiln of the town was lit in {year}." for colour in ("red", "blue")],
    )  # fmt: skip


@pytest.mark.slow
def test_t12_two_processes_answer_wholly_from_one_generation_while_others_are_published(server, settings, tmp_path):
    ingest([make_kilns(1901)], settings)
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
    command = [sys.executable, "-c", ASKING, server.url, settings.chroma_name]
    asking = [subprocess.Popen([*command, str(folder)], cwd=HOME) for folder in folders]
    try:
        for year in range(1902, 1906):
            for folder, process in zip(folders, asking, strict=True):
                wait_for(folder / "answers", str(year - 1), process)
            ingest([make_kilns(year)], settings)
        for folder, process in zip(folders, asking, strict=True):
            wait_for(folder / "answers", "1905", process)
    finally:
        for folder, process in zip(folders, asking, strict=True):
            (folder / "stop").touch()
            process.wait(120)
    for folder in folders:
        said = [json.loads(line) for line in (folder / "answers").read_text().splitlines()]
        assert not [text for text in said if text.startswith("ERROR")]
        years = [{year for year in range(1901, 1906) if str(year) in text} for text in said]
        assert all(len(found) == 1 for found in years)
        in_order = [year for (year,) in years]
        assert in_order == sorted(in_order) and set(in_order) == set(range(1901, 1906))


def wait_for(path: Path, text: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a file that a process writes holds a text."""
    for _ in range(3000):
        if path.exists() and text in path.read_text():
            return
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(f"ended with {process.returncode}")
    raise AssertionError(f"{text} did not come")


def read_health(page: Served) -> tuple[int, str, bool]:
    told = httpx.get(page.address + "health", timeout=PATIENCE)
    return told.status_code, told.json()["status"], told.json()["open"]


def await_health(page: Served, wanted: tuple[int, str, bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while (seen := read_health(page)) != wanted:
        assert time.monotonic() < ends, seen
        time.sleep(0.05)


def test_t14_health_says_that_the_server_is_away_or_hangs_and_that_it_is_back(tmp_path, settings, quick, monkeypatch):
    monkeypatch.setattr("rag.store.server.BEAT_SECONDS", 0.0)
    with started(tmp_path / "chroma") as own:
        settings = settings.model_copy(update={"chroma_url": own.url})
        ingest([KILNS], settings)
        with served(Assistant(settings)) as page:
            assert read_health(page) == (200, "ok", True)
            own.kill()
            await_health(page, (503, "unreachable", False))
            assert httpx.get(page.address + "health").json()["generation"] == "g000001"
            own.start()
            await_health(page, (200, "ok", True))
            own.send(signal.SIGSTOP)
            try:
                await_health(page, (503, "unreachable", False))
            finally:
                own.send(signal.SIGCONT)
            await_health(page, (200, "ok", True))


def test_t14_a_server_is_not_asked_by_each_who_looks_at_health(server, settings, quick, monkeypatch):
    ingest([KILNS], settings)
    assistant, asked = Assistant(settings), []
    monkeypatch.setattr("rag.store.server_client._Session.is_answered", lambda *given: not asked.append(given))
    assert [assistant.reachable for _ in range(50)] == [True] * 50
    assert len(asked) == 1 and asked[0][-1] <= 3
