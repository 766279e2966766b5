"""PDF through pypdf: text with the number of its page. The lines of a page are put together to paragraphs by `lines`."""

from __future__ import annotations

import io
import re
import unicodedata
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError

from rag.parsing.lines import Line, drop_running_heads, join_lines
from rag.parsing.parsed import CannotParse, Parsed, join_pieces

_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffd\ue000-\uf8ff]")
_MAX_UNREADABLE = 0.05  # of all characters; above it, a font does not say which characters it draws
# Letters that fonts draw as one, and radicals that many Chinese fonts draw for the characters of their form.
_FORMS = {code: unicodedata.normalize("NFKC", chr(code)) for code in (*range(0x2E80, 0x2FE0), *range(0xFB00, 0xFB07))}


def parse_pdf(data: bytes) -> Parsed:
    """The pages of a PDF as pieces. Raises CannotParse."""
    try:
        reader = PdfReader(io.BytesIO(data))
        # Many have no password to be read, only one to be changed; the library tells it from the other by trying.
        if reader.is_encrypted and not reader.decrypt(""):
            raise CannotParse("encrypted")
        pages = [_read_lines(page, number) for number, page in enumerate(reader.pages, 1)]
        title = (reader.metadata.title if reader.metadata else None) or ""
    except LimitReachedError:
        raise CannotParse("too_large_inside") from None
    except (DependencyError, FileNotDecryptedError):
        raise CannotParse("encrypted") from None
    text = "".join(line.text for lines in pages for line in lines)
    if not text.strip():
        raise CannotParse("no_text", str(len(pages)))
    if len(_UNREADABLE.findall(text)) > _MAX_UNREADABLE * len(text):
        raise CannotParse("garbled")
    pieces = join_lines(drop_running_heads(pages))
    # What a file calls itself is often that of a template; a title is one when its first page has it.
    named = _fold(title) and _fold(title) in _fold("".join(line.text for line in pages[0]))
    first = next((piece.text for piece in pieces if piece.kind == "title" and piece.pages[0][1] == 1), None)
    return join_pieces(pieces, title=" ".join(title.split()) if named else first)


def _read_lines(page: PageObject, number: int) -> list[Line]:
    """The lines of a page from the text that the library hands over, with the place and size of their longest part."""
    lines: list[Line] = []
    parts: list[str] = []
    place = [0.0, 0.0]  # a mark before an item may stand higher, and be larger, than its words

    def take(text: str, matrix: list[float], text_matrix: list[float], font: dict[str, Any] | None, size: float) -> None:
        """Take a part of a line from the library, and what lines end in it."""
        head, *others = text.split("\n")
        for n, part in enumerate([head, *others]):
            if n:
                end_line()
            if part.strip() and len(part) > max(map(len, parts), default=0):
                place[0] = text_matrix[4] * matrix[1] + text_matrix[5] * matrix[3] + matrix[5]
                place[1] = abs(size * (text_matrix[3] or text_matrix[1]) * (matrix[3] or matrix[1]))
            parts.append(part)

    def end_line() -> None:
        text = _UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", "".join(parts)).translate(_FORMS)
        if text.strip():
            lines.append(Line(" ".join(text.split()), place[0], round(place[1], 1), number))
        parts.clear()

    page.extract_text(visitor_text=take)
    end_line()
    return lines


def _fold(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())
