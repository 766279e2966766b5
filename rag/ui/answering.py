"""The answers that are being given on the pages of a server, one a page, so that a page can stop its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rag.cancellation import CancellationToken

PATIENCE = 5.0  # seconds for a page to show the last of an answer that was stopped


class Answering:
    """The answers under way. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[str, tuple[CancellationToken, threading.Event]] = {}

    @contextmanager
    def begun(self, page: str) -> Iterator[CancellationToken]:
        """A token for the answer that is given inside; an earlier one of the same page is stopped first."""
        token, ended = CancellationToken(), threading.Event()
        with self._lock:
            before = self._under_way.get(page)
            self._under_way[page] = token, ended
        if before:
            before[0].cancel()
            before[1].wait(PATIENCE)
        try:
            yield token
        finally:
            ended.set()
            with self._lock:
                if self._under_way.get(page) == (token, ended):
                    del self._under_way[page]

    def stop(self, page: str, wait: bool = False) -> None:
        """Stop the answer of a page; nothing when there is none. wait: until the page has shown what came of it."""
        with self._lock:
            found = self._under_way.get(page)
        if found:
            found[0].cancel()
            if wait:
                found[1].wait(PATIENCE)
