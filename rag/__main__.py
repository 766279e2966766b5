"""The assistant on the command line: `python -m rag ask "question"`, `chat`, `show expo#p3`, `articles`; see `--help`."""

from __future__ import annotations

import sys

from rag.cli import main

PROGRAM = "python -m rag"


def run_module(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when it was answered, 1 when the articles do not say, 2 when something is wrong."""
    return main(arguments, PROGRAM)


if __name__ == "__main__":
    sys.exit(run_module())
