"""Folders that are followed: ingested, and ingested again whenever a file in them changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import rag.corpus as corpus
from rag.api.generation import Progress
from rag.api.ingesting import ingest
from rag.config import Settings
from rag.errors import RagError
from rag.types import IngestReport

# A change is told once nothing has changed for the first time, or the second at the latest; what is copied slowly comes in parts.
_QUIET_MS, _LATEST_MS = 400, 5_000
_WAKE_MS = 1_000  # how long a failed ingestion that may succeed waits


def follow_files(
    paths: Sequence[Path],
    settings: Settings,
    progress: Progress | None = None,
    *,
    shrink: bool = False,
    stop: threading.Event | None = None,
) -> Iterator[IngestReport | RagError]:
    """The report of an ingestion of files and folders, and of another after each change, until `stop` is set; an error in its
    place when one fails, and the next goes on.

    progress, shrink: as of `ingest`. Raises FileNotFoundError when a path is not there to begin with.
    """
    import watchfiles  # only who follows a folder needs it

    store = settings.store.resolve()

    def matters(change: watchfiles.Change, name: str) -> bool:
        path = Path(name)
        hidden = any(part.startswith((".", "~$")) for folder in paths for part in _below(path, folder.resolve()))
        known = path.suffix.lower() in (*corpus.SUFFIXES, ".toml", "")  # a folder that goes has no suffix
        return known and not hidden and not path.is_relative_to(store)

    wanted = True  # watching begins before the first ingestion, so that no change falls between the two
    for changes in watchfiles.watch(
        *paths, watch_filter=matters, debounce=_LATEST_MS, step=_QUIET_MS, rust_timeout=_WAKE_MS, yield_on_timeout=True,
        stop_event=stop,
    ):  # fmt: skip
        if not (changes or wanted):
            continue
        wanted = False
        try:
            yield ingest(paths, settings, progress, shrink=shrink)
        except RagError as error:
            wanted = error.retryable
            yield error


def _below(path: Path, folder: Path) -> tuple[str, ...]:
    return path.relative_to(folder).parts if path.is_relative_to(folder) else ()
