"""Words in Latin letters -> those that are spelt most alike: what a question misspells is still found.

Words are compared by their character trigrams, as Dice's share of those they have in common (Angell, Freund and Willett,
Information Processing and Management 19(4), 1983); two marks before the first letter make beginnings count more, where people
seldom err. Trigrams lead to words by an inverted file of five arrays that are mapped into memory: opening it reads nothing.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MIN_LIKENESS = 0.4  # "expo" and "exop" have it exactly
MAX_NEAREST, MAX_LAG = 3, 0.1  # words taken, and how much less alike than the best the others may be
MAX_LETTERS = 32
_WORD = re.compile(rf"[a-z]{{3,{MAX_LETTERS}}}")
_BEFORE, _AFTER = "^^", "$"
_TYPES = {"letters": "<u1", "ends": "<i8", "trigrams": "<u4", "starts": "<i8", "words": "<i4"}


def is_spelt(word: str) -> bool:
    """Whether a key of a word is compared by its spelling: three letters or more, folded to the Latin alphabet."""
    return bool(_WORD.fullmatch(word))


def find_trigrams(word: str) -> frozenset[int]:
    """The character trigrams of a word with its marks, each as a number.

    >>> len(find_trigrams("expo") & find_trigrams("exop")), len(find_trigrams("expo"))
    (2, 5)
    """
    marked = f"{_BEFORE}{word}{_AFTER}".encode()
    return frozenset(int.from_bytes(marked[i : i + 3], "big") for i in range(len(marked) - 2))


def write_spellings(words: Iterable[str], folder: Path) -> None:
    """Write the index of distinct words, in the order of the alphabet, into a folder."""
    known = sorted(words)
    codes, numbers = array("I"), array("I")  # eight bytes a pair, where a list of tuples takes a hundred
    for number, word in enumerate(known):
        own = sorted(find_trigrams(word))
        codes.extend(own)
        numbers.extend([number] * len(own))
    every = np.asarray(codes, "<u4")
    order = np.argsort(every, kind="stable")  # so that the words of a trigram stay in order
    trigrams, counts = np.unique(every, return_counts=True)
    arrays = {
        "letters": np.frombuffer("".join(known).encode(), "u1"),
        "ends": np.cumsum([0, *map(len, known)]),
        "trigrams": trigrams,
        "starts": np.concatenate([[0], counts.cumsum()]),
        "words": np.asarray(numbers)[order],
    }
    for name, values in arrays.items():
        values.astype(_TYPES[name]).tofile(_place(folder, name))


class SpellingIndex:
    """The words of an index by their spelling. Raises OSError or ValueError when the files are damaged."""

    def __init__(self, folder: Path) -> None:
        self._letters, self._ends, self._trigrams, self._starts, self._words = (
            map_array(_place(folder, name), kind) for name, kind in _TYPES.items()
        )
        fits = len(self._starts) == len(self._trigrams) + 1 and self._starts[-1] == len(self._words)
        if not fits or not len(self._ends) or self._ends[-1] != len(self._letters):
            raise ValueError("the arrays of the words' spellings do not fit together")

    def find_nearest(self, word: str) -> list[tuple[str, float]]:
        """(word, likeness) of the words that are spelt most alike, best first; likeness in [`MIN_LIKENESS`, 1]."""
        if not is_spelt(word):
            return []
        wanted = find_trigrams(word)
        shared: Counter[int] = Counter()
        for trigram in wanted:
            shared.update(self._find_words(trigram).tolist())
        found = []
        for number, common in shared.items():
            # Every word has one trigram more than letters, but for those that have one twice.
            if 2 * common >= MIN_LIKENESS * (len(wanted) + 1):
                other = self._read(number)
                found.append((2 * common / (len(wanted) + len(find_trigrams(other))), other))
        found = sorted((row for row in found if row[0] >= MIN_LIKENESS), key=lambda row: (-row[0], row[1]))
        return [(other, likeness) for likeness, other in found[:MAX_NEAREST] if likeness >= found[0][0] - MAX_LAG]

    def _find_words(self, trigram: int) -> NDArray[np.int32]:
        at = int(np.searchsorted(self._trigrams, np.uint32(trigram)))
        if at == len(self._trigrams) or self._trigrams[at] != trigram:
            return np.empty(0, np.int32)
        return np.asarray(self._words[self._starts[at] : self._starts[at + 1]])

    def _read(self, number: int) -> str:
        return bytes(self._letters[self._ends[number] : self._ends[number + 1]]).decode()


def map_array(path: Path, kind: str) -> NDArray[Any]:
    """The numbers in a file, mapped into memory. Raises OSError or ValueError when it is not there or was cut."""
    size = path.stat().st_size
    if size % np.dtype(kind).itemsize:
        raise ValueError(f"{path.name} was cut")
    # A file without a byte in it cannot be mapped.
    return np.memmap(path, kind, "r") if size else np.empty(0, kind)


def _place(folder: Path, name: str) -> Path:
    return folder / f"spelling-{name}.bin"
