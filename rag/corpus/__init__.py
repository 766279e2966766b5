"""Article files and objects -> Documents: finding files, and reading each.

A file that cannot be used is reported with a reason and the others go on; nothing outside the given paths is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from rag.article_files import ArticleEntry
from rag.corpus import manifest
from rag.corpus.cleaning import without_invisible
from rag.corpus.documents import RULES, SUFFIXES, from_file, from_object, source_of
from rag.corpus.reporting import FileLog, Skipped, cannot_use
from rag.errors import ArticleError
from rag.parsing import Parser
from rag.types import Article, Document

__all__ = [
    "RULES",
    "SUFFIXES",
    "FileLog",
    "FileReader",
    "Found",
    "find_files",
    "from_file",
    "from_object",
    "read_documents",
    "source_of",
    "without_invisible",
]  # fmt: skip

# What lies beside articles: see `manifest`, `rag.names` and `rag.translations`.
_BESIDE, _BESIDE_FOLDER = (manifest.NAME, "names.toml"), "translations"
Found = (
    Article | tuple[Path, str]
)  # an object, or a file and the folder it was found under ("" for a file given as such)


def find_files(sources: Iterable[str | Path | Article], log: FileLog) -> list[Found]:
    """Article objects and usable files at or under the given paths, absolute and sorted; `log` gets what is none."""
    return [
        found for item in sources for found in ([item] if isinstance(item, Article) else _find_files(Path(item), log))
    ]


class FileReader:
    """Reads what was found, in order; `log` gets what became of each file.

    known: article id by file path of what is indexed already; a file keeps its id whatever else is added. parser: of files that
    are no plain text, closed by whoever made it.
    """

    def __init__(self, known: dict[str, str], log: FileLog, parser: Parser) -> None:
        self._known, self._log, self._parser = known, log, parser
        self._taken = {identity: path for path, identity in known.items()}
        self._same_text: dict[str, str] = {}
        self._entries: dict[Path, dict[str, ArticleEntry]] = {}

    def pass_over(self, path: Path, text_digest: str) -> None:
        """Note a known file that need not be read: another with the same words is a copy of it."""
        self._same_text.setdefault(text_digest, self._known[str(path)])
        self._log.note_article(str(path), self._known[str(path)])

    def read(self, found: Found) -> Document | None:
        """The document in a file or object; None when it cannot be used."""
        if isinstance(found, Article):
            self._taken[found.id] = ""
            return from_object(found)
        path, root = found
        try:
            if path.parent not in self._entries:
                self._entries[path.parent] = manifest.load_entries(path.parent)
            entries = self._entries[path.parent]
            document = from_file(path, root, self._taken, entries, self._parser, self._known.get(str(path)))
            twin = self._same_text.setdefault(document.text_digest, document.article.id)
            if twin != document.article.id:
                raise cannot_use("same_text", twin)
        except ArticleError as error:
            self._log.note_skipped(str(path), error)
            return None
        except (OSError, ValueError) as error:
            self._log.note_skipped(str(path), _explain(error))
            return None
        self._taken[document.article.id] = str(path)
        self._log.note_article(str(path), document.article.id)
        return document


def read_documents(sources: Iterable[str | Path | Article], known: dict[str, str]) -> tuple[list[Document], list[Skipped]]:
    """Documents of the given files, folders and Article objects, in order, and what was skipped and why."""
    log = FileLog()
    with Parser() as parser:
        reader = FileReader(known, log, parser)
        read_ones = [reader.read(found) for found in find_files(sources, log)]
    return [document for document in read_ones if document], log.skipped


def _explain(error: OSError | ValueError) -> ArticleError:
    """Why a file cannot be read, as the system or a library says it."""
    if isinstance(error, OSError):
        return cannot_use("unreachable", error.strerror or type(error).__name__)
    return ArticleError(str(error))


def _find_files(path: Path, log: FileLog) -> Iterator[tuple[Path, str]]:
    """Usable files at or under `path`, absolute and sorted, with the folder they were found under ("" for a file)."""
    try:
        if "\x00" in str(path) or not path.exists():
            log.note_skipped(str(path), cannot_use("missing"))
            return
        if not path.is_dir():
            yield path.resolve(), ""
            return
        root = path.resolve(strict=True)
        inside = sorted(
            p for p in root.rglob("*") if not any(part.startswith(".") for part in p.relative_to(root).parts)
        )
    except (OSError, RuntimeError) as error:
        log.note_skipped(str(path), cannot_use("unreachable", type(error).__name__))
        return
    wanted = [p for p in inside if p.suffix.lower() in SUFFIXES and not p.is_dir() and p.name.lower() != "readme.md"]
    if not wanted:
        log.note_skipped(str(path), cannot_use("nothing_in_folder", ", ".join(SUFFIXES)))
    among = set(wanted)
    for found in inside:
        if found in among:
            if _inside(found, root):
                yield found, str(root)
            else:
                log.note_skipped(str(found), cannot_use("outside"))
        elif found.is_file():
            _leave(found, log)


def _leave(path: Path, log: FileLog) -> None:
    """Note what a file in a folder is that is no article."""
    if path.name in _BESIDE or (path.parent.name == _BESIDE_FOLDER and path.suffix == ".toml"):
        log.lay_beside(str(path))
    elif path.name.lower() == "readme.md":
        log.note_other(str(path), "readme")
    else:
        log.note_other(str(path), "unknown_kind", ", ".join(SUFFIXES))


def _inside(path: Path, root: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        return False
