"""Memory that was freed goes back to the system: what glibc does otherwise, and other C libraries have no calls for."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_M_ARENA_MAX = -8  # of glibc's malloc.h


def share_arena() -> None:
    """Have all threads of a server take memory from one arena. Of the many that glibc makes for them each keeps what it needed at
    its worst: 732 MiB in all after twenty questions, and 601 with one."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def return_memory() -> None:
    """Have glibc return what was freed; it keeps hundreds of megabytes otherwise."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
