"""Names across scripts: how likely Chinese characters are a name in Latin letters, by the sound of both.

A table of log odds says which letters of a name stand for which letters of pinyin. It is learnt from pairs of names
(`training/sounds.py`; a stochastic edit distance, Ristad and Yianilos, IEEE PAMI 1998). Of names in English sentences it tells
those that the Chinese paragraph has from others with an area of 0.91; consonants compared by their kind, 0.64 (n = 94).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path

import numpy as np

from rag.language import fold_text

LETTERS = "abcdefghijklmnopqrstuvwxyz"
PATH = Path(__file__).parents[1] / "data" / "sounds.toml"
_HAN = re.compile(r"[\u4e00-\u9fff·•]+")
LETTERS_OF_SYLLABLE = 3  # at most, of a name in Latin letters that one syllable of Chinese stands for
_LETTERS_ADDED = 6  # by which a name in pinyin may be longer than twice the name
_GAP, _NEVER = -1, -1e6  # between two runs of characters; a score that nothing beats
# A Chinese name in pinyin: a family name of a syllable, and one or two more.
_SYLLABLE = (
    "(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|"
    "ua|ue|ui|un|uo|[aeiou]))"
)
_PINYIN = re.compile(rf"{_SYLLABLE} {_SYLLABLE}[ -]?{_SYLLABLE}?")


@dataclass(frozen=True, slots=True)
class Table:
    """odds: (27, 27), the log odds of each Latin letter and each letter of pinyin; the last row and column are for none."""

    odds: np.ndarray


@cache
def read_table() -> Table:
    """The table that ships."""
    rows = tomllib.loads(PATH.read_text(encoding="utf-8"))
    odds = np.array([*(rows[letter] for letter in LETTERS), [*rows["none"], 0]]) / 10
    return Table(odds)


def is_pinyin(run: Sequence[str]) -> bool:
    """Whether words with capitals are a Chinese name in pinyin: "Yu Xiaobing"."""
    return _PINYIN.fullmatch(fold_text(" ".join(run))) is not None


def has_pinyin(run: Sequence[str], text: str) -> bool:
    """Whether a name in pinyin stands in a text in Chinese characters, the family name first or last."""
    orders = {fold_text("".join(run)), fold_text("".join((*run[1:], run[0])))}
    for syllables in _list_syllables(text):
        letters, starts = "".join(syllables), {0, *accumulate(map(len, syllables))}
        for order in orders:
            found = (at.start() for at in re.finditer(f"(?={re.escape(order)})", letters))
            if any(at in starts and at + len(order) in starts for at in found):
                return True
    return False


def compute_odds_heard(word: str, text: str) -> float:
    """The log odds, a letter, that some of a text's Chinese characters are a word by its sound; of pure chance they are below 0.

    >>> compute_odds_heard("Thomas", "托马斯来了") > 1 > 0 > compute_odds_heard("Thomas", "伊斯坦布尔")
    True
    """
    return compute_best_odds("".join(c for c in fold_text(word) if c in LETTERS), _list_syllables(text), read_table())


def is_heard(parts: Sequence[str], words: Sequence[str], least: float) -> bool:
    """Whether each part of a Chinese name with dots is one of some words in Latin letters by its sound.

    Other words may stand before the first part and after the last one. least: log odds a letter.
    """
    spelt = {letters for word in words if len(letters := "".join(c for c in fold_text(word) if c in LETTERS)) > 1}
    return all(
        any(_compare(letters, read_pinyin(option)) >= least for option in _list_options(parts, i) for letters in spelt)
        for i in range(len(parts))
    )


def _list_options(parts: Sequence[str], i: int) -> list[str]:
    part = parts[i]
    if i == 0:
        return [part[k:] for k in range(max(1, len(part) - 1))]
    return [part[:k] for k in range(min(2, len(part)), len(part) + 1)] if i == len(parts) - 1 else [part]


def _compare(letters: str, syllables: Sequence[str]) -> float:
    """The log odds a letter that syllables are a word; a word much longer than they are is none of theirs."""
    odds = compute_best_odds(letters, [syllables], read_table(), whole=True)
    return odds * min(1.0, LETTERS_OF_SYLLABLE * len(syllables) / len(letters)) if odds > 0 else odds


def compute_best_odds(letters: str, runs: Sequence[Sequence[str]], table: Table, whole: bool = False) -> float:
    """The log odds, a letter, of the best part of some runs of syllables for a word. whole: of whole runs only.

    The part begins and ends where a syllable does.
    """
    pinyin: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    for syllables in runs:
        bounds = [len(pinyin) + n for n in accumulate(map(len, syllables), initial=0)]
        starts += bounds[:1] if whole else bounds[:-1]
        ends += bounds[-1:] if whole else bounds
        pinyin += [LETTERS.find(c) for syllable in syllables for c in syllable] + [_GAP]
    if not letters or not starts:
        return _NEVER
    longest = len(pinyin) if whole else 2 * len(letters) + _LETTERS_ADDED
    told = np.append(pinyin, np.full(longest, _GAP))
    stops = np.zeros(len(told) + 1, bool)
    stops[ends] = True
    return _align([LETTERS.index(c) for c in letters], told, np.array(starts), stops, longest, table.odds) / len(letters)


def _align(
    letters: Sequence[int], pinyin: np.ndarray, starts: np.ndarray, stops: np.ndarray, longest: int, odds: np.ndarray
) -> float:
    """The best score of a word against pinyin from any of the starts to any of the stops, all starts at once."""
    alone = odds[letters, -1]
    column = np.repeat(np.append(0, np.cumsum(alone))[:, None], len(starts), 1)
    best = _NEVER
    for j in range(longest):
        told = pinyin[starts + j]
        on = told != _GAP
        if not on.any():
            break
        starts, told, column = starts[on], told[on], column[:, on]
        before, column = column, column + odds[-1, told]
        together = odds[np.ix_(letters, told)]
        for i in range(1, len(column)):
            column[i] = np.maximum(np.maximum(column[i], before[i - 1] + together[i - 1]), column[i - 1] + alone[i - 1])
        best = max(best, float(np.max(column[-1], where=stops[starts + j + 1], initial=_NEVER)))
    return best


def _list_syllables(text: str) -> list[tuple[str, ...]]:
    return [read_pinyin(match[0]) for match in _HAN.finditer(text)]


@lru_cache(maxsize=4096)
def read_pinyin(han: str) -> tuple[str, ...]:
    """The syllables of Chinese characters, without tones, ü as u."""
    import pypinyin  # 50 ms, and only names across scripts need it

    return tuple(syllable.replace("v", "u") for syllable in pypinyin.lazy_pinyin(re.sub("[·•]", "", han)))
