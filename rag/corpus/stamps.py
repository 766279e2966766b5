"""Which files need not be read again: what was seen of each when it was last read, kept in the store's folder.

A file whose size, times and inode are what they were is taken as unchanged. One that was written in the last moments before
it was read is always read again, since a later change could carry the same time. The list is only a help: without it, or
when it is damaged, every file is read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

NAME = "stamps.json"
MIN_AGE_NS = (
    100_000_000  # between a file's last change and its reading; clocks of file systems tick some 250 times a second
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What was seen of a file and of those that belong to it, and what was read: `fingerprint` of the article, and
    `text_digest` of its words."""

    seen: str
    fingerprint: str
    text_digest: str


def look_at(paths: Sequence[Path], read_at_ns: int) -> str:
    """What is seen of files without reading them; "" when one was changed since a moment before they were read.

    read_at_ns: when they were, or will be read, nanoseconds since the epoch.
    """
    seen: list[str] = []
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            seen.append("-")
            continue
        changed = max(status.st_mtime_ns, status.st_ctime_ns)
        if changed > read_at_ns - MIN_AGE_NS:
            return ""
        seen.append(f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}")
    return "|".join(seen)


def load_stamps(folder: Path) -> dict[str, Stamp]:
    """Stamps by path of the file; empty when there are none or they cannot be read."""
    try:
        rows = json.loads((folder / NAME).read_text(encoding="utf-8"))
        return {str(path): Stamp(*map(str, row)) for path, row in rows.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def save_stamps(folder: Path, stamps: dict[str, Stamp]) -> None:
    """Replace the stamps of a folder in one step."""
    rows = {path: [stamp.seen, stamp.fingerprint, stamp.text_digest] for path, stamp in stamps.items()}
    new = folder / f"{NAME}.new"
    new.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    os.replace(new, folder / NAME)
