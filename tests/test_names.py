"""Names known by `names.toml`: found in any language, kept in the index, and known when a question is read."""

from __future__ import annotations

import pytest

from rag import Settings, ingest
from rag.names import FILE, Names, load_names
from rag.store import Store
from rag.types import Name
from tests.conftest import ARTICLES

KILN = Name("kiln-hill", "place", {"en": ("Kiln Hill", "the Hill"), "zh": ("窑山",), "tr": ("Fırın Tepe",)})


@pytest.mark.parametrize(
    "text", ["On Kiln Hill.", "KILN HILL", "在窑山上", "Fırın Tepe'de", "firin tepe", "the hill’s"]
)
def test_a_name_is_found_in_any_of_its_writings(text):
    assert Names([KILN]).find_ids(text) == {"kiln-hill"}


@pytest.mark.parametrize("text", ["Kiln", "Hillside", "窑", ""])
def test_a_part_of_a_name_is_not_the_name(text):
    assert not Names([KILN]).find_ids(text)


def test_of_names_within_one_another_the_longest_stands():
    names = Names([KILN, Name("kiln", "body", {"en": ("Kiln",)})])
    assert [identity for identity, _ in names.spans("Kiln Hill has a Kiln")] == ["kiln-hill", "kiln"]


def test_the_index_knows_the_names_beside_its_articles(settings, assistant):
    assert {n.id for n in assistant._store.names} == {n.id for n in load_names(ARTICLES)}


def test_names_outlive_an_ingestion_that_does_not_mention_them(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "hill.txt").write_text("The kilns of Kiln Hill were lit on Monday.", encoding="utf-8")
    (folder / FILE).write_text('[[name]]\nid = "kiln-hill"\nkind = "place"\nen = ["Kiln Hill"]\n', encoding="utf-8")
    other = tmp_path / "other.txt"
    other.write_text("Bowls cool slowly.", encoding="utf-8")
    settings = Settings(store=tmp_path / "store")
    first = ingest([folder], settings)
    second = ingest([other], settings)
    assert first.generation != second.generation
    from rag import corpus
    from rag.api.embedding import choose_embedder

    opened = Store.open(settings.store, choose_embedder(settings).identity, corpus.RULES)
    assert [n.id for n in opened.names] == ["kiln-hill"]
    opened.close()


def test_a_changed_name_is_a_change_of_its_articles(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "hill.txt").write_text("The kilns of Kiln Hill were lit on Monday.", encoding="utf-8")
    settings = Settings(store=tmp_path / "store")
    before = ingest([folder], settings).generation
    (folder / FILE).write_text('[[name]]\nid = "kiln-hill"\nkind = "place"\nen = ["Kiln Hill"]\n', encoding="utf-8")
    report = ingest([folder], settings)
    assert report.generation != before and report.embedded == 0
