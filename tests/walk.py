"""Counts what a question runs through: `python -m tests.walk "When did the expo open?"` prints files, functions and moves."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

OWN = str(Path(__file__).parent.parent / "rag") + "/"


def follow(call: Callable[[], Any]) -> tuple[Counter[str], int]:
    """Functions of ours that a call enters, as "file:function" with how often, and how often one calls into another file."""
    entered: Counter[str] = Counter()
    moves = 0

    def note(frame: FrameType, event: str, _: object) -> None:
        nonlocal moves
        code = frame.f_code
        if event != "call" or not code.co_filename.startswith(OWN) or code.co_name.startswith("<"):
            return
        entered[f"{code.co_filename[len(OWN) :]}:{code.co_qualname}"] += 1
        before = frame.f_back
        moves += bool(before and before.f_code.co_filename.startswith(OWN) and before.f_code.co_filename != code.co_filename)

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type] # what sys.setprofile takes, too
    return entered, moves


def main(question: str) -> None:
    """Ask twice, so that everything is loaded, and print what the second question ran through."""
    from rag import Assistant

    assistant = Assistant()
    assistant.ask(question)
    entered, moves = follow(lambda: assistant.ask(question))
    files = Counter(name.partition(":")[0] for name in entered)
    for name, functions in files.most_common():
        print(f"{functions:4} functions in {name}")  # noqa: T201
    print(f"{len(files)} files, {len(entered)} functions, {moves} calls from one file into another")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "When did the expo open?")
