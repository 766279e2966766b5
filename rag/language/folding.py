"""One form for writings a reader takes as the same, with the way back to the text as written."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

MAX_WORD_CHARS = 64  # of what is kept in the cache: words come again, whole paragraphs hardly


@cache
def _converter() -> Any:  # noqa: ANN401 - opencc has no types
    import opencc  # 30 ms, and only Chinese needs it

    return opencc.OpenCC("t2s")


@lru_cache(maxsize=65536)
def _character(c: str) -> str:
    if "\u3400" <= c <= "\u9fff" or "\uf900" <= c <= "\ufaff":
        simple = str(_converter().convert(unicodedata.normalize("NFKC", c)))
        return simple if len(simple) == 1 else c
    decomposed = unicodedata.normalize("NFKD", c).casefold().replace("ı", "i")
    return "".join(part for part in decomposed if not unicodedata.combining(part))


def fold_text(text: str) -> str:
    """One form for: case, full and half width, diacritics, Turkish dotted and dotless i, traditional and simplified Chinese.

    >>> fold_text("İznik"), fold_text("IZNIK"), fold_text("ＫＩＬＮ"), fold_text("ılık"), fold_text("景德鎮陶瓷")
    ('iznik', 'iznik', 'kiln', 'ilik', '景德镇陶瓷')
    """
    return _fold_word(text) if len(text) <= MAX_WORD_CHARS else "".join(map(_character, text))


@lru_cache(maxsize=65536)
def _fold_word(word: str) -> str:
    return "".join(map(_character, word))


def simplify_chinese(text: str) -> str:
    """The text with traditional Chinese characters in simplified writing and everything else as it is; as long as it was.

    >>> simplify_chinese("第幾家 Store?")
    '第几家 Store?'
    """
    return "".join(_character(c) if "\u3400" <= c <= "\u9fff" else c for c in text)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and the way back: `text[i]` comes from `original[offsets[i]]`; offsets never fall."""

    text: str
    offsets: tuple[int, ...]
    length: int  # of the original, in code points

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that `text[start:end]` comes from; start < end."""
        last = self.offsets[end - 1]
        while end < len(self.offsets) and self.offsets[end] == last:
            end += 1
        return self.offsets[start], self.offsets[end] if end < len(self.offsets) else self.length


@lru_cache(maxsize=4096)
def fold_with_offsets(text: str) -> Folded:
    """`fold_text(text)` with the offset of each of its characters.

    >>> found = fold_with_offsets("in İZNİK.")
    >>> found.span(*(found.text.index("iznik") + n for n in (0, 5)))
    (3, 8)
    """
    parts = [(character, i) for i, c in enumerate(text) for character in _character(c)]
    return Folded("".join(c for c, _ in parts), tuple(i for _, i in parts), len(text))
