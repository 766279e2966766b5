"""The trained weights that ship, and the versions they are known by."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

VERSION_DIGITS = 12  # of the SHA-256 of a file, as `sha256sum rag/weights/*.npz` prints it


@cache
def shipped_versions() -> tuple[tuple[str, str], ...]:
    """Name and version of each set of trained weights of this program, sorted; told once a process. A file that is missing or
    cannot be read has no version."""
    return tuple(read_versions(Path(__file__).parent).items())


def read_versions(folder: Path) -> dict[str, str]:
    """Version of each file of weights in a folder by its name without the ending: the beginning of its SHA-256."""
    versions = {}
    for path in sorted(folder.glob("*.npz")):
        try:
            with path.open("rb") as stream:
                versions[path.stem] = hashlib.file_digest(stream, "sha256").hexdigest()[:VERSION_DIGITS]
        except OSError:
            continue
    return versions
