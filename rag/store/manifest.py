"""What a generation of the index is made of, written last and checked first."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rag.errors import IndexDamaged, IndexMismatch
from rag.types import Removed, Repair, Source

FORMAT = 2
NAME = "manifest.json"
DATABASE = "chroma.sqlite3"
REBUILD = "Run: python ingest.py"


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
    format: int = FORMAT

    @property
    def views(self) -> int:
        """Rows of the paragraphs collection: originals and translations."""
        return sum(a.paragraphs + a.translated_paragraphs for a in self.articles)

    @property
    def sentences(self) -> int:
        """Rows of the sentences collection, in all languages."""
        return sum(a.sentences + a.translated_sentences for a in self.articles)

    def write(self, folder: Path) -> None:
        """Write as JSON with one article a line's depth, readable by people too."""
        (folder / NAME).write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")

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
        """Raises IndexMismatch when another embedder, rule set or newer Chroma made it, IndexDamaged when a file changed.

        The database is checked by SQLite itself, since Chroma writes to it on opening; all other files by digest:
        a cut segment file can end the process inside Chroma's native code, where no exception can be caught.
        """
        for what, ours, theirs in (("embedder", embedder, self.embedder), ("rules", rules, self.rules)):
            if ours != theirs:
                raise IndexMismatch(f"The index was made with {what} {theirs}; this is {ours}.", REBUILD)
        if _version(self.chromadb) > _version(chromadb):
            raise IndexMismatch(f"The index was made with chromadb {self.chromadb}; this is {chromadb}.", REBUILD)
        for name, expected in self.files.items():
            if name == DATABASE:
                _check_database(folder / name)
            elif fingerprint(folder / name) != expected:
                raise IndexDamaged(f"A file of the index was changed or is missing: {name}.", REBUILD)


def files_of(folder: Path) -> dict[str, tuple[int, str]]:
    """Fingerprints of all files of a generation that do not change any more, by path inside it.

    Below its threshold of 1,000 rows Chroma keeps vectors in the database alone, and every opening scribbles anew over a
    segment's `.bin` files; such a segment has no `index_metadata.pickle` yet.
    """
    scratch = {p.parent for p in folder.rglob("*.bin") if not (p.parent / "index_metadata.pickle").exists()}
    found = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != NAME and p.parent not in scratch)
    return {str(p.relative_to(folder)): fingerprint(p) or (0, "") for p in found}


def fingerprint(path: Path) -> tuple[int, str] | None:
    """Size in bytes and digest of a file, None when it cannot be read."""
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "blake2b").hexdigest()[:32]
        return path.stat().st_size, digest
    except OSError:
        return None


def _check_database(path: Path) -> None:
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.Error as error:
        verdict = str(error)
    if verdict != "ok":
        raise IndexDamaged(f"The database of the index is damaged ({verdict}).", REBUILD)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:3] if part.isdigit())
