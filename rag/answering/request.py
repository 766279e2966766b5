"""A request on the event loop of all requests, which any thread can end.

The loop runs in a thread of its own, as only asynchronous requests can be given a deadline that holds whatever the server does.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from collections import deque
from collections.abc import AsyncGenerator, Coroutine
from typing import Any

GRACE = 1.0  # seconds the event loop has to end a request


class Request:
    """A task on the event loop of all requests; it inherits the context variables of the caller, and with them LangChain's
    callbacks."""

    def __init__(self, work: Coroutine[Any, Any, None]) -> None:
        self._loop = event_loop()
        self._ended = threading.Event()
        self._task: asyncio.Task[None] | None = None
        self._loop.call_soon_threadsafe(self._begin, work)

    def end(self) -> None:
        """Cancel the task and wait until it has ended: its connection is closed then. Nothing is done to one that has ended."""
        if not self._ended.is_set():
            self._loop.call_soon_threadsafe(self._cancel)
            self._ended.wait(GRACE)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._task = self._loop.create_task(work)
        self._task.add_done_callback(lambda task: self._ended.set())

    def _cancel(self) -> None:
        if self._task:
            self._task.cancel()


class _Closings:
    """Closes the generators that the libraries leave to the garbage collector, in tasks that are held until they have ended.

    A collection runs in any thread and finalizes one generator of a chain after the other. Were one closed on the loop's
    thread meanwhile, the collection would come to another that is just executing there, and Python reports "async generator
    already executing". So what a collection finds is closed when it is over.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._found: deque[AsyncGenerator[Any, Any]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._collecting = False
        gc.callbacks.append(self._watch_collections)
        loop.call_soon(sys.set_asyncgen_hooks, None, self._finalize)  # hooks are of a thread

    def _watch_collections(self, phase: str, info: dict[str, int]) -> None:
        self._collecting = phase == "start"
        if phase == "stop" and self._found:
            self._loop.call_soon_threadsafe(self._close_found)

    def _finalize(self, generator: AsyncGenerator[Any, Any]) -> None:
        self._found.append(generator)
        if not self._collecting:
            self._loop.call_soon_threadsafe(self._close_found)

    def _close_found(self) -> None:
        while self._found and not self._collecting:
            task = self._loop.create_task(_close(self._found.popleft()))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


async def _close(generator: AsyncGenerator[Any, Any]) -> None:
    await generator.aclose()


_starting = threading.Lock()
_running: tuple[asyncio.AbstractEventLoop, threading.Thread] | None = None


def event_loop() -> asyncio.AbstractEventLoop:
    """The event loop all requests of this process run on."""
    global _running
    with _starting:
        # A fork leaves its child the loop without the thread.
        if _running is None or not _running[1].is_alive():
            loop = asyncio.new_event_loop()
            _Closings(loop)
            thread = threading.Thread(target=loop.run_forever, name="rag-model", daemon=True)
            thread.start()
            _running = loop, thread
        return _running[0]
