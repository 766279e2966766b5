"""Values and how people write them: in words, in digits, with the ending a Turkish word takes after them."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_decimal
from num2words import num2words  # type: ignore[import-untyped]

from evals.written import chinese

_TURKISH_ONES = " bir iki üç dört beş altı yedi sekiz dokuz".split(" ")
_TURKISH_TENS = " on yirmi otuz kırk elli altmış yetmiş seksen doksan".split(" ")
_TURKISH_SCALES = ("", "bin", "milyon", "milyar", "trilyon")
_TURKISH_ORDINALS = {"a": "ncı", "ı": "ncı", "e": "nci", "i": "nci", "o": "ncu", "u": "ncu", "ö": "ncü", "ü": "ncü"}
_VOWELS = "aıoueiöüâîû"
_HARD = "fstkçşhp"


def in_words(value: int, language: str) -> str:
    """A whole number in words, as it is written in running text.

    >>> in_words(142_000, "en"), in_words(142_000, "zh"), in_words(1_142_000, "tr")
    ('one hundred and forty-two thousand', '十四万二千', 'bir milyon yüz kırk iki bin')
    """
    if language == "zh":
        return chinese(value)
    if language == "tr":
        return _turkish(value)
    return str(num2words(value)).replace(",", "")


def _turkish(value: int) -> str:
    if value == 0:
        return "sıfır"
    words: list[str] = []
    for place in reversed(range(len(_TURKISH_SCALES))):
        group = value // 1000**place % 1000
        hundreds, tens, ones = group // 100, group // 10 % 10, group % 10
        if not group:
            continue
        words += ([_TURKISH_ONES[hundreds]] if hundreds > 1 else []) + (["yüz"] if hundreds else [])
        words += [_TURKISH_TENS[tens], "" if group == 1 and place == 1 else _TURKISH_ONES[ones], _TURKISH_SCALES[place]]
    return " ".join(filter(None, words))


def ordinal_in_words(value: int, language: str) -> str:
    """
    >>> ordinal_in_words(39, "en"), ordinal_in_words(39, "zh"), ordinal_in_words(39, "tr"), ordinal_in_words(4, "tr")
    ('thirty-ninth', '第三十九', 'otuz dokuzuncu', 'dördüncü')
    """
    if language == "zh":
        return f"第{chinese(value)}"
    if language == "tr":
        words = _turkish(value).removesuffix("dört") + ("dörd" if value % 10 == 4 else "")
        last = _TURKISH_ORDINALS[[c for c in words if c in _VOWELS][-1]]
        return words + (last if words[-1] in _VOWELS else last[-1] + last)
    return str(num2words(value, to="ordinal")).replace(",", "")


def year_in_words(year: int, language: str) -> str:
    """
    >>> year_in_words(1998, "en"), year_in_words(2004, "zh"), year_in_words(1523, "tr")
    ('nineteen ninety-eight', '二〇〇四', 'bin beş yüz yirmi üç')
    """
    if language == "zh":
        return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(year))
    return _turkish(year) if language == "tr" else str(num2words(year, to="year"))


def in_digits(value: Decimal, language: str, grouped: bool = True) -> str:
    """
    >>> in_digits(Decimal("1234.5"), "en"), in_digits(Decimal("1234.5"), "tr"), in_digits(Decimal(1800), "zh", grouped=False)
    ('1,234.5', '1.234,5', '1800')
    """
    return str(format_decimal(value, "#,##0.###", "tr" if language == "tr" else "en", group_separator=grouped))


def ending(word: str) -> tuple[str, str]:
    """What decides which Turkish ending a word takes: its last vowel, and whether it ends in a vowel, a hard sound or another.

    >>> ending("kırk"), ending("otuz"), ending("3")
    (('ı', 'hard'), ('u', 'soft'), ('ü', 'hard'))
    """
    if word[-1:].isdigit():
        digits = "".join(c for c in word if c.isdigit())
        word = _turkish(int(digits)).split()[-1]
    vowels = [c for c in word.replace("I", "ı").replace("İ", "i").lower() if c in _VOWELS]
    if not vowels:
        return "", ""
    last = word[-1].lower()
    return vowels[-1], "vowel" if last in _VOWELS else "hard" if last in _HARD else "soft"


def fits(old: str, new: str) -> bool:
    """Whether a Turkish word may stand where another does with the ending that follows.

    >>> fits("1523", "1533"), fits("1523", "1526"), fits("Paris", "Memphis"), fits("Paris", "Roma")
    (True, False, True, False)
    """
    return ending(old) == ending(new) != ("", "")
