"""T16 to T22, T26, T27: what is given to be ingested and cannot be used is named, and the rest is ingested."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

import ingest as script
from rag import Article, RagError, Settings, ingest
from rag.errors import SettingsError
from tests.faults.stores import DIMENSIONS, open_index, use
from tests.synthetic import HashEmbedder

GOOD = "The first kiln is red.\n\nIt burns pine wood."
CHINESE = "景德镇的第一座窑是红色的，它烧的是松木。这座窑建于一九九八年，位于城市的南部，每年吸引许多游客。"


@pytest.fixture
def embedder(monkeypatch) -> HashEmbedder:
    return use(monkeypatch, HashEmbedder(DIMENSIONS))


@pytest.fixture
def folder(tmp_path, embedder) -> Path:
    made = tmp_path / "texts"
    made.mkdir()
    (made / "good.txt").write_text(GOOD)
    return made


@pytest.mark.parametrize(
    "path", ["../../../../etc/passwd", "/etc/passwd", "~", "-rf", "a\nb", "a\x00b", "/proc/self/mem", "x" * 5000]
)
def test_t16_a_path_that_is_no_article_is_skipped_by_name(tmp_path, folder, path):
    report = ingest([path, folder], Settings(store=tmp_path / "store"))
    assert report.articles == 1 and len(report.skipped) == 1


def test_t16_a_store_beside_files_of_others_is_refused(tmp_path, embedder):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter").write_text("x")
    with pytest.raises(SettingsError):
        ingest([Article(id="a", language="en", paragraphs=[GOOD])], Settings(store=tmp_path / "other"))
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["letter"]
    with pytest.raises(RagError):
        Settings(store="a\nb")


def test_t17_links_pipes_and_devices_are_skipped_and_nobody_waits_for_them(tmp_path, folder):
    (tmp_path / "outside.txt").write_text("Nobody gave this.")
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "far.txt").write_text("Nobody gave this either.")
    os.symlink(folder, folder / "loop")
    os.symlink("round.txt", folder / "round.txt")
    os.symlink(tmp_path / "outside.txt", folder / "outside.txt")
    os.symlink(tmp_path / "far", folder / "far")
    os.symlink("/dev/zero", folder / "zero.txt")
    os.mkfifo(folder / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        at = os.getcwd()
        os.chdir(folder)  # the address of a socket is a short one
        try:
            server.bind("socket.txt")
        finally:
            os.chdir(at)
    report = ingest([folder], Settings(store=tmp_path / "store"))
    assert [row.id for row in report.rows] == ["good"]
    skipped = {Path(path).name for path, _ in report.skipped}
    assert {"round.txt", "outside.txt", "zero.txt", "pipe.txt", "socket.txt"} <= skipped
    for path in ("/dev/zero", folder / "pipe.txt"):
        assert len(ingest([path], Settings(store=tmp_path / "store")).skipped) == 1


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\x7fELF\2\1\1\0" + bytes(64), bytes(range(256)) * 20], ids=str
)
def test_t18_a_binary_file_with_the_name_of_a_text_is_skipped_and_the_exit_code_says_in_part(tmp_path, folder, data):
    (folder / "binary.txt").write_bytes(data)
    assert script.main([str(folder), "--store", str(tmp_path / "store")]) == 1


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "big5", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_t19_t20_one_text_in_any_encoding_is_the_same_text_or_none(tmp_path, embedder, encoding):
    text = CHINESE if encoding != "big5" else "景德的第一座是色的，它的是松木。位於城市的南部，每年有多人到此。"
    file = tmp_path / "text.txt"
    file.write_bytes(text.encode(encoding))
    report = ingest([file], Settings(store=tmp_path / "store"))
    if encoding in ("utf-16-le", "utf-16-be"):  # nothing marks it, nor is there a letter of ASCII in it
        assert not report.articles and len(report.skipped) == 1
        return
    index = open_index(tmp_path / "store", embedder)
    assert "".join(p.text for p in index.article("text")) == text
    index.close()


@pytest.mark.parametrize("text", ["", " \n\t\n ", "\ufeff", "\u200b\u200b"])
def test_t21_a_file_with_nothing_in_it_is_skipped_with_a_reason(tmp_path, folder, text):
    (folder / "nothing.txt").write_text(text)
    report = ingest([folder], Settings(store=tmp_path / "store"))
    assert report.articles == 1 and [Path(path).name for path, _ in report.skipped] == ["nothing.txt"]


def test_t22_the_same_article_under_two_names_is_indexed_once(tmp_path, folder):
    (folder / "copy.txt").write_text(GOOD)
    (folder / "lines.txt").write_bytes(GOOD.replace("\n", "\r\n").encode())
    report = ingest([folder], Settings(store=tmp_path / "store"))
    assert report.articles == 1 and {reason.split()[0:2] == ["same", "text"] for _, reason in report.skipped} == {True}


@pytest.mark.parametrize(
    "manifest",
    [
        b"[[article]",
        b"article = 3",
        b'[[article]]\nfile = "good.txt"\nlc = 1',
        b'[[article]]\nfile = "good.txt"\nrepairs = 4',
        b"\xff\xfe\x00",
        b'[[article]]\nfile = "good.txt"\n[article.questions]\nen = 7',
        b"a = " + b"[" * 5000,
    ],
    ids=lambda data: str(data[:40]),
)
def test_t26_what_is_said_of_articles_and_cannot_be_read_is_named(tmp_path, folder, manifest):
    (folder / "articles.toml").write_bytes(manifest)
    report = ingest([folder], Settings(store=tmp_path / "store"))
    assert not report.articles and "articles.toml" in report.skipped[0][1]


def test_t27_files_that_go_and_come_while_they_are_read_are_skipped_or_read(tmp_path, folder, embedder):
    for n in range(20):
        (folder / f"kiln{n:02}.txt").write_text(f"Kiln {n} is blue.")

    def change(stage: str, done: int, total: int) -> None:
        if stage == "read" and done == 5:
            (folder / "kiln10.txt").unlink()
            os.replace(folder / "kiln12.txt", folder / "kiln11.txt")
            (folder / "kiln15.txt").unlink()
            (folder / "kiln15.txt").mkdir()

    report = ingest([folder], Settings(store=tmp_path / "store"), change)
    assert {Path(path).name for path, _ in report.skipped} == {"kiln10.txt", "kiln12.txt", "kiln15.txt"}
    index = open_index(tmp_path / "store", embedder)
    assert index.article("kiln11")[0].text == "Kiln 12 is blue." and len(index.sources) == report.articles == 18
    index.close()
