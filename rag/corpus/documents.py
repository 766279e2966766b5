"""One file or object -> Document: decoding, repairs, boilerplate, metadata."""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import rag.corpus.cleaning as cleaning
import rag.corpus.manifest as manifest
from rag.corpus.cleaning import without_invisible
from rag.corpus.decoding import decode
from rag.digests import text_digest
from rag.errors import ArticleError
from rag.language import detect
from rag.types import Article, Document, Repair, Source

SUFFIXES = (".txt", ".md", ".html", ".htm")
MAX_BYTES = 20_000_000
# Part of every fingerprint: raise it when reading or cutting changes, so that old indexes are rebuilt from the sources.
RULES = "3"
_TITLE_MAX = 160
_SENTENCE_END = re.compile(r"[.!?。！？;；:：,，][\"'”’』」）)]*$")


def from_file(
    path: Path, root: str, taken: dict[str, str], entries: Mapping[str, manifest.Entry], known_id: str | None = None
) -> Document:
    """The document in one file. Raises ArticleError, OSError.

    taken: path by article id of what has one; entries: of the folder's manifest, by file name.
    """
    data = _bytes(path)
    entry = entries.get(path.name, manifest.Entry())
    text, encoding = decode(data, entry.encoding)
    title = entry.title
    if path.suffix.lower() in (".html", ".htm"):
        text, found = _from_html(text)
        title = title or found
    text, invisible = without_invisible(text)
    text, declared = manifest.repair(text, entry.repairs)
    if not text.strip():
        raise ArticleError("empty")
    article = Article(
        id=known_id or entry.id or _free_id(path, root, taken),
        title=title or _title(text),
        text=text,
        language=entry.language or detect(text),
        outlet=entry.outlet,
        published=entry.published,
        url=entry.url,
        questions=entry.questions,
    )
    # Declared repairs come second, so where both happened the first ones' offsets are only good to undo in order.
    return _document(article, str(path), root, encoding, declared if not invisible else invisible + declared)


def from_object(article: Article) -> Document:
    """The document of an Article object; language detected when it is not given."""
    body = article.text if article.text is not None else "\n\n".join(article.paragraphs or ())
    complete = Article(
        id=article.id,
        title=article.title,
        paragraphs=None if article.paragraphs is None else tuple(_encodable(p) for p in article.paragraphs),
        text=article.text,
        language=article.language or detect(body),
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


def _document(article: Article, origin: str, root: str, encoding: str, repairs: tuple[Repair, ...]) -> Document:
    parts: Sequence[str] = article.paragraphs if article.paragraphs is not None else (article.text or "",)
    questions = sorted((code, *asked) for code, asked in article.questions.items())
    known = (
        RULES, article.id, article.title, article.language, article.outlet, article.published, article.url, *questions,
    )  # fmt: skip
    fingerprint = hashlib.sha256(repr((known, tuple(parts), article.paragraphs is None)).encode()).hexdigest()
    text = article.text or ""
    return Document(
        article=article, text=text, fingerprint=fingerprint, origin=origin, root=root, encoding=encoding,
        repairs=repairs, removed=cleaning.boilerplate(text, article.title),
        text_digest=text_digest(re.sub(r"\s+", " ", text)).hex() if text else "",
    )  # fmt: skip


def _encodable(text: str) -> str:
    """Lone surrogates cannot be stored or sent; U+FFFD keeps every offset."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _bytes(path: Path) -> bytes:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ArticleError("not a regular file")
    if path.suffix.lower() not in SUFFIXES:
        raise ArticleError(f"not {', '.join(SUFFIXES)}")
    if status.st_size > MAX_BYTES:
        raise ArticleError(f"larger than {MAX_BYTES // 1_000_000} MB")
    if not status.st_size:
        raise ArticleError("empty")
    return path.read_bytes()


def _from_html(markup: str) -> tuple[str, str | None]:
    """The article in a page, as trafilatura finds it, and its title."""
    import trafilatura  # slow to import, and only HTML needs it

    found: Any = trafilatura.bare_extraction(markup, include_comments=False, include_tables=True, with_metadata=True)
    fields: dict[str, Any] = found.as_dict() if found else {}
    if not (text := fields.get("text") or ""):
        raise ArticleError("no article text in this page")
    return text, fields.get("title")


def _title(text: str) -> str:
    """A first line that reads like a title; else the beginning of the text, cut at a word, with an ellipsis."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    removed = {r.text.strip() for r in cleaning.boilerplate(text, "")}
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
