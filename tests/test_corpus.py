"""Files and objects to documents: encodings, repairs, boilerplate, metadata, ids, and files that cannot be used."""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import Article, corpus
from rag.article_files import RepairRule
from rag.corpus import cleaning, manifest
from rag.corpus.decoding import decode_text
from rag.errors import ArticleError
from tests.conftest import ARTICLES, HOME

CHINESE = "揭牌仪式于土耳其伊斯坦布尔举行。伊兹尼克市长出席仪式并致辞。\n\n仪式由余笑兵主持。"


@pytest.fixture(scope="module")
def documents():
    found, skipped = corpus.read_documents([ARTICLES], {})
    assert not skipped
    return {d.article.id: d for d in found}


def test_the_articles_are_the_ones_delivered(documents):
    assert set(documents) == {"expo", "iznik", "store"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5"])
def test_chinese_reads_the_same_in_every_encoding(encoding):
    text = CHINESE.replace("举", "舉") if encoding == "big5" else CHINESE
    text = "揭牌儀式於土耳其伊斯坦布爾舉行。市長出席儀式並致辭。" if encoding == "big5" else text
    assert decode_text(text.encode(encoding))[0] == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1254"])
def test_turkish_reads_the_same_in_every_encoding(encoding):
    text = "İznik çinileri Osmanlı döneminde ünlüydü. Şehir, ılık bir gölün kıyısındadır."
    assert decode_text(text.encode(encoding))[0] == text


def test_a_declared_encoding_that_does_not_fit_is_said():
    with pytest.raises(ArticleError, match="utf-8"):
        decode_text("瓷".encode("gb18030"), declared="utf-8")


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 4, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + random.Random(0).randbytes(300)]
)
def test_a_binary_file_is_refused(data):
    with pytest.raises(ArticleError):
        decode_text(data)


# Without the replacement character, which only a file that was decoded wrongly holds.
@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffd")))
def test_any_unicode_text_survives_utf8_and_utf16(text):
    assert decode_text(text.encode("utf-8"))[0].lstrip("\ufeff") == text.lstrip("\ufeff")
    assert decode_text(b"\xff\xfe" + text.encode("utf-16-le"))[0] == text


def test_a_text_with_a_replacement_character_is_refused():
    with pytest.raises(ArticleError, match="replacement"):
        decode_text("The kiln was lit in T\ufffdrkiye.".encode())


def test_the_declared_mojibake_is_repaired_and_recorded(documents):
    iznik = documents["iznik"]
    assert "肂" not in iznik.text
    assert iznik.text.count("Türkiye") == len(iznik.repairs) == 4
    assert all(iznik.text[r.start : r.end] == "Türkiye" for r in iznik.repairs)


@pytest.mark.parametrize("name", ["expo", "iznik", "store"])
def test_undoing_the_repairs_gives_the_file_back(documents, name):
    document = documents[name]
    file = next(p for p in ARTICLES.glob("*.txt") if str(p) == document.origin)
    assert manifest.undo_repairs(document.text, document.repairs) == file.read_text(encoding="utf-8")


@given(st.text(alphabet="ab\u200bx\u202e肂C", max_size=30))
def test_repairs_can_always_be_undone(text):
    clean, invisible = cleaning.without_invisible(text)
    rules = [RepairRule(**{"from": "肂C", "to": "ü"}), RepairRule(**{"from": "ab", "to": ""})]
    repaired, declared = manifest.apply_repairs(clean, rules)
    assert manifest.undo_repairs(manifest.undo_repairs(repaired, declared), invisible) == text


def test_page_furniture_is_removed_with_a_reason(documents):
    reasons = {r.text: r.reason for r in documents["store"].removed}
    assert reasons["返回顶部"] == "page control"
    assert reasons["image.png"] == "image placeholder"
    assert reasons["链接已复制"] == "share button"
    assert [r.reason for r in documents["store"].removed].count("repeated title") == 1


@pytest.mark.parametrize(
    "line",
    [
        "Share this article",
        "Back to top",
        "Home > News > Culture",
        "Paylaş",
        "Ana sayfa > Kültür",
        "分享到：",
        "上一篇",
    ],
)
def test_furniture_is_known_in_three_languages(line):
    assert [r.text for r in cleaning.find_boilerplate(f"Text.\n{line}\nMore text.", "")] == [line]


@pytest.mark.parametrize(
    "line",
    ["Share prices fell on Monday.", "Print shops closed.", "Home is where the kiln is.", "返回顶部的电梯坏了。"],
)
def test_sentences_that_begin_like_furniture_stay(line):
    assert not cleaning.find_boilerplate(line, "")


def test_metadata_comes_from_the_manifest_and_unknown_stays_unknown(documents):
    assert documents["expo"].article.outlet == "People's Daily Online"
    assert documents["expo"].article.published is None
    assert documents["iznik"].article.published == "2025-05-14"
    assert documents["store"].article.language == "zh"


def test_a_file_without_a_manifest_works_the_same(tmp_path):
    (tmp_path / "kilns.txt").write_text(
        "The kilns of Iznik\n\nThe kilns were cold. They had been cold for years.\n", encoding="utf-8"
    )
    (document,), skipped = corpus.read_documents([tmp_path], {})
    assert (document.article.id, document.article.title, document.article.language) == (
        "kilns",
        "The kilns of Iznik",
        "en",
    )
    assert not skipped


def test_an_html_page_gives_its_article_and_title(tmp_path):
    body = "".join(
        f"<p>Paragraph {n} tells of the kilns of Iznik and of those who fire them every autumn.</p>" for n in range(6)
    )
    page = f"<html><head><title>Kilns</title></head><body><nav>Home</nav><article><h1>Kilns</h1>{body}</article></body></html>"
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    (document,), _ = corpus.read_documents([tmp_path], {})
    assert document.article.title == "Kilns"
    assert "Paragraph 3 tells" in document.text and "<p>" not in document.text


def test_bad_files_are_named_with_a_reason_and_the_others_go_on(tmp_path):
    (tmp_path / "good.txt").write_text("A text about kilns.", encoding="utf-8")
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "blank.txt").write_text(" \n ")
    (tmp_path / "image.txt").write_bytes(bytes(range(256)) * 2)
    (tmp_path / "copy.txt").write_text("A text about  kilns.", encoding="utf-8")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    (tmp_path / "outside.txt").symlink_to(HOME / "README.md")
    os.mkfifo(tmp_path / "pipe.txt")
    documents, skipped = corpus.read_documents([tmp_path, tmp_path / "nowhere", "bad\0name"], {})
    assert len(documents) == 1
    reasons = {os.path.basename(path): reason for path, reason in skipped}
    assert set(reasons) >= {"empty.txt", "blank.txt", "image.txt", "loop.txt", "outside.txt", "pipe.txt", "nowhere"}
    assert len(skipped) == 9


def test_two_files_of_one_name_get_two_ids_and_keep_them(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "news.txt").write_text(f"News of {folder}.")
    first, _ = corpus.read_documents([tmp_path / "b"], {})
    known = {d.origin: d.article.id for d in first}
    both, _ = corpus.read_documents([tmp_path], known)
    ids = {d.origin: d.article.id for d in both}
    assert len(set(ids.values())) == 2
    assert ids[first[0].origin] == first[0].article.id == "news"


def test_an_article_object_needs_an_id_and_either_paragraphs_or_text():
    for wrong in (
        {"id": ""},
        {"id": "a"},
        {"id": "a", "text": "x", "paragraphs": ["x"]},
        {"id": "a", "paragraphs": "x"},
    ):
        with pytest.raises(ValueError):
            Article(**wrong)
