"""Numbers in a text, in digits or in words: where each stands, what it is worth, and the parts it is written in.

This reader only has to find numbers that it is sure of. What it cannot place (years, days, parts of names and addresses, "one")
it passes over, since a claim is made only from what it finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from num2words import num2words  # type: ignore[import-untyped]

from evals.research.falsifying.spelling import in_words

_SCALES = {
    "en": {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12},
    "tr": {"yüz": 2, "bin": 3, "milyon": 6, "milyar": 9, "trilyon": 12},
    "zh": {"十": 1, "百": 2, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "百亿": 10, "千亿": 11, "万亿": 12},
}
_ONES = {
    "en": {str(num2words(n)): n for n in (*range(1, 20), *range(20, 100, 10))},
    "tr": {in_words(n, "tr"): n for n in (*range(1, 10), *range(10, 100, 10))},
    "zh": {**{c: n for n, c in enumerate("一二三四五六七八九", 1)}, "两": 2},
}
_DIGITS = {
    "en": r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?", "zh": r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?",
    "tr": r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?",
}  # fmt: skip
_ANY = {code: "|".join(sorted({*_ONES[code], *_SCALES[code]}, key=len, reverse=True)) for code in ("en", "tr")}
_MEASURES = "个名位座家种次年天周人条件项部所章届场支艘辆间层级倍岁米吨"
_APART = r"(?<![\w.,:/$£€¥–—-])(?<![.,]\d )"
_FINDERS = {
    "en": re.compile(
        rf"(?P<money>[$£€]?)(?:{_APART}|(?<=[$£€]))(?P<num>{_DIGITS['en']}|(?:{_ANY['en']})(?:[ -](?:and )?(?:{_ANY['en']})\b)*\b)"
        r"(?![\d\w]|[.,:/–—]\d|-\d)(?P<scale>(?: (?:hundred|thousand|million|billion|trillion)\b)?)"
        r"(?P<percent>(?: ?%| percent\b| per cent\b)?)",
    ),
    "tr": re.compile(
        rf"(?P<money>[$£€]?)(?P<sign>(?:(?<!\w)%|\b[Yy]üzde )?)(?:{_APART}|(?<=[$£€%]))"
        rf"(?P<num>{_DIGITS['tr']}|(?:{_ANY['tr']})(?: (?:{_ANY['tr']})\b)*\b)(?![\d\w]|[.,:/–—]\d|-\d|\.(?= ?[a-zçğıöşü]))"
        r"(?P<scale>(?: (?:bin(?!\w)|milyon|milyar|trilyon))?)",
    ),
    "zh": re.compile(
        rf"(?P<money>[$£€¥]?)(?P<sign>(?:百分之)?)(?<![\dA-Za-z一二三四五六七八九十百千万亿两第几数半])(?<!\d[-–.,:/])"
        rf"(?P<num>{_DIGITS['zh']}|[一二两三四五六七八九][一二三四五六七八九十百千万亿]*|十[一二三四五六七八九]?(?:[万亿])?)(?![\dA-Za-z]|[.,:/]\d)"
        r"(?P<scale>[百千万亿]*)(?P<more>[多余]?)(?P<percent>[%％]?)",
    ),
}  # fmt: skip
_MONTHS = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|"
    r"Dec(?:ember)?|Ocak|Şubat|Mart|Nisan|Mayıs|Haziran|Temmuz|Ağustos|Eylül|Ekim|Kasım|Aralık)"
)
_FIRST = r"(?:Over|Some|About|Nearly|Almost|Around|More|The|Its|In|All|Only|At|For|With|After|Of|Another|These|Yaklaşık|Tam|Bu|Toplam|En|İlk)"
_NO_COUNT_BEFORE = re.compile(rf"(?:\b{_MONTHS}\.? |(?<=\S )[A-ZÇĞİÖŞÜ][\w’'-]* ?|^(?!{_FIRST} )[A-ZÇĞİÖŞÜ][\w’'-]* |[A-Za-z]-|-|(?<=[^a-z])[A-Z] |’s |'s |\bNo\.? |\bnumber |\bpage |\bpp?\. |\d[月年]|世纪|第)$")
_NO_COUNT_AFTER = re.compile(rf"[-–~][\d a-z]*\d|-(?:quarter|third|half|fifth)|½|\s?(?:{_MONTHS}\b|月(?!余)|日|号|世纪|年代|点|:)|分之|-?year-old\b|'?[ıiuü]nc[ıiuü]|st\b|nd\b|rd\b|th\b")
_ALONE = {"one", "bir", "on", "yüz", "bin", "altı", "kırk", "hundred", "thousand", "million", "billion", "一", "千", "百", "万"}


@dataclass(frozen=True)
class Number:
    """A number at `text[start:end]`, worth `value`, with what is written with it: the sign of a currency or of percent, a scale.

    `tight`: something hangs on it ("five-day", "30'dan"), so that only another number can take its place.
    """

    start: int
    end: int
    value: Decimal
    parts: dict[str, str]
    tight: bool

    @property
    def in_digits(self) -> bool:
        return self.parts["num"][0].isdigit()

    @property
    def percent(self) -> bool:
        return bool(self.parts.get("percent") or self.parts.get("sign"))

    def written(self, **new: str) -> str:
        """The number with some of its parts in another way."""
        return "".join({**self.parts, **new}.values())


def numbers(text: str, language: str) -> Iterator[Number]:
    """The numbers of a text, in order.

    >>> [f"{n.value:f}" for n in numbers("Some 30 men, $13.1 million, twenty-two ovens in 1998, a 5-day fair, No. 14.", "en")]
    ['30', '13100000', '22', '5']
    >>> [f"{n.value:f}" for n in numbers("展览面积14万平方米,约五十名工匠,30多个国家,百分之九。第39家,2004年", "zh")]
    ['140000', '50', '30', '9']
    >>> [f"{n.value:f}" for n in numbers("Yüzde 9 büyüdü, 30'dan fazla ülke, üç yüz usta, 16. yüzyıl, 1.700 yıllık, 2021'de", "tr")]
    ['9', '30', '300', '1700']
    """
    for found in _FINDERS[language].finditer(text):
        parts = {name: value or "" for name, value in found.groupdict().items()}
        after = text[found.end() :]
        if _no_count(parts, text[: found.start()], after, language):
            continue
        value = _value(parts["num"], language).scaleb(_scale(parts["scale"].strip(), language))
        yield Number(found.start(), found.end(), value, parts, bool(re.match(r"[-’']?[a-zçğıöşü]", after)))


def values(text: str, language: str) -> set[Decimal]:
    """Every value a text has a number of, years and days among them.

    >>> sorted(map(int, values("On 3 May 1998 two kilns burnt.", "en")))
    [2, 3, 1998]
    """
    bare = {Decimal(_plain(found, language)) for found in re.findall(_DIGITS[language], text)}
    return bare | {n.value for n in numbers(text, language)}


def _no_count(parts: dict[str, str], before: str, after: str, language: str) -> bool:
    num, marked = parts["num"], any(parts[name] for name in parts if name != "num")
    if num in ("0", "1") and not marked:
        return True
    if _NO_COUNT_BEFORE.search(before) or _NO_COUNT_AFTER.match(after):
        return True
    if num in _ALONE and not marked:
        return True
    if language == "zh" and not num[0].isdigit() and not marked:
        return after[:1] not in _MEASURES or num == "一" or (after[:1] == "年" and len(num) > 2)
    year = re.fullmatch(r"1\d{3}|20\d\d", num)
    return bool(year) and not marked and (language != "zh" or after[:1] == "年" or after[:1] not in _MEASURES)


def _plain(digits: str, language: str) -> str:
    return digits.replace(".", "").replace(",", ".") if language == "tr" else digits.replace(",", "")


def _scale(word: str, language: str) -> int:
    return _SCALES[language].get(word, 0) or sum(_SCALES[language].get(part, 0) for part in word)


def _value(written: str, language: str) -> Decimal:
    """
    >>> [str(_value(w, c)) for w, c in (("two hundred and five thousand", "en"), ("一百二十三万", "zh"), ("yüz kırk bin", "tr"))]
    ['205000', '1230000', '140000']
    """
    if written[0].isdigit():
        return Decimal(_plain(written, language))
    words = list(written) if language == "zh" else re.split(r"[ -](?:and )?", written)
    total, group, last = 0, 0, 0
    for word in words:
        power = _SCALES[language].get(word)
        if power is None:
            last += _ONES[language][word]
        elif power >= (4 if language == "zh" else 3):
            total, group, last = total + ((group + last) or 1) * 10**power, 0, 0
        else:
            group, last = group + (last or 1) * 10**power, 0
    return Decimal(total + group + last)
