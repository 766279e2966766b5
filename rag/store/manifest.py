"""What a generation of the index is made of, written last and checked first."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, dataclass, field
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any

from rag.digests import file_digest
from rag.errors import IndexDamaged, IndexMismatch
from rag.types import Removed, Repair, Source

FORMAT = 4
NAME = "manifest.json"
DATABASE = "chroma.sqlite3"
REBUILD = "Run: python ingest.py"
_MAX_CHECKED_DATABASE = 64 << 20  # bytes; SQLite reads all of a database to check it


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """One article of a generation: what is shown of it, where it came from, what it was read as."""

    source: Source
    fingerprint: str
    paragraphs: int
    sentences: int
    origin: str = ""
    root: str = ""
    removed: tuple[Removed, ...] = ()
    repairs: tuple[Repair, ...] = ()
    translations: tuple[str, ...] = ()  # languages it is translated into, at least in part
    translated_paragraphs: int = 0  # views beside the originals, in all languages together
    translated_sentences: int = 0
    questions: dict[str, tuple[str, ...]] = field(default_factory=dict)  # that it answers, by language


@dataclass(frozen=True, slots=True)
class Manifest:
    """Identity, contents and files of a generation. `files` maps a path inside it to size and BLAKE2 digest."""

    generation: str
    embedder: str
    dimensions: int
    rules: str
    chromadb: str
    created: str
    articles: tuple[ArticleRecord, ...]
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)  # of each of Chroma's collections
    texts: int = 0  # distinct ones, each with a vector
    format: int = FORMAT

    @property
    def views(self) -> int:
        """Originals and translations of paragraphs."""
        return sum(a.paragraphs + a.translated_paragraphs for a in self.articles)

    @property
    def sentences(self) -> int:
        """Sentences in all languages."""
        return sum(a.sentences + a.translated_sentences for a in self.articles)

    def write(self, folder: Path) -> None:
        """Write as JSON, one article a line."""
        fields = {**{f.name: getattr(self, f.name) for f in dataclass_fields(self)}, "articles": None}
        head = json.dumps(fields, ensure_ascii=False)
        articles = ",\n".join(json.dumps(asdict(a), ensure_ascii=False) for a in self.articles)
        text = head.replace('"articles": null', f'"articles": [\n{articles}\n]', 1)
        (folder / NAME).write_text(text, encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Raises IndexDamaged when it is not there or not ours, IndexMismatch when a newer Kilnmark wrote it."""
        try:
            data: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
            if data["format"] > FORMAT:
                raise IndexMismatch(
                    f"The index in {folder.parent} was made by a newer version.", "Update, or " + REBUILD
                )
            articles = tuple(
                ArticleRecord(**{
                    **a,
                    "source": Source(**a["source"]),
                    "removed": tuple(Removed(**r) for r in a["removed"]),
                    "repairs": tuple(Repair(**r) for r in a["repairs"]),
                    "translations": tuple(a.get("translations", ())),
                    "questions": {code: tuple(asked) for code, asked in a.get("questions", {}).items()},
                })
                for a in data["articles"]
            )  # fmt: skip
            files = {name: (int(size), str(digest)) for name, (size, digest) in data["files"].items()}
            return cls(**{**data, "articles": articles, "files": files})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexDamaged(
                f"The index in {folder.parent} cannot be read ({type(error).__name__}).", REBUILD
            ) from None

    def check(self, folder: Path, embedder: str, rules: str, chromadb: str) -> None:
        """Raises IndexMismatch when another embedder, rule set, version or newer Chroma made it, IndexDamaged when a file is
        not what it was.

        Chroma's database is checked by SQLite itself, since Chroma writes to it on opening, and a large one by its length
        alone; all other files by digest: a cut segment file can end the process inside Chroma's native code, where no
        exception can be caught.
        """
        if self.format != FORMAT:
            raise IndexMismatch(f"The index in {folder.parent} was made by an older version.", REBUILD)
        for what, ours, theirs in (("embedder", embedder, self.embedder), ("rules", rules, self.rules)):
            if ours != theirs:
                raise IndexMismatch(f"The index was made with {what} {theirs}; this is {ours}.", REBUILD)
        if _version(self.chromadb) > _version(chromadb):
            raise IndexMismatch(f"The index was made with chromadb {self.chromadb}; this is {chromadb}.", REBUILD)
        for name, expected in self.files.items():
            if name == DATABASE:
                _check_database(folder / name)
            elif file_digest(folder / name) != expected:
                raise IndexDamaged(f"A file of the index was changed or is missing: {name}.", REBUILD)


def files_of(folder: Path) -> dict[str, tuple[int, str]]:
    """Fingerprints of all files of a generation that do not change any more, by path inside it.

    Below its threshold of 1,000 rows Chroma keeps vectors in the database alone, and every opening scribbles anew over a
    segment's `.bin` files, which lie beside a `header.bin`; such a segment has no `index_metadata.pickle` yet.
    """
    scratch = {p.parent for p in folder.rglob("header.bin") if not (p.parent / "index_metadata.pickle").exists()}
    found = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != NAME and p.parent not in scratch)
    return {str(p.relative_to(folder)): file_digest(p) or (0, "") for p in found}


def _check_database(path: Path) -> None:
    """Raises IndexDamaged when SQLite finds the database malformed or shorter than its header says."""
    try:
        size = path.stat().st_size
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            if size <= _MAX_CHECKED_DATABASE:
                verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            else:
                pages, page_size = (
                    connection.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_count", "page_size")
                )
                verdict = "ok" if pages * page_size <= size else "it was cut"
        finally:
            connection.close()
    except (OSError, sqlite3.Error) as error:
        verdict = str(error)
    if verdict != "ok":
        raise IndexDamaged(f"The database of the index is damaged ({verdict}).", REBUILD)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:3] if part.isdigit())
