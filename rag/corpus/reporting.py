"""What becomes of every file that is given or found: which article it is, or why none."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.errors import ArticleError
from rag.file_messages import FileMessage, word_file_reason
from rag.types import FileReport

Skipped = tuple[str, str]


@dataclass
class FileLog:
    """Collects what became of each file. `skipped` is (path or article id, reason in English) of what was to be used and
    cannot be; `files` are all, those of other kinds in a folder among them, in the order in which they were met."""

    skipped: list[Skipped] = field(default_factory=list)
    files: dict[str, FileReport] = field(default_factory=dict)

    def note_article(self, path: str, article_id: str) -> None:
        """Note that a file is an article."""
        self.files[path] = FileReport(path, "article", article_id)

    def lay_beside(self, path: str) -> None:
        """Note that a file says something of articles."""
        self.files.setdefault(path, FileReport(path, "beside"))

    def note_other(self, path: str, code: FileMessage, detail: str = "") -> None:
        """Note that a file in a folder is none that is read."""
        self.files.setdefault(path, FileReport(path, "none", "", code, detail))

    def note_skipped(self, path: str, error: ArticleError) -> None:
        """Note that a file was to be used and cannot be."""
        self.skipped.append((path, str(error)))
        self.files[path] = FileReport(path, "none", "", error.code, error.detail)


def cannot_use(code: FileMessage, detail: str = "", hint: str = "") -> ArticleError:
    """The error that says why a file cannot be used."""
    return ArticleError(word_file_reason(code, detail), hint, code, detail)
