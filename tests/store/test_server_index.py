"""An index on a Chroma server gives what one in a folder gives, and any number of machines share it. A real server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from chromadb import Collection
from chromadb.errors import NotFoundError

from rag import Article, Assistant, Settings, ingest
from rag.api import check_store, repair_store
from rag.api.opened import choose_backend
from rag.errors import IndexDamaged, IndexMissing, SettingsError
from rag.store import fetched
from rag.store.server_client import Server
from tests.chroma_server import ChromaServer, started
from tests.remembering import Known, remember_vectors
from tests.synthetic import HashEmbedder, articles

ARTICLES = Path(__file__).parent.parent.parent / "articles"
QUESTIONS = [
    "When did the expo open?",
    "Who is Iznik's deputy mayor?",
    "Which companies took part, and when did the expo open?",
    "What is it about?",
    "旗舰店开在哪里?",
    "法国的首都是哪里?",
    "Sergi ne zaman açıldı?",
    "İznik çinisi hangi şehirle ortak?",
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with started(tmp_path_factory.mktemp("chroma")) as running:
        yield running


@pytest.fixture
def quick(monkeypatch) -> HashEmbedder:
    """What embeds in no time."""
    made = HashEmbedder(384)
    for place in ("rag.api.ingesting", "rag.api.assistant", "rag.api.checking"):
        monkeypatch.setattr(f"{place}.choose_embedder", lambda settings: made)
    return made


@pytest.fixture
def on_server(server, tmp_path, request) -> Settings:
    """An index of this test's own on the server, as the machine that ingests sees it."""
    name = "t" + "".join(c for c in request.node.name.lower() if c.isalpha())[-28:]
    return Settings(store=tmp_path / "writer", chroma_url=server.url, chroma_name=name, chroma_timeout=30)


def elsewhere(settings: Settings, folder: Path) -> Settings:
    """The same index, as a machine sees it that has nothing of it."""
    return settings.model_copy(update={"store": folder})


def test_answers_from_a_server_are_those_from_a_folder(on_server, settings, known: Known, tmp_path):
    unhurried = {"reading_seconds": 3600}  # else a busy machine reads less
    with remember_vectors(known):
        ingest([ARTICLES], on_server)
        asked = Assistant(elsewhere(on_server, tmp_path / "reader").model_copy(update=unhurried))
        assistant = Assistant(settings.model_copy(update=unhurried))
        for question in QUESTIONS:
            ours, theirs = (a.ask(question).to_dict() | {"timings": None} for a in (asked, assistant))
            assert ours == theirs, question
        for question in QUESTIONS[:2]:
            ours, theirs = ([(p.paragraph_id, p.score) for p in a.retrieve(question, 10)] for a in (asked, assistant))
            assert [p for p, _ in ours] == [p for p, _ in theirs]
            assert [s for _, s in ours] == pytest.approx([s for _, s in theirs], abs=1e-5)
        assert asked.vectorstore.similarity_search("When did the expo open?", 3) == (
            assistant.vectorstore.similarity_search("When did the expo open?", 3)
        )
    assert asked.articles() == assistant.articles()


def test_a_second_run_embeds_nothing_and_keeps_the_generation(on_server, quick, tmp_path):
    first = ingest(articles(20), on_server)
    again = ingest(articles(20), elsewhere(on_server, tmp_path / "another writer"))
    assert (again.embedded, again.generation) == (0, first.generation)


def test_a_changed_article_embeds_only_itself_on_another_machine(on_server, quick, tmp_path):
    ingest(articles(20), on_server)
    other = elsewhere(on_server, tmp_path / "another writer")
    report = ingest([Article(id="a0", language="en", paragraphs=["The kiln was lit."])], other)
    assert report.embedded == 1
    assert [p.text for p in Assistant(on_server).article("a0")[1]] == ["The kiln was lit."]


def test_a_running_assistant_sees_a_new_generation_without_a_restart(on_server, quick, monkeypatch, tmp_path):
    monkeypatch.setattr("rag.store.server.LOOK_SECONDS", 0)
    ingest(articles(20), on_server)
    reader = Assistant(elsewhere(on_server, tmp_path / "reader"))
    report = ingest([Article(id="new", language="en", paragraphs=["The kiln was lit."])], on_server)
    assert "new" in {s.id for s in reader.articles()}
    assert reader.generation == report.generation


def test_a_look_for_a_new_generation_is_one_request_a_second_for_all_questions(on_server, quick, monkeypatch):
    ingest(articles(20), on_server)
    reader = Assistant(on_server)
    monkeypatch.setattr("rag.store.server.time.monotonic", lambda: 1e9)
    looks: list[str] = []
    read = reader._index._backend._catalogue.read_current
    monkeypatch.setattr(reader._index._backend._catalogue, "read_current", lambda: looks.append("") or read())
    for _ in range(20):
        reader.articles()
    assert len(looks) == 1


def test_a_generation_that_is_kept_no_longer_is_replaced_once_and_the_question_answered(
    on_server, quick, monkeypatch, tmp_path
):
    monkeypatch.setattr("rag.store.server.GRACE_SECONDS", 0)
    ingest(articles(20), on_server)
    reader = Assistant(elsewhere(on_server, tmp_path / "reader"))
    monkeypatch.setattr("rag.store.server.LOOK_SECONDS", 1e9)
    for n in range(2):
        ingest([Article(id=f"new{n}", language="en", paragraphs=[f"Kiln number {n} was lit in 190{n}."])], on_server)
    with pytest.raises(NotFoundError):
        reader._store._collections._of["paragraphs"].count()
    found = reader.retrieve("Kiln number 1 was lit in 1901.", 3)
    assert "new1#p1" in [passage.paragraph_id for passage in found]
    assert reader.ask("When was kiln number 1 lit?").status


def test_a_file_that_did_not_change_is_not_fetched_again(on_server, quick, monkeypatch, tmp_path):
    ingest(articles(20), on_server)
    reader = elsewhere(on_server, tmp_path / "reader")
    Assistant(reader)
    fetched_again: list[str] = []
    download = fetched.download_file
    monkeypatch.setattr(fetched, "download_file", lambda c, a, path: fetched_again.append(a.path) or download(c, a, path))
    Assistant(reader)
    assert not fetched_again
    ingest([Article(id="new", language="en", paragraphs=["The kiln was lit."])], on_server)
    Assistant(reader)
    assert fetched_again and "names.json" not in fetched_again


def test_what_a_machine_keeps_is_mended_when_it_is_damaged(on_server, quick, tmp_path):
    ingest(articles(20), on_server)
    reader = elsewhere(on_server, tmp_path / "reader")
    Assistant(reader)
    (rows,) = reader.store.glob("server-*/g*/rows.sqlite3")
    data = bytearray(rows.read_bytes())
    data[len(data) // 2] ^= 1
    rows.write_bytes(data)
    assert Assistant(reader).article("a0")[1]


@pytest.fixture(scope="module")
def damaged(server, tmp_path_factory) -> Iterator[tuple[Settings, Collection]]:
    """An index, and its files on the server as whoever reaches the server can change them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.api.ingesting.choose_embedder", lambda settings: HashEmbedder(384))
        settings = Settings(store=tmp_path_factory.mktemp("w"), chroma_url=server.url, chroma_name="damaged")
        report = ingest(articles(20), settings)
    client = Server(server.url).connect()
    yield settings, client.get_collection(f"damaged-{report.generation}-files")
    client.close()


@pytest.mark.parametrize("damage", ["gone", "flipped", "garbage"])
def test_a_damaged_chunk_of_a_file_on_the_server_is_noticed(damaged, quick, tmp_path, damage):
    settings, files = damaged
    rows = files.get(include=["metadatas"])
    at = max(range(len(rows["ids"])), key=lambda n: len(rows["metadatas"][n]["data"]))
    row, data = rows["ids"][at], rows["metadatas"][at]["data"]
    middle = len(data) // 2
    flipped = data[:middle] + ("0" if data[middle] != "0" else "1") + data[middle + 1 :]
    if damage == "gone":
        files.delete(ids=[row])
    else:
        files.update(ids=[row], metadatas=[{"data": flipped if damage == "flipped" else "\x00"}])
    try:
        with pytest.raises(IndexDamaged, match=r"not what was written.*ingest\.py"):
            Assistant(elsewhere(settings, tmp_path / "reader"))
        assert Assistant(settings).articles()  # which has its files
    finally:
        files.upsert(ids=[row], embeddings=[[0.0, 1.0]], metadatas=[{"data": data}])


@pytest.mark.parametrize("path", ["../outside", "/tmp/outside", "words/../../outside"])
def test_a_list_of_files_cannot_lead_out_of_the_folder(damaged, quick, tmp_path, path):
    settings, files = damaged
    listing = files.metadata
    files.modify(metadata={"files": f'[["{path}", 0, "x"]]'})
    try:
        with pytest.raises(IndexDamaged, match="list of the index's files"):
            Assistant(elsewhere(settings, tmp_path / "reader"))
    finally:
        files.modify(metadata=listing)
    assert not list(tmp_path.rglob("outside"))


def test_a_machine_without_room_for_the_files_says_so_and_does_not_blame_the_index(damaged, quick, tmp_path):
    settings, _ = damaged
    (tmp_path / "file").write_text("x")
    for use in (Assistant, lambda s: ingest(articles(20), s)):
        with pytest.raises(SettingsError, match=r"file/server-.* cannot .*RAG_STORE"):
            use(elsewhere(settings, tmp_path / "file"))
    assert (tmp_path / "file").read_text() == "x"


def test_a_list_of_files_claims_no_more_than_is_there(damaged, quick, tmp_path):
    settings, files = damaged
    listing = files.metadata
    files.modify(metadata={"files": f'[["words/rows.bin", {10**18}, "x"]]'})
    try:
        with pytest.raises(IndexDamaged, match="list of the index's files"):
            Assistant(elsewhere(settings, tmp_path / "reader"))
    finally:
        files.modify(metadata=listing)


def test_a_server_without_an_index_is_named_with_the_command_and_nothing_is_made(on_server, server, quick):
    with pytest.raises(IndexMissing, match=rf"python ingest\.py --chroma-url {server.url}"):
        Assistant(on_server)
    assert not on_server.store.exists()


def test_looking_an_index_on_a_server_over_finds_a_row_that_is_missing_there_and_repairing_mends_it(
    on_server, quick, tmp_path
):
    (tmp_path / "kiln.txt").write_text("Kiln\n\nThe kiln was lit in 1901.\n\nIt went out in 1902.\n")
    generation = ingest([tmp_path / "kiln.txt"], on_server).generation
    whole = check_store(elsewhere(on_server, tmp_path / "another machine"))
    assert (whole.generation, whole.articles, whole.findings, whole.command) == (generation, 1, (), "")
    place = choose_backend(on_server).place(generation)
    with closing(place.connect()) as client:
        sentences = client.get_collection(place.full_name("sentences"))
        sentences.delete(ids=sentences.get(limit=1)["ids"])
    found = check_store(on_server)
    assert ([finding.what for finding in found.findings], found.serves) == (["rows"], False)
    assert found.command == f"python ingest.py --chroma-url {on_server.chroma_url} --repair"
    assert repair_store(on_server, found).articles == 1
    assert check_store(on_server).findings == ()


def test_a_server_that_is_not_there_is_told_when_it_is_looked_over(quick, tmp_path):
    found = check_store(Settings(store=tmp_path, chroma_url="http://127.0.0.1:9"))
    assert ([finding.what for finding in found.findings], found.serves, found.command) == (["unreadable"], False, "")
