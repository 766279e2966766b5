"""T5: a store of which any file was cut, emptied, removed or changed in one byte is told before it is served, or answers as ever."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
from pathlib import Path

import pytest

import rag.store as store
from rag import Article, Settings, ingest
from rag.errors import IndexDamaged, IndexMismatch, IndexUnusable
from rag.retrieval import retrieve_passages
from rag.store import generations
from tests.faults.stores import DIMENSIONS, make, open_index, repeating, use
from tests.synthetic import HashEmbedder

QUESTIONS = ("Which kiln stood there?", "All rights reserved.", "What is on page 7?")


@pytest.fixture
def embedder(monkeypatch) -> HashEmbedder:
    return use(monkeypatch, HashEmbedder(DIMENSIONS))


@pytest.fixture
def settings(tmp_path, embedder) -> Settings:
    """A store with two generations in it, the older one without the article "more"."""
    made = make(tmp_path / "store", repeating(40, 1))
    ingest([Article(id="more", language="en", paragraphs=["The last kiln is cold."])], made)
    return made


def read_all(index: store.Store, embedder: HashEmbedder) -> object:
    """All that a question could get to see of an index."""
    found = [retrieve_passages(index, question, "en", embedder.query(question, "en"), 16) for question in QUESTIONS]
    near = [index.nearest_sentences(embedder.query(question, "en"), 20) for question in QUESTIONS]
    texts = {source: index.article(source) for source in index.sources}
    return found, near, texts, index.sources, index.names, index.manifest.articles


def look(folder: Path, embedder: HashEmbedder, expected: object) -> str:
    """What somebody who opens the store sees: "told", "equal" or "WRONG"."""
    try:
        index = open_index(folder, embedder)
    except IndexUnusable as error:
        assert f"python ingest.py --store {folder}" in str(error) and "\n" not in str(error)
        return "told"
    try:
        return "equal" if read_all(index, embedder) == expected else "WRONG"
    finally:
        index.close()


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def flip_bytes(folder: Path, seeds: range) -> dict[str, list[str]]:
    """Change one byte of one file for each seed, and put it back; the files by what was seen."""
    embedder = HashEmbedder(DIMENSIONS)
    index = open_index(folder, embedder)
    expected = read_all(index, embedder)
    index.close()
    seen: dict[str, list[str]] = {}
    for seed in seeds:
        draw = random.Random(seed)
        there = [path for path in files(folder) if path.stat().st_size]
        path = there[seed % len(there)]  # each in turn: most bytes are those of a few files
        at, change = draw.randrange(path.stat().st_size), draw.randrange(1, 256)
        for _ in range(2):
            with path.open("r+b") as stream:
                stream.seek(at)
                byte = stream.read(1)[0]
                stream.seek(at)
                stream.write(bytes([byte ^ change]))
            seen.setdefault(look(folder, embedder, expected), []).append(f"{path.relative_to(folder)} {at} {change}")
    return seen


def flip_in_child(folder: Path, seeds: range) -> None:
    seen = flip_bytes(folder, seeds)
    assert "WRONG" not in seen, seen["WRONG"]


def test_t5_ten_flipped_bytes_are_told_or_change_no_answer(settings):
    seen = flip_bytes(settings.store, range(10))
    assert set(seen) == {"told", "equal"} and len(seen["equal"]) >= 10, seen


@pytest.mark.slow
def test_t5_two_hundred_flipped_bytes_are_told_or_change_no_answer_and_end_no_process(settings):
    context = multiprocessing.get_context("spawn")
    child = context.Process(target=flip_in_child, args=(settings.store, range(200)))
    child.start()
    child.join()
    assert child.exitcode == 0


def test_t5_a_pointer_that_names_the_generation_before_is_told(settings):
    pointer = settings.store / generations.POINTER
    pointer.write_text(pointer.read_text().replace("g000002", "g000001"))
    with pytest.raises(IndexDamaged, match="CURRENT does not name"):
        generations.find_current(settings.store)


@pytest.mark.parametrize("size", ["none", "half", "all but a byte", "gone"])
def test_t5_each_file_of_an_index_that_was_cut_is_told(settings, embedder, size):
    folder = generations.find_current(settings.store)
    for path in files(folder):
        data = path.read_bytes()
        path.unlink()
        kept = {"none": 0, "half": len(data) // 2, "all but a byte": len(data) - 1}
        if size != "gone":
            path.write_bytes(data[: kept[size]])
        with pytest.raises(IndexDamaged, match=r"python ingest\.py --store"):
            open_index(settings.store, embedder)
        path.write_bytes(data)
    open_index(settings.store, embedder).close()


def test_t5_a_folder_of_chroma_that_was_removed_is_told(settings, embedder):
    folder = next(path.parent for path in generations.find_current(settings.store).rglob("header.bin"))
    shutil.rmtree(folder)
    with pytest.raises(IndexDamaged):
        open_index(settings.store, embedder)


def test_t5_a_store_of_one_sentence_has_no_file_of_which_a_byte_matters_unseen(tmp_path, embedder):
    settings = make(tmp_path / "one", [Article(id="a", language="en", paragraphs=["The kiln is red."])])
    seen = flip_bytes(settings.store, range(len(files(settings.store))))
    assert "WRONG" not in seen, seen


def test_t7_an_index_of_a_newer_version_is_refused_and_not_a_byte_of_it_changed(settings, embedder):
    manifest = generations.find_current(settings.store) / generations.MANIFEST
    manifest.write_text(manifest.read_text().replace('"format": ', '"format": 9'))
    before = {path: path.read_bytes() for path in files(settings.store)}
    with pytest.raises(IndexMismatch, match=r"newer version.*python ingest\.py --store"):
        open_index(settings.store, embedder)
    assert {path: path.read_bytes() for path in files(settings.store)} == before


def test_a_byte_of_a_large_file_shows_wherever_it_stands(tmp_path):
    from rag.digests import file_digest

    path, draw = tmp_path / "large", random.Random(4)
    path.write_bytes(draw.randbytes((9 << 20) + 5))
    whole = file_digest(path)
    for at in [0, (9 << 20) + 4, *(draw.randrange(9 << 20) for _ in range(20))]:
        with path.open("r+b") as stream:
            byte = os.pread(stream.fileno(), 1, at)
            os.pwrite(stream.fileno(), bytes([byte[0] ^ 1]), at)
            assert file_digest(path) != whole
            os.pwrite(stream.fileno(), byte, at)
    assert file_digest(path) == whole
