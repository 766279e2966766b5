"""Bytes of a text file to characters, or a reason why not. Never mojibake, never replacement characters."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from rag.corpus.reporting import cannot_use

# Longest first: the UTF-32 mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What English, Chinese and Turkish files are found in when they are not Unicode.
_LEGACY = ["gb18030", "big5", "cp1254", "cp1252", "shift_jis", "euc_kr", "cp1251"]
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffd\ud800-\udfff]")
_HTML_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)


def decode_text(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The characters of `data` and the name of the encoding: a byte order mark, else `declared`, else UTF-8, UTF-16
    or what `charset-normalizer` finds most likely.

    Line ends become "\\n". Raises ArticleError when the file is binary or the declared encoding does not fit.

    >>> decode_text("瓷器".encode("utf-16"))
    ('瓷器', 'utf-16')
    """
    text, encoding = _characters(data, declared or _declared_in_html(data))
    if _CONTROL.search(text):
        raise cannot_use("binary", hint="Save it as UTF-8 text.")
    return text.replace("\r\n", "\n").replace("\r", "\n"), encoding


def _declared_in_html(data: bytes) -> str | None:
    found = _HTML_CHARSET.search(data[:4096])
    return found.group(1).decode("ascii") if found else None


def _characters(data: bytes, declared: str | None) -> tuple[str, str]:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strictly(data, name)
    if declared:
        # gb2312 and gbk as labels mean their superset in practice.
        return _strictly(data, "gb18030" if declared.lower() in ("gb2312", "gbk") else declared)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    if wide := _unmarked_utf16(data):
        return _strictly(data, wide)
    best = from_bytes(data, cp_isolation=_LEGACY).best()
    if best is None or b"\x00" in data:
        raise cannot_use("encoding_unknown", hint="Save it as UTF-8, or declare its encoding in articles.toml.")
    return str(best), best.encoding


def _strictly(data: bytes, encoding: str) -> tuple[str, str]:
    try:
        return data.decode(encoding), encoding
    except (UnicodeDecodeError, LookupError):
        raise cannot_use("encoding_wrong", encoding, "Correct the declared encoding or save it as UTF-8.") from None


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: the high bytes of line ends, spaces and Latin letters are zero, all on the same side."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if len(data) % 2 or max(even, odd) <= 10 * min(even, odd):
        return None
    name = "utf-16-be" if even > odd else "utf-16-le"
    try:
        return None if _CONTROL.search(data.decode(name)) else name
    except UnicodeDecodeError:
        return None
