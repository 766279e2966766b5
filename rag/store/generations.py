"""Generations of an index on disk: one folder each, a pointer file that names the current one, and the writer's lock.

store/CURRENT      the name of the generation readers use and its digest, replaced in one step
store/.lock        held with flock while somebody ingests; freed by the system even after kill -9
store/g000001/     a generation: Chroma's files, the words, the manifest; never changed once CURRENT names it
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from rag.digests import text_digest
from rag.errors import IndexBusy, IndexDamaged, IndexMissing, IndexUnusable, SettingsError
from rag.store.hints import tell_ingest, tell_rebuild

POINTER, LOCK, MANIFEST = "CURRENT", ".lock", "manifest.json"
_NAME = re.compile(r"g(\d{6,})")
GRACE_SECONDS = 60  # that a replaced generation stays for questions under way, of which each takes USUAL_ANSWER_SECONDS at most
USUAL_ANSWER_SECONDS = 30.0


def find_current(store: Path) -> Path:
    """The folder of the current generation. Creates nothing.

    Raises IndexMissing where no index was ever published, IndexDamaged where there is one that the pointer does not name.
    """
    try:
        name, _, digest = (store / POINTER).read_text(encoding="ascii").strip().partition(" ")
    except (OSError, UnicodeDecodeError):
        name = digest = ""
    if _NAME.fullmatch(name) and digest == _digest(name) and (store / name).is_dir():
        return store / name
    if _find_whole(store):
        raise IndexDamaged(f"{store / POINTER} does not name the index that is there.", tell_rebuild(store))
    raise IndexMissing(f"There is no index in {store}.", tell_ingest(store))


def _digest(name: str) -> str:
    """Stands beside the name: one changed character would name the generation before, which is there too."""
    return text_digest(name).hex()[:8]


@contextmanager
def lock_writer(store: Path) -> Iterator[None]:
    """Hold the writer's lock of `store`, which is made if need be.

    Raises IndexBusy when another process holds it, SettingsError when `store` is a file, cannot be written, or is a
    folder with other things in it.
    """
    try:
        store.mkdir(parents=True, exist_ok=True)
        foreign = [p.name for p in store.iterdir() if p.name not in (POINTER, LOCK) and not _NAME.fullmatch(p.name)]
        if foreign and not (store / LOCK).exists():
            raise SettingsError(
                f"{store} holds other files ({sorted(foreign)[0]}).", "Give an empty or new folder as --store."
            )
        lock = (store / LOCK).open("a+", encoding="ascii")
    except OSError as error:
        raise SettingsError(
            f"{store} cannot be used as a store ({error.strerror}).", "Give another folder as --store."
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise IndexBusy(
                f"Another ingestion is running (process {lock.read().strip() or '?'}).", "Try again later."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def restore_pointer(store: Path) -> str:
    """Point readers to the newest whole generation when the pointer names none; its name, "" when nothing was to be done."""
    if _current_name(store) or not (whole := _find_whole(store)):
        return ""
    point_to(store, whole[-1].name)
    return whole[-1].name


def whole_ones(store: Path) -> list[Path]:
    """Generations that were written to their end, the newest first."""
    return _find_whole(store)[::-1]


def extend_grace(seconds: float, longest_answer: float) -> float:
    """How long a replaced generation stays, `seconds` as a rule, where an answer may take `longest_answer`.

    >>> extend_grace(60, 30), extend_grace(60, 600)
    (60.0, 630.0)
    """
    return seconds + max(0.0, longest_answer - USUAL_ANSWER_SECONDS)


def find_leftovers(store: Path, longest_answer: float = 0.0) -> list[Path]:
    """What ingestions that did not end, or that found a damaged file, have left in a store whose pointer is whole."""
    unneeded = _find_unneeded(store, find_current(store).name, longest_answer)
    return [*unneeded, *sorted(store.glob("*.new")), *sorted(store.glob("*.damaged"))]


def writing_process(store: Path) -> str:
    """The process that ingests into `store`, "" when none does. For a moment none could begin to."""
    try:
        with (store / LOCK).open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return lock.read().decode("ascii", "replace").strip() or "?"
    except OSError:
        pass
    return ""


def make_folder(store: Path) -> Path:
    """A new empty folder for the next generation; leftovers of ingestions that did not end are removed first.

    Call `restore_pointer` before: without a pointer every generation is a leftover.
    """
    live = _current_name(store)
    for path in _all(store):
        if live is None or path.name > live:
            shutil.rmtree(path)
    numbers = [int(m.group(1)) for p in _all(store) if (m := _NAME.fullmatch(p.name))]
    folder = store / f"g{max(numbers, default=0) + 1:06d}"
    folder.mkdir()
    return folder


def remove_replaced(store: Path, longest_answer: float = 0.0) -> None:
    """Remove what was replaced longer ago than any answer takes, which is `longest_answer`, and what was never finished. A file
    that cannot be removed stays."""
    if live := _current_name(store):
        for path in _find_unneeded(store, live, longest_answer):
            shutil.rmtree(path, ignore_errors=True)


def _find_unneeded(store: Path, live: str, longest_answer: float) -> list[Path]:
    """Generations that were not finished, and those that no question can be reading any more. The one before the live one always
    stays, and so does one whose successor is young: two ingestions may follow each other within one question."""
    older = [path for path in _all(store) if path.name <= live]
    ended = time.time() - extend_grace(GRACE_SECONDS, longest_answer)
    replaced = [path for path, successor in pairwise(older[:-1]) if _written_at(successor) <= ended]
    return replaced + [path for path in _all(store) if path.name > live]


def _written_at(folder: Path) -> float:
    try:
        return (folder / MANIFEST).stat().st_mtime
    except OSError:
        return 0.0


def point_to(store: Path, name: str) -> None:
    """Point readers to the generation of this name, in one step."""
    pointer = store / f"{POINTER}.new"
    with pointer.open("w", encoding="ascii") as stream:
        stream.write(f"{name} {_digest(name)}")
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(pointer, store / POINTER)


def _current_name(store: Path) -> str | None:
    try:
        return find_current(store).name
    except IndexUnusable:
        return None


def _find_whole(store: Path) -> list[Path]:
    """Generations that were written to their end, the oldest first: the manifest comes last."""
    try:
        return [path for path in _all(store) if (path / MANIFEST).is_file()]
    except OSError:  # no folder, or none that may be read
        return []


def _all(store: Path) -> list[Path]:
    return sorted(p for p in store.iterdir() if p.is_dir() and _NAME.fullmatch(p.name))
