"""What an ingestion did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ArticleReport:
    """One row of the table an ingestion ends with. `change` is "new", "changed", "same" or "kept"; `translations` are the
    languages it is translated into; `file` is the path it was read from, "" for an object."""

    id: str
    language: str
    paragraphs: int
    sentences: int
    removed: int
    repairs: int
    change: str
    translations: tuple[str, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of a file that was given, or found in a folder that was. `use` is "article", then `article` is its id;
    "beside" for what is known of articles, their names and translations; "none", then `code` says why, with the values in
    `detail`: `rag.messages.word_file_reason` puts it in words of any of the three languages."""

    path: str
    use: Literal["article", "beside", "none"]
    article: str = ""
    code: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingestion did. The counts are of all that is searchable now; `embedded` and `reused` count texts.

    `skipped` holds (path or article id, reason); `dropped` the ids of articles that left the index because their
    file is gone; `notice` says when an old index could not be used; `seconds` is the whole run, `embedding_seconds`
    the part spent in the embedder. `files` names every file that was given or found, used or not; hidden ones are not looked at.
    """

    articles: int
    paragraphs: int
    sentences: int
    skipped: tuple[tuple[str, str], ...]
    generation: str
    seconds: float
    embedded: int
    reused: int
    embedding_seconds: float = 0.0
    dropped: tuple[str, ...] = ()
    notice: str = ""
    rows: tuple[ArticleReport, ...] = ()
    files: tuple[FileReport, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with a store: `what` is "missing", "pointer", "manifest", "version", "file", "rows", "unreadable",
    "locked", "leftovers", "cache", "disk" or "articles", and `serves` whether questions are answered all the same."""

    what: str
    message: str
    serves: bool


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What the look over a store found. `lost` are ids of articles that could not be made again, since they came from no file or
    their file is gone; `command` mends what can be mended, "" when there is nothing to mend."""

    store: str
    generation: str
    articles: int
    findings: tuple[Finding, ...]
    lost: tuple[str, ...]
    command: str

    @property
    def serves(self) -> bool:
        """Whether questions are answered from it."""
        return all(finding.serves for finding in self.findings)
