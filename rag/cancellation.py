"""A token that tells work in other threads that nobody waits for it any more."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Cancelled(Exception):
    """Somebody cancelled the work before its end."""


class CancellationToken:
    """Work that was set going, ended from any thread and at any time by `cancel`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], object]] = []
        self._cancelled = False

    @property
    def cancelled(self) -> bool:
        """Whether nobody waits any more."""
        return self._cancelled

    def register(self, callback: Callable[[], object]) -> None:
        """Have `callback` called once when the work is cancelled; now when it already is."""
        with self._lock:
            if not self._cancelled:
                self._callbacks.append(callback)
                return
        callback()

    def cancel(self) -> None:
        """Call what was registered, in order. A second time changes nothing.

        >>> token = CancellationToken()
        >>> token.register(lambda: print("ended"))
        >>> token.cancel(), token.cancel(), token.cancelled
        ended
        (None, None, True)
        """
        with self._lock:
            self._cancelled = True
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()
