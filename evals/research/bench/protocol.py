"""How a measuring process talks to the bench: one JSON object a line on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

Result = dict[str, float]
Tell = Callable[[str, int, int], None]


def tell_progress(stage: str, done: int, total: int) -> None:
    """Say how far a measurement is."""
    _write({"progress": [stage, done, total]})


def send_note(line: str) -> None:
    """Say in one line what a reader of the figures should know, such as an error that was counted."""
    _write({"note": " ".join(line.split())})


def send_result(result: Result) -> None:
    """Say what was measured; the last line of a process."""
    _write({"result": result})


def _write(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
