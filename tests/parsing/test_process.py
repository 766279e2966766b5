"""Files made to do harm end as a reported reason, and the next one is read."""

from __future__ import annotations

import os
import signal
import sys
import zipfile
from contextlib import suppress

import pytest

from rag.parsing import CannotParse, Limits, Parser
from tests.parsing.files import make_docx, make_pdf, pack_docx, write_pdf

GOOD = make_docx(["The first kiln is red."])
_FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


@pytest.fixture
def parser():
    with Parser(Limits(seconds=3, memory=700_000_000)) as made:
        yield made


def why(parser: Parser, kind: str, data: bytes) -> str:
    with pytest.raises(CannotParse) as caught:
        parser.parse_file(kind, data)
    assert parser.parse_file(".docx", GOOD).text == "The first kiln is red."
    return caught.value.code


def bomb(size: int) -> bytes:
    """A Word document whose text unpacks to `size` bytes."""
    start = b'<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    return pack_docx(start + b"<w:p><w:r><w:t>" + b"a" * size + b"</w:t></w:r></w:p></w:body></w:document>")


def test_a_word_document_that_unpacks_to_gigabytes_is_not_unpacked(parser):
    assert why(parser, ".docx", bomb(101_000_000)) == "too_large_inside"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the system holds no process to its memory")
def test_a_word_document_that_takes_too_much_memory_ends_the_parser_and_not_the_program(parser):
    many = b"<w:p/>" * 4_000_000  # 24 MB as text, gigabytes as a tree
    start = b'<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    assert why(parser, ".docx", pack_docx(start + many + b"</w:body></w:document>")) in ("memory", "time")


def test_a_page_with_a_huge_stream_is_not_unpacked(parser):
    data = write_pdf([b" " * 80_000_000], _FONT)
    assert len(data) < 1_000_000
    assert why(parser, ".pdf", data) == "too_large_inside"


@pytest.mark.slow
def test_entities_that_grow_without_end_are_not_followed(parser):
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    document = (
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "kiln">{entities}]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&e12;'
        "</w:t></w:r></w:p></w:body></w:document>"
    )
    assert why(parser, ".docx", pack_docx(document)) in ("unreadable", "memory", "time")


def test_an_entity_that_names_a_file_gives_nothing_of_it(parser, tmp_path):
    (tmp_path / "secret").write_text("the secret of the glaze")
    document = (
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        "<w:t>Kiln &e;</w:t></w:r></w:p></w:body></w:document>"
    )
    with suppress(CannotParse):
        assert "secret" not in parser.parse_file(".docx", pack_docx(document)).text


def test_markup_as_deep_as_it_is_long_is_a_reason(parser):
    deep = "<w:ins>" * 30_000
    document = (
        '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p>'
        f"{deep}{deep.replace('<', '</')}</w:p></w:body></w:document>"
    )
    assert why(parser, ".docx", pack_docx(document)) in ("unreadable", "crashed")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGXCPU"), reason="the system holds no process to its time")
def test_a_file_that_takes_too_long_is_given_up():
    endless = b"BT (a) Tj ET " * 2_000_000
    with Parser(Limits(seconds=1)) as parser:
        assert why(parser, ".pdf", write_pdf([endless], _FONT)) == "time"


def test_a_text_that_is_longer_than_is_read_is_a_reason():
    with Parser(Limits(characters=500)) as parser:
        for length in (600, 50_000):  # the whole reply is within the limit of bytes, or is not
            assert why(parser, ".md", b"kiln " * (length // 5)) == "too_large_inside"


def test_a_parser_that_is_killed_is_a_reason_and_starts_again(parser):
    parser.parse_file(".docx", GOOD)
    os.kill(parser._child.pid, signal.SIGKILL)
    parser._child.wait()
    assert why(parser, ".pdf", make_pdf([["Kiln."]])) == "crashed"


def test_one_child_reads_all_files(parser):
    parser.parse_file(".docx", GOOD)
    first = parser._child.pid
    for kind, data in ((".pdf", make_pdf([["The kiln is cold."]])), (".md", b"# Kilns"), (".docx", GOOD)):
        parser.parse_file(kind, data)
    assert parser._child.pid == first


@pytest.mark.parametrize("cut", [10, 100, 400])
def test_files_that_end_in_the_middle_are_damaged(parser, cut):
    assert why(parser, ".docx", GOOD[:-cut]) == "unreadable"


def test_a_pdf_or_document_with_a_password_says_so(parser, tmp_path):
    from pypdf import PdfReader, PdfWriter

    (tmp_path / "plain.pdf").write_bytes(make_pdf([["The kiln is cold."]]))
    for password, readable in (("secret", False), ("", True)):
        writer = PdfWriter(clone_from=PdfReader(tmp_path / "plain.pdf"))
        writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
        writer.write(tmp_path / "locked.pdf")
        data = (tmp_path / "locked.pdf").read_bytes()
        assert parser.parse_file(".pdf", data).text == "The kiln is cold." if readable else why(parser, ".pdf", data) == "encrypted"
    assert why(parser, ".docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000)) == "encrypted"


def test_the_zip_of_something_else_is_damaged(parser, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("kiln.txt", "Red.")
    assert why(parser, ".docx", (tmp_path / "a.zip").read_bytes()) == "unreadable"
