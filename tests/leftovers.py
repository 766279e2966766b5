"""What is left behind when work is over: threads, sockets, and tasks on the event loop of the requests."""

from __future__ import annotations

import asyncio
import os
import stat
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from rag.answering.request import event_loop


def running() -> tuple[list[str], int, int]:
    """Names of the threads, number of open sockets, number of tasks on the event loop of the requests."""

    async def tasks() -> int:
        return len(asyncio.all_tasks()) - 1  # without this one

    counted = asyncio.run_coroutine_threadsafe(tasks(), event_loop()).result(10)
    # The event loop keeps a pool of threads in which it looks up addresses, the embedder one of two: as many as it needs, once.
    pools = ("asyncio_", "universal-encoder_")
    threads = [thread.name for thread in threading.enumerate() if not thread.name.startswith(pools)]
    return sorted(threads), len(list(sockets())), counted


def sockets() -> Iterator[int]:
    """File descriptors of this process that are sockets."""
    for descriptor in range(1024):
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                yield descriptor


@contextmanager
def nothing_left(patience: float = 10) -> Iterator[None]:
    """That afterwards no more threads, sockets and tasks are there than before. patience: seconds they have to go."""
    threads, *counts = before = running()

    def more() -> bool:
        now_threads, *now = after
        return bool(Counter(now_threads) - Counter(threads)) or any(n > c for n, c in zip(now, counts, strict=True))

    yield
    ends = time.monotonic() + patience
    after = running()
    while more() and time.monotonic() < ends:
        time.sleep(0.02)
        after = running()
    assert not more(), f"{before} became {after}"
