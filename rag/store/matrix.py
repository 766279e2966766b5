"""Vectors of all texts of a generation in one file of half floats: row n is the vector of text n.

Half floats keep a cosine to 1e-6 and take half the space. Readers map the file into memory; the writer does not, since a full
disk ends a process that writes into a mapped file.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from rag.types import Vectors

NAME = "vectors.f16"
_PART_ROWS = 4096  # read at once when all are read


class MatrixWriter:
    """Writes the vectors of a new generation, in any order."""

    def __init__(self, folder: Path, dimensions: int) -> None:
        self._dimensions = dimensions
        self._file = (folder / NAME).open("w+b", buffering=0)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def write(self, rows: Sequence[int], vectors: Vectors) -> None:
        """Set these rows. Raises OSError when the disk is full."""
        size = 2 * self._dimensions
        for row, vector in zip(rows, vectors.astype(np.float16), strict=True):
            data = vector.tobytes()
            if os.pwrite(self._file.fileno(), data, row * size) != len(data):
                raise OSError(28, os.strerror(28), NAME)

    def read(self, rows: Sequence[int]) -> Vectors:
        """Vectors of these rows, shape (len(rows), dimensions)."""
        size = 2 * self._dimensions
        data = b"".join(os.pread(self._file.fileno(), size, row * size) for row in rows)
        return np.frombuffer(data, np.float16).reshape(len(rows), self._dimensions).astype(np.float32)

    def find_repeated(self) -> Iterator[tuple[int, int]]:
        """(first, later) row for each row whose vector stands in an earlier one."""
        size = 2 * self._dimensions
        first: dict[bytes, int] = {}
        self._file.seek(0)
        n = 0
        while data := self._file.read(size * _PART_ROWS):
            for at in range(0, len(data), size):
                before = first.setdefault(hashlib.blake2b(data[at : at + size], digest_size=8).digest(), n)
                if before != n:
                    yield before, n
                n += 1


class VectorMatrix:
    """The vectors of a generation, shape (rows, dimensions), read as float32.

    Raises ValueError when the file has another size, OSError when it cannot be read.
    """

    def __init__(self, folder: Path, rows: int, dimensions: int) -> None:
        path = folder / NAME
        if path.stat().st_size != 2 * rows * dimensions:
            raise ValueError(f"{NAME} has another size")
        shape = (rows, dimensions)
        # A file without a byte in it cannot be mapped.
        self._rows = np.memmap(path, np.float16, "r", shape=shape) if rows else np.empty(shape, np.float16)

    def read(self, rows: Sequence[int]) -> Vectors:
        """Vectors of these rows, shape (len(rows), dimensions)."""
        return np.asarray(self._rows[list(rows)], dtype=np.float32)
