"""Word documents (DOCX) through mammoth: headings by their styles, lists, tables, footnotes; no deleted text."""

from __future__ import annotations

import io
import zipfile
import zlib

import mammoth
from mammoth.images import img_element

from rag.parsing.markup import read_pieces
from rag.parsing.parsed import CannotParse, Parsed, join_pieces

MAX_UNPACKED = 100_000_000  # bytes of all parts together; a book of 1,000 pages has some 10 MB
_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => h2:fresh"
_OLE = b"\xd0\xcf\x11\xe0"  # an old .doc, or a document with a password


def parse_docx(data: bytes) -> Parsed:
    """A Word document as pieces. Raises CannotParse."""
    if data.startswith(_OLE):
        raise CannotParse("encrypted")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MAX_UNPACKED:
                raise CannotParse("too_large_inside")
            if any(part.flag_bits & 1 for part in parts.infolist()):
                raise CannotParse("encrypted")
        # Images are left where they are; a style map in the file is not obeyed.
        markup = mammoth.convert_to_html(
            io.BytesIO(data), style_map=_STYLES, include_embedded_style_map=False,
            convert_image=img_element(lambda image: {}), ignore_empty_paragraphs=True,
        ).value  # fmt: skip
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError) as error:
        raise CannotParse("unreadable", type(error).__name__) from None
    pieces = read_pieces(markup) if markup.strip() else []
    if not any(piece.text.strip() for piece in pieces):
        raise CannotParse("empty")
    return join_pieces(pieces, title=next((piece.text for piece in pieces if piece.kind == "title"), None))
