"""`python -m evals probe [FILE ...]`: claims put to verification, from the articles, by hand, and from given SQuAD-format files;
tables of what was stopped and let through."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from evals import claims, runner
from evals.claims import DOORS, Row
from evals.gold import LANGUAGES
from evals.metrics import share, wilson
from evals.research import falsifying
from evals.research.squad import NotSquad
from rag import Paragraph, Settings

EXACT = ("number", "date", "time", "quoted words", "address")  # what no model may overrule
MADE = 20  # claims of each kind, language and relation of the languages that are made from the articles
Figure = dict[str, Any]


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of `main`."""
    add = parser.add_argument
    add("files", nargs="*", type=Path, metavar="FILE",  # as XQuAD's en.json and zh.json
        help="SQuAD-format files that are translations of one another: claims made from them too")  # fmt: skip
    add("--articles", nargs="+", type=int, default=(), metavar="N", help="only of these articles of the files, from 1")
    add("--limit", type=int, default=20, metavar="N",
        help="claims made of each kind and language, against the same and against another one; 0: all (default 20)")  # fmt: skip
    add("--write", action="store_true", help="make the claims from the articles anew, into evals/claims/articles.jsonl")
    add("--kinds", nargs="+", default=(), metavar="KIND", help="only these kinds, such as number and date")
    add("--json", type=Path, metavar="OUT", help="write all figures and what came of each claim")
    add("--verbose", action="store_true", help="print every claim that was dealt with wrongly")


def main(chosen: Namespace, console: Console) -> int:
    """Put the claims, print the tables."""
    if chosen.json and not chosen.json.absolute().parent.is_dir():
        raise NotSquad(f"{chosen.json}: its folder is not there")
    limit = chosen.limit or None
    files = falsifying.of_files(chosen.files, chosen.articles) if chosen.files else ()
    of_files = falsifying.make_claims(files, "files", limit)
    with runner.indexed(Settings(model=None)) as assistant:
        paragraphs = runner.of_articles(assistant)
        if chosen.write:
            write_made(paragraphs)
        every = [*of_files, *claims.read_made(paragraphs, limit), *claims.read_written(paragraphs)]
        kinds = {claim.kind for claim in every}
        if unknown := set(chosen.kinds) - kinds:
            raise NotSquad(f"--kinds: no claim is {', '.join(sorted(unknown))}; there are {', '.join(sorted(kinds))}")
        asked = [claim for claim in every if not chosen.kinds or claim.kind in chosen.kinds]
        rows = claims.put_claims(asked, assistant)
    found = compute_figures(rows)
    show_figures(found, console)
    if chosen.verbose:
        _show_wrong(rows, console)
    false = sum(not claim.true for claim in asked)
    settings = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}", "files": " ".join(path.name for path in chosen.files) or "-",
        "articles": " ".join(map(str, chosen.articles)) or "all", "limit": limit or "none", "claims": len(asked), "false": false,
    }  # fmt: skip
    if chosen.json:
        whole = {"settings": settings, "figures": found, "claims": [_tell(row) for row in rows]}
        chosen.json.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")
    console.print(", ".join(f"{name} {value}" for name, value in settings.items()), highlight=False)
    return 0


def write_made(paragraphs: Mapping[str, Paragraph]) -> None:
    """Write the claims made from the articles into the file that `evals.claims` reads."""
    made = falsifying.make_claims(falsifying.of_assistant(paragraphs), "articles", MADE)
    lines = []
    for claim in made:
        row = claim.cites[0].partition("+")[0]
        more = claim.evidence[0].removeprefix(paragraphs[row].text)  # a line with an address, put behind the paragraph
        lines.append(json.dumps({"id": claim.id, "text": claim.text, **({"more": more} if more else {})}, ensure_ascii=False))
    (claims.FOLDER / "articles.jsonl").write_text("\n".join([*lines, ""]), encoding="utf-8")


def compute_figures(rows: Sequence[Row]) -> list[Figure]:
    """Of each origin, door, kind and relation of the languages: how many claims, the share dealt with rightly, its interval."""
    return [
        {
            "origin": origin, "door": door, "kind": kind, "same": same,
            **_figure([row for row in part if same in (row.claim.same, None)]),
        }
        for origin, of_origin in _origins(rows)
        for door in DOORS
        if (of_door := [row for row in of_origin if row.door == door])
        for kind, part in _kinds(of_door)
        for same in (True, False, None)
    ]  # fmt: skip


def _figure(rows: Sequence[Row]) -> Figure:
    hits = [row.right for row in rows]
    by = {code: [row.right for row in rows if row.claim.language == code] for code in LANGUAGES}
    counted = {code: [sum(own), len(own)] for code, own in by.items()}
    return {"n": len(rows), "right": share(hits), "interval": wilson(sum(hits), len(hits)), "by": counted}


def _origins(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    for origin, split in (("files", "test"), ("articles", "test"), ("by hand", "test"), ("by hand", "dev")):
        if part := [row for row in rows if (row.claim.origin, row.claim.split) == (origin, split)]:
            yield (f"{origin}, {split}" if origin == "by hand" else origin), part


def _kinds(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """False kinds, all that is exact together, then true ones, then all of these together."""
    for true in (False, True):
        part = [row for row in rows if row.claim.true == true]
        for kind in sorted({row.claim.kind for row in part}):
            yield f"true: {kind}" if true else kind, [row for row in part if row.claim.kind == kind]
        exact = [row for row in part if row.claim.kind in EXACT]
        if together := part if true else exact:
            yield "true: all" if true else "all of numbers, dates, times, quoted words, addresses", together


def show_figures(found: Sequence[Figure], console: Console) -> None:
    """A table of each origin: share and interval in the same and in another language, by both doors."""
    for origin in dict.fromkeys(figure["origin"] for figure in found):
        part = [figure for figure in found if figure["origin"] == origin]
        doors = [door for door in DOORS if any(figure["door"] == door for figure in part)]
        columns = (f"{door}, {which}" for door in doors for which in ("same", "other"))
        table = Table("stopped if false, let through if true", *columns, *LANGUAGES, title=origin)
        for kind in dict.fromkeys(figure["kind"] for figure in part):
            of_kind = {(figure["door"], figure["same"]): figure for figure in part if figure["kind"] == kind}
            cells = [_cell(of_kind.get((door, same))) for door in doors for same in (True, False)]
            table.add_row(kind, *cells, *("/".join(map(str, of_kind[doors[0], None]["by"][code])) for code in LANGUAGES))
        console.print(table)


def _cell(figure: Figure | None) -> str:
    if not figure or figure["right"] is None or figure["interval"] is None:
        return "-"
    low, high = figure["interval"]
    return f"{figure['right']:.3f} ({low:.2f}-{high:.2f}) n {figure['n']}"


def _tell(row: Row) -> dict[str, Any]:
    claim = row.claim
    return {
        "id": claim.id, "door": row.door, "kind": claim.kind, "way": claim.way, "claim": claim.text, "language": claim.language,
        "against": claim.evidence_language, "cites": claim.cites, "true": claim.true, "split": claim.split, "right": row.right,
        "status": row.verdict.status, "reasons": [str(reason) for reason in row.verdict.reasons],
    }  # fmt: skip


def _show_wrong(rows: Sequence[Row], console: Console) -> None:
    """Every claim that was dealt with wrongly, with the reasons given."""
    for row in rows:
        if not row.right:
            lines = (f"{key}: {value}" for key, value in _tell(row).items())
            console.print(*lines, "", sep="\n", markup=False, highlight=False, soft_wrap=True)
