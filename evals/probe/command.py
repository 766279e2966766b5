"""`python -m evals probe [FILE…]`: see `--help`."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from evals import runner
from evals.probe import texts
from evals.probe.claims import Claim, by_hand, made
from evals.probe.printing import figures, show, show_wrong, write
from evals.probe.putting import Row, put
from evals.squad.files import NotSquad
from rag import Assistant, RagError, Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `main`."""
    parser.description = (
        "True and false claims put to verification: made by code from the articles and from SQuAD-format files that are "
        "translations of one another, named like en.json, and written by hand. False ones should be stopped, true ones pass."
    )
    add = parser.add_argument
    add("files", nargs="*", type=Path, metavar="FILE", help="make claims from these too")
    add("--articles", nargs="+", type=int, default=(), metavar="N", help="only from these articles of each file, from 1")
    add("--limit", type=int, default=20, metavar="N",
        help="claims made of each kind and language, against the same and against another one; 0: all (default 20)")  # fmt: skip
    add("--kinds", nargs="+", default=(), metavar="KIND", help="only these kinds, such as number and date")
    add("--seed", type=int, default=0, metavar="N", help="of the choice of the claims made (default 0)")
    add("--json", type=Path, metavar="OUT", help="write all figures and what came of each claim")
    add("--verbose", action="store_true", help="print every claim that was dealt with wrongly")


def main(chosen: argparse.Namespace, console: Console) -> int:
    """Make the claims, put them, print the tables; 0, or 2 when a file cannot be used."""
    errors = Console(stderr=True, style="red", markup=False, highlight=False, soft_wrap=True)
    try:
        if chosen.json and not chosen.json.absolute().parent.is_dir():
            raise NotSquad(f"{chosen.json}: its folder is not there")
        passages = texts.of_files(chosen.files, chosen.articles) if chosen.files else []
        with runner.indexed(Settings(model=None)) as assistant:
            rows = _put(chosen, passages, assistant)
    except (NotSquad, RagError, OSError) as error:
        errors.print(str(error))
        return 2
    found, settings = figures(rows), _settings(chosen, rows)
    show(found, console)
    if chosen.verbose:
        show_wrong(rows, console)
    if chosen.json:
        write(chosen.json, settings, found, rows)
    console.print(", ".join(f"{name} {value}" for name, value in settings.items()), highlight=False)
    return 0


def _put(chosen: argparse.Namespace, passages: list[texts.Passage], assistant: Assistant) -> list[Row]:
    paragraphs = runner.of_articles(assistant)
    limit = chosen.limit or None
    claims: list[Claim] = [
        *made(passages, "files", limit, chosen.seed),
        *made(texts.of_assistant(paragraphs), "articles", limit, chosen.seed),
        *by_hand(paragraphs),
    ]
    if unknown := set(chosen.kinds) - {claim.kind for claim in claims}:
        known = ", ".join(sorted({claim.kind for claim in claims}))
        raise NotSquad(f"--kinds: no claim is {', '.join(sorted(unknown))}; there are {known}")
    return put([claim for claim in claims if not chosen.kinds or claim.kind in chosen.kinds], assistant)


def _settings(chosen: argparse.Namespace, rows: list[Row]) -> dict[str, Any]:
    """What was put, when."""
    claims = {row.claim.id: row.claim for row in rows}.values()
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "files": " ".join(path.name for path in chosen.files) or "-",
        "articles": " ".join(map(str, chosen.articles)) or "all",
        "limit": chosen.limit or "none",
        "seed": chosen.seed,
        "claims": len(claims),
        "false": sum(not claim.true for claim in claims),
    }
