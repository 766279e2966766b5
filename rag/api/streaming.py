"""An answer that grows, and that whoever reads it can leave at any time. Each item names the trained weights it was made with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace

from rag.cancellation import CancellationToken
from rag.types import Answer
from rag.weights import shipped_versions


class AnswerStream(Iterator[Answer]):
    """An answer as it grows; the last item is the whole. Closed before its end, from any thread, it has no more items.

    answers: makes the items; what it sets going is registered with the token it is given.
    """

    def __init__(self, answers: Callable[[CancellationToken], Generator[Answer, None, None]]) -> None:
        self._token = CancellationToken()
        self._answers = answers(self._token)
        self._turn = threading.Lock()

    def __next__(self) -> Answer:
        with self._turn:
            answer = None if self._token.cancelled else next(self._answers)
            if answer is None or self._token.cancelled:
                self._answers.close()
                raise StopIteration
            return replace(answer, weights=dict(shipped_versions()))

    def close(self) -> None:
        """End what works on the answer: a request to a model is over, and its connection closed, when this returns.

        An item that another thread is waiting for is not waited for: that thread is told that there are no more.
        """
        self._token.cancel()
        if self._turn.acquire(blocking=False):
            try:
                self._answers.close()
            finally:
                self._turn.release()
