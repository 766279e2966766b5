"""Article files and objects -> Documents: finding files, and reading each.

A file that cannot be used is reported with a reason and the others go on; nothing outside the given paths is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rag.corpus import manifest
from rag.corpus.cleaning import without_invisible
from rag.corpus.documents import RULES, SUFFIXES, from_file, from_object, source_of
from rag.errors import ArticleError
from rag.types import Article, Document

__all__ = ["RULES", "Found", "Reader", "find", "from_file", "from_object", "read", "source_of", "without_invisible"]

Skipped = tuple[str, str]
Found = (
    Article | tuple[Path, str]
)  # an object, or a file and the folder it was found under ("" for a file given as such)


def find(sources: Iterable[str | Path | Article], skipped: list[Skipped]) -> list[Found]:
    """Article objects and usable files at or under the given paths, absolute and sorted; `skipped` gets what is none."""
    return [
        found
        for item in sources
        for found in ([item] if isinstance(item, Article) else _find_files(Path(item), skipped))
    ]


class Reader:
    """Reads what was found, in order; `skipped` gets what cannot be used.

    known: article id by file path of what is indexed already; a file keeps its id whatever else is added.
    """

    def __init__(self, known: dict[str, str], skipped: list[Skipped]) -> None:
        self._known, self._skipped = known, skipped
        self._taken = {identity: path for path, identity in known.items()}
        self._same_text: dict[str, str] = {}
        self._entries: dict[Path, dict[str, manifest.Entry]] = {}

    def pass_over(self, path: Path, text_digest: str) -> None:
        """Note a known file that need not be read: another with the same words is a copy of it."""
        self._same_text.setdefault(text_digest, self._known[str(path)])

    def read(self, found: Found) -> Document | None:
        """The document in a file or object; None when it cannot be used."""
        if isinstance(found, Article):
            self._taken[found.id] = ""
            return from_object(found)
        path, root = found
        try:
            if path.parent not in self._entries:
                self._entries[path.parent] = manifest.load(path.parent)
            entries = self._entries[path.parent]
            document = from_file(path, root, self._taken, entries, self._known.get(str(path)))
            twin = self._same_text.setdefault(document.text_digest, document.article.id)
            if twin != document.article.id:
                raise ArticleError(f"same text as {twin}")
        except (ArticleError, OSError, ValueError) as error:
            self._skipped.append((str(path), _reason(error)))
            return None
        self._taken[document.article.id] = str(path)
        return document


def read(sources: Iterable[str | Path | Article], known: dict[str, str]) -> tuple[list[Document], list[Skipped]]:
    """Documents of the given files, folders and Article objects, in order, and what was skipped and why."""
    skipped: list[Skipped] = []
    reader = Reader(known, skipped)
    read_ones = [reader.read(found) for found in find(sources, skipped)]
    return [document for document in read_ones if document], skipped


def _reason(error: Exception) -> str:
    return (error.strerror or "cannot be read") if isinstance(error, OSError) else str(error)


def _find_files(path: Path, skipped: list[Skipped]) -> Iterator[tuple[Path, str]]:
    """Usable files at or under `path`, absolute and sorted, with the folder they were found under ("" for a file)."""
    try:
        if "\x00" in str(path) or not path.exists():
            skipped.append((str(path), "no such file or folder"))
            return
        if not path.is_dir():
            yield path.resolve(), ""
            return
        root = path.resolve(strict=True)
        inside = sorted(
            p for p in root.rglob("*") if not any(part.startswith(".") for part in p.relative_to(root).parts)
        )
    except (OSError, RuntimeError) as error:
        skipped.append((str(path), f"cannot be read ({type(error).__name__})"))
        return
    wanted = [p for p in inside if p.suffix.lower() in SUFFIXES and not p.is_dir() and p.name.lower() != "readme.md"]
    if not wanted:
        skipped.append((str(path), f"holds no article ({', '.join(SUFFIXES)})"))
    for found in wanted:
        if _inside(found, root):
            yield found, str(root)
        else:
            skipped.append((str(found), "a link to nowhere or out of the folder"))


def _inside(path: Path, root: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        return False
