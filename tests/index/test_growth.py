"""Growth: what a question costs and what a run holds in memory do not grow with the index; nothing is lost in a large one."""

from __future__ import annotations

import os
import random
import sqlite3
from pathlib import Path

import numpy as np
import pytest

import rag.corpus as corpus
import rag.store as store
from rag import Article, Assistant, Settings, ingest
from rag.language import keys
from rag.lexical import LexicalIndex
from rag.paragraphs import split_document
from rag.retrieval import retrieve_passages
from rag.store.matrix import MatrixWriter
from tests.synthetic import WORDS, HashEmbedder, articles, name_of


@pytest.fixture
def embedder(monkeypatch) -> HashEmbedder:
    made = HashEmbedder(384)
    for place in ("rag.api.ingesting", "rag.api.assistant"):
        monkeypatch.setattr(f"{place}.choose_embedder", lambda settings: made)
    return made


def open_index(settings: Settings, embedder: HashEmbedder) -> store.Store:
    return store.Store.open(settings.store, embedder.identity, corpus.RULES)


def find_kilns(paragraphs: int, folder: Path, embedder: HashEmbedder) -> None:
    """Index so many paragraphs and ask for 40 of them by a name and by a number that only they hold."""
    settings = Settings(store=folder / "store")
    report = ingest(articles(paragraphs), settings)
    assert report.paragraphs == paragraphs
    index = open_index(settings, embedder)
    for n in random.Random(1).sample(range(paragraphs), 20):
        wanted = f"a{n // 20}#p{n % 20 + 1}"
        for question in (f"Where is {name_of(n)}?", f"What is {700_000 + n}?"):
            assert next(iter(index.nearest_words(keys(question, "en"), 30))) == (wanted, "en"), question
            found = retrieve_passages(index, question, "en", embedder.query(question, "en"), 16)
            assert wanted in [passage.paragraph_id for passage in found], question
        (text,) = (p.text for p in index.paragraphs([wanted]).values())
        near = index.nearest_paragraphs(embedder.query(text, "en"), 1)
        assert near == {(wanted, "en"): pytest.approx(1, abs=1e-3)}
    index.close()


def test_names_and_numbers_are_found_among_a_thousand_paragraphs(tmp_path, embedder):
    find_kilns(1000, tmp_path, embedder)


@pytest.mark.slow
def test_names_and_numbers_are_found_among_a_hundred_thousand_paragraphs(tmp_path, embedder):
    find_kilns(100_000, tmp_path, embedder)


def test_sentences_in_several_collections_are_found_like_those_in_one(tmp_path, embedder, monkeypatch):
    settings = [Settings(store=tmp_path / name) for name in ("one", "several")]
    ingest(articles(200), settings[0])
    monkeypatch.setattr("rag.store.chroma.MAX_COLLECTION_ROWS", 150)
    ingest(articles(200), settings[1])
    one, several = (open_index(s, embedder) for s in settings)
    assert len(several.manifest.rows) == 5 and sum(several.manifest.rows.values()) == sum(one.manifest.rows.values())
    for question in ("Where is Bakozu?", "Anything."):
        near = [index.nearest_sentences(embedder.query(question, "en"), 20) for index in (one, several)]
        assert list(near[0].values()) == pytest.approx(list(near[1].values()), abs=1e-5)


def test_a_line_that_stands_in_every_article_is_found_in_each(tmp_path, embedder):
    settings = Settings(store=tmp_path / "store")
    given = [Article(id=f"a{n}", language="en", paragraphs=["All rights reserved.", f"Kiln {n}."]) for n in range(300)]
    report = ingest(given, settings)
    assert (report.paragraphs, report.embedded) == (600, 301)
    index = open_index(settings, embedder)
    assert index.manifest.rows == {"paragraphs": 301, "sentences": 301}
    vector = embedder.query("All rights reserved.", "en")
    assert len(index.nearest_paragraphs(vector, 300)) == len(index.nearest_sentences(vector, 1)) == 300
    assert len(index.nearest_paragraphs(vector, 120)) == 120
    assert index.nearest_paragraphs(embedder.query("Kiln 7.", "en"), 1) == {("a7#p2", "en"): pytest.approx(1, abs=1e-3)}


def test_texts_with_equal_vectors_share_a_row_and_each_is_found(tmp_path, embedder, monkeypatch):
    plain = HashEmbedder._vector
    monkeypatch.setattr(HashEmbedder, "_vector", lambda self, text, language: plain(self, text.lower(), language))
    settings = Settings(store=tmp_path / "store")
    ingest([Article(id="a", language="en", paragraphs=["RED KILN.", "Red kiln.", "Blue kiln."])], settings)
    index = open_index(settings, embedder)
    assert index.manifest.texts == 3 and index.manifest.rows == {"paragraphs": 2, "sentences": 2}
    near = index.nearest_paragraphs(embedder.query("red kiln.", "en"), 2)
    assert set(near) == {("a#p1", "en"), ("a#p2", "en")}
    assert set(index.nearest_sentences(embedder.query("red kiln.", "en"), 1)) == set(near)


def test_nothing_but_the_generation_is_read_by_key(tmp_path, embedder):
    """No statement that a question runs scans a table."""
    settings = Settings(store=tmp_path / "store")
    ingest(articles(100), settings)
    index = open_index(settings, embedder)
    statements: list[str] = []
    index._rows._connection.set_trace_callback(statements.append)
    retrieve_passages(index, "Who is the editor of Bakozu?", "en", embedder.query("x", "en"), 5)
    index.article("a1"), index.lines(["a1"], ["editor"])
    plans = sqlite3.connect(index.folder / "rows.sqlite3")
    steps = [row[3] for s in set(statements) for row in plans.execute("EXPLAIN QUERY PLAN " + s)]
    plans.close()
    assert len(statements) >= 6 and steps and not [step for step in steps if step.startswith("SCAN")]


def test_an_unchanged_file_is_not_read_again_and_a_changed_one_is(tmp_path, embedder, monkeypatch):
    folder, settings = tmp_path / "texts", Settings(store=tmp_path / "store")
    folder.mkdir()
    for n in range(20):
        (folder / f"{n}.txt").write_text(f"Kiln {n} is red.")
        os.utime(folder / f"{n}.txt", (1_700_000_000, 1_700_000_000))
    monkeypatch.setattr("rag.corpus.stamps.MIN_AGE_NS", 0)  # files as old as a second in a test
    ingest([folder], settings)
    read: list[str] = []
    true = corpus.from_file
    monkeypatch.setattr("rag.corpus.from_file", lambda path, *rest: read.append(path.name) or true(path, *rest))
    assert {row.change for row in ingest([folder], settings).rows} == {"same"} and not read
    (folder / "3.txt").write_text("Kiln 3 is now blue.")
    report = ingest([folder], settings)
    assert read == ["3.txt"] and report.articles == 20 and report.embedded == 1
    (folder / "copy.txt").write_text("Kiln  5 is red.")
    assert ingest([folder], settings).skipped == ((str(folder / "copy.txt"), "same text as 5"),)
    (folder / "names.toml").write_text('[[name]]\nid = "kiln"\nen = ["Kiln"]\n')
    read.clear()
    ingest([folder], settings)
    assert len(read) == 21


def test_a_file_written_a_moment_ago_is_read_again(tmp_path, embedder, monkeypatch):
    settings = Settings(store=tmp_path / "store")
    (tmp_path / "a.txt").write_text("The kiln is red.")
    ingest([tmp_path / "a.txt"], settings)
    (tmp_path / "a.txt").write_text("The kiln is new.")
    assert ingest([tmp_path / "a.txt"], settings).embedded == 1


def test_the_words_index_is_the_same_however_many_runs_it_was_built_in(tmp_path, monkeypatch):
    draw = random.Random(3)
    texts = [(" ".join(draw.choices(WORDS, k=30)), "en") for _ in range(200)]
    one = LexicalIndex.build(texts, tmp_path / "one")
    monkeypatch.setattr("rag.lexical._RUN_POSTINGS", 100)
    many = LexicalIndex.build(texts, tmp_path / "many")
    files = [{p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("one", "many")]
    assert files[0] == files[1]
    arrays = {name for name in files[0] if not name.startswith("spelling-")}
    assert arrays == {"rows.bin", "shares.bin", "starts.bin", "words.bin"}
    asked = texts[7][0].split()[:3]
    assert one.find_best(asked, 5) == many.find_best(asked, 5)
    scores = one.score_texts(asked)
    best = one.find_best(asked, 5)
    assert [row for row, _ in best] == list(np.argsort(-scores, kind="stable")[: len(best)])


def test_a_share_of_words_is_that_of_bm25(tmp_path):
    """Worked by hand: N = 3, "red" in 1 of them, lengths 2, 2 and 2 keys (words and their beginnings)."""
    index = LexicalIndex.build([("red", "tr"), ("mor", "tr"), ("sarı", "tr")], tmp_path / "words")
    frequency, k1, b, mean = 1, 1.2, 0.75, 4 / 3  # "sarı" has its beginning beside it, the short words have not
    expected = frequency / (frequency + k1 * (1 - b + b * 1 / mean))
    assert index.find_best(["red"], 3) == [(0, pytest.approx(expected))]
    assert index.weigh_word("red") == pytest.approx(np.log(1 + 2.5 / 1.5))
    assert index.weigh_word("none") == pytest.approx(np.log(1 + 3.5 / 0.5))


def test_repeated_rows_of_vectors_are_told(tmp_path):
    writer = MatrixWriter(tmp_path, 4)
    vectors = np.eye(4, dtype=np.float32)[[0, 1, 0, 2, 1]]
    writer.write([4, 3, 2, 1, 0], vectors)
    assert list(writer.find_repeated()) == [(0, 3), (2, 4)]
    assert (writer.read([0, 4]) == vectors[[4, 0]]).all()
    writer.close()


LONG = {
    "no space": "a" * 1_000_000,
    "addresses": "ab@" * 300_000,
    "digits": "1," * 300_000,
    "Chinese without an end": "瓷" * 300_000,
    "an open quotation": '"' + "The kiln is hot. " * 20_000,
    "numerals": "万" * 100_000,
    "invisible": "a\u200b" * 200_000,
    "captions": "The kiln is hot. [Photo/Xinhua] " * 10_000,
    "lines": "The kiln is red.\n\n" * 40_000,
    "boilerplate": "Advertisement\nThe kiln is red.\n" * 20_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_long_text_is_cut_whole_and_in_paragraphs_of_bounded_length(text):
    document = corpus.from_object(Article(id="a", text=text, language="en"))
    layout = split_document(document)
    pieces = sorted([(p.start, p.text) for p in layout.paragraphs] + [(r.start, r.text) for r in layout.removed])
    assert "".join(piece for _, piece in pieces) == document.text
    assert max(len(p.text) for p in layout.paragraphs) <= 130_000
    assert max(b - a for p in layout.paragraphs for a, b in p.sentences) <= 20_000


def test_a_numeral_beyond_all_numbers_is_indexed_all_the_same(tmp_path, embedder):
    text = "1" * 5000 + ". Bin " + "万" * 3000 + " " + "一" * 3000
    settings = Settings(store=tmp_path / "store")
    ingest([Article(id=code, text=text, language=code) for code in ("en", "tr", "zh")], settings)
    assert Assistant(settings).ask("How many?").status in ("answered", "partial", "not_found")
