"""Names across scripts: Chinese names in pinyin, and foreign ones by their sound in Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from rag.language import fold_text

_HAN = re.compile(r"[\u4e00-\u9fff·•]+")
# A Chinese name in pinyin: a family name of a syllable, and one or two more.
_SYLLABLE = (
    "(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|"
    "ua|ue|ui|un|uo|[aeiou]))"
)
_PINYIN = re.compile(rf"{_SYLLABLE} {_SYLLABLE}[ -]?{_SYLLABLE}?")
_MIN_SOUNDS, _MAX_EDITS = 3, 0.25  # consonants that tell a name by its sound; of these the share that may differ


def is_pinyin(run: Sequence[str]) -> bool:
    """Whether words with capitals are a Chinese name in pinyin: "Yu Xiaobing"."""
    return _PINYIN.fullmatch(fold_text(" ".join(run))) is not None


def is_heard(run: Sequence[str], text: str) -> bool:
    """Whether a name stands in Chinese characters, in pinyin or by its sound."""
    orders = {fold_text("".join(run)), fold_text("".join((*run[1:], run[0])))}
    skeletons = [get_skeleton(fold_text(word)) for word in (*run, "".join(run))] if not is_pinyin(run) else []
    for m in _HAN.finditer(text):
        syllables = _read_pinyin(m.group())
        letters, starts = "".join(syllables), {0, *accumulate(map(len, syllables))}
        for order in orders:
            found = (at.start() for at in re.finditer(f"(?={re.escape(order)})", letters))
            if any(at in starts and at + len(order) in starts for at in found):
                return True
        sounds = get_skeleton(letters, pinyin=True)
        if any(len(own) >= _MIN_SOUNDS and count_edits(own, sounds) <= len(own) * _MAX_EDITS for own in skeletons):
            return True
    return False


@lru_cache(maxsize=4096)
def _read_pinyin(han: str) -> tuple[str, ...]:
    import pypinyin  # 50 ms, and only names across scripts need it

    return tuple(syllable.replace("v", "u") for syllable in pypinyin.lazy_pinyin(re.sub("[·•]", "", han)))


# Consonants that one script keeps and the other hears as the same, those of Latin names and those of pinyin.
_COMMON_SOUNDS = ((r"[dt]", "T"), (r"[bp]", "P"), (r"ng|[mn]", "N"), (r"[lr]", "L"), (r"f", "F"))
_SOUND_RULES = {
    False: ((r"sch|sh|ch|zh|c(?=[eiy])|[zxjs]", "S"), (r"ph", "F"), (r"th", "T"), (r"ck|[gkqc]", "K"), *_COMMON_SOUNDS),
    True: ((r"er(?![aeiou])", "L"), (r"zh|ch|sh|[zcsjqx]", "S"), (r"[gk]", "K"), *_COMMON_SOUNDS),
}


@lru_cache(maxsize=4096)
def get_skeleton(letters: str, pinyin: bool = False) -> str:
    """The consonants of a name by their kind.

    >>> get_skeleton("iznik"), get_skeleton("yizinike", pinyin=True)
    ('SNK', 'SNK')
    """
    text = letters
    for rule, kind in _SOUND_RULES[pinyin]:
        text = re.sub(rule, kind, text)
    return re.sub(r"([A-Z])\1+", r"\1", re.sub(r"[^A-Z]", "", text))


def count_edits(one: str, longer: str) -> int:
    """The fewest edits that make `one` some part of `longer` (Sellers, J. Algorithms 1980)."""
    row = [0] * (len(longer) + 1)
    for i, c in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, d in enumerate(longer, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (c != d))
    return min(row)
