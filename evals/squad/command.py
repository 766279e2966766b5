"""`python -m evals squad FILE…`: see `--help`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console

from evals.squad.asking import Row, ask
from evals.squad.figures import figures
from evals.squad.files import NotSquad, Question, first, load
from evals.squad.pools import Pool, mixed, own
from evals.squad.printing import show, write
from evals.squad.systems import Hit, Ours, Plain, System, fingerprint
from rag import Article, RagError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `main`."""
    parser.description = (
        "Questions of SQuAD 1.1 or 2.0 files, one language each, named like en.json, put to a store of their "
        "paragraphs: ours, and the plain recipe (recursive splitter, Chroma, the same first encoder)."
    )
    add = parser.add_argument
    add("files", nargs="+", type=Path, metavar="FILE", help="the paragraphs of the pools, and questions")
    add("--ask", nargs="+", type=Path, default=[], metavar="FILE", help="more questions, in other languages")
    add("--pool", choices=["own", "mixed"], default="mixed", help="each language's paragraphs apart, or all (default)")
    add("--questions", type=_codes, metavar="en,zh", help="put only the questions in these languages")
    add("--gold-removed", action="store_true", help="put each question without its gold paragraph too")
    add("--limit", type=_positive, metavar="N", help="N questions a language, from all articles in turn")
    add("--articles", nargs="+", type=_positive, metavar="N", help="ask only about these articles of each file, from 1")
    add("--json", type=Path, metavar="OUT", help="write all figures and what came of each question")
    add(
        "--store",
        type=Path,
        metavar="FOLDER",
        help="keep what was embedded: a stopped run goes on, a second one reuses it",
    )


def main(chosen: argparse.Namespace, console: Console) -> int:
    """Ask, print the tables; 0, 2 when a file cannot be used, 130 when stopped."""
    errors = Console(stderr=True, style="red", markup=False, highlight=False, soft_wrap=True)
    try:
        run = _Run.of(chosen)
        with ExitStack() as stack:
            kept = chosen.store or Path(stack.enter_context(TemporaryDirectory()))
            rows = run.ask(kept)
        found = figures(rows)
        show(found, console)
        settings = run.settings(chosen)
        if chosen.json:
            write(chosen.json, settings, found, rows)
        console.print(", ".join(f"{name} {value}" for name, value in settings.items()), highlight=False)
    except (NotSquad, RagError, OSError) as error:
        errors.print(str(error))
        return 2
    except KeyboardInterrupt:
        errors.print(
            "Stopped.", "The same command goes on from here." if chosen.store else "--store keeps what is done."
        )
        return 130
    return 0


@dataclass
class _Run:
    """The pools of a run, and how many texts had to be embedded for them."""

    pools: Sequence[Pool]
    embedded: dict[str, int]

    @classmethod
    def of(cls, chosen: argparse.Namespace) -> _Run:
        """The pools asked for. Raises NotSquad."""
        articles, gold = load(chosen.files)
        _, more = load(chosen.ask)
        if chosen.json and not chosen.json.absolute().parent.is_dir():
            raise NotSquad(f"{chosen.json}: its folder is not there")
        put = [[q for q in of if not chosen.articles or q.article + 1 in chosen.articles] for of in (gold, more)]
        asked = [question for of in put for question in first(of, chosen.limit)]
        if chosen.questions:
            there = sorted({q.language for q in asked})
            if missing := [code for code in chosen.questions if code not in there]:
                raise NotSquad(f"--questions: none in {', '.join(missing)}; the files have {', '.join(there)}")
            asked = [q for q in asked if q.language in chosen.questions]
        return cls(_pools(chosen, articles, gold, asked), {})

    def ask(self, folder: Path) -> list[Row]:
        """Put every question to both systems, over stores in `folder`."""
        rows: list[Row] = []
        for pool in self.pools:
            place = folder / f"{pool.name}-{fingerprint(pool.articles)}"
            rows += self._put(Ours(pool.articles, place / "ours"), pool)
            rows += self._put(Plain(pool.articles, place / "plain"), pool)
        return rows

    def _put(self, system: System[Hit], pool: Pool) -> Iterator[Row]:
        self.embedded[system.name] = self.embedded.get(system.name, 0) + system.embedded
        return ask(system, pool)

    def settings(self, chosen: argparse.Namespace) -> dict[str, Any]:
        """What was run, on what, when."""
        articles = [a for pool in self.pools for a in pool.articles]
        return {
            "date": f"{datetime.now(UTC):%Y-%m-%d}",
            "pool": chosen.pool,
            "files": " ".join(path.name for path in chosen.files),
            "asked too": " ".join(path.name for path in chosen.ask) or "-",
            "questions": sum(len(pool.asked) for pool in self.pools),
            "languages": " ".join(dict.fromkeys(q.language for pool in self.pools for q, _ in pool.asked)),
            "limit": chosen.limit or "none",
            "gold removed": "yes" if chosen.gold_removed else "no",
            "articles": len(articles),
            "paragraphs": sum(len(a.paragraphs or ()) for a in articles),
            **{f"embedded for {name}": count for name, count in self.embedded.items()},
        }


def _pools(
    chosen: argparse.Namespace, articles: Sequence[Article], gold: Sequence[Question], asked: Sequence[Question]
) -> list[Pool]:
    if chosen.pool == "mixed":
        pools = [mixed(articles, gold, asked, chosen.gold_removed)]
    else:
        pools = list(own(articles, gold, asked, chosen.gold_removed))
    if not any(pool.asked for pool in pools):
        raise NotSquad("There is no question to ask of these files.")
    return pools


def _codes(text: str) -> list[str]:
    return [code.strip().lower() for code in text.split(",") if code.strip()]


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not 1 or more")
    return number
