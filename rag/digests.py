"""Digests: what a text is known by from one generation to the next, and what a file is checked by."""

from __future__ import annotations

import hashlib
from pathlib import Path

_WHOLE_BYTES = 8 << 20  # a file up to this size is read whole
_BLOCKS, _BLOCK_BYTES = 64, 1 << 16  # of a larger one, evenly spaced, the first and the last among them


def text_digest(text: str) -> bytes:
    """16 bytes that change with the text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def file_digest(path: Path) -> tuple[int, str] | None:
    """Size in bytes and BLAKE2 digest of a file, None when it cannot be read.

    Of a file over 8 MiB, 64 blocks of 64 KiB are read: opening an index takes no longer when it is large, and a file that was
    cut, emptied or overwritten is noticed all the same.
    """
    try:
        size = path.stat().st_size
        digest = hashlib.blake2b(digest_size=16)
        with path.open("rb") as stream:
            if size <= _WHOLE_BYTES:
                digest.update(stream.read())
            else:
                for i in range(_BLOCKS):
                    stream.seek((size - _BLOCK_BYTES) * i // (_BLOCKS - 1))
                    digest.update(stream.read(_BLOCK_BYTES))
        return size, digest.hexdigest()
    except OSError:
        return None
