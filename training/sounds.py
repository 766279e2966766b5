"""Names in Latin letters and in Chinese -> how likely a letter of the one stands for a letter of the other's pinyin.

A stochastic edit distance (Ristad and Yianilos, IEEE PAMI 1998), trained by expectation maximisation on countries and cities of
the Unicode locale data, then on persons' names of the paragraphs composed for this, which the first table finds.
`python -m training.sounds` writes `rag/data/sounds.toml`, in four minutes; it needs neither data nor torch.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.language import fold_text
from rag.verification.sounds import LETTERS, PATH, Table, compute_best_odds, read_pinyin
from training.written import read_views

ROUNDS = 6
SMOOTHING = 0.02  # added to the count of every pair of letters
SHARE_TRANSLATED, WEIGHT_TRANSLATED = 1 / 6, 0.1  # of the pairs those least alike: "Iceland" is translated, and counts less
MIN_ODDS_MINED = 0.7  # a letter, of each part of a name that two languages' texts are taken to share
_LATIN = re.compile(r"(?<![\w’'-])[A-ZÇĞİÖŞÜÀ-Þ][a-zçğıöşüà-ÿ]+(?: [A-ZÇĞİÖŞÜÀ-Þ][a-zçğıöşüà-ÿ]+)+")
_DOTTED = re.compile(r"[\u4e00-\u9fff]{1,7}(?:·[\u4e00-\u9fff]{1,7})+")
Pair = tuple[str, str]  # a name in Latin letters and in pinyin


def list_places() -> list[Pair]:
    """Countries and cities of the locale data in English and in Chinese."""
    from babel import Locale

    english: Any = Locale("en")
    chinese: Any = Locale("zh")
    named = [(english.territories[code], name) for code, name in chinese.territories.items() if code.isalpha()]
    for zone, told in chinese.time_zones.items():
        if "/" in zone and "city" in told:
            own = english.time_zones.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
            named.append((own, told["city"]))
    return _spell(named)


def _spell(named: Sequence[tuple[str, str]]) -> list[Pair]:
    pairs = {(_keep_letters(latin), _keep_letters("".join(read_pinyin(han)))) for latin, han in named}
    return sorted((latin, pinyin) for latin, pinyin in pairs if latin and pinyin)


def _keep_letters(text: str) -> str:
    return "".join(c for c in fold_text(text) if c in LETTERS)


def mine_names(texts: Sequence[tuple[str, str]], table: Table) -> list[Pair]:
    """Parts of persons' names of English texts and of the same texts in Chinese, found by how they sound.

    Of a Chinese name with a dot the first part may follow other words and the last one be followed by some.
    """
    found = []
    for english, chinese in texts:
        names = [name.split(" ") for name in set(_LATIN.findall(english))]
        for match in _DOTTED.finditer(chinese):
            parts = match[0].split("·")
            runs = [name[k : k + len(parts)] for name in names for k in range(len(name) - len(parts) + 1)]
            fits = [(run, _fit(run, parts, table)) for run in runs if all(len(_keep_letters(word)) > 1 for word in run)]
            run, best = max(fits, key=lambda fit: min((odds for odds, _ in fit[1])), default=([], []))
            if best and min(odds for odds, _ in best) > MIN_ODDS_MINED:
                found += [(word, han) for word, (_, han) in zip(run, best, strict=True)]
    return _spell(found)


def _fit(run: Sequence[str], parts: Sequence[str], table: Table) -> list[tuple[float, str]]:
    """Of each word the part of a Chinese name that it sounds like, with the odds a letter."""
    found = []
    for i, (word, part) in enumerate(zip(run, parts, strict=True)):
        options = [part]
        if i == 0:
            options = [part[k:] for k in range(len(part))]
        elif i == len(parts) - 1:
            options = [part[: k + 1] for k in range(len(part))]
        letters = _keep_letters(word)
        found.append(max((compute_best_odds(letters, [read_pinyin(han)], table, whole=True), han) for han in options))
    return found


def train_table(pairs: Sequence[Pair], rounds: int = ROUNDS) -> Table:
    """The log odds of letters that stand for each other, against chance. Raises ValueError without a pair."""
    if not pairs:
        raise ValueError("there is no pair of names to learn from")
    coded = [([LETTERS.index(c) for c in a], [LETTERS.index(c) for c in b]) for a, b in pairs]
    size = len(LETTERS)
    chances = np.full((size + 1, size + 1), 0.02) + 0.38 * np.eye(size + 1)  # the last row and column: no counterpart
    chances[-1], chances[:, -1] = 0.05, 0.05
    chances[-1, -1] = 0
    chances /= chances.sum()
    weights = np.ones(len(coded))
    for _ in range(rounds):
        counts, alike = np.zeros_like(chances), np.zeros(len(coded))
        for n, (one, other) in enumerate(coded):
            own, alike[n] = _count(one, other, chances)
            counts += weights[n] * own
        counts[:-1, :] += SMOOTHING
        counts[:, :-1] += SMOOTHING
        counts[-1, -1] = 0
        chances = counts / counts.sum()
        weights = np.where(alike > np.quantile(alike, SHARE_TRANSLATED), 1.0, WEIGHT_TRANSLATED)
    latin, pinyin = chances.sum(1), chances.sum(0)
    latin[-1] = pinyin[-1] = 1.0
    with np.errstate(divide="ignore"):
        return Table(np.log(chances / latin[:, None] / pinyin[None, :]))


def _count(one: Sequence[int], other: Sequence[int], chances: np.ndarray) -> tuple[np.ndarray, float]:
    """How often each pair of letters is expected in all ways to write one name for the other, and the log chance a letter."""
    n, m = len(one), len(other)
    dropped, added, together = chances[one, -1], chances[-1, other], chances[np.ix_(one, other)]
    ahead = _sum_ways(dropped, added, together)
    back = _sum_ways(dropped[::-1], added[::-1], together[::-1, ::-1])[::-1, ::-1]
    total, counts = ahead[n, m], np.zeros_like(chances)
    np.add.at(counts, (np.array(one), -1), (ahead[:-1] * dropped[:, None] * back[1:]).sum(1) / total)
    np.add.at(counts, (-1, np.array(other)), (ahead[:, :-1] * added[None, :] * back[:, 1:]).sum(0) / total)
    np.add.at(counts, (np.repeat(one, m), np.tile(other, n)), (ahead[:-1, :-1] * together * back[1:, 1:] / total).ravel())
    return counts, float(np.log(total)) / (n + m)


def _sum_ways(dropped: np.ndarray, added: np.ndarray, together: np.ndarray) -> np.ndarray:
    """(letters + 1, pinyin + 1): the chances of all ways to write so many letters of the one as so many of the other."""
    alone, beside, pairs = dropped.tolist(), added.tolist(), together.tolist()
    rows = [[1.0]]
    for chance in beside:
        rows[0].append(rows[0][-1] * chance)
    for i, own in enumerate(alone):
        above = rows[-1]
        row = [above[0] * own]
        for j, chance in enumerate(beside):
            row.append(above[j + 1] * own + row[j] * chance + above[j] * pairs[i][j])
        rows.append(row)
    return np.array(rows)


def write_table(table: Table, pairs: int, path: Path = PATH) -> None:
    """Write a table in tenths, with what it was learnt from."""
    tenths = np.maximum(np.round(table.odds * 10), -99).astype(int)
    lines = [
        f"# How names in Latin letters sound in Chinese, learnt from {pairs} of them by `python -m training.sounds`.",
        "# Log odds, in tenths, that a letter stands for each letter of pinyin from a to z and, last, for none; `none`: that a",
        "# letter of pinyin stands for no Latin letter.",
    ]
    for letter, row in zip([*LETTERS, "none"], tenths, strict=True):
        lines.append(f"{letter} = [{', '.join(map(str, row[: None if letter != 'none' else -1]))}]")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Learn the table and write it."""
    places = list_places()
    texts = [(views["en"], views["zh"]) for views in read_views() if {"en", "zh"} <= views.keys()]
    names = mine_names(texts, train_table(places))
    write_table(train_table([*places, *names]), len(places) + len(names))
    print(f"{len(places)} places and {len(names)} parts of persons' names -> {PATH}")  # noqa: T201


if __name__ == "__main__":
    main()
