"""What a generation holds beside vectors: paragraphs, their views and sentences, in one SQLite file beside Chroma.

Every distinct text of a language has a number, counted in the order of the articles; its vector is that row of the vectors'
file, and its row in the collection of sentences. Texts whose vectors are equal share the row of the first ("same"): a graph of
nearest neighbours loses rows where vectors repeat. Everything that a question needs is looked up by key, so the cost does not
grow with the index.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.digests import text_digest
from rag.types import Paragraph, ParagraphId, View

NAME = "rows.sqlite3"
MAX_OWNERS = 2000  # views returned for the texts nearest to a question; a line may stand in every article
_MAX_KEYS = 10_000  # of one statement; SQLite takes 32,766
_CACHE_KIB = 16_384
_TABLES = """
CREATE TABLE paragraphs (id TEXT PRIMARY KEY, article TEXT, number INTEGER, kind TEXT, start INTEGER, pages TEXT) WITHOUT ROWID;
CREATE TABLE texts (n INTEGER PRIMARY KEY, language TEXT, digest BLOB, same INTEGER);
CREATE TABLE views (n INTEGER PRIMARY KEY, name TEXT, paragraph TEXT, language TEXT, text INTEGER, content TEXT, spans TEXT);
CREATE TABLE sentences (view INTEGER, i INTEGER, text INTEGER, PRIMARY KEY (view, i)) WITHOUT ROWID;
CREATE UNIQUE INDEX texts_by_digest ON texts (digest, language);
"""
_INDEXES = """
CREATE INDEX paragraphs_by_article ON paragraphs (article, kind, number);
CREATE UNIQUE INDEX views_by_name ON views (name);
CREATE INDEX views_by_paragraph ON views (paragraph);
CREATE INDEX views_by_text ON views (text);
CREATE INDEX sentences_by_text ON sentences (text);
CREATE INDEX texts_by_same ON texts (same) WHERE same IS NOT NULL;
"""

_SENTENCE_ROWS = "SELECT DISTINCT COALESCE(t.same, t.n) FROM sentences s JOIN texts t ON t.n = s.text ORDER BY 1"
_VIEW_ROWS = "SELECT v.name, COALESCE(t.same, t.n), MIN(v.n) FROM views v JOIN texts t ON t.n = v.text GROUP BY 2 ORDER BY 3"

TextNumbers = list[int]  # of a paragraph: for each view its own text, then its sentences


def name_view(paragraph: Paragraph, view: View) -> str:
    """Name of a view: the paragraph's id for the original, with "@zh" for a translation."""
    return paragraph.id if view.language == paragraph.language else f"{paragraph.id}@{view.language}"


class RowsWriter:
    """Writes the rows of a new generation, an article at a time, in a file that nobody reads yet."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / NAME, isolation_level=None)
        self._connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLES} BEGIN;")
        self.views = self.texts = 0

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def add(self, paragraphs: Iterable[Paragraph]) -> None:
        """Add the paragraphs of an article with all their views."""
        execute = self._connection.execute
        for p in paragraphs:
            head = (p.id, p.article_id, ParagraphId(p.id).number, p.kind, p.start, json.dumps(p.pages))
            execute("INSERT INTO paragraphs VALUES (?, ?, ?, ?, ?, ?)", head)
            for view in p.views:
                own = (self.views, name_view(p, view), p.id, view.language, self._number(view.text, view.language))
                execute("INSERT INTO views VALUES (?, ?, ?, ?, ?, ?, ?)", (*own, view.text, json.dumps(view.sentences)))
                parts = [
                    (self.views, i, self._number(view.text[a:b], view.language))
                    for i, (a, b) in enumerate(view.sentences)
                ]
                self._connection.executemany("INSERT INTO sentences VALUES (?, ?, ?)", parts)
                self.views += 1

    def _number(self, text: str, language: str) -> int:
        key = (text_digest(text), language)
        found = self._connection.execute("SELECT n FROM texts WHERE digest = ? AND language = ?", key).fetchone()
        if found:
            return int(found[0])
        self._connection.execute("INSERT INTO texts VALUES (?, ?, ?, NULL)", (self.texts, key[1], key[0]))
        self.texts += 1
        return self.texts - 1

    def read_texts(self) -> Iterator[tuple[int, str, str]]:
        """(number, language, text) of every distinct text, in order of the numbers."""
        following = 0
        parts = "SELECT text FROM sentences WHERE view = ? ORDER BY i"
        for n, language, text, content, spans in self._connection.execute(
            "SELECT n, language, text, content, spans FROM views ORDER BY n"
        ):
            if text == following:
                yield text, language, content
                following += 1
            numbers = [row[0] for row in self._connection.execute(parts, (n,))]
            if numbers and max(numbers) >= following:
                for number, (a, b) in zip(numbers, json.loads(spans), strict=True):
                    if number == following:
                        yield number, language, content[a:b]
                        following += 1

    def mark_same(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Note that the vector of the second text is that of the first, for (first, second)."""
        self._connection.executemany("UPDATE texts SET same = ? WHERE n = ?", pairs)

    def count_vectors(self) -> tuple[int, int]:
        """Distinct vectors of views, and of sentences."""
        query = "SELECT COUNT(DISTINCT COALESCE(t.same, t.n)) FROM {} o JOIN texts t ON t.n = o.text"
        views, sentences = (self._connection.execute(query.format(table)).fetchone() for table in ("views", "sentences"))
        return int(views[0]), int(sentences[0])

    def read_views(self) -> Iterator[tuple[int, str, str, dict[str, Any]]]:
        """(number of the row of vectors, name, content, metadata) of each view, one for each distinct vector."""
        seen: set[int] = set()
        for row, name, content, language, article, number, kind in self._connection.execute(
            "SELECT COALESCE(t.same, t.n), v.name, v.content, v.language, p.article, p.number, p.kind "
            "FROM views v JOIN texts t ON t.n = v.text JOIN paragraphs p ON p.id = v.paragraph ORDER BY v.n"
        ):
            if row not in seen:
                seen.add(row)
                yield row, name, content, {"article": article, "language": language, "number": number, "kind": kind}

    def read_sentence_rows(self) -> Iterator[int]:
        """Number of the row of vectors of each sentence, one for each distinct vector, ascending."""
        return (row[0] for row in self._connection.execute(_SENTENCE_ROWS))

    def finish(self) -> None:
        """Make the indexes, and close the file."""
        self._connection.execute("COMMIT")
        self._connection.executescript(_INDEXES)
        self.close()


class Rows:
    """The rows of a generation, for reading from several threads. Raises sqlite3.Error when they are damaged."""

    def __init__(self, folder: Path) -> None:
        address = f"{(folder / NAME).resolve().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        self._lock = threading.Lock()
        self._twins = bool(self._all("SELECT 1 FROM texts WHERE same IS NOT NULL LIMIT 1"))
        self.views = int(self._all("SELECT COALESCE(MAX(n) + 1, 0) FROM views")[0][0])
        self.texts = int(self._all("SELECT COALESCE(MAX(n) + 1, 0) FROM texts")[0][0])

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def _all(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def _among(self, statement: str, keys: Sequence[Any]) -> Iterator[Any]:
        """Rows of a statement with `IN ({})`, in parts that SQLite takes."""
        for at in range(0, len(keys), _MAX_KEYS):
            part = keys[at : at + _MAX_KEYS]
            yield from self._all(statement.format(",".join("?" * len(part))), part)

    def _all_of_same(self, texts: Sequence[int]) -> dict[int, int]:
        """The texts and those that share a row with one of them, each with the number of that row."""
        found = {text: text for text in texts}
        if self._twins:
            found |= dict(self._among("SELECT n, same FROM texts WHERE same IN ({})", texts))
        return found

    def owners_of_sentences(self, rows: Sequence[int]) -> list[tuple[int, str, str]]:
        """(row, paragraph's id, language) of the views that own a sentence with one of these rows of vectors."""
        row_of = self._all_of_same(rows)
        query = (
            "SELECT s.text, v.paragraph, v.language FROM sentences s JOIN views v ON v.n = s.view "
            f"WHERE s.text IN ({{}}) LIMIT {MAX_OWNERS}"
        )
        return [(row_of[text], paragraph, language) for text, paragraph, language in self._among(query, list(row_of))]

    def owners_of_views(self, names: Sequence[str]) -> list[tuple[str, str, str]]:
        """(name, paragraph's id, language) of the views that share their vector with one of these."""
        first = {
            row: name
            for name, row in self._among(
                "SELECT v.name, COALESCE(t.same, t.n) FROM views v JOIN texts t ON t.n = v.text WHERE v.name IN ({})",
                names,
            )
        }
        row_of = self._all_of_same(list(first))
        query = f"SELECT text, paragraph, language FROM views WHERE text IN ({{}}) LIMIT {MAX_OWNERS}"
        return [
            (first[row_of[text]], paragraph, language) for text, paragraph, language in self._among(query, list(row_of))
        ]

    def views_by_number(self, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
        """(paragraph's id, language) of views by number."""
        found = self._among("SELECT n, paragraph, language FROM views WHERE n IN ({})", numbers)
        return {n: (paragraph, language) for n, paragraph, language in found}

    def paragraphs(self, ids: Sequence[str]) -> dict[str, tuple[Paragraph, TextNumbers]]:
        """Paragraphs by id with the numbers of their texts, in the order asked for; ids that are not there are left out.

        Raises ValueError naming the paragraph when a text is not the one that was stored.
        """
        heads = {row[0]: row for row in self._among("SELECT * FROM paragraphs WHERE id IN ({})", ids)}
        views: dict[str, list[View]] = {}
        numbers: dict[str, TextNumbers] = {}
        parts: dict[int, list[int]] = {}
        found = list(
            self._among(
                "SELECT v.n, v.paragraph, v.language, v.text, v.content, v.spans, t.digest "
                "FROM views v JOIN texts t ON t.n = v.text WHERE v.paragraph IN ({}) ORDER BY v.n",
                ids,
            )
        )
        for view, text in self._among(
            "SELECT view, text FROM sentences WHERE view IN ({}) ORDER BY view, i", [row[0] for row in found]
        ):
            parts.setdefault(view, []).append(text)
        for n, paragraph, language, text, content, spans, digest in found:
            if text_digest(content) != digest:
                raise ValueError(f"Paragraph {paragraph} is not what was stored.")
            own = tuple((a, b) for a, b in json.loads(spans))
            views.setdefault(paragraph, []).append(View(language, content, own))
            numbers.setdefault(paragraph, []).extend([text, *parts.get(n, ())])
        return {row: (_paragraph(heads[row], views[row]), numbers[row]) for row in ids if row in heads}

    def list_ids(self, article_ids: Sequence[str], kinds: Sequence[str] = ()) -> list[str]:
        """Ids of the paragraphs of these articles in order, of these kinds only when any are given."""
        limit = f"AND kind IN ({','.join('?' * len(kinds))})" if kinds else ""
        query = f"SELECT id FROM paragraphs WHERE article = ? {limit} ORDER BY number"
        return [row[0] for article in article_ids for row in self._all(query, (article, *kinds))]

    def read_written(self) -> tuple[list[tuple[str, int]], list[int]]:
        """What Chroma was given, in order: (name, row of vectors) of views, and the rows of vectors of sentences."""
        views = [(name, row) for name, row, _ in self._all(_VIEW_ROWS)]
        return views, [row for (row,) in self._all(_SENTENCE_ROWS)]

    def read_keys(self) -> Iterator[tuple[int, bytes, str]]:
        """(number, digest, language) of every distinct text."""
        for at in range(0, self.texts, _MAX_KEYS):
            query = "SELECT n, digest, language FROM texts WHERE n >= ? AND n < ?"
            yield from self._all(query, (at, at + _MAX_KEYS))


def _paragraph(head: tuple[Any, ...], views: Sequence[View]) -> Paragraph:
    identity, article, _, kind, start, pages = head
    own, on = views[0], tuple((at, page) for at, page in json.loads(pages))  # the original was written first
    return Paragraph(identity, article, own.text, own.language, own.sentences, kind, start, tuple(views[1:]), on)
