"""Numbers of a text, in digits and in words, with their scales and units, in English, Chinese and Turkish."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.language.folding import fold_text
from rag.languages import cache_for_languages
from rag.locales import find_first_ten, find_locale, has_ordinal_point, load_locales

_ZH_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_ZH_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}

_DIGITS = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d+(?:\.\d+|,\d{1,2})?")
_HAN_SCALES = {"万": 10**4, "亿": 10**8, "万亿": 10**12, "百万": 10**6, "千万": 10**7, "百": 100, "千": 1000, "十万": 10**5,
               "百亿": 10**10, "千亿": 10**11, "十亿": 10**9}  # fmt: skip
# Unit -> the forms that follow a number; those before it are in _BEFORE. Longest first where one begins another.
_AFTER = (
    ("CNY", r"(?:yuan|rmb|人民币|元)"),
    ("USD", r"(?:u\.?s\.?\s*|abd\s*)?dol(?:lars?|ar)|美元"),
    ("EUR", r"euros?|avro|欧元"),
    ("TRY", r"(?:turkish\s*|turk\s*)?liras?|tl(?![a-z])|里拉"),
    ("GBP", r"pounds|sterlin|英镑"),
    ("%", r"%|per\s?cent|个百分点"),
    ("km2", r"square\s*kilomet(?:er|re)|sq\.?\s?km|km2|平方(?:公里|千米)|kilometre\s?kare"),
    ("m2", r"square\s*met(?:er|re)|sq\.?\s?m(?![a-z])|m2|平方米|metre\s?kare"),
    ("ha", r"hectare|公顷|hektar"),
    ("km", r"kilomet(?:er|re)|km(?![a-z])|公里|千米"),
    ("cm", r"centimet(?:er|re)|cm(?![a-z])|厘米|santim"),
    ("m", r"met(?:er|re)s?(?![a-z])|metre|米"),
    ("kg", r"kilogram|kg(?![a-z])|公斤|千克"),
    ("t", r"tons?(?![a-z])|tonnes?|吨"),
    ("century", r"centur|世纪|yuzyil|asir"),
    ("year", r"years?|年|yil|sene"),
    ("month", r"months?(?![a-z])|个?月|ay(?:lik|dir|i|da)?(?![a-z])"),
    ("week", r"weeks?|个?星期|周(?!年)|hafta"),
    ("day", r"days?(?![a-z])|天|日(?!元|本)|gun(?!ey|es|c)"),
    ("hour", r"hours?|个?小时|saat"),
    ("minute", r"minutes?|分钟|dakika"),
    ("people", r"people|persons?|人(?!民)|kisi"),
)  # fmt: skip
_BEFORE = (
    ("USD", r"(?:us)?\$\s*"), ("EUR", r"€\s*"), ("GBP", r"£\s*"), ("CNY", r"(?:¥|rmb)\s*"), ("TRY", r"₺\s*"),
    ("%", r"(?:百分之|yuzde\s+|%)\s*"), ("ordinal", r"第\s*"),
)  # fmt: skip
_REACH_CHARS = 64  # looked at behind a number for its scale and unit
_MAX_WORDS = 24  # of a number; a longer row of such words is none
_MAX_NUMERAL_CHARS = 64  # of a Chinese numeral; a longer row of such characters is no number
_PREFIX = re.compile("(?:" + "|".join(f"(?P<b{i}>{rule})" for i, (_, rule) in enumerate(_BEFORE)) + ")$")
# "三百多年", "5万余平方米", "十几天": what stands between number and unit and changes neither.
_UNIT = re.compile(
    r"(?:[\s-]*(?:多|余|来|几)?[\s-]*(?:个)?)?(?:"
    + "|".join(f"(?P<u{i}>{rule})" for i, (_, rule) in enumerate(_AFTER))
    + ")"
)
_EN_ORDINALS = {w: n for n, w in enumerate("second third fourth fifth sixth seventh eighth ninth tenth".split(), 2)}
_EN_ORDINAL = re.compile(rf"(?<![a-z-])(?:{'|'.join(_EN_ORDINALS)})(?![a-z])")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)(?![a-z])|['’]?(?:i|u)?nc[iu]")
# Words that say no number when they stand alone.
_LONE = re.compile(r"one|zero|bir|sifir|on|bin|yuz|hundred|thousand|million|billion|trillion")
_ROWS = {  # number words in a row, by grammar
    "english": r"(?<![a-z])(?:(?:<>)(?:[\s-]+(?:and\s+)?(?=[a-z]))?)+(?<![\s-])(?![a-z])",
    "turkish": r"(?<![a-z])(?:(?:<>)(?:\s+(?=[a-z]))?)+(?<!\s)(?=(?:(?:i|u)?nc[iu])|[dt][ae]n\s(?:fazla|cok|az)|[^a-z]|$)",
    "words": r"(?<![a-z])(?:(?:<>)(?:\s+(?=[a-z]))?)+(?<!\s)(?![a-z])",
}
# Chinese numerals are numbers before a measure word, or when they are several; elsewhere they are parts of words (一带一路).
_ZH_WORD = re.compile(
    r"(?:第|(?<![〇零一二两三四五六七八九十百千万亿]))[〇零一二两三四五六七八九十百千万亿]+(?=多?余?(?:个|家|年|天|名|位|座|种|项|届|国|岁|倍|周|世纪|小时|分钟|元|美元|平方|公里|米|人|次|件|场|条|大(?=[主展板])|月))"
    r"|[一二三四五六七八九]?十[一二三四五六七八九]|百分之[一二三四五六七八九十百点]+|第[一二三四五六七八九十百]+"
)


Parts = dict[str, float | int | str | None]


@dataclass(frozen=True, slots=True)
class _NumberWords:
    """Number words of a language, folded, and the rule that finds such as stand in a row."""

    ones: dict[str, int]
    scales: dict[str, float]
    rule: re.Pattern[str]


@cache_for_languages()
def _load_words(language: str) -> _NumberWords | None:
    """None of a language without a file, and where the grammar has no words with spaces between them."""
    numbers = locale.numbers if (locale := find_locale(language)) else None
    if numbers is None or numbers.grammar not in _ROWS:
        return None
    ones = {fold_text(word): n for n, word in enumerate(numbers.ones.split())}
    ones |= {fold_text(word): 10 * n for n, word in enumerate(numbers.tens.split(), find_first_ten(language))}
    scales = {fold_text(word): times for word, times in numbers.scales.items()}
    return _NumberWords(ones, scales, re.compile(_ROWS[numbers.grammar].replace("<>", "|".join((*ones, *scales)))))


@cache_for_languages()
def _load_scales() -> tuple[dict[str, float], re.Pattern[str]]:
    """What follows digits in any language: "million", 万; and the rule that finds it."""
    scales = {fold_text(word): times for locale in load_locales().values() for word, times in locale.numbers.scales.items()}
    scales |= {"bn": 1e9, **_HAN_SCALES}
    return scales, re.compile(rf"[\s-]?[多余]?(?P<scale>{'|'.join(sorted(scales, key=len, reverse=True))})(?![a-z])")


def find_numbers(text: str, language: str) -> Iterator[tuple[int, int, Parts]]:
    """Start, end, value and unit of each number of a folded text; those in digits first."""
    chains = ((m.start(), m.end()) for m in re.finditer(r"\d+(?:[.,]\d+)*", text))
    scales, scale_rule = _load_scales()
    for start, end in (part for chain in chains for part in _whole_numbers(text, chain)):
        value = _decimal(text[start:end], language)
        while scale := scale_rule.match(text[end : end + _REACH_CHARS]):
            value *= scales[scale["scale"]]
            end += scale.end()
        yield _with_unit(text, start, end, value, language)
    yield from _find_words(text, language)
    if language == "en":
        for match in _EN_ORDINAL.finditer(text):
            yield match.start(), match.end(), {"value": float(_EN_ORDINALS[match.group()]), "unit": "ordinal"}
    for match in _ZH_WORD.finditer(text):
        said = match.group().removeprefix("第").removeprefix("百分之")
        value = read_chinese_numeral(said)
        unit = "%" if match.group().startswith("百分之") else "ordinal" if match.group().startswith("第") else None
        if value > 1 or (unit and value):
            start, end, parts = _with_unit(text, match.start(), match.end(), value, language)
            yield start, end, parts | {"unit": parts["unit"] or unit}


def _find_words(text: str, language: str) -> Iterator[tuple[int, int, Parts]]:
    """The numbers in words of a language written with spaces."""
    if (words := _load_words(language)) is None:
        return
    for match in words.rule.finditer(text):
        value = _spoken(re.findall(r"[a-z]+", match.group()), words.ones, words.scales)
        start, end, parts = _with_unit(text, match.start(), match.end(), value, language)
        lone = _LONE.fullmatch(match.group()) is not None
        # "binden fazla" is more than a thousand
        lone = lone and not (match.group() == "bin" and re.match(r"den\s", text[end : end + _REACH_CHARS]))
        if value > 1 and not (lone and parts["unit"] is None) and not _several(match.group(), words.ones):
            yield start, end, parts


def _whole_numbers(text: str, chain: tuple[int, int]) -> list[tuple[int, int]]:
    """The numbers in digits joined by points and commas: one, or each for itself as in "14.19.3"."""
    start, end = chain
    if _DIGITS.fullmatch(text, start, end):
        return [chain]
    return [(m.start(), m.end()) for m in re.compile(r"\d+").finditer(text, start, end)]


def _with_unit(text: str, start: int, end: int, value: float, language: str) -> tuple[int, int, Parts]:
    unit: str | None = None
    if before := _PREFIX.search(text[max(0, start - 8) : start]):
        unit = next(name for i, (name, _) in enumerate(_BEFORE) if before.group(f"b{i}"))
        start -= len(before.group())
    if after := _ORDINAL.match(text[end : end + _REACH_CHARS]):
        unit, end = "ordinal", end + after.end()
    elif has_ordinal_point(language) and re.match(r"\.\s+[a-z]", text[end : end + _REACH_CHARS]) and value.is_integer():
        unit, end = "ordinal", end + 1
    if (unit in (None, "ordinal")) and (after := _UNIT.match(text[end : end + _REACH_CHARS])):
        unit = next(name for i, (name, _) in enumerate(_AFTER) if after.group(f"u{i}"))
        end += after.end()
    return start, end, {"value": value, "unit": unit}


def _decimal(digits: str, language: str) -> float:
    """The number that `digits` writes: a point is a decimal point in English and Chinese, and groups thousands elsewhere.

    >>> _decimal("25,000", "en"), _decimal("25.000", "tr"), _decimal("7,5", "tr"), _decimal("7.5", "en")
    (25000.0, 25000.0, 7.5, 7.5)
    """
    marks = [c for c in digits if c in ".,"]
    if not marks:
        return float(digits)
    head, _, tail = digits.rpartition(marks[-1])
    grouped = len(tail) == 3 and (
        (len(marks) > 1 and len(set(marks)) == 1) or marks[-1] == "," or not ((locale := find_locale(language)) and locale.writing.decimal == ".")
    )
    if grouped and not head.startswith("0"):
        return float(re.sub("[.,]", "", digits))
    return float(re.sub("[.,]", "", head) + "." + tail)


def _several(words: str, ones: dict[str, int]) -> bool:
    """Whether they are several numbers below ten in a row and so none: "dört bir yan" are all sides, "two three" either."""
    small = [word in ones and ones[word] < 10 for word in re.findall(r"[a-z]+", words)]
    return any(one and other for one, other in pairwise(small))


def _spoken(words: Sequence[str], ones: dict[str, int], scales: dict[str, float]) -> float:
    total = part = 0.0
    if len(words) > _MAX_WORDS:
        return 0.0
    for word in words:
        if word in ones:
            part += ones[word]
        elif word in scales:
            if scales[word] == 100:
                part = max(part, 1) * 100
            else:
                total += max(part, 1) * scales[word]
                part = 0
    return float(total + part)


def read_chinese_numeral(numeral: str) -> float:
    """Value of a Chinese numeral, spelt out or digit by digit.

    >>> read_chinese_numeral("二十三"), read_chinese_numeral("二〇二五"), read_chinese_numeral("一千七百"), read_chinese_numeral("十"), read_chinese_numeral("三万")
    (23.0, 2025.0, 1700.0, 10.0, 30000.0)
    """
    if len(numeral) > _MAX_NUMERAL_CHARS:
        return math.inf
    if len(numeral) > 1 and all(c in _ZH_DIGITS for c in numeral):
        return float("".join(str(_ZH_DIGITS[c]) for c in numeral))
    total = section = digit = 0
    for c in numeral:
        if c in _ZH_DIGITS:
            digit = _ZH_DIGITS[c]
        elif c in ("万", "亿"):
            total = (total + section + digit or 1) * _ZH_SCALES[c]
            section = digit = 0
        elif c in _ZH_SCALES:
            section += (digit or 1) * _ZH_SCALES[c]
            digit = 0
    return float(total + section + digit)
