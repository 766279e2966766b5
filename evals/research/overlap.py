"""How much of an answer's text is in another: pure functions on strings, in [0, 1] or yes and no.

The normalisation is SQuAD's (Rajpurkar, Zhang, Lopyrev and Liang, EMNLP 2016) as MLQA widened it to other languages (Lewis,
Oğuz, Rinott, Riedel and Schwenk, ACL 2020): lower case, no punctuation of any script, no English articles, single spaces.
Before it, NFKC makes full-width letters and digits plain ones.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence

# Languages written without spaces between words, and their letters: each is a unit by itself.
UNSPACED = frozenset({"zh", "ja", "th"})
_LETTER = r"[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\u0e00-\u0e7f]"
_UNITS = re.compile(rf"{_LETTER}|(?:(?!{_LETTER})\S)+")
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


def normalise(text: str, language: str) -> str:
    """The text in lower case, without punctuation and English articles, with single spaces.

    >>> normalise("The  Kiln’s “140,000” bowls!", "en"), normalise("２０２１年，景德镇。", "zh")
    ('kilns 140000 bowls', '2021年景德镇')
    """
    text = unicodedata.normalize("NFKC", text)
    if language == "tr":  # elsewhere the capital of i is I
        text = text.replace("I", "ı").replace("İ", "i")
    text = "".join(c for c in text.lower() if c not in string.punctuation and unicodedata.category(c)[0] != "P")
    return " ".join((_ARTICLES.sub(" ", text) if language == "en" else text).split())


def token_f1(one: str, other: str, language: str) -> float:
    """F1 of the words two texts share, in [0, 1], each as often as both have it; two empty texts are equal (as SQuAD 2.0 has it).

    >>> token_f1("in the old kiln", "the kiln", "en")  # 1 shared of 3 and 1
    0.5
    """
    return _f1(normalise(one, language).split(), normalise(other, language).split())


def character_f1(one: str, other: str, language: str = "zh") -> float:
    """As `token_f1` for languages without spaces: each Han character, kana or Thai letter is a word, and a number or a Latin word
    is one too (CMRC 2018, Cui and others, EMNLP 2019; as a bag, as MLQA and XTREME count).

    >>> character_f1("2021年10月", "2021年")  # 2 shared of 4 and 2
    0.6666666666666666
    """
    return _f1(_UNITS.findall(normalise(one, language)), _UNITS.findall(normalise(other, language)))


def best_f1(text: str, answers: Sequence[str], language: str) -> float | None:
    """The highest F1 of a text with any of the accepted answers, by character where words have no spaces; None without answers.

    >>> best_f1("三座窑", ["窑", "三座"], "zh"), best_f1("kilns", [], "en")
    (0.8, None)
    """
    measure = character_f1 if language in UNSPACED else token_f1
    return max((measure(text, answer, language) for answer in answers), default=None)


def contains(text: str, answers: Sequence[str], language: str) -> bool | None:
    """Whether a text holds one of the accepted answers, both normalised; None without answers. A word may go on after the answer,
    as Turkish endings do ("1998'de" holds "1998"), but not before it, and a number is never cut: "1998" does not hold "98", nor
    "199".

    >>> contains("Fırın 1998'de yapıldı.", ["1998"], "tr"), contains("Built in 1998.", ["98", "199"], "en")
    (True, False)
    """
    held = normalise(text, language)
    return any(_holds(held, normalise(answer, language), language) for answer in answers) if answers else None


def _holds(text: str, answer: str, language: str) -> bool:
    if not answer:
        return False
    spaced = language not in UNSPACED
    if not spaced:
        text, answer = text.replace(" ", ""), answer.replace(" ", "")
    before = r"(?<!\w)" if spaced else r"(?<!\d)" if answer[0].isdigit() else ""
    after = r"(?!\d)" if answer[-1].isdigit() else ""
    return re.search(before + re.escape(answer) + after, text) is not None


def _f1(one: Sequence[str], other: Sequence[str]) -> float:
    if not one or not other:
        return float(list(one) == list(other))
    shared = sum((Counter(one) & Counter(other)).values())
    return 2 * shared / (len(one) + len(other))
