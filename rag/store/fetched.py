"""What a machine has fetched of the generations on a server: a folder each, of which nothing has to be kept.

A file that an earlier generation had too, or that was fetched before, is not fetched again. What is here is compared with what
the server says byte by byte, so a folder that was damaged, or written by an ingestion that was killed, is mended.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rag.store.artefacts import Artefact, digest_file, download_file

if TYPE_CHECKING:
    from chromadb import Collection

WRITING = "writing"  # folder of the generation that this machine writes
_NAME = re.compile(r"g\d{6,}")
_PART = ".fetching-"
_MAX_FETCHING_SECONDS = 24 * 3600  # a part that is older belongs to nobody any more


def fetch_generation(collection: Collection, listing: Sequence[Artefact], cache: Path, generation: str) -> Path:
    """The folder with the files of a generation. Raises IndexDamaged, and OSError when the disk is full."""
    folder = cache / generation
    if all(_is_same(folder / artefact.path, artefact) for artefact in listing):
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=_PART, dir=cache))
    try:
        for artefact in listing:
            _bring(collection, artefact, new / artefact.path, [one / artefact.path for one in _folders(cache)])
        # Another process of this machine may do the same; both have the same files.
        if folder.exists():
            os.replace(folder, new.with_name(new.name + ".old"))
        with suppress(OSError):
            os.replace(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(new.with_name(new.name + ".old"), ignore_errors=True)
    prune_generations(cache, generation)
    return folder


def _bring(collection: Collection, artefact: Artefact, path: Path, candidates: Sequence[Path]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for candidate in candidates:
        if _is_same(candidate, artefact):
            try:
                os.link(candidate, path)  # neither is ever written to
            except OSError:
                shutil.copyfile(candidate, path)
            return
    download_file(collection, artefact, path)


def _is_same(path: Path, artefact: Artefact) -> bool:
    try:
        return path.stat().st_size == artefact.size and digest_file(path) == (artefact.size, artefact.digest)
    except OSError:
        return False


def _folders(cache: Path) -> Iterator[Path]:
    """Folders of generations, the one that was made last first; after them the one that is being written."""
    for place in (cache, cache / WRITING):
        with suppress(OSError):
            found = [path for path in place.iterdir() if path.is_dir() and _NAME.fullmatch(path.name)]
            yield from sorted(found, key=lambda path: -path.stat().st_mtime)


def prune_generations(cache: Path, generation: str) -> None:
    """Remove all but a generation and the one that was fetched last before it: another process may just open that."""
    others = [path for path in _folders(cache) if path.name != generation and path.parent == cache]
    with suppress(OSError):
        others += [path for path in cache.glob(f"{_PART}*") if time.time() - path.stat().st_mtime > _MAX_FETCHING_SECONDS]
    for path in others[1:]:
        shutil.rmtree(path, ignore_errors=True)
