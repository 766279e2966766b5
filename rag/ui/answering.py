"""The answers that a server is giving, one a page and each to a program, so that a page can stop its own, and the server all."""

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

    def __len__(self) -> int:
        return len(self._under_way)

    def stop_all(self) -> None:
        """Stop every answer."""
        with self._lock:
            found = [token for token, _ in self._under_way.values()]
        for token in found:
            token.cancel()

    @contextmanager
    def begin_answer(self, page: str) -> Iterator[CancellationToken]:
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
