"""The cache of vectors: what was embedded once is never embedded again, whatever happens to the process or the file."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rag import Article, Assistant, Settings, ingest
from rag.digests import text_digest
from rag.encoder.cache import DAMAGED_SUFFIX, NAME, VectorCache, pack_vector, unpack_vector
from rag.encoder.cached import CachedEmbedder
from rag.errors import EmbeddingsError, IndexUnusable
from tests.synthetic import HashEmbedder, articles

HOME = Path(__file__).parents[2]
TEXTS = ["The kiln is red.", "这座窑是红的。", "Fırın kırmızı."]
LANGUAGES = ["en", "zh", "tr"]


@pytest.fixture
def embedder(monkeypatch) -> HashEmbedder:
    made = HashEmbedder()
    monkeypatch.setattr("rag.api.ingesting.choose_embedder", lambda settings: made)
    return made


def embedded(embedder: HashEmbedder) -> list[str]:
    texts = [text for call in embedder.calls for text in call]
    embedder.calls.clear()
    return texts


def test_a_text_is_embedded_once_for_each_language(tmp_path):
    inner = HashEmbedder()
    cached = CachedEmbedder(inner, VectorCache(tmp_path, inner.identity, inner.dimensions))
    first = cached.passages([*TEXTS, TEXTS[0], TEXTS[0]], [*LANGUAGES, "en", "tr"])
    again = CachedEmbedder(inner, VectorCache(tmp_path, inner.identity, inner.dimensions))
    assert (again.passages(TEXTS, LANGUAGES) == first[:3]).all() and (first[0] == first[3]).all()
    assert (cached.embedded, cached.reused) == (4, 0) and (again.embedded, again.reused) == (0, 3)
    assert abs(first[0] - inner.query(TEXTS[0], "en")).max() < 1e-3


def remove_index(store):
    """Take away all but the cache."""
    for path in store.iterdir():
        if path.is_dir():
            shutil.rmtree(path)


def test_an_unchanged_corpus_embeds_nothing_even_when_the_index_is_gone(tmp_path, embedder):
    settings = Settings(store=tmp_path / "store")
    given = [Article(id="a", language="en", paragraphs=["One kiln. It is red.", "Two kilns."])]
    ingest(given, settings)
    assert len(embedded(embedder)) == 4
    remove_index(settings.store)
    report = ingest(given, settings)
    assert (report.embedded, report.reused) == (0, 4) and not embedder.calls


def test_of_a_changed_paragraph_only_what_changed_is_embedded(tmp_path, embedder):
    settings = Settings(store=tmp_path / "store")
    ingest([Article(id="a", language="en", paragraphs=["One kiln. It is red.", "Two kilns."])], settings)
    embedded(embedder)
    report = ingest([Article(id="a", language="en", paragraphs=["One kiln. It is blue.", "Two kilns."])], settings)
    assert sorted(embedded(embedder)) == ["It is blue.", "One kiln. It is blue."]
    assert (report.embedded, report.reused) == (2, 2)


def test_a_lost_cache_is_filled_from_the_index(tmp_path, embedder):
    settings = Settings(store=tmp_path / "store")
    ingest([Article(id="a", language="en", paragraphs=["One kiln. It is red."])], settings)
    embedded(embedder)
    (settings.store / NAME).unlink()
    ingest([Article(id="b", language="en", paragraphs=["One kiln. It is white."])], settings)
    assert sorted(embedded(embedder)) == ["It is white.", "One kiln. It is white."]


SLOW = """
import sys, time
sys.path.insert(0, {home!r})
import rag.api.ingesting as ingesting
from rag import Settings, ingest
from tests.synthetic import HashEmbedder, articles

class Slow(HashEmbedder):
    def passages(self, texts, languages, progress=None):
        time.sleep(0.05)
        print(len(texts), flush=True)
        return super().passages(texts, languages)

ingesting.choose_embedder = lambda settings: Slow()
ingest(articles(600), Settings(store={store!r}))
"""


def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path, embedder):
    store = tmp_path / "store"
    code = SLOW.format(home=str(HOME), store=str(store))
    process = subprocess.Popen([sys.executable, "-c", code], cwd=HOME, stdout=subprocess.PIPE, text=True)
    done = [int(process.stdout.readline()) for _ in range(8)]
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    done += [int(line) for line in process.stdout.read().split()]
    process.stdout.close()
    report = ingest(articles(600), Settings(store=store))
    # Of the batch that was under way when the process ended, nothing can have been kept.
    assert sum(done[:-1]) <= report.reused <= sum(done) and report.reused > 0
    assert report.reused + report.embedded == report.paragraphs + report.sentences
    assert len(embedded(embedder)) == report.embedded


@pytest.mark.parametrize("damage", ["garbage", "half", "empty", "other database", "other version"])
def test_a_damaged_cache_is_set_aside_with_a_notice_and_filled_again(tmp_path, damage, embedder):
    settings = Settings(store=tmp_path / "store")
    ingest([Article(id="a", language="en", paragraphs=[f"Kiln {n} is red." for n in range(50)])], settings)
    file = settings.store / NAME
    data = file.read_bytes()
    if damage == "other database":
        file.unlink()
        with sqlite3.connect(file) as other:
            other.execute("CREATE TABLE vectors (x)")
        other.close()
    elif damage == "other version":
        with sqlite3.connect(file) as other:
            other.execute("PRAGMA user_version=99")
        other.close()
    else:
        file.write_bytes({"garbage": b"\x00garbage" * 5000, "half": data[: len(data) // 2], "empty": b""}[damage])
    report = ingest([Article(id="b", language="en", paragraphs=["It is new."])], settings)
    assert report.embedded == 1 and report.reused == 50
    if damage != "empty":  # an empty file is an empty database
        assert "cache of vectors was damaged" in report.notice and "\n" not in report.notice
        assert (settings.store / (NAME + DAMAGED_SUFFIX)).exists()
    again = ingest([Article(id="c", language="en", paragraphs=["Kiln 3 is red."])], settings)
    assert (again.embedded, again.notice) == (0, "")


def test_a_vector_that_was_changed_on_the_disk_is_made_again(tmp_path):
    inner = HashEmbedder()
    cache = VectorCache(tmp_path, inner.identity, inner.dimensions)
    expected = CachedEmbedder(inner, cache).passages(TEXTS, LANGUAGES)
    with sqlite3.connect(tmp_path / NAME) as other:
        (data,) = other.execute("SELECT vector FROM vectors WHERE language = 'zh'").fetchone()
        flipped = data[:5] + bytes([data[5] ^ 4]) + data[6:]
        other.execute("UPDATE vectors SET vector = ? WHERE language = 'zh'", (flipped,))
    other.close()
    again = CachedEmbedder(inner, cache)
    assert (again.passages(TEXTS, LANGUAGES) == expected).all() and again.embedded == 1


def test_a_packed_vector_is_read_back_or_not_at_all():
    vector = HashEmbedder(8).query("kiln", "en")
    data = pack_vector(vector)
    assert abs(unpack_vector(data, 8) - vector).max() < 1e-3
    assert unpack_vector(data, 9) is None and unpack_vector(data[:-1], 8) is None and unpack_vector(b"", 8) is None
    assert all(unpack_vector(data[:i] + bytes([data[i] ^ 1]) + data[i + 1 :], 8) is None for i in range(len(data)))


def test_vectors_of_another_embedder_are_dropped_once_an_index_is_made(tmp_path, embedder):
    settings = Settings(store=tmp_path / "store")
    ingest([Article(id="a", language="en", paragraphs=["One kiln."])], settings)
    embedder.identity = "other/64"
    report = ingest([Article(id="a", language="en", paragraphs=["One kiln."])], settings)
    assert report.embedded == 1 and "made with embedder" in report.notice
    with sqlite3.connect(settings.store / NAME) as database:
        assert database.execute("SELECT identity FROM embedders").fetchall() == [("other/64",)]
        assert database.execute("SELECT COUNT(*) FROM vectors").fetchone() == (1,)
    database.close()


def test_the_cache_keeps_what_is_in_use_and_not_much_more(tmp_path, monkeypatch):
    monkeypatch.setattr("rag.encoder.cache._MIN_KEPT_ROWS", 10)
    cache = VectorCache(tmp_path, "x", 4)
    keys = [(text_digest(str(n)), "en") for n in range(100)]
    cache.put(keys, np.ones((100, 4), dtype=np.float32))
    cache.prune(lambda: keys[:60])
    assert cache.count() == 100  # within twice as many as are in use
    cache.prune(lambda: keys[:20])
    assert cache.count() == 20 and set(cache.get(keys)) == set(keys[:20])


def test_a_full_disk_is_one_line_and_the_old_index_stays(tmp_path, embedder, monkeypatch):
    settings = Settings(store=tmp_path / "store")
    ingest([Article(id="a", language="en", paragraphs=["One kiln."])], settings)
    before = sorted(p.name for p in settings.store.iterdir())

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(VectorCache, "_insert", full)
    with pytest.raises(IndexUnusable, match=r"full.*Check the space on the disk; the index is as it was") as caught:
        ingest([Article(id="b", language="en", paragraphs=["Two kilns."])], settings)
    assert "\n" not in str(caught.value)
    assert sorted(p.name for p in settings.store.iterdir() if "-" not in p.name) == before


@pytest.mark.parametrize("wrong", [np.full((1, 64), np.nan), np.ones((2, 64)), np.ones((1, 63))])
def test_vectors_of_another_shape_or_without_numbers_are_not_kept(tmp_path, wrong, monkeypatch):
    inner = HashEmbedder()
    cache = VectorCache(tmp_path, inner.identity, inner.dimensions)
    monkeypatch.setattr(inner, "passages", lambda *_: wrong.astype(np.float32))
    with pytest.raises(EmbeddingsError):
        CachedEmbedder(inner, cache).passages(["One kiln."], ["en"])
    assert cache.count() == 0


def test_a_long_run_commits_as_it_goes(tmp_path):
    inner = HashEmbedder()
    cache = VectorCache(tmp_path, inner.identity, inner.dimensions)
    seen: list[int] = []
    texts = [f"Kiln {n} " + "x" * 400 for n in range(200)]
    CachedEmbedder(inner, cache).passages(texts, ["en"] * 200, lambda done: seen.append(cache.count()))
    assert seen == sorted(seen) and seen[-1] == 200 and len(seen) > 5


def test_an_index_made_with_a_cache_answers(tmp_path):
    settings = Settings(store=tmp_path / "store")
    article = Article(id="a", language="en", paragraphs=["The kiln opened in 1998.", "It burns pine wood."])
    ingest([article], settings)
    remove_index(settings.store)
    assert ingest([article], settings).embedded == 0
    assert Assistant(settings).ask("When did the kiln open?").citations[0].paragraph_id == "a#p1"
