"""One file or object -> Document: decoding, repairs, boilerplate, metadata."""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import rag.corpus.cleaning as cleaning
import rag.corpus.manifest as manifest
from rag.article_files import ArticleEntry
from rag.corpus.cleaning import without_invisible
from rag.corpus.decoding import decode_text
from rag.corpus.reporting import cannot_use
from rag.corpus.shifting import shift_offsets
from rag.digests import text_digest
from rag.file_messages import FileMessage
from rag.language import detect_language
from rag.parsing import CannotParse, Parsed, Parser
from rag.types import Article, Block, Document, Repair, Source

SUFFIXES = (".txt", ".md", ".html", ".htm", ".pdf", ".docx")
_PACKED = (".pdf", ".docx")
MAX_BYTES, MAX_PACKED_BYTES = 20_000_000, 100_000_000  # of a text, and of a file with pictures and fonts in it
# Part of every fingerprint: raise it when reading or cutting changes, so that old indexes are rebuilt from the sources.
RULES = "4"
_TITLE_MAX = 160
_SENTENCE_END = re.compile(r"[.!?。！？;；:：,，][\"'”’』」）)]*$")


def from_file(
    path: Path,
    root: str,
    taken: dict[str, str],
    entries: Mapping[str, ArticleEntry],
    parser: Parser,
    known_id: str | None = None,
) -> Document:
    """The document in one file. Raises ArticleError, OSError.

    taken: path by article id of what has one; entries: of the folder's manifest, by file name.
    """
    entry = entries.get(path.name, ArticleEntry(file=path.name))
    parsed, encoding = _parse(path, entry.encoding, parser)
    text, invisible = without_invisible(parsed.text)
    text, declared = manifest.apply_repairs(text, entry.repairs)
    if not text.strip():
        raise cannot_use("empty")
    article = Article(
        id=known_id or entry.id or _free_id(path, root, taken),
        title=entry.title or parsed.title or _title(text),
        text=text,
        language=entry.language or parsed.language or detect_language(text),
        outlet=entry.outlet or parsed.outlet,
        published=entry.published or parsed.published,
        url=entry.url or parsed.url,
        questions=entry.questions,
    )
    edges = [edge for block in parsed.blocks for edge in (block.start, block.end)]
    moved = shift_offsets(shift_offsets(edges, invisible), declared)
    blocks = zip(moved[::2], moved[1::2], (block.kind for block in parsed.blocks), strict=True)
    starts = shift_offsets(shift_offsets([at for at, _ in parsed.pages], invisible), declared)
    # Declared repairs come second, so where both happened the first ones' offsets are only good to undo in order.
    return _document(
        article, str(path), root, encoding, declared if not invisible else invisible + declared,
        tuple(Block(start, end, kind) for start, end, kind in blocks if start < end),
        tuple(zip(starts, (page for _, page in parsed.pages), strict=True)),
    )  # fmt: skip


def _parse(path: Path, encoding: str | None, parser: Parser) -> tuple[Parsed, str]:
    """What is in a file, and the encoding it is in, "" where it has none. encoding: as it is declared."""
    data, suffix = _bytes(path), path.suffix.lower()
    found = ""
    if suffix not in _PACKED:
        text, found = decode_text(data, encoding)
        if suffix == ".txt":
            return Parsed(text), found
        data = text.encode("utf-8", "surrogatepass")
    try:
        return parser.parse_file(suffix, data), found
    except CannotParse as problem:
        raise cannot_use(cast(FileMessage, problem.code), problem.detail) from None


def from_object(article: Article) -> Document:
    """The document of an Article object; language detected when it is not given."""
    body = article.text if article.text is not None else "\n\n".join(article.paragraphs or ())
    complete = Article(
        id=article.id,
        title=article.title,
        paragraphs=None if article.paragraphs is None else tuple(_encodable(p) for p in article.paragraphs),
        text=article.text,
        language=article.language or detect_language(body),
        outlet=article.outlet,
        published=article.published,
        url=article.url,
        questions=article.questions,
    )
    if complete.text is None:
        return _document(complete, "", "", "", ())
    text, invisible = without_invisible(complete.text)
    return _document(
        Article(complete.id, complete.title or _title(text), None, text, complete.language, complete.outlet,
                complete.published, complete.url, complete.questions),
        "", "", "", invisible,
    )  # fmt: skip


def source_of(document: Document) -> Source:
    """What is shown of a document beside its paragraphs."""
    a = document.article
    return Source(a.id, a.title, a.language or "", a.outlet, a.published, a.url)


def _document(
    article: Article, origin: str, root: str, encoding: str, repairs: tuple[Repair, ...],
    blocks: tuple[Block, ...] = (), pages: tuple[tuple[int, int], ...] = (),
) -> Document:  # fmt: skip
    parts: Sequence[str] = article.paragraphs if article.paragraphs is not None else (article.text or "",)
    questions = sorted((code, *asked) for code, asked in article.questions.items())
    known = (
        RULES, article.id, article.title, article.language, article.outlet, article.published, article.url, *questions,
    )  # fmt: skip
    made_of = (known, tuple(parts), article.paragraphs is None, blocks, pages)
    fingerprint = hashlib.sha256(repr(made_of).encode()).hexdigest()
    text = article.text or ""
    removed = cleaning.find_boilerplate(text, article.title)
    whole = {(block.start, block.end) for block in blocks}
    return Document(
        article=article, text=text, fingerprint=fingerprint, origin=origin, root=root, encoding=encoding,
        repairs=repairs, removed=tuple(r for r in removed if not blocks or (r.start, r.end) in whole),
        text_digest=text_digest(re.sub(r"\s+", " ", text)).hex() if text else "", blocks=blocks, pages=pages,
    )  # fmt: skip


def _encodable(text: str) -> str:
    """Lone surrogates cannot be stored or sent; U+FFFD keeps every offset."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _bytes(path: Path) -> bytes:
    status = path.stat()
    most = MAX_PACKED_BYTES if path.suffix.lower() in _PACKED else MAX_BYTES
    if not stat.S_ISREG(status.st_mode):
        raise cannot_use("no_file")
    if path.suffix.lower() not in SUFFIXES:
        raise cannot_use("unknown_kind", ", ".join(SUFFIXES))
    if status.st_size > most:
        raise cannot_use("too_large", str(most // 1_000_000))
    if not status.st_size:
        raise cannot_use("empty")
    return path.read_bytes()


def _title(text: str) -> str:
    """A first line that reads like a title; else the beginning of the text, cut at a word, with an ellipsis."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    removed = {r.text.strip() for r in cleaning.find_boilerplate(text, "")}
    lines = [line for line in lines if line not in removed] or lines or [""]
    first = lines[0].lstrip("# ").strip()
    if len(lines) > 1 and len(first) <= _TITLE_MAX and not _SENTENCE_END.search(first):
        return first
    first = re.sub(r"^.{0,60}?\((Xinhua|AP|AFP|Reuters|AA)\)\s*(--|—|-)\s*", "", first)
    if len(first) <= 80:
        return first
    cut = first[:80].rsplit(" ", 1)[0] if " " in first[40:80] else first[:40]
    return cut.rstrip(",.;，。 ") + "…"


def _free_id(path: Path, root: str, taken: dict[str, str]) -> str:
    """The file's name without suffixes, made unique among `taken` by a mark of its path when it must be."""
    name = re.sub(r"[^\w.-]+", "-", path.stem).strip("-.") or "article"
    if taken.get(name, str(path)) == str(path):
        return name
    mark = hashlib.sha256(str(path.relative_to(root) if root else path).encode()).hexdigest()[:4]
    return f"{name}-{mark}"
