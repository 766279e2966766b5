"""Greetings, thanks and the like: what a person says to whoever answers, and not about the articles.

A text is compared with examples by its letters, so that "helloo" and "merhba" are greetings as well.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Literal, get_args

from rag.language import fold_text
from rag.languages import cache_for_languages
from rag.locales import load_locales

SmallTalk = Literal["greeting", "thanks", "farewell", "assent", "wellbeing", "identity"]

MAX_CHARS = 40  # of a text that can be small talk
MIN_LIKENESS = 0.8  # share of letters in common with an example (Ratcliff and Obershelp, 1988)


def find_small_talk(text: str) -> SmallTalk | None:
    """The kind of small talk that a text is; None when it is something else.

    >>> find_small_talk("Helloo!"), find_small_talk("谢谢"), find_small_talk("Teşekkürler"), find_small_talk("Who signed?")
    ('greeting', 'thanks', 'thanks', None)
    """
    plain = _letters(text)
    if not plain or len(plain) > MAX_CHARS:
        return None
    return _match(plain)


def _match(plain: str) -> SmallTalk | None:
    """The kind of the nearest example; of several one after another ("hi how are you"), the last one's."""
    for end in range(len(plain) - 1, 1, -1):
        if plain[:end] in _examples() and (rest := _match(plain[end:])):
            return rest
    best, kind = 0.0, None
    for example, of in _examples().items():
        shortest, longest = sorted((len(plain), len(example)))
        if 2 * shortest < MIN_LIKENESS * (shortest + longest):
            continue
        likeness = SequenceMatcher(None, plain, example, autojunk=False).ratio()
        if likeness > best:
            best, kind = likeness, of
    return kind if best >= MIN_LIKENESS else None


@cache_for_languages()
def _examples() -> dict[str, SmallTalk]:
    """Letters of each example, and its kind."""
    said = [locale.small_talk for locale in load_locales().values()]
    return {_letters(example): kind for kind in get_args(SmallTalk) for examples in said for example in getattr(examples, kind)}


def _letters(text: str) -> str:
    """The text folded, its letters and digits alone, a letter at most twice in a row."""
    kept = ""
    for c in fold_text(text):
        if c.isalnum() and not kept.endswith(c * 2):
            kept += c
    return kept
