"""`python -m evals`: see `--help`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console

from evals import fitting, means, pools, runner


def main(arguments: list[str] | None = None) -> int:
    """Run a command; the exit code is 0 when every floor is met, 1 when one is not."""
    parser = argparse.ArgumentParser(
        prog="python -m evals", description="Evaluate the assistant on its gold questions."
    )
    commands = parser.add_subparsers(dest="command")
    gold = commands.add_parser(
        "gold", help="ask the gold questions, print the scores, fail under a floor (the default)"
    )
    gold.add_argument("--verbose", action="store_true", help="print every question that failed, with its answer")
    for name, what in (("fit", "fit the answerer's weights"), ("means", "compute the mean vectors of languages")):
        command = commands.add_parser(name, help=f"{what} on SQuAD-format files, one language each, named like en.json")
        command.add_argument("files", nargs="+", type=Path)
    squad = commands.add_parser(
        "squad", help="find paragraphs across languages in SQuAD-format files, ours and the plain recipe"
    )
    squad.add_argument("files", nargs="+", type=Path, help="parallel files, one language each: the pool, and questions")
    squad.add_argument(
        "--ask", nargs="*", type=Path, default=[], metavar="FILE", help="more questions, in other languages"
    )
    squad.add_argument("--pool", choices=["mixed"], default="mixed", help="all languages in one pool")
    chosen = parser.parse_args(arguments)
    console = Console()
    if chosen.command == "fit":
        fitting.main(chosen.files, console)
    elif chosen.command == "squad":
        pools.main(chosen.files, chosen.ask, console)
    elif chosen.command == "means":
        means.main(chosen.files)
    else:
        return runner.main(console, getattr(chosen, "verbose", False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
