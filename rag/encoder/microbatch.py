"""Calls that come at the same time are computed together.

Whoever calls while nothing is being computed computes at once, alone: a lone caller waits for nobody. Whoever calls
meanwhile queues up; when the work is done, the first in the queue takes all that wait and computes them as one batch. There
is no thread of its own and no timer, and the lock is held only to look at the queue.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class _Waiting(Generic[Item, Result]):
    """One caller's item, then its result or error."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.woken = threading.Event()
        self.results: list[Result] = []
        self.error: Exception | None = None

    @property
    def served(self) -> bool:
        return bool(self.results) or self.error is not None


class MicroBatcher(Generic[Item, Result]):
    """Wraps `compute`, which maps a batch of items to as many results, in a call for one item.

    compute: called by one thread at a time, with 1 to `max_items` items. When it fails for a batch, each item is computed
    by itself, so that an error reaches the caller whose item it is.
    """

    def __init__(self, compute: Callable[[Sequence[Item]], Sequence[Result]], max_items: int = 64) -> None:
        self._compute = compute
        self._max_items = max_items
        self._lock = threading.Lock()
        self._queue: list[_Waiting[Item, Result]] = []
        self._computing = False

    def __call__(self, item: Item) -> Result:
        """The result for `item`. Raises what `compute` raises for it alone."""
        mine: _Waiting[Item, Result] = _Waiting(item)
        with self._lock:
            self._queue.append(mine)
            leads, self._computing = not self._computing, True
        if not leads:
            self._wait(mine)
        if not mine.served:  # ours is the turn to compute, for ourselves and for all that wait
            self._serve_batch()
        if mine.error is not None:
            raise mine.error
        return mine.results[0]

    def _wait(self, mine: _Waiting[Item, Result]) -> None:
        """Until somebody has computed `mine` or hands over the turn. An interrupted caller leaves the queue."""
        try:
            mine.woken.wait()
        except BaseException:
            with self._lock:
                if mine in self._queue:
                    self._queue.remove(mine)
                handed_over = mine.woken.is_set() and not mine.served
            if handed_over:
                self._hand_over()
            raise

    def _serve_batch(self) -> None:
        with self._lock:
            batch, self._queue = self._queue[: self._max_items], self._queue[self._max_items :]
        try:
            self._compute_batch(batch)
        finally:
            # Interrupted in the middle, those not served yet go first in the next batch.
            with self._lock:
                self._queue = [one for one in batch[1:] if not one.served] + self._queue
            for one in batch[1:]:
                if one.served:
                    one.woken.set()
            self._hand_over()

    def _compute_batch(self, batch: Sequence[_Waiting[Item, Result]]) -> None:
        try:
            results = self._compute([one.item for one in batch])
            if len(results) != len(batch):
                raise RuntimeError(f"{len(results)} results for {len(batch)} items")
            for one, result in zip(batch, results, strict=True):
                one.results.append(result)
        except Exception as error:
            if len(batch) == 1:
                batch[0].error = error
                return
            for one in batch:
                self._compute_batch([one])

    def _hand_over(self) -> None:
        with self._lock:
            self._computing = bool(self._queue)
            following = self._queue[0] if self._queue else None
        if following:
            following.woken.set()
