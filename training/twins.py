"""Twin claims, one true and one false by few words -> claims for a short later run of the checker.

A run of this kind starts from weights that have seen all other claims, so a few of those are enough to keep what they taught.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from training.misplaced import stitch_claims
from training.rows import ClaimRow, Row
from training.written import FOLDER, is_held_out, make_rows, parse_lines, read_contexts

SHARE_STITCHED = 0.1  # of the true twins

AnyRow = TypeVar("AnyRow", Row, ClaimRow)


def read_twins(held_out: bool, folder: Path = FOLDER) -> list[ClaimRow]:
    """The twin claims on paragraphs that are held out, or on all others, each against its paragraph in every language."""
    paths = [*sorted(folder.glob("composed-*.txt")), *sorted(folder.glob("pairs-*.txt"))]
    lines = [line for path in paths for line in parse_lines(path) if is_held_out(line.key) == held_out]
    twins = {line.key for path in folder.glob("pairs-*.txt") for line in parse_lines(path)}
    paragraphs = [line for line in lines if line.key in twins and line.kind in "=h"]
    claims = [line for path in folder.glob("pairs-*.txt") for line in parse_lines(path) if is_held_out(line.key) == held_out]
    return make_rows([*paragraphs, *claims], {})[1]


def draw_views(rows: Sequence[AnyRow], rng: random.Random) -> list[AnyRow]:
    """Each claim or question against its paragraph in its own language, and against one other language's, drawn for each."""
    views: defaultdict[tuple[str, str, str], list[AnyRow]] = defaultdict(list)
    chosen = []
    for row in rows:
        text, language = (row.claim, row.claim_language) if isinstance(row, ClaimRow) else (row.question, row.question_language)
        if language == row.context_language:
            chosen.append(row)
        else:
            views[text, language, row.kind].append(row)
    return [*chosen, *(rng.choice(own) for own in views.values())]


def mix_twins(data: Path, others: int, rng: random.Random) -> list[ClaimRow]:
    """Claims for the run, shuffled: twins, stitched ones, and `others` of the other written claims, half of them true."""
    twins = draw_views(read_twins(held_out=False), rng)
    paths = [path for path in sorted(FOLDER.glob("*.txt")) if not path.name.startswith("pairs-")]
    lines = [line for path in paths for line in parse_lines(path) if not is_held_out(line.key)]
    written = make_rows(lines, read_contexts(data))[1]
    mixed = [*twins, *stitch_claims([row for row in twins if row.carried], SHARE_STITCHED, rng)]
    for carried in (True, False):
        own = [row for row in written if row.carried == carried]
        mixed += rng.sample(own, min(others // 2, len(own)))
    rng.shuffle(mixed)
    return mixed
