"""A conversation in a terminal, or over a pipe: a question a line, and its answer."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from rag.cli.printing import print_answer
from rag.errors import RagError

if TYPE_CHECKING:
    from rag import Assistant

HISTORY_TURNS = 6  # what the assistant is told of the conversation so far
PROMPT = "\n> "


def converse(assistant: Assistant, console: Console, language: str | None = None, as_json: bool = False) -> int:
    """Answer the questions of standard input until it ends, or Ctrl-C; 2 when one could not be answered for a failure, else 0.

    as_json: print each answer as JSON on a line of its own, as soon as it is there.
    """
    typed = sys.stdin.isatty() and not as_json
    if typed:
        count = len(assistant.articles())
        console.print(Text(f"{count} articles are indexed. Ask about them; Ctrl-D ends the conversation.", style="dim"))
    history: list[tuple[str, str]] = []
    code = 0
    try:
        for question in _read_typed() if typed else _read_lines():
            if not typed and not as_json:
                console.print(Text(f"{PROMPT}{question}", style="dim"))
            try:
                with console.status("reading …") if typed else nullcontext():
                    answer = assistant.ask(question, history=history[-HISTORY_TURNS:], language=language)
            except RagError as error:
                print(str(error), file=sys.stderr)  # noqa: T201
                code = 2
                continue
            history.append((question, answer.text))
            if as_json:
                print(json.dumps(answer.to_dict(), ensure_ascii=False), flush=True)  # noqa: T201
            else:
                print_answer(answer, console)
    except KeyboardInterrupt:
        console.print()
    return code


def _read_typed() -> Iterator[str]:
    """The questions typed at a prompt, until Ctrl-D."""
    with suppress(ImportError):  # arrows and earlier lines work where there is one
        import readline  # noqa: F401
    while True:
        try:
            line = input(PROMPT)
        except EOFError:
            print()  # noqa: T201
            return
        if line.strip():
            yield line


def _read_lines() -> Iterator[str]:
    """The lines of standard input that hold anything. Bytes that are no UTF-8 become U+FFFD."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    for line in sys.stdin:
        if line.strip():
            yield line.strip()
