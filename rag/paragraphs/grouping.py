"""Running text without paragraph marks: sentences grouped where the speaker or the subject changes.

The idea is TextTiling's (Hearst, Computational Linguistics 23(1), 1997): a break is where few words are shared with what
went before; newspaper prose adds two stronger signs, a change of speaker and a word that points back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.languages import cache_for_languages
from rag.locales import load_locales, make_rule
from rag.types import Span

MOST = 4  # sentences in a group
_MOST_QUOTED = 3 * MOST  # a quotation that is not closed by then was not meant to be

_find_speech = make_rule(lambda locale: locale.sentences.speech)
_find_back_reference = make_rule(lambda locale: locale.sentences.points_back)
_OPENS = re.compile(r"[\"“「『]")
_find_name = make_rule(
    lambda locale: "|".join(locale.sentences.opening_words.split()), r"\b(?!(?:<>)\b)[A-ZÇĞİÖŞÜ]\w{2,}", re.NOFLAG
)
_WORD = re.compile(r"[^\W\d_]{4,}|[\u3400-\u9fff]{2}")


def group_sentences(text: str, sentences: Sequence[Span]) -> list[Span]:
    """Index ranges of consecutive sentences that make one paragraph: 1 to 4 each, or up to 12 to keep a quotation whole."""
    parts = [text[a:b] for a, b in sentences]
    common = _common(parts)
    edges = [0]
    for i in range(1, len(parts)):
        if i - edges[-1] < _MOST_QUOTED and _open_quotation(parts[edges[-1] : i]):
            continue
        if i - edges[-1] >= MOST or not _goes_on(parts[edges[-1] : i], parts[i], common):
            edges.append(i)
    return list(zip(edges, [*edges[1:], len(parts)], strict=True)) if parts else []


def _goes_on(group: list[str], sentence: str, common: frozenset[str]) -> bool:
    """Whether `sentence` stays with the speaker and subject of `group`."""
    before = " ".join(group)
    same_people = bool(_names(sentence, common) & _names(before, common))
    if _find_speech().search(sentence):
        speaker_known = same_people or bool(
            re.search(r"\b(?:he|she|they)\s+(?:says?|said|adds?|added)|^[他她]|\bdedi\.?$", sentence)
        )
        return speaker_known and (
            bool(_find_speech().search(before)) or same_people or bool(re.search(r"\bhe|she\b", sentence))
        )
    if _OPENS.match(sentence):
        return bool(_find_speech().search(before))
    if _find_back_reference().match(sentence):
        return True
    if _find_speech().search(group[-1]) or _OPENS.match(group[-1]):
        return False
    return len(_words(sentence, common) & _words(before, common)) >= 2 or bool(
        # The same thing named early in both: a report that stays with its subject.
        _words(group[0][:60], common) & _words(sentence[:30], common)
    )


def _names(text: str, common: frozenset[str]) -> set[str]:
    return {name for name in _find_name().findall(text) if name.lower() not in common}


def _words(text: str, common: frozenset[str]) -> set[str]:
    return {word[:6] for word in _WORD.findall(text.lower())} - common - _list_filler()


@cache_for_languages()
def _list_filler() -> frozenset[str]:
    return frozenset(word for locale in load_locales().values() for word in locale.sentences.filler.split())


def _common(parts: Sequence[str]) -> frozenset[str]:
    """Words in more than an eighth of the sentences: the subject of the whole text, no sign of a part's."""
    counts: Counter[str] = Counter()
    for part in parts:
        lowered = part.lower()
        counts.update({word[:6] for word in _WORD.findall(lowered)} | set(_WORD.findall(lowered)))
    return frozenset(word for word, count in counts.items() if count > max(3, len(parts) / 8))


def _open_quotation(parts: Sequence[str]) -> bool:
    """Whether a quotation opened in these sentences is not closed at their end; straight marks open and close in turn."""
    text = " ".join(parts)
    return text.count("“") > text.count("”") or text.count("「") > text.count("」") or text.count('"') % 2 == 1
