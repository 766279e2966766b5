"""The index on disk: reuse, generations, checks at opening, damage, locks. Real Chroma, real vectors."""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import shutil
from pathlib import Path

import pytest

from rag import Article, Assistant, RagError, Settings, ingest
from rag.errors import ArticlesGone, IndexBusy, IndexDamaged, IndexMismatch, IndexMissing, SettingsError
from rag.store import generations
from rag.store.rows import Rows

KILNS = Article(
    id="kilns", title="Kilns", language="en", paragraphs=["The kiln opened in 1998.", "It burns pine wood. It is old."]
)
BOWLS = Article(id="bowls", title="碗", language="zh", paragraphs=["这只碗是1998年烧制的。"])


@pytest.fixture
def store(tmp_path) -> Settings:
    settings = Settings(store=tmp_path / "store")
    ingest([KILNS], settings)
    return settings


@pytest.fixture
def copy(settings, tmp_path) -> Settings:
    """A copy of the session's index, to be damaged."""
    shutil.copytree(settings.store, tmp_path / "copy")
    return Settings(store=tmp_path / "copy")


def test_a_second_run_embeds_nothing_and_keeps_the_generation(store):
    again = ingest([KILNS], store)
    assert (again.embedded, again.generation) == (0, "g000001")
    assert again.reused == 5
    assert [row.change for row in again.rows] == ["same"]


def test_another_article_is_added_and_the_first_keeps_ids_and_vectors(store):
    before = Assistant(store).article("kilns")[1]
    report = ingest([BOWLS], store)
    assistant = Assistant(store)
    assert assistant.article("kilns")[1] == before
    assert {s.id for s in assistant.articles()} == {"kilns", "bowls"}
    assert report.articles == 2 and report.embedded == 1 and report.reused == 4


def test_a_changed_article_leaves_nothing_of_the_old_behind(store):
    ingest([Article(id="kilns", title="Kilns", language="en", paragraphs=["The kiln closed in 2003."])], store)
    assistant = Assistant(store)
    assert [p.text for p in assistant.retrieve("When did the kiln open?", 5)] == ["The kiln closed in 2003."]
    with pytest.raises(KeyError):
        assistant.paragraph("kilns#p2")


def test_a_file_that_is_gone_from_its_folder_leaves_the_index(tmp_path):
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "one.txt").write_text("The first kiln is red.")
    (folder / "two.txt").write_text("The second kiln is blue.")
    settings = Settings(store=tmp_path / "store")
    ingest([folder, BOWLS], settings)
    (folder / "one.txt").unlink()
    assert ingest([folder], settings).dropped == ("one",)
    assert {s.id for s in Assistant(settings).articles()} == {"two", "bowls"}


def test_an_open_assistant_sees_a_new_generation_without_a_restart(store):
    assistant = Assistant(store)
    ingest([BOWLS], store)
    assert assistant.ask("这只碗是哪一年烧制的?").citations[0].paragraph_id == "bowls#p1"
    assert assistant.generation == "g000002"


def test_an_ingestion_that_fails_changes_nothing_that_readers_see(store, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rag.store.writer.write_collection", fail)
    with pytest.raises(OSError, match="No space"):
        ingest([BOWLS], store)
    monkeypatch.undo()
    assert {s.id for s in Assistant(store).articles()} == {"kilns"}
    assert ingest([BOWLS], store).generation == "g000002"


def test_a_missing_store_is_named_with_the_command_and_not_created(tmp_path):
    with pytest.raises(IndexMissing, match=r"python ingest\.py"):
        Assistant(Settings(store=tmp_path / "none" / "deeper"))
    assert not (tmp_path / "none").exists()


def test_a_file_or_a_foreign_folder_is_no_store(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "letters.doc").write_text("x")
    for name in ("file", "folder"):
        with pytest.raises(IndexMissing):
            Assistant(Settings(store=tmp_path / name))
        with pytest.raises(SettingsError):
            ingest([KILNS], Settings(store=tmp_path / name))
    assert [p.name for p in (tmp_path / "folder").iterdir()] == ["letters.doc"]


@pytest.mark.parametrize(
    ("key", "value"), [("embedder", "another/model"), ("rules", "0"), ("chromadb", "99.0.0"), ("format", 99)]
)
def test_an_index_made_another_way_is_refused_and_says_so(copy, key, value):
    manifest = generations.find_current(copy.store) / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {key: value}))
    with pytest.raises(IndexMismatch, match=r"python ingest\.py"):
        Assistant(copy)


@pytest.mark.parametrize(
    "name",
    [
        "CURRENT",
        "manifest.json",
        "chroma.sqlite3",
        "rows.sqlite3",
        "vectors.f16",
        "words/starts.bin",
        "words/shares.bin",
    ],
)
@pytest.mark.parametrize("damage", ["gone", "empty", "half", "garbage"])
def test_a_damaged_file_is_one_line_that_says_what_to_run(copy, name, damage):
    path = (copy.store if name == "CURRENT" else generations.find_current(copy.store)) / name
    data = path.read_bytes()
    path.unlink()
    if damage != "gone":
        path.write_bytes(
            {"empty": b"", "half": data[: len(data) // 2], "garbage": b"\x00garbage" * (len(data) // 8 + 1)}[damage]
        )
    with pytest.raises((IndexDamaged, IndexMissing)) as caught:
        Assistant(copy)
    assert "python ingest.py" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["words/rows.bin", "words/spelling-words.bin", "vectors.f16", "names.json"])
def test_one_flipped_bit_is_noticed(copy, name):
    path = generations.find_current(copy.store) / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexDamaged):
        Assistant(copy)


def test_a_text_changed_inside_the_database_is_noticed(copy):
    import sqlite3

    with sqlite3.connect(generations.find_current(copy.store) / "rows.sqlite3") as database:
        database.execute("UPDATE views SET content = replace(content, 'Oct 18', 'Nov 19')")
    with pytest.raises(IndexDamaged):
        Assistant(copy)
    with pytest.raises(ValueError, match="not what was stored"):
        Rows(generations.find_current(copy.store)).paragraphs([f"expo#p{n}" for n in range(1, 30)])


@pytest.mark.parametrize("pointer", [None, "", "g0000", "g000099", "\x00"])
def test_an_index_whose_pointer_is_damaged_is_not_taken_for_none_and_loses_nothing(copy, pointer):
    before = {source.id for source in Assistant(copy).articles()}
    (copy.store / "CURRENT").unlink()
    if pointer is not None:
        (copy.store / "CURRENT").write_text(pointer)
    with pytest.raises(IndexDamaged, match=r"CURRENT does not name the index.*python ingest\.py"):
        Assistant(copy)
    report = ingest([KILNS], copy)
    assert "is used again" in report.notice and not report.skipped
    assert {source.id for source in Assistant(copy).articles()} == before | {"kilns"}


def test_generations_that_were_replaced_leave_no_descriptor_open_and_serve_to_the_end(tmp_path):
    settings = Settings(store=tmp_path / "store")
    ingest([KILNS], settings)
    assistant = Assistant(settings)
    vectorstore = assistant.vectorstore
    opened = []
    for n in range(6):
        ingest([Article(id="more", language="en", paragraphs=[f"Kiln {n} was lit in 190{n}."])], settings)
        assert assistant.ask(f"When was kiln {n} lit?").short == f"190{n}"
        gc.collect()
        opened.append(len(os.listdir("/proc/self/fd")))
    # A generation has 16 files open; libraries open and close one or two of their own at any time.
    assert opened[-1] - opened[1] < 16, opened
    assert vectorstore.similarity_search("When did the kiln open?", 1)


def test_a_folder_that_was_emptied_takes_no_articles_out_of_the_index_unless_that_is_meant(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    for n in range(3):
        (folder / f"kiln{n}.txt").write_text(f"Kiln {n}\n\nKiln {n} was lit in 190{n}.\n")
    settings = Settings(store=tmp_path / "store")
    ingest([folder], settings)
    for file in list(folder.iterdir())[:2]:
        file.unlink()
    with pytest.raises(ArticlesGone, match=r"2 of 3 .* as it was.*--yes"):
        ingest([folder], settings)
    assert len(Assistant(settings).articles()) == 3
    assert len(ingest([folder], settings, shrink=True).dropped) == 2
    assert len(Assistant(settings).articles()) == 1


def test_a_panic_of_chroma_is_a_damaged_index(store, monkeypatch):
    class PanicException(BaseException):
        """As the library's native code raises it."""

    def panic(*given):
        raise PanicException("range end index 5 out of range")

    monkeypatch.setattr("rag.store.Collections", panic)
    with pytest.raises(IndexDamaged, match=r"python ingest\.py"):
        Assistant(store)


def test_what_a_killed_first_ingestion_left_is_no_index(tmp_path):
    (tmp_path / "store" / "g000001").mkdir(parents=True)
    with pytest.raises(IndexMissing):
        Assistant(Settings(store=tmp_path / "store"))


def test_a_damaged_index_is_made_again_by_ingesting(store):
    (generations.find_current(store.store) / "manifest.json").write_text("{")
    report = ingest([KILNS], store)
    assert "old index was not used" in report.notice and not report.skipped
    assert Assistant(store).ask("When did the kiln open?").status == "answered"


def test_an_index_of_another_version_is_made_again_from_all_its_files(tmp_path):
    (tmp_path / "old.txt").write_text("The old kiln is green.")
    settings = Settings(store=tmp_path / "store")
    ingest([tmp_path / "old.txt", KILNS], settings)
    manifest = generations.find_current(settings.store) / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"rules": "0"}))
    report = ingest([BOWLS], settings)
    assert {s.id for s in Assistant(settings).articles()} == {"old", "bowls"}
    assert report.skipped == (("kilns", "was in the old index; ingest it again"),)


def test_a_write_that_chroma_refuses_is_one_line(store, monkeypatch):
    from chromadb.errors import InternalError

    def full(*_: object, **__: object) -> None:
        raise InternalError("disk full")

    monkeypatch.setattr("chromadb.api.models.Collection.Collection.upsert", full)
    with pytest.raises(RagError, match="disk full"):
        ingest([BOWLS], store)
    assert {s.id for s in Assistant(store).articles()} == {"kilns"}


def _hold(folder: str, ready: multiprocessing.synchronize.Event, done: multiprocessing.synchronize.Event) -> None:
    with generations.lock_writer(Path(folder)):
        ready.set()
        done.wait(30)


def test_a_second_writer_is_told_who_is_first(tmp_path):
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    first = context.Process(target=_hold, args=(str(tmp_path / "store"), ready, done))
    first.start()
    try:
        assert ready.wait(60)
        with pytest.raises(IndexBusy, match=str(first.pid)):
            ingest([KILNS], Settings(store=tmp_path / "store"))
    finally:
        done.set()
        first.join()


def test_nothing_usable_makes_no_index(tmp_path):
    report = ingest([tmp_path / "nowhere"], Settings(store=tmp_path / "store"))
    assert (report.articles, report.generation, len(report.skipped)) == (0, "", 1)
    with pytest.raises(RagError):
        Assistant(Settings(store=tmp_path / "store"))


def test_the_counts_of_the_report_are_what_can_be_searched(report, assistant):
    paragraphs = [p for s in assistant.articles() for p in assistant.article(s.id)[1]]
    assert report.paragraphs == len(paragraphs)
    assert report.sentences == sum(len(p.sentences) for p in paragraphs)
    assert report.articles == 3 and not report.skipped
    assert {row.id: (row.repairs, row.removed > 0) for row in report.rows} == {
        "expo": (0, False),
        "iznik": (4, False),
        "store": (0, True),
    }
