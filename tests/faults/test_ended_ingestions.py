"""T1, T2, T8 to T11, T13: an ingestion that is killed, stopped, failing or not alone changes nothing that readers see."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from chromadb.api.models.Collection import Collection

from rag import Article, Assistant, Settings, ingest
from rag.api import check_store
from rag.errors import IndexBusy, IndexMismatch, RagError
from rag.store import generations
from rag.store.embedded import EmbeddedBackend
from tests.faults.runs import ingest_until, run_command, version
from tests.faults.stores import DIMENSIONS, find_unfindable, make, open_index, use
from tests.synthetic import HashEmbedder, articles

MOST_BEGUN = 6  # ingestions for each that is to be killed: about half are over before their moment comes
TOLD_AFTER = 5  # ingestions, of which the next line is told


@pytest.fixture
def embedder(monkeypatch) -> HashEmbedder:
    monkeypatch.setattr(generations, "GRACE_SECONDS", 0)
    return use(monkeypatch, HashEmbedder(DIMENSIONS))


def read_marker(folder: Path, embedder: HashEmbedder) -> str:
    """The number that the index tells, after all that its manifest lists was found in it."""
    index = open_index(folder, embedder)
    try:
        for record in index.manifest.articles:
            paragraphs = index.article(record.source.id)
            assert len(paragraphs) == record.paragraphs
            assert sum(len(p.sentences) for p in paragraphs) == record.sentences
        (found,) = index.nearest_paragraphs(embedder.query(index.article("marker")[0].text, "en"), 1)
        assert found == ("marker#p1", "en")
        return index.article("marker")[0].text
    finally:
        index.close()


def processes() -> multiprocessing.context.ForkServerContext:
    """Processes that need not import anything any more."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.runs"])
    return context


def end_and_run_again(
    folder: Path, embedder: HashEmbedder, kills: int, paragraphs: int, batch: int, seed: int, tell: Callable[[str], None]
) -> int:
    """Begin ingestions, end each at a random moment, look at the index, and run it to its end, until as many were ended before they
    were over; how many were begun.

    tell: called with a line now and then, and with the counts at the end.
    """
    settings, draw, ended, longest, n = make(folder, version(0, paragraphs)), random.Random(seed), 0, 1.0, 0
    while ended < kills and n < MOST_BEGUN * kills:
        n += 1
        before = read_marker(folder, embedder)
        given = (folder, n, paragraphs, batch, draw.uniform(0.01, longest))
        run = processes().Process(target=ingest_until, args=given)
        run.start()
        run.join()
        assert run.exitcode in (0, -signal.SIGALRM), "neither ended from outside nor whole"
        ended += run.exitcode != 0
        # Moments are drawn from the time that a run takes, which is learned from those that came to their end.
        longest = longest * 1.3 if run.exitcode else longest * 0.8
        assert read_marker(folder, embedder) in (before, f"The marker is {700 + n}.")
        ingest(version(n, paragraphs), settings)
        assert read_marker(folder, embedder) == f"The marker is {700 + n}."
        assert len(list(folder.glob("g*"))) <= 2
        if n % TOLD_AFTER == 0:
            tell(f"T1: {n} ingestions begun, {ended} of {kills} killed, all left a whole index")
    index = open_index(folder, embedder)
    assert not find_unfindable(index, embedder)
    index.close()
    tell(f"T1, seed {seed}: {n} ingestions begun, {ended} killed, {n - ended} over before; {n} of {n} left a whole index")
    assert ended == kills
    return n


@pytest.fixture
def tell(capsys) -> Callable[[str], None]:
    """Prints a line at once, which pytest would else keep until the test has ended."""

    def write(line: str) -> None:
        with capsys.disabled():
            print(f"\n{line}", end="", flush=True)  # noqa: T201

    return write


def test_t1_an_ingestion_that_is_killed_at_three_moments_leaves_the_old_index_or_the_new_one(tmp_path, embedder):
    told: list[str] = []
    begun = end_and_run_again(tmp_path / "store", embedder, kills=3, paragraphs=40, batch=30, seed=1, tell=told.append)
    assert f"{begun} ingestions begun, 3 killed" in told[-1]


@pytest.mark.slow
def test_t1_an_ingestion_that_is_killed_at_two_hundred_moments_leaves_the_old_index_or_the_new_one(
    tmp_path, embedder, request, tell
):
    """Past a thousand rows, of which Chroma is given so many at once. `--kills` and `--kill-seed` run fewer, or others."""
    kills, seed = request.config.getoption("kills"), request.config.getoption("kill_seed")
    assert end_and_run_again(tmp_path / "store", embedder, kills, 340, 1000, seed, tell) >= kills


def test_t1_what_an_ingestion_left_that_was_killed_after_it_published_is_removed_by_one_that_changes_nothing(
    tmp_path, embedder, monkeypatch
):
    settings = make(tmp_path / "store", version(0, 10))
    ingest(version(1, 10), settings)
    with monkeypatch.context() as patch:
        patch.setattr(EmbeddedBackend, "retire", lambda self: None)
        ingest(version(2, 10), settings)
    (settings.store / "g000004").mkdir()  # of one that was killed before it published
    assert ingest(version(2, 10), settings).generation == "g000003"
    assert sorted(path.name for path in settings.store.glob("g*")) == ["g000002", "g000003"]


VISIBLE_SECONDS = 60  # until readers have a new generation, on a machine that is busy
STOPS = {signal.SIGINT: 130, signal.SIGTERM: -signal.SIGTERM}


@pytest.mark.parametrize(
    ("number", "stage"),
    [
        (signal.SIGINT, "embed"),
        (signal.SIGTERM, "check"),
        *(
            pytest.param(number, stage, marks=pytest.mark.slow)
            for number in STOPS
            for stage in ("read", "embed", "store", "check")
        ),
    ],
)
def test_t2_an_ingestion_that_is_stopped_says_so_and_frees_the_lock(tmp_path, embedder, number, stage):
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "kiln.txt").write_text("The first kiln is red.")
    settings = Settings(store=tmp_path / "store")
    ingest([folder], settings)
    for n in range(40):
        (folder / f"kiln{n}.txt").write_text(f"Kiln {n} is blue. It was lit in {1900 + n}.")
    context = processes()
    stages, told = context.Pipe(duplex=False)
    run = context.Process(target=run_command, args=(settings.store, folder, tmp_path / "said", told))
    run.start()
    told.close()
    while stages.recv() != stage:
        pass
    os.kill(run.pid, number)
    run.join()
    said = (tmp_path / "said").read_text()
    # A run that was over before it was stopped has its index.
    assert run.exitcode in (STOPS[number], 0) and "Traceback" not in said
    assert run.exitcode != 130 or said == "Stopped. The index is as it was.\n"
    index = open_index(settings.store, embedder)
    assert len(index.sources) == (1 if run.exitcode else 41)
    index.close()
    assert ingest([folder], settings).articles == 41
    assert len(list(settings.store.glob("g*"))) == 2


class Failing(HashEmbedder):
    """Fails at one call; left: calls until then."""

    left = 0

    def passages(self, *given, **more):
        self.left -= 1
        if self.left == 0:
            raise RuntimeError("the embedder broke")
        return super().passages(*given, **more)


def test_t8_whichever_call_of_the_embedder_fails_the_old_index_stays(tmp_path, monkeypatch):
    embedder = use(monkeypatch, Failing(DIMENSIONS))
    monkeypatch.setattr("rag.encoder.cached.MAX_BATCH_TEXTS", 4)
    settings = make(tmp_path / "store", [Article(id="marker", language="en", paragraphs=["The marker is 700."])])
    given = [Article(id="marker", language="en", paragraphs=[f"The marker is {701 + n}." for n in range(20)])]
    failed = 0
    while True:
        embedder.left = 1  # what was embedded before a failure is kept, so the first call is another each time
        embedder.left += failed % 2
        try:
            ingest(given, settings)
        except RuntimeError:
            failed += 1
            assert read_marker(settings.store, embedder) == "The marker is 700."
            assert sorted(path.name for path in settings.store.glob("g*")) == ["g000001"]
            embedder.left = 0
            if failed < 6:
                continue
        embedder.left = 0
        break
    assert failed >= 3
    ingest(given, settings)
    assert read_marker(settings.store, embedder) == "The marker is 701."


@pytest.mark.parametrize("called", ["upsert", "query", "modify"])
def test_t8_whichever_call_of_chroma_fails_the_old_index_stays(tmp_path, embedder, monkeypatch, called):
    settings = make(tmp_path / "store", [Article(id="marker", language="en", paragraphs=["The marker is 700."])])
    given = [Article(id="marker", language="en", paragraphs=["The marker is 701."]), *articles(20)]
    true, left, failed = getattr(Collection, called), [0], 0

    def fail(*values, **more):
        left[0] -= 1
        if left[0] == 0:
            raise RuntimeError("Chroma broke")
        return true(*values, **more)

    while failed < 50:
        with monkeypatch.context() as patch:
            left[0] = failed + 1
            patch.setattr(Collection, called, fail)
            try:
                ingest(given, settings)
                break
            except (RuntimeError, RagError) as error:
                assert "broke" in str(error) or "python ingest.py" in str(error)
        failed += 1
        assert read_marker(settings.store, embedder) == "The marker is 700."
        assert sorted(path.name for path in settings.store.glob("g*")) == ["g000001"]
    assert 1 <= failed < 50
    assert read_marker(settings.store, embedder) == "The marker is 701."


def test_t9_of_two_ingestions_at_once_one_is_told_to_wait_and_nothing_of_either_is_lost(tmp_path, embedder):
    settings = Settings(store=tmp_path / "store")
    refused: list[str] = []

    def second(stage: str, done: int, total: int) -> None:
        with pytest.raises(IndexBusy) as caught:
            ingest([Article(id="marker", language="en", paragraphs=["The marker is 701."])], settings)
        refused.append(str(caught.value))

    ingest(articles(40), settings, second)
    assert refused and "Another ingestion is running" in refused[0]
    ingest([Article(id="marker", language="en", paragraphs=["The marker is 701."])], settings)
    index = open_index(settings.store, embedder)
    assert sorted(index.sources) == ["a0", "a1", "marker"] and not find_unfindable(index, embedder)
    index.close()


def test_t11_readers_get_the_old_index_or_the_new_one_while_it_is_made_and_the_new_one_after(
    tmp_path, embedder, monkeypatch
):
    monkeypatch.setattr(generations, "GRACE_SECONDS", 60)
    settings = make(tmp_path / "store", version(0, 100))
    assistant = Assistant(settings)
    over, problems, seen = threading.Event(), [], set()

    def read() -> None:
        while not over.is_set():
            try:
                found = {p.paragraph_id: p.text for p in assistant.retrieve("The marker is. It stands at gate.", 16)}
                # One article, two paragraphs of one version.
                number = int(found["marker#p1"][-4:-1]) - 700
                assert found["marker#p2"] == f"It stands at gate {number}."
                seen.add(number)
            except Exception as error:
                problems.append(repr(error))
                return

    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    for n in range(1, 3):
        ingest(version(n, 100), settings)
        # Whoever asks while another reader opens the new generation is answered from the old one.
        ends = time.monotonic() + VISIBLE_SECONDS
        while assistant.paragraph("marker#p1").text != f"The marker is {700 + n}.":
            assert time.monotonic() < ends
        while n not in seen and not problems:
            over.wait(0.01)
    over.set()
    for reader in readers:
        reader.join()
    assert not problems and {1, 2} <= seen <= {0, 1, 2}


@pytest.mark.parametrize(("deadline", "kept"), [(30, False), (600, True)])
def test_t11_a_replaced_generation_stays_longer_than_any_answer_takes(tmp_path, monkeypatch, deadline, kept):
    embedder = use(monkeypatch, HashEmbedder(DIMENSIONS))
    monkeypatch.setattr("rag.api.checking.choose_embedder", lambda settings: embedder)
    settings = Settings(store=tmp_path / "store", deadline=deadline)
    for n in range(3):
        ingest([Article(id="marker", language="en", paragraphs=[f"The marker is {700 + n}."])], settings)
    ago = time.time() - 100  # since the first was replaced
    os.utime(settings.store / "g000002" / generations.MANIFEST, (ago, ago))
    found = check_store(settings)
    assert ("leftovers" in [finding.what for finding in found.findings]) is not kept
    ingest([Article(id="marker", language="en", paragraphs=["The marker is 703."])], settings)
    assert (settings.store / "g000001").exists() is kept


@pytest.mark.parametrize("other", [HashEmbedder(16), HashEmbedder(DIMENSIONS, "another")], ids=["size", "name"])
def test_t6_an_index_of_another_embedder_is_refused_with_both_names(tmp_path, embedder, other):
    settings = make(tmp_path / "store", [Article(id="a", language="en", paragraphs=["A kiln."])])
    with pytest.raises(IndexMismatch) as caught:
        open_index(settings.store, other)
    assert embedder.identity in str(caught.value) and other.identity in str(caught.value)


def test_t4_a_store_that_may_not_be_read_is_refused_and_nothing_made_of_it(tmp_path, embedder, monkeypatch):
    settings = make(tmp_path / "store", [Article(id="a", language="en", paragraphs=["A kiln."])])
    true = Path.read_text

    def refuse(path: Path, *given, **more) -> str:
        if path.name == generations.POINTER:
            raise PermissionError(13, "Permission denied", str(path))
        return true(path, *given, **more)

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(RagError, match=r"python ingest\.py --store"):
        open_index(settings.store, embedder)
