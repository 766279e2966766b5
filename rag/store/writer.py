"""Writing a generation: articles one at a time, then their vectors, then Chroma and the words' index, checked at the end."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rag.errors import IndexUnusable
from rag.lexical import LexicalWriter
from rag.memory import return_memory
from rag.store.backend import CollectionsPlace
from rag.store.chroma import PARAGRAPHS, SENTENCES, VERSION, Row, count_rows, write_collection
from rag.store.lost import write_lost
from rag.store.manifest import ArticleRecord, Manifest, files_of
from rag.store.matrix import MatrixWriter
from rag.store.probing import Generation, probe_rows
from rag.store.rows import RowsWriter
from rag.types import Name, Paragraph, Vectors

NAMES, WORDS = "names.json", "words"
# Texts sorted by length at once, so that the embedder gets such as are about equally long.
_WINDOW_TEXTS, _WINDOW_CHARS = 2048, 2_000_000

EmbedTexts = Callable[[Sequence[str], Sequence[str]], Vectors]
EmbedAndReport = Callable[[Sequence[str], Sequence[str], Callable[[int], None]], Vectors]
Text = tuple[int, str, str]  # number, language, text
Progress = Callable[[str, int, int], None]


class GenerationWriter:
    """A new generation, its files in `folder`, an empty folder, and its vectors in `place`: `add` the articles, then `finish`."""

    def __init__(self, folder: Path, place: CollectionsPlace, dimensions: int) -> None:
        self.folder, self.place = folder, place
        self._dimensions = dimensions
        with _explained():
            self._rows = RowsWriter(folder)
        self._words = LexicalWriter(folder / WORDS)
        self._matrix = MatrixWriter(folder, dimensions)

    def close(self) -> None:
        """Let go of the files."""
        self._rows.close()
        self._matrix.close()

    def add(self, paragraphs: Sequence[Paragraph]) -> None:
        """Add the paragraphs of an article. Raises IndexUnusable when the disk is full."""
        with _explained():
            self._rows.add(paragraphs)
            for paragraph in paragraphs:
                for view in paragraph.views:
                    self._words.add(view.text, view.language)

    def embed(self, vectors_of: EmbedAndReport, progress: Progress) -> None:
        """Give every distinct text its vector.

        vectors_of: unit vectors of texts, given the texts, their languages, and what to call with the number that is done.
        """
        with _explained():
            self._words.finish()  # all articles are added, and what it holds in memory is not needed any more
        done, total = 0, self._rows.texts
        progress("embed", done, total)
        for window in _sort_by_length(self._rows.read_texts()):
            numbers, languages, texts = zip(*window, strict=True)
            vectors = vectors_of(texts, languages, partial(_report, progress, done, total))
            self._matrix.write(numbers, vectors)
            done += len(window)
            progress("embed", done, total)

    def finish(
        self, records: Sequence[ArticleRecord], embedder: str, rules: str, names: Sequence[Name], progress: Progress
    ) -> None:
        """Write all that is searched, look for every row, and write the manifest."""
        with _explained():
            counts = self._index(progress)
            self._rows.finish()
        self._matrix.close()
        generation = Generation(str(self.folder), self._rows.texts, self._dimensions, counts)
        lost = probe_rows(generation, self.place, partial(progress, "check"))
        write_lost(self.folder, lost, {kind: count_rows(counts, kind) for kind in lost})
        (self.folder / NAMES).write_text(json.dumps([asdict(n) for n in names], ensure_ascii=False), encoding="utf-8")
        created = datetime.now(UTC).isoformat(timespec="seconds")
        Manifest(
            self.folder.name, embedder, self._dimensions, rules, VERSION, created, tuple(records),
            files_of(self.folder), counts, self._rows.texts,
        ).write(self.folder)  # fmt: skip

    def _index(self, progress: Progress) -> dict[str, int]:
        """Hand the vectors to Chroma; rows of each collection."""
        self._rows.mark_same(list(self._matrix.find_repeated()))
        views: Iterator[Row] = ((name, row, content, data) for row, name, content, data in self._rows.read_views())
        sentences: Iterator[Row] = ((str(row), row, None, None) for row in self._rows.read_sentence_rows())
        return_memory()
        sizes = self._rows.count_vectors()
        total = sum(sizes)
        counted = _count(views, 0, total, progress)
        counts = write_collection(self.place, PARAGRAPHS, counted, sizes[0], self._matrix)
        counted = _count(sentences, sizes[0], total, progress)
        counts |= write_collection(self.place, SENTENCES, counted, sizes[1], self._matrix)
        progress("store", total, total)
        return counts


def _count(rows: Iterator[Row], done: int, total: int, progress: Progress) -> Iterator[Row]:
    for n, row in enumerate(rows, done):
        if n % 1000 == 0:
            progress("store", n, total)
        yield row


def _report(progress: Progress, before: int, total: int, done: int) -> None:
    progress("embed", before + done, total)


def _sort_by_length(texts: Iterator[Text]) -> Iterator[list[Text]]:
    """Texts in windows of thousands, the longest of each first."""
    window: list[Text] = []
    chars = 0
    for text in texts:
        window.append(text)
        chars += len(text[2])
        if len(window) >= _WINDOW_TEXTS or chars >= _WINDOW_CHARS:
            yield sorted(window, key=_by_length)
            window, chars = [], 0
    if window:
        yield sorted(window, key=_by_length)


def _by_length(text: Text) -> tuple[int, int]:
    return -len(text[2]), text[0]


@contextmanager
def _explained() -> Iterator[None]:
    """What SQLite and numpy say of a full disk, in one line."""
    try:
        yield
    except OSError as error:
        if error.errno is None:  # numpy tells how many numbers it has written
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None
        raise
    except sqlite3.OperationalError as error:
        message = f"The index could not be written ({error})."
        raise IndexUnusable(message, "Check the space on the disk; the index is as it was.") from None
