"""`python ingest.py --check` says what is wrong with a store, what would be lost, and what mends it; `--repair` mends it (P7)."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import ingest as script
from rag import Article, Settings, ingest
from rag.api import check_store, repair_store
from rag.errors import ArticlesGone
from rag.store import doctor, generations
from rag.types import StoreReport
from tests.faults.stores import DIMENSIONS, open_index, use
from tests.synthetic import HashEmbedder


@pytest.fixture
def embedder(monkeypatch) -> HashEmbedder:
    made = use(monkeypatch, HashEmbedder(DIMENSIONS))
    monkeypatch.setattr("rag.api.checking.choose_embedder", lambda settings: made)
    return made


@pytest.fixture
def settings(tmp_path, embedder) -> Settings:
    """A store of four files, in its second generation."""
    folder = tmp_path / "texts"
    folder.mkdir()
    made = Settings(store=tmp_path / "a store")
    for n in range(4):
        (folder / f"kiln{n}.txt").write_text(f"Kiln {n}\n\nKiln {n} was lit in 190{n}.\n")
        if n > 1:
            ingest([folder], made)
    return made


def what(report: StoreReport) -> list[str]:
    return [finding.what for finding in report.findings]


def damage_pointer(store: Path) -> None:
    (store / "CURRENT").write_text("")


def damage_manifest(store: Path) -> None:
    manifest = generations.find_current(store) / "manifest.json"
    manifest.write_text(manifest.read_text()[:-5])


def damage_segment(store: Path) -> None:
    for path in generations.find_current(store).rglob("data_level0.bin"):
        os.truncate(path, 10)


def damage_words(store: Path) -> None:
    (generations.find_current(store) / "words" / "rows.bin").unlink()


def age(store: Path) -> None:
    manifest = generations.find_current(store) / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"format": ', '"format": -'))


DAMAGES = {
    damage_pointer: ["pointer"],
    damage_manifest: ["manifest"],
    damage_segment: ["file", "file"],
    damage_words: ["file"],
    age: ["file", "version"],
}


def test_a_store_that_is_whole_is_said_to_be_and_not_changed(settings, capsys):
    before = {path: path.read_bytes() for path in settings.store.rglob("*") if path.is_file()}
    assert script.main(["--check", "--store", str(settings.store)]) == 0
    shown = capsys.readouterr().out
    assert "Nothing is wrong with it." in shown and "Run:" not in shown and "4 articles" in shown
    assert {path: path.read_bytes() for path in settings.store.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_what_is_wrong_is_named_with_the_command_that_mends_it_which_does(settings, embedder, capsys, damage):
    damage(settings.store)
    found = check_store(settings)
    assert what(found) == DAMAGES[damage] and not found.serves and not found.lost
    assert found.command == f"python ingest.py --store '{settings.store}' --repair"
    assert script.main(["--check", "--store", str(settings.store)]) == 2
    assert script.main(["--repair", "--store", str(settings.store)]) == 0
    shown = capsys.readouterr().out
    assert f"Run: {found.command}" in shown and "Nothing can be lost" in shown and "Nothing is wrong" in shown
    index = open_index(settings.store, embedder)
    assert sorted(index.sources) == ["kiln0", "kiln1", "kiln2", "kiln3"]
    index.close()


def test_no_index_is_said_to_be_missing_and_nothing_is_made(tmp_path, embedder, capsys):
    for argument in ("--check", "--repair"):
        assert script.main([argument, "--store", str(tmp_path / "none")]) == 2
    assert "--store" in capsys.readouterr().out and not (tmp_path / "none").exists()


def test_rows_that_are_not_found_are_counted_and_repaired(settings, embedder, monkeypatch):
    true = doctor.probe_rows
    monkeypatch.setattr(doctor, "probe_rows", lambda *asked: {"paragraphs": {"kiln1#p1": 0}, "sentences": {}})
    found = check_store(settings)
    assert what(found) == ["rows"] and "1 of" in found.findings[0].message and "--repair" in found.command
    monkeypatch.setattr(doctor, "probe_rows", true)
    report = repair_store(settings, found)
    assert report is not None and report.generation == "g000003" and report.embedded == 0
    assert not check_store(settings).findings


def test_articles_of_which_no_file_is_there_are_named_before_they_are_lost(settings, tmp_path):
    ingest([Article(id="told", language="en", paragraphs=["A kiln from an object."])], settings)
    (tmp_path / "texts" / "kiln2.txt").unlink()
    found = check_store(settings)
    assert what(found) == ["articles"] and found.serves and found.lost == ("kiln2", "told") and not found.command
    assert script.main(["--check", "--store", str(settings.store)]) == 1


def test_an_index_is_not_repaired_from_a_folder_that_was_emptied(settings, tmp_path):
    damage_words(settings.store)
    shutil.rmtree(tmp_path / "texts")
    with pytest.raises(ArticlesGone, match=r"4 of 4 .*--yes"):
        repair_store(settings, check_store(settings))


def test_leftovers_and_a_damaged_cache_are_no_harm_and_are_removed(settings):
    (settings.store / "g000009").mkdir()
    (settings.store / "CURRENT.new").write_text("g0")
    cache = settings.store / "vectors.sqlite3"
    data = bytearray(cache.read_bytes())
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    cache.write_bytes(data)
    found = check_store(settings)
    assert what(found) == ["cache", "leftovers"] and found.serves
    assert script.main(["--check", "--store", str(settings.store)]) == 1
    assert script.main(["--repair", "--store", str(settings.store)]) == 0
    assert not (settings.store / "g000009").exists() and not (settings.store / "CURRENT.new").exists()
    assert ingest([], settings, rebuild=True).generation == "g000003"


def test_an_ingestion_under_way_is_told_and_its_folder_no_leftover(settings):
    with generations.lock_writer(settings.store):
        (settings.store / "g000009").mkdir()
        found = check_store(settings)
    assert what(found) == ["locked"] and str(os.getpid()) in found.findings[0].message and not found.command


def test_a_disk_on_which_the_index_could_not_be_made_again_is_told(settings, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9 - 5, 5))
    found = check_store(settings)
    assert what(found) == ["disk"] and found.serves and "nearly full" in found.findings[0].message


def test_the_exit_codes_are_in_the_help(capsys):
    with pytest.raises(SystemExit):
        script.main(["--help"])
    shown = capsys.readouterr().out
    assert "--check" in shown and "--repair" in shown and "exit code:" in shown and "130" in shown
