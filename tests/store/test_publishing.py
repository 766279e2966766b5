"""One writer at a time on a Chroma server, and nothing overwritten when two of them meet after all. A real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Article, Assistant, Settings, ingest
from rag.api.opened import choose_backend
from rag.errors import IndexBusy, IndexUnreachable
from rag.store.catalogue import Catalogue
from rag.store.lease import Lease
from rag.store.server import ServerBackend
from rag.store.server_client import Server, ServerClient
from tests.chroma_server import ChromaServer, started
from tests.synthetic import HashEmbedder

KILNS = Article(id="kilns", language="en", paragraphs=["The kiln opened in 1998."])
BOWLS = Article(id="bowls", language="en", paragraphs=["The bowl was fired in 2004."])
CUPS = Article(id="cups", language="en", paragraphs=["The cup was glazed in 2010."])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with started(tmp_path_factory.mktemp("chroma")) as running:
        yield running


@pytest.fixture
def client(server) -> Iterator[ServerClient]:
    made = Server(server.url, timeout=30).connect()
    yield made
    made.close()


@pytest.fixture
def settings(server, tmp_path, request, monkeypatch) -> Settings:
    """Of an index of this test's own, with what embeds in no time."""
    for place in ("rag.api.ingesting", "rag.api.assistant"):
        monkeypatch.setattr(f"{place}.choose_embedder", lambda settings: HashEmbedder(16))
    name = "p" + "".join(c for c in request.node.name.lower() if c.isalpha())[-28:]
    return Settings(store=tmp_path / "one", chroma_url=server.url, chroma_name=name, chroma_timeout=30)


def make_backend(settings: Settings) -> ServerBackend:
    made = choose_backend(settings, writing=True)
    assert isinstance(made, ServerBackend)
    return made


def list_names(client: ServerClient, settings: Settings) -> set[str]:
    own = f"{settings.chroma_name}-"
    return {name.removeprefix(own) for name in client.list_names() if name.startswith(own)}


def ids(settings: Settings, folder: Path) -> set[str]:
    """The articles that a machine finds which has nothing of the index."""
    return {source.id for source in Assistant(settings.model_copy(update={"store": folder})).articles()}


def expire(client: ServerClient, settings: Settings) -> None:
    """As if whoever ingests had not been heard of for a minute."""
    lease = client.get_collection(f"{settings.chroma_name}-lease")
    lease.modify(metadata=lease.metadata | {"expires": client.read_clock() - 1})


def test_a_second_ingestion_is_refused_and_told_who_runs_the_first(settings, client):
    told = r"ingestion is running \(.*process \d+\).*if it was killed, in \d+ s"
    with make_backend(settings).writing(), pytest.raises(IndexBusy, match=told):
        ingest([KILNS], settings)
    assert ingest([KILNS], settings).generation == "g000001"
    assert "lease" not in list_names(client, settings)


def test_the_lock_of_an_ingestion_that_was_killed_is_taken_over_when_it_expires(settings, client):
    killed = Lease(client, f"{settings.chroma_name}-lease")
    killed._collection = killed._create()
    with pytest.raises(IndexBusy):
        ingest([KILNS], settings)
    expire(client, settings)
    assert ingest([KILNS], settings).articles == 1
    with pytest.raises(IndexBusy, match="took over"):
        killed.renew()


def test_of_many_who_take_an_expired_lock_over_at_once_one_gets_it(settings, client):
    Lease(client, f"{settings.chroma_name}-lease")._create()
    expire(client, settings)
    rivals = [Lease(client, f"{settings.chroma_name}-lease") for _ in range(3)]
    create, entered = rivals[0]._client.create_collection, []

    def create_in_turns(*given, **named):
        """Each has seen the expired lock before one of them makes a new one."""
        if len(entered) < len(rivals) - 1:
            entered.append("")
            take_over(rivals[len(entered)])
        return create(*given, **named)

    won: list[Lease] = []

    def take_over(rival: Lease) -> None:
        try:
            rival.acquire()
            won.append(rival)
        except IndexBusy:
            pass

    client.create_collection = create_in_turns  # type: ignore[method-assign]
    take_over(rivals[0])
    assert len(won) == 1
    won[0].renew()
    won[0].release()


def test_a_lock_is_prolonged_while_it_is_held(settings, client, monkeypatch):
    monkeypatch.setattr("rag.store.lease.LEASE_SECONDS", 0.4)
    lease = Lease(client, f"{settings.chroma_name}-lease")
    lease.acquire()
    first = client.get_collection(f"{settings.chroma_name}-lease").metadata["expires"]
    for _ in range(200):
        if client.get_collection(f"{settings.chroma_name}-lease").metadata["expires"] > first:
            break
        lease._lost.wait(0.05)
    else:
        raise AssertionError("not prolonged")
    lease.release()


def test_who_lost_the_lock_stops_at_the_next_step_and_leaves_nothing(settings, client, tmp_path):
    ingest([KILNS], settings)
    before = list_names(client, settings)
    steps: list[str] = []

    def lose(stage: str, done: int, total: int) -> None:
        if not steps:
            expire(client, settings)
            ingest([CUPS], settings.model_copy(update={"store": tmp_path / "two"}))
            before.update(list_names(client, settings))
        steps.append(stage)

    with pytest.raises(IndexBusy, match=r"took over|published"):
        ingest([BOWLS], settings, lose)
    assert ids(settings, tmp_path / "reader") == {"kilns", "cups"}
    assert list_names(client, settings) == before - {"lease"}


@pytest.mark.parametrize("removed", [True, False])
def test_publishing_over_a_generation_that_was_replaced_meanwhile_is_refused(
    settings, client, tmp_path, monkeypatch, removed
):
    ingest([KILNS], settings)
    if not removed:  # what the other finds of this one, it removes
        monkeypatch.setattr(ServerBackend, "retire", lambda self: None)
    monkeypatch.setattr(Lease, "renew", lambda self: None)  # it does not notice
    monkeypatch.setattr(Lease, "check", lambda self: None)

    def be_overtaken(stage: str, done: int, total: int) -> None:
        if stage == "read":
            expire(client, settings)
            ingest([CUPS], settings.model_copy(update={"store": tmp_path / "two"}))

    with pytest.raises(IndexBusy, match="published"):
        ingest([BOWLS], settings, be_overtaken)
    assert ids(settings, tmp_path / "reader") == {"kilns", "cups"}
    assert ingest([BOWLS], settings).articles == 3


def test_two_that_publish_over_the_same_generation_at_once_are_told_apart_by_the_server(settings, client, tmp_path):
    catalogue = Catalogue(client, settings.chroma_name)
    assert catalogue.mark_replaced("g000007", "g000008")
    assert not catalogue.mark_replaced("g000007", "g000009")


def test_a_publication_that_was_cut_off_is_completed_by_the_next_ingestion(settings, client, tmp_path, monkeypatch):
    first = ingest([KILNS], settings)
    reader = Assistant(settings.model_copy(update={"store": tmp_path / "reader"}))
    with monkeypatch.context() as patch:
        patch.setattr(Catalogue, "point_to", lambda self, name: (_ for _ in ()).throw(IndexUnreachable("gone")))
        with pytest.raises(IndexUnreachable):
            ingest([BOWLS], settings)
    assert reader.generation == first.generation and ids(settings, tmp_path / "late") == {"kilns"}
    report = ingest([BOWLS], settings)
    assert [row.change for row in report.rows] == ["kept", "same"]
    assert ids(settings, tmp_path / "late") == {"kilns", "bowls"}


def test_a_generation_whose_successor_is_not_there_can_be_replaced(settings, client):
    ingest([KILNS], settings)
    Catalogue(client, settings.chroma_name).mark_replaced("g000001", "g000002")
    assert ingest([BOWLS], settings).articles == 2


def test_a_name_that_was_lost_is_restored_from_the_generations_that_are_there(settings, client, tmp_path):
    ingest([KILNS], settings)
    client.delete_collection(f"{settings.chroma_name}-meta")
    report = ingest([BOWLS], settings)
    assert "is used again" in report.notice
    assert ids(settings, tmp_path / "reader") == {"kilns", "bowls"}


def test_generations_are_kept_for_a_while_and_what_was_killed_is_removed(settings, client, monkeypatch):
    ingest([KILNS], settings)
    client.create_collection(f"{settings.chroma_name}-g000002-files", embedding_function=None)
    client.create_collection(f"{settings.chroma_name}-g000002-paragraphs", embedding_function=None)
    assert ingest([BOWLS], settings).generation == "g000003"
    own = {"files", "paragraphs", "sentences", "replaced"}
    kept = {name for name in list_names(client, settings) if name.startswith("g0000") and not name.startswith("g000000")}
    assert kept == {f"g000001-{part}" for part in own} | {f"g000003-{part}" for part in own - {"replaced"}}
    monkeypatch.setattr("rag.store.server.GRACE_SECONDS", 0)
    ingest([CUPS], settings)
    generations = {name.partition("-")[0] for name in list_names(client, settings) if name.startswith("g")}
    assert generations == {"g000000", "g000004"}


def test_two_indexes_on_one_server_do_not_meet(settings, client, tmp_path):
    other = settings.model_copy(update={"chroma_name": settings.chroma_name + "x", "store": tmp_path / "other"})
    ingest([KILNS], settings)
    ingest([BOWLS], other)
    assert ids(settings, tmp_path / "a") == {"kilns"} and ids(other, tmp_path / "b") == {"bowls"}
