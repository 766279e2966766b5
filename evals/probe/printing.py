"""The tables of `python -m evals probe`, and its file of figures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from evals.metrics import share, wilson
from evals.probe.claims import EXACT
from evals.probe.putting import DOORS, Row
from evals.probe.texts import LANGUAGES

Figure = dict[str, Any]


def figures(rows: Sequence[Row]) -> list[Figure]:
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
        part = [row for row in rows if (row.claim.origin, row.claim.split) == (origin, split)]
        if part:
            yield (f"{origin}, {split}" if origin == "by hand" else origin), part


def _kinds(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """False kinds, all that is exact together, then true ones, then all of these together."""
    kinds = dict.fromkeys(row.claim.kind for row in sorted(rows, key=lambda row: (row.claim.true, row.claim.kind)))
    false = {kind: [row for row in rows if row.claim.kind == kind] for kind in kinds if any(
        row.claim.kind == kind and not row.claim.true for row in rows)}  # fmt: skip
    yield from false.items()
    if exact := [row for row in rows if row.claim.kind in EXACT]:
        yield "all of numbers, dates, times, quoted words, addresses", exact
    for kind in kinds:
        if kind not in false:
            yield f"true: {kind}", [row for row in rows if row.claim.kind == kind]
    if true := [row for row in rows if row.claim.true]:
        yield "true: all", true


def show(found: Sequence[Figure], console: Console) -> None:
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


def show_wrong(rows: Sequence[Row], console: Console) -> None:
    """Every claim that was dealt with wrongly, with the reasons given."""
    for row in rows:
        if not row.right:
            claim = row.claim
            console.print(
                f"{row.door} {claim.id} [{claim.kind}, {claim.way}] {claim.language} against {claim.evidence_language}",
                f"  {claim.text}", f"  {row.verdict.quote} {row.verdict.reasons}",
                sep="\n", markup=False, highlight=False, soft_wrap=True,
            )  # fmt: skip


def write(out: Path, settings: Mapping[str, Any], found: Sequence[Figure], rows: Sequence[Row]) -> None:
    """The figures and what came of each claim, as JSON."""
    told = [
        {
            "id": row.claim.id, "door": row.door, "kind": row.claim.kind, "way": row.claim.way, "claim": row.claim.text,
            "language": row.claim.language, "against": row.claim.evidence_language, "cites": row.claim.cites,
            "true": row.claim.true, "split": row.claim.split, "right": row.right,
            "status": row.verdict.status, "reasons": [str(reason) for reason in row.verdict.reasons],
        }
        for row in rows
    ]  # fmt: skip
    whole = {"settings": dict(settings), "figures": list(found), "claims": told}
    out.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")
