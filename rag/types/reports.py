"""What an ingestion did."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArticleReport:
    """One row of the table an ingestion ends with. `change` is "new", "changed", "same" or "kept"; `translations` are the
    languages it is translated into."""

    id: str
    language: str
    paragraphs: int
    sentences: int
    removed: int
    repairs: int
    change: str
    translations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingestion did. The counts are of all that is searchable now; `embedded` and `reused` count texts.

    `skipped` holds (path or article id, reason); `dropped` the ids of articles that left the index because their
    file is gone; `notice` says when an old index could not be used; `seconds` is the whole run, `embedding_seconds`
    the part spent in the embedder.
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
