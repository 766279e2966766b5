"""Vectors kept by what they were made from: a text, its language and the embedder, so that none is computed twice.

One SQLite file in the store's folder, outside the generations: it outlives them, and an ingestion that is stopped finds what
was embedded so far. Each batch is committed as it is made. A vector is kept as half floats with a checksum; one that
does not fit its checksum is made again. The file is a cache: when it is damaged it is set aside and filled again.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from rag.errors import IndexUnusable
from rag.types import Vectors

NAME = "vectors.sqlite3"
DAMAGED_SUFFIX = ".damaged"
_APPLICATION, _VERSION = 0x4B4C4D4B, 1  # of the file, as SQLite's own header keeps them
# Vectors kept beyond those in use, so that a text that comes back is known.
_MIN_KEPT_ROWS, _KEPT_PER_USED = 20_000, 2
_MAX_KEYS = 500  # of one statement
_SCHEMA = f"""
PRAGMA application_id={_APPLICATION};
PRAGMA user_version={_VERSION};
CREATE TABLE embedders (n INTEGER PRIMARY KEY, identity TEXT UNIQUE, dimensions INTEGER);
CREATE TABLE vectors (embedder INTEGER, digest BLOB, language TEXT, vector BLOB);
CREATE UNIQUE INDEX vectors_by_text ON vectors (digest, language, embedder);
"""

Key = tuple[bytes, str]  # digest of a text, and its language


def pack_vector(vector: Vectors) -> bytes:
    """A vector, shape (dimensions,), as half floats and their checksum."""
    data = vector.astype("<f2").tobytes()
    return data + zlib.crc32(data).to_bytes(4, "little")


def unpack_vector(data: bytes, dimensions: int) -> Vectors | None:
    """The vector in what `pack` made; None when it is not what was kept."""
    body = data[:-4]
    if len(body) != 2 * dimensions or zlib.crc32(body).to_bytes(4, "little") != data[-4:]:
        return None
    return np.frombuffer(body, "<f2").astype(np.float32)


def find_damage(folder: Path) -> str:
    """What is wrong with the cache in a folder, "" when nothing is or there is none."""
    path = folder / NAME
    if not path.exists():
        return ""
    # A reader of a file in WAL mode makes files beside it, unless it takes it as unchanging.
    unchanging = "" if path.with_name(NAME + "-wal").exists() else "&immutable=1"
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro{unchanging}", uri=True)
        try:
            verdict = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            rows = connection.execute("SELECT v.vector, e.dimensions FROM vectors v JOIN embedders e ON e.n = v.embedder")
            wrong = sum(unpack_vector(data, dimensions) is None for data, dimensions in rows)
        finally:
            connection.close()
    except sqlite3.Error as error:
        return str(error)
    return verdict if verdict != "ok" else f"{wrong} vectors are not what was kept" if wrong else ""


def remove_cache(folder: Path) -> None:
    """Remove the cache in a folder; the next ingestion fills it again."""
    for suffix in ("", "-wal", "-shm"):
        (folder / f"{NAME}{suffix}").unlink(missing_ok=True)


class VectorCache:
    """The vectors that one embedder made, kept in `folder`.

    notice: one line when the file was damaged and set aside, else "".
    """

    def __init__(self, folder: Path, identity: str, dimensions: int) -> None:
        self._path = folder / NAME
        self._identity, self._dimensions = identity, dimensions
        self.notice = ""
        try:
            self._open()
        except sqlite3.DatabaseError as error:
            self._recover(error)

    def _open(self) -> None:
        self._connection = sqlite3.connect(self._path, isolation_level=None)
        execute = self._connection.execute
        # Incremental vacuum must be chosen before the first table is made.
        self._connection.executescript(
            "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-8192;"
        )
        made = (execute("PRAGMA application_id").fetchone()[0], execute("PRAGMA user_version").fetchone()[0])
        if not execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]:
            execute("PRAGMA journal_mode=WAL")
            self._connection.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
        elif made != (_APPLICATION, _VERSION):
            raise sqlite3.DatabaseError("it is of another program or version")
        given = (self._identity, self._dimensions)
        execute("INSERT OR IGNORE INTO embedders (identity, dimensions) VALUES (?, ?)", given)
        row = execute("SELECT n FROM embedders WHERE identity = ? AND dimensions = ?", given).fetchone()
        if row is None:
            raise sqlite3.DatabaseError("its vectors have another size")
        self._embedder = int(row[0])

    def _recover(self, error: sqlite3.DatabaseError) -> None:
        """Set a damaged file aside and begin a new one; raise IndexUnusable when it is the disk that fails."""
        if isinstance(error, sqlite3.OperationalError) and any(
            word in str(error) for word in ("full", "disk I/O", "readonly", "unable to open", "locked")
        ):
            message = f"Vectors could not be kept in {self._path} ({error})."
            raise IndexUnusable(message, "Check the space on the disk; the index is as it was.") from None
        with suppress(AttributeError, sqlite3.Error):
            self._connection.close()
        self._path.replace(self._path.with_name(NAME + DAMAGED_SUFFIX))
        for suffix in ("-wal", "-shm"):
            self._path.with_name(NAME + suffix).unlink(missing_ok=True)
        self.notice = f"The cache of vectors was damaged ({error}) and is filled again."
        self._open()

    def close(self) -> None:
        """Let go of the file."""
        with suppress(sqlite3.Error):
            self._connection.close()

    def get(self, keys: Sequence[Key]) -> dict[Key, Vectors]:
        """The vectors of those keys that are known."""
        found: dict[Key, Vectors] = {}
        wanted = set(keys)
        digests = list({digest for digest, _ in keys})
        try:
            for at in range(0, len(digests), _MAX_KEYS):
                part = digests[at : at + _MAX_KEYS]
                query = (
                    "SELECT digest, language, vector FROM vectors "
                    f"WHERE digest IN ({','.join('?' * len(part))}) AND embedder = ?"
                )
                for digest, language, data in self._connection.execute(query, (*part, self._embedder)):
                    vector = unpack_vector(data, self._dimensions) if (digest, language) in wanted else None
                    if vector is not None:
                        found[digest, language] = vector
        except sqlite3.DatabaseError as error:
            self._recover(error)
            return {}
        return found

    def put(self, keys: Sequence[Key], vectors: Vectors) -> None:
        """Keep vectors, shape (len(keys), dimensions), from now on, whatever happens to this process.

        Raises IndexUnusable when the disk is full.
        """
        rows = [(self._embedder, *key, pack_vector(vector)) for key, vector in zip(keys, vectors, strict=True)]
        try:
            self._insert(rows)
        except sqlite3.DatabaseError as error:
            self._recover(error)
            self._insert([(self._embedder, *row[1:]) for row in rows])

    def _insert(self, rows: Sequence[tuple[int, bytes, str, bytes]]) -> None:
        self._connection.execute("BEGIN")
        try:
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)
            self._connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise

    def count(self) -> int:
        """Vectors kept, of all embedders."""
        return int(self._connection.execute("SELECT COUNT(*) FROM vectors").fetchone()[0])

    def prune(self, used: Callable[[], Iterable[Key]]) -> None:
        """Drop the vectors of other embedders, and those not in use when there are over twice as many as in use.

        used: gives the keys in use; only asked when there is something to drop.
        """
        try:
            self._connection.execute("DELETE FROM vectors WHERE embedder != ?", (self._embedder,))
            self._connection.execute("DELETE FROM embedders WHERE n != ?", (self._embedder,))
            if (kept := self.count()) > _MIN_KEPT_ROWS:
                self._prune_unused(used(), kept)
            self._connection.execute("PRAGMA incremental_vacuum").fetchall()
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.DatabaseError as error:
            self._recover(error)

    def _prune_unused(self, used: Iterable[Key], kept: int) -> None:
        self._connection.execute(
            "CREATE TEMP TABLE used (digest BLOB, language TEXT, PRIMARY KEY (digest, language)) WITHOUT ROWID"
        )
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT OR IGNORE INTO used VALUES (?, ?)", used)
        self._connection.execute("COMMIT")
        in_use = self._connection.execute("SELECT COUNT(*) FROM used").fetchone()[0]
        if kept > max(_MIN_KEPT_ROWS, _KEPT_PER_USED * in_use):
            self._connection.execute(
                "DELETE FROM vectors WHERE (digest, language) NOT IN (SELECT digest, language FROM used)"
            )
        self._connection.execute("DROP TABLE used")
