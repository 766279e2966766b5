"""What a generation of the index is made of, written last and checked first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any

from rag.digests import file_digest, text_digest
from rag.errors import IndexDamaged, IndexMismatch
from rag.store.hints import tell_command, tell_rebuild
from rag.types import Removed, Repair, Source

FORMAT = 6
NAME = "manifest.json"
_DIGEST = re.compile(r'^\{"digest": "([0-9a-f]*)", ')  # how the file begins; the digest is of what follows


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
    """Identity, contents and files of a generation. `files` maps a path inside it to size and BLAKE2 digest.

    whole: it is what was written, to the last character.
    """

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
    whole: bool = True

    @property
    def views(self) -> int:
        """Originals and translations of paragraphs."""
        return sum(a.paragraphs + a.translated_paragraphs for a in self.articles)

    @property
    def sentences(self) -> int:
        """Sentences in all languages."""
        return sum(a.sentences + a.translated_sentences for a in self.articles)

    def write(self, folder: Path) -> None:
        """Write as JSON, one article a line, after a digest of the text."""
        fields = {**{f.name: getattr(self, f.name) for f in dataclass_fields(self)}, "articles": None}
        del fields["whole"]
        head = json.dumps(fields, ensure_ascii=False)
        articles = ",\n".join(json.dumps(asdict(a), ensure_ascii=False) for a in self.articles)
        text = head.replace('"articles": null', f'"articles": [\n{articles}\n]', 1).removeprefix("{")
        (folder / NAME).write_text(f'{{"digest": "{text_digest(text).hex()}", {text}', encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Raises IndexDamaged when it is not there or not ours, IndexMismatch when a newer Kilnmark wrote it."""
        try:
            text = (folder / NAME).read_bytes().decode()
            data: dict[str, Any] = json.loads(text)
            data.pop("digest", None)
            if data["format"] > FORMAT:
                message = f"The index in {folder.parent} was made by a newer version."
                raise IndexMismatch(message, f"Update, or run: {tell_command(folder.parent)}")
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
            written = _DIGEST.match(text)
            whole = written is not None and written[1] == text_digest(text[written.end() :]).hex()
            return cls(**{**data, "articles": articles, "files": files, "whole": whole})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            message = f"The index in {folder.parent} cannot be read ({type(error).__name__})."
            raise IndexDamaged(message, tell_rebuild(folder.parent)) from None

    def check(self, folder: Path, embedder: str, rules: str, chromadb: str) -> None:
        """Raises IndexMismatch when another embedder, rule set, version or newer Chroma made it, IndexDamaged when a file is
        not what it was.

        No file is opened by its library before its digest is what it was: a damaged segment can end the process inside Chroma's
        native code, where no exception can be caught.
        """
        hint = tell_rebuild(folder.parent)
        if self.format != FORMAT:
            raise IndexMismatch(f"The index in {folder.parent} was made by an older version.", hint)
        for what, ours, theirs in (("embedder", embedder, self.embedder), ("rules", rules, self.rules)):
            if ours != theirs:
                raise IndexMismatch(f"The index was made with {what} {theirs}; this is {ours}.", hint)
        if _version(self.chromadb) > _version(chromadb):
            raise IndexMismatch(f"The index was made with chromadb {self.chromadb}; this is {chromadb}.", hint)
        if changed := next(self.find_changed(folder), None):
            raise IndexDamaged(f"A file of the index was changed or is missing: {changed}.", hint)

    def find_changed(self, folder: Path) -> Iterator[str]:
        """Names of the files that are not what was written."""
        if not self.whole:
            yield NAME
        yield from (name for name, expected in self.files.items() if file_digest(folder / name) != expected)


def files_of(folder: Path) -> dict[str, tuple[int, str]]:
    """Fingerprints of all files of a generation that do not change any more, by path inside it.

    Below its threshold of 1,000 rows Chroma keeps vectors in the database alone, and every opening scribbles anew over a
    segment's `.bin` files, which lie beside a `header.bin`; such a segment has no `index_metadata.pickle` yet.
    """
    scratch = {p.parent for p in folder.rglob("header.bin") if not (p.parent / "index_metadata.pickle").exists()}
    found = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != NAME and p.parent not in scratch)
    return {str(p.relative_to(folder)): file_digest(p) or (0, "") for p in found}


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:3] if part.isdigit())
