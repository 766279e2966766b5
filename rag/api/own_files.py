"""Files that people bring to a running assistant: kept in a folder beside the index, and indexed with what is there.

A batch is begun, its files are received one by one, and it is taken: all usable files are in one new generation of the index, or
none is. A file that no article comes of is not kept.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import threading
import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import rag.corpus as corpus
from rag.api.generation import Progress
from rag.api.ingesting import ingest
from rag.config import Settings
from rag.corpus.reporting import cannot_use
from rag.errors import ArgumentError, ArticleError
from rag.types import FileReport

MAX_FILE_BYTES = 20_000_000
MAX_FILES, MAX_BYTES = 100, 200_000_000  # of all together
MAX_BATCHES, BATCH_SECONDS = 20, 900.0  # that are under way, and that one may be without a new file
MAX_NAMED = 1000  # files of a batch, used or not
MAX_NAME = 60  # characters before the suffix: no more bytes than any file system takes
_ASIDE = ".aside-"  # begins the names of files that are not there yet, or not any more; ingestion leaves hidden ones alone
_UNSAFE = frozenset('/\\:*?"<>|')


@dataclass
class Batch:
    """Files that come together. `coming` are those let in, by number, with the bytes they should have; `refused` the others."""

    folder: Path
    seen: float
    coming: dict[int, tuple[Path, int]] = field(default_factory=dict)
    refused: dict[int, ArticleError] = field(default_factory=dict)


class OwnFiles:
    """The folder of such files. Safe to use from several threads; one batch is taken at a time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        store = settings.store.resolve()
        self.folder = store.with_name(f"{store.name or 'store'}-files")
        self._batches: dict[str, Batch] = {}
        self._lock, self._working = threading.Lock(), threading.Lock()
        for left in self.folder.glob(f"{_ASIDE}*"):  # of a program that was killed
            shutil.rmtree(left, ignore_errors=True)

    def is_writable(self) -> bool:
        """Whether files can be kept here, and a new generation of the index too."""
        folder = self.folder if self.folder.exists() else self.folder.parent
        return os.access(folder, os.W_OK) and os.access(self.settings.store, os.W_OK)

    def begin_batch(self) -> str:
        """The name of a new batch, which nobody can guess. Raises OSError."""
        name, now = secrets.token_hex(16), time.monotonic()
        with self._lock:
            old = [other for other, batch in self._batches.items() if now - batch.seen > BATCH_SECONDS]
            for other in {*old, *list(self._batches)[: max(0, len(self._batches) - MAX_BATCHES + 1)]}:
                shutil.rmtree(self._batches.pop(other).folder, ignore_errors=True)
            folder = self.folder / f"{_ASIDE}{name}"
            folder.mkdir(parents=True)
            self._batches[name] = Batch(folder, now)
        return name

    def expect_file(self, batch: str, number: int, name: str, size: int) -> Path:
        """Where the bytes of a file of a batch are to be written. Raises ArticleError when it is not let in, ArgumentError
        for an unknown batch.

        number: of the file in the batch, from 0. name: as whoever brings it calls it. size: in bytes.
        """
        with self._lock:
            given = self._batches.get(batch)
            if given is None or number < 0 or size < 0:
                raise ArgumentError("There is no such batch of files.")
            given.seen = time.monotonic()
            try:
                _check_file(name, size)
                self._check_room(size)
            except ArticleError as error:
                if len(given.refused) < MAX_NAMED:
                    given.refused[number] = error
                raise
            given.coming[number] = given.folder / str(number), size
            return given.coming[number][0]

    def take_batch(self, batch: str, names: Sequence[str], progress: Progress | None = None) -> list[FileReport]:
        """Index what was received of a batch; what became of every file of `names`, in their order.

        names: what the files of the batch are called, those that never came among them. Raises ArgumentError for an unknown
        batch, RagError or OSError when nothing could be indexed: then none of its files is kept.
        """
        with self._working:
            with self._lock:
                given = self._batches.pop(batch, None)
            if given is None:
                raise ArgumentError("There is no such batch of files.")
            try:
                return self._take(given, names[:MAX_NAMED], progress)
            finally:
                shutil.rmtree(given.folder, ignore_errors=True)

    def _take(self, given: Batch, names: Sequence[str], progress: Progress | None) -> list[FileReport]:
        placed: dict[int, Path] = {}
        reports: dict[int, FileReport] = {}
        try:
            for number, name in enumerate(names):
                path, size = given.coming.get(number, (given.folder, -1))
                if path.is_file() and path.stat().st_size == size:
                    placed[number] = path.rename(self._choose_place(name))
                else:
                    error = given.refused.get(number) or cannot_use("not_received")
                    reports[number] = FileReport(clean_name(name), "none", "", error.code, error.detail)
            files = ingest([self.folder], self.settings, progress).files if placed else ()
        except BaseException:
            for path in placed.values():
                path.unlink(missing_ok=True)
            raise
        found = {file.path: file for file in files}
        for number, path in placed.items():
            reports[number] = replace(found[str(path)], path=clean_name(names[number]))
            if reports[number].use != "article":
                path.unlink()
        return [reports[number] for number in sorted(reports)]

    def remove_files(self, origins: Iterable[str], progress: Progress | None = None) -> int:
        """Remove files, by the paths that their articles came from, and their articles from the index; returns how many. Paths
        elsewhere are left alone. Raises RagError or OSError: then all are as they were."""
        with self._working, self._put_aside([Path(origin) for origin in origins if self.holds(origin)]) as gone:
            if gone:
                ingest([self.folder], self.settings, progress, shrink=True)
            return len(gone)

    @contextmanager
    def _put_aside(self, paths: Sequence[Path]) -> Iterator[dict[Path, Path]]:
        """Files out of the way, by where they were; for good when what is done inside succeeds."""
        aside = self.folder / f"{_ASIDE}{secrets.token_hex(16)}"
        gone: dict[Path, Path] = {}
        try:
            for path in paths:
                aside.mkdir(exist_ok=True)
                gone[path] = path.rename(aside / path.name)
            yield gone
        except BaseException:
            for path, kept in gone.items():
                kept.rename(path)
            raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def holds(self, origin: str) -> bool:
        """Whether a file is one of these."""
        return bool(origin) and Path(origin).parent == self.folder and Path(origin).is_file()

    def _list_files(self) -> list[Path]:
        return [path for path in self.folder.glob("[!.]*") if path.is_file()]

    def _check_room(self, size: int) -> None:
        sizes = [path.stat().st_size for path in self._list_files()]
        sizes += [coming for batch in self._batches.values() for _, coming in batch.coming.values()]
        if len(sizes) >= MAX_FILES or sum(sizes) + size > MAX_BYTES:
            raise cannot_use("no_room", f"{MAX_FILES} / {MAX_BYTES // 1_000_000} MB")

    def _choose_place(self, name: str) -> Path:
        """A path in the folder that no other file has."""
        name = clean_name(name)
        stem, dot, suffix = name.rpartition(".")
        taken = {unicodedata.normalize("NFC", path.name).casefold() for path in self._list_files()}
        tries = (name, *(f"{stem}-{n}{dot}{suffix}" for n in range(2, MAX_FILES + 2)))
        return self.folder / next(one for one in tries if one.casefold() not in taken)


def _check_file(name: str, size: int) -> None:
    """Raises ArticleError for a file that is not read, whatever is in it."""
    if Path(clean_name(name)).suffix not in corpus.SUFFIXES:
        raise cannot_use("unknown_kind", ", ".join(corpus.SUFFIXES))
    if size > MAX_FILE_BYTES:
        raise cannot_use("too_large", str(MAX_FILE_BYTES // 1_000_000))


def clean_name(name: str) -> str:
    """What a file is called here: no path, nothing hidden, nothing that a shell or a reader would take for another.

    >>> clean_name("..\\\\..\\\\etc/.Kiln\\u202e notes?.PDF"), clean_name("茶厂.docx"), clean_name("../..")
    ('Kiln notes.pdf', '茶厂.docx', 'file')
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name[-1000:]))[-1]
    plain = "".join(" " if c.isspace() else c for c in last if c not in _UNSAFE and (c == " " or c.isprintable()))
    stem, dot, suffix = plain.rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z0-9]{1,8}", suffix):
        stem, dot, suffix = plain, "", ""
    return (re.sub(r"\s+", " ", stem).strip(" .~-")[:MAX_NAME].strip(" .~-") or "file") + dot + suffix.lower()
