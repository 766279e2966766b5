"""Offsets of a text carried over to the same text after repairs."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Repair


def shift_offsets(offsets: Sequence[int], repairs: Sequence[Repair]) -> list[int]:
    """Where ascending offsets of a text stand once it is repaired; one inside what was replaced goes to the end of that.

    >>> shift_offsets([0, 3, 5], [Repair(start=1, end=2, before="xy", after="z")])
    [0, 2, 4]
    """
    moved: list[int] = []
    at = grown = 0  # repairs before the offset, and how much longer the text became by them
    for offset in offsets:
        while at < len(repairs) and repairs[at].start - grown < offset:
            grown += len(repairs[at].after) - len(repairs[at].before)
            at += 1
        moved.append(max(offset + grown, repairs[at - 1].end if at else 0))
    return moved
