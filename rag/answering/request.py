"""A request on the event loop of all requests, which any thread can end.

The loop runs in a thread of its own, as only asynchronous requests can be given a deadline that holds whatever the server does.
"""

from __future__ import annotations

import asyncio
import sys
import threading
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


def _hold_closings(loop: asyncio.AbstractEventLoop) -> None:
    """Have generators that the libraries leave to the garbage collector closed by tasks that are held until they have ended.

    The event loop's own are not held: one that is collected in its turn gives up halfway, and fails where nobody sees it."""
    closings: set[asyncio.Task[None]] = set()

    def close(generator: AsyncGenerator[Any, Any]) -> None:
        closing = loop.create_task(_close(generator))
        closings.add(closing)
        closing.add_done_callback(closings.discard)

    def finalize(generator: AsyncGenerator[Any, Any]) -> None:
        loop.call_soon_threadsafe(close, generator)  # the garbage collector runs in any thread

    sys.set_asyncgen_hooks(finalizer=finalize)


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
            loop.call_soon(_hold_closings, loop)
            thread = threading.Thread(target=loop.run_forever, name="rag-model", daemon=True)
            thread.start()
            _running = loop, thread
        return _running[0]
