"""Questions about articles of several paragraphs -> rows for a short later run of the reader.

A question is read with all paragraphs of its article that are found for it, and one of them answers. So each question is put to
its own paragraph and to others of the article, and near misses to the paragraph that they are about.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from training.misplaced import ask_same_article
from training.rows import Row
from training.twins import draw_views
from training.written import FOLDER, Line, is_held_out, make_rows, parse_lines, read_contexts, vary_titles

NAME = "composed-articles*.txt"
OTHERS_OF_ARTICLE = 2  # paragraphs of its article that each question is put to besides its own


def read_articles(held_out: bool, folder: Path = FOLDER) -> list[Row]:
    """The questions about paragraphs that are held out, or about all others, each put to its paragraph in every language."""
    lines = [line for path in sorted(folder.glob(NAME)) for line in parse_lines(path)]
    return make_rows(_choose(lines, held_out), {})[0]


def mix_articles(data: Path, others: int, rng: random.Random) -> list[Row]:
    """Rows for the run, shuffled: questions about articles, the same put to other paragraphs of theirs, and `others` of the other
    written questions."""
    asked = read_articles(held_out=False)
    same = [row for _ in range(OTHERS_OF_ARTICLE) for row in ask_same_article(asked, 1.0, rng)]
    own = draw_views([*asked, *dict.fromkeys(same)], rng)
    paths = [path for path in sorted(FOLDER.glob("*.txt")) if not path.match(NAME)]
    lines = [line for path in paths for line in parse_lines(path)]
    written = make_rows(_choose(lines, held_out=False), read_contexts(data))[0]
    mixed = vary_titles([*own, *rng.sample(written, min(others, len(written)))], rng)
    rng.shuffle(mixed)
    return mixed


def _choose(lines: Sequence[Line], held_out: bool) -> list[Line]:
    return [line for line in lines if is_held_out(line.key) == held_out]
