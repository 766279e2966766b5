"""Files made by hand: PDF, DOCX and what is broken in each."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from xml.sax.saxutils import escape

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r" Target="word/document.xml" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def make_pdf(pages: Sequence[Sequence[str]], size: int = 12) -> bytes:
    """A PDF with these lines on its pages; a line that begins with "# " is large, and an empty one leaves a gap."""
    fonts = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    return write_pdf([_draw(lines, size) for lines in pages], fonts)


def _draw(lines: Sequence[str], size: int) -> bytes:
    parts, height = ["BT"], 760
    for line in lines:
        big = line.startswith("# ")
        text = line.removeprefix("# ").replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        parts.append(f"/F {size * 2 if big else size} Tf 1 0 0 1 60 {height} Tm ({text}) Tj")
        height -= 16
    return "\n".join([*parts, "ET"]).encode("cp1252")


def write_pdf(contents: Sequence[bytes], font: str, more: str = "") -> bytes:
    """A PDF of pages with these content streams. more: of the trailer."""
    count = len(contents)
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(count))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Count {count} /Kids [{kids}] >>", font]
    bodies = [text.encode() for text in objects]
    for n, content in enumerate(contents):
        packed = zlib.compress(content)
        bodies.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * n} 0 R"
            " /Resources << /Font << /F 3 0 R >> >> >>".encode()
        )
        bodies.append(
            f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream"
        )
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for n, body in enumerate(bodies, 1):
        places.append(out.tell())
        out.write(f"{n} 0 obj\n".encode() + body + b"\nendobj\n")
    start = out.tell()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    out.write(f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}".encode())
    out.write(f"trailer\n<< /Size {len(bodies) + 1} /Root 1 0 R {more}>>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def make_docx(paragraphs: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> bytes:
    """A Word document of these paragraphs and a table of these rows; one that begins with "# " is a heading."""
    body = "".join(_paragraph(text) for text in paragraphs)
    if rows:
        cells = ("".join(f"<w:tc>{_paragraph(cell)}</w:tc>" for cell in row) for row in rows)
        lines = [f"<w:tr>{'<w:trPr><w:tblHeader/></w:trPr>' if not n else ''}{row}</w:tr>" for n, row in enumerate(cells)]
        body += f"<w:tbl>{''.join(lines)}</w:tbl>"
    return pack_docx(f'<?xml version="1.0"?><w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>')


def _paragraph(text: str) -> str:
    style = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>' if text.startswith("# ") else ""
    words = escape(text.removeprefix("# "))
    return f'<w:p>{style}<w:r><w:t xml:space="preserve">{words}</w:t></w:r></w:p>'


def pack_docx(document: str | bytes) -> bytes:
    """A Word document with this as its main part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", _TYPES)
        parts.writestr("_rels/.rels", _RELATIONS)
        parts.writestr("word/document.xml", document)
    return out.getvalue()
