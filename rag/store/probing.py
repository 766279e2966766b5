"""Every row of a new generation is asked for by its own vector, before anybody else asks.

It is done in a process of its own, since a segment that was written badly can end a process inside Chroma's native code, where no
exception can be caught. A small index is looked through in this process: starting another takes two seconds. So is one on a
server, whose native code is not in this process.

Measured on two cores with 384 numbers a vector: 0.4 ms a row, of some 2 ms that writing it takes. A quick search finds most; only
what it does not find is asked for again as widely as readers ask.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from rag.errors import IndexDamaged, RagError
from rag.store.backend import CollectionsPlace
from rag.store.chroma import PARAGRAPHS, SENTENCES, Written, find_lost, seal_database, widen_search
from rag.store.embedded import FolderPlace
from rag.store.hints import telling_damage
from rag.store.lost import Lost
from rag.store.matrix import VectorMatrix
from rag.store.rows import Rows

MAX_ROWS_HERE = 5000  # looked for in this process
_TICK_ROWS = 1000
# The paths are given too: the other process may run in another folder than what imported this.
_PROGRAM = "import sys; sys.path[:] = {paths!r}; from rag.store.probing import answer_probe; answer_probe()"

Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation that is written. counts: rows of each of Chroma's collections; ready: it is made ready for readers."""

    folder: str
    texts: int
    dimensions: int
    counts: dict[str, int]
    ready: bool = False


def probe_rows(generation: Generation, place: CollectionsPlace, tick: Tick) -> Lost:
    """Ask for every row; the rows that are lost. A generation that is not ready yet is made so: its collections search as widely
    as readers want, and Chroma is kept from changing them further. On a server nothing has to be made ready. Raises IndexDamaged
    when it cannot be opened or does not hold what was written, IndexUnusable when a server fails.

    tick: called with the number of rows asked for and of all.
    """
    if place.folder is None:
        return look_for_rows(replace(generation, ready=True), place, tick)
    if sum(generation.counts.values()) <= MAX_ROWS_HERE or not sys.executable:
        with telling_damage(Path(generation.folder).parent):
            return look_for_rows(generation, place, tick)
    return _look_in_another_process(generation, tick)


def look_for_rows(generation: Generation, place: CollectionsPlace, tick: Tick) -> Lost:
    """`probe`, in this process."""
    folder, counts = Path(generation.folder), generation.counts
    rows = Rows(folder)
    try:
        matrix = VectorMatrix(folder, generation.texts, generation.dimensions)
        written = {name: list(own) for name, own in _by_collection(rows, counts)}
        done, total = 0, sum(counts.values())

        def count(more: int) -> None:
            nonlocal done
            done += more
            tick(done, total)

        missed = {name: find_lost(place, name, own, counts[name], matrix.read, count) for name, own in written.items()}
        lost: dict[str, dict[str, int]] = {PARAGRAPHS: {}, SENTENCES: {}}
        if generation.ready:
            for name, own in missed.items():
                lost[name.partition("-")[0]] |= own
            return lost
        widen_search(folder, counts)
        seal_database(folder)
        for name, own in missed.items():
            kind = name.partition("-")[0]
            # Opened once more even when nothing was missed: as it will be for readers.
            lost[kind] |= find_lost(place, name, own, counts[name], matrix.read, lambda more: None)
        return lost
    finally:
        rows.close()


def _by_collection(rows: Rows, counts: dict[str, int]) -> Iterator[tuple[str, Iterator[Written]]]:
    views, sentences = rows.read_written()
    of_kind = {PARAGRAPHS: iter(views), SENTENCES: ((str(row), row) for row in sentences)}
    for name, count in counts.items():
        yield name, islice(of_kind[name.partition("-")[0]], count)


def _look_in_another_process(generation: Generation, tick: Tick) -> Lost:
    program = [sys.executable, "-c", _PROGRAM.format(paths=sys.path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(program, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdin and child.stdout
        try:
            child.stdin.write(json.dumps(asdict(generation)) + "\n")
            child.stdin.flush()  # and left open: when it closes, this process has ended
            said: dict[str, Any] = {}
            for line in child.stdout:
                said = json.loads(line)
                if "done" in said:
                    tick(said["done"], said["total"])
            code = child.wait()
        finally:
            child.kill()
    if "lost" in said and code == 0:
        found: Lost = said["lost"]
        return found
    message = said.get("error") or f"What was written ends the process that opens it (exit code {code})."
    raise IndexDamaged(message, "The index is as it was. Check the disk, and ingest again.")


def answer_probe() -> None:
    """Read a generation from standard input, and write what is found as lines of JSON to standard output."""
    asked = sys.stdin.readline()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        generation = Generation(**json.loads(asked))
        place = FolderPlace(Path(generation.folder))
        _say({"lost": look_for_rows(generation, place, lambda done, total: _say({"done": done, "total": total}))})
    except BaseException as error:  # what Chroma's native code raises is not an Exception
        _say({"error": error.message if isinstance(error, RagError) else f"{type(error).__name__}: {error}"})


def _say(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)  # noqa: T201


def _end_with_parent() -> None:
    """End with the process that asked, however it ends: nobody else would read the answer, and the folder may be removed."""
    with suppress(OSError, ValueError):
        sys.stdin.read()
    os._exit(1)
