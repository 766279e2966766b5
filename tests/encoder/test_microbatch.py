"""Callers at the same time share a batch; each gets its own result or its own error."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.encoder.microbatch import MicroBatcher


class Doubler:
    """Doubles numbers; keeps the batches it saw; waits in the first one until it is let go."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        self.begun.set()
        assert self.go_on.wait(10)
        if 113 in items:
            raise ValueError("113")
        return [2 * item for item in items]


def ask_while_the_first_computes(double: Doubler, items: Sequence[int], max_items: int = 64) -> list[Callable[[], int]]:
    """The results of 0 and of `items`, which all wait until the computation of 0 is let go."""
    batcher: MicroBatcher[int, int] = MicroBatcher(double, max_items)
    with ThreadPoolExecutor(len(items) + 1) as threads:
        futures = [threads.submit(batcher, 0)]
        assert double.begun.wait(10)
        for i, item in enumerate(items):
            futures.append(threads.submit(batcher, item))
            while len(batcher._queue) <= i:  # in the order of `items`
                pass
        double.go_on.set()
    assert not batcher._computing and not batcher._queue
    return [future.result for future in futures]


def test_a_lone_caller_is_computed_at_once_and_alone():
    double = Doubler()
    double.go_on.set()
    batcher: MicroBatcher[int, int] = MicroBatcher(double)
    assert [batcher(1), batcher(2)] == [2, 4]
    assert double.batches == [[1], [2]]


def test_all_who_wait_are_computed_together():
    double = Doubler()
    results = ask_while_the_first_computes(double, list(range(1, 32)))
    assert [result() for result in results] == [2 * i for i in range(32)]
    assert double.batches == [[0], list(range(1, 32))]


def test_a_batch_holds_no_more_than_it_may():
    double = Doubler()
    results = ask_while_the_first_computes(double, list(range(1, 11)), max_items=4)
    assert [result() for result in results] == [2 * i for i in range(11)]
    assert [len(batch) for batch in double.batches] == [1, 4, 4, 2]


def test_an_error_reaches_the_one_whose_item_it_is():
    double = Doubler()
    results = ask_while_the_first_computes(double, [1, 113, 2])
    assert [results[i]() for i in (0, 1, 3)] == [0, 2, 4]
    with pytest.raises(ValueError, match="113"):
        results[2]()


def test_an_interrupted_computation_leaves_the_others_to_the_next_in_the_queue():
    begun, go_on = threading.Event(), threading.Event()
    calls: list[list[int]] = []

    def compute(items: Sequence[int]) -> list[int]:
        calls.append(list(items))
        if len(calls) == 1:
            begun.set()
            assert go_on.wait(10)
            return list(items)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return list(items)

    batcher: MicroBatcher[int, int] = MicroBatcher(compute)
    with ThreadPoolExecutor(4) as threads:
        futures = [threads.submit(batcher, 0)]
        assert begun.wait(10)
        for i in (1, 2, 3):
            futures.append(threads.submit(batcher, i))
            while len(batcher._queue) < i:
                pass
        go_on.set()
        errors = [future.exception(10) for future in futures]
    assert [type(error) for error in errors] == [type(None), KeyboardInterrupt, type(None), type(None)]
    assert calls == [[0], [1, 2, 3], [2, 3]]


def test_a_wrong_number_of_results_is_an_error_and_not_somebody_elses_result():
    batcher: MicroBatcher[int, int] = MicroBatcher(lambda items: [])
    with pytest.raises(RuntimeError, match="0 results for 1 items"):
        batcher(1)
