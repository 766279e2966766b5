"""Number words and digits -> values, in English, Chinese and Turkish; `None` for what looks like a number and is not whole."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from rag.language import simplified

_TABLES: dict[str, Any] = tomllib.loads((resources.files("rag.verify") / "numbers.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, ordinal, decade, date, time, code, or what is unread. It stands at `text[start:end]` of the text it was read in.

    value, unit: of a number, with the name of its unit in `numbers.toml` and "share" for fractions; minutes of a time. rounding:
    "more", "less", "near", "about", "exact" or "". up_to: of "hundreds", ten: how many times `value` it may be. weak: a one or
    two in words, which counts only against another number. doubtful: may be no number, and is none of a claim. weekday: 0 is Monday.
    """

    kind: str
    start: int
    end: int
    text: str = ""
    value: float | None = None
    unit: str | None = None
    rounding: str = ""
    up_to: float = 0
    scale: float = 1
    weak: bool = False
    doubtful: bool = False
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Spelled:
    """A number as it was found, before its unit; `value` None when it cannot be read."""

    start: int
    end: int
    value: float | None
    digits: bool = False
    scale: float = 1
    rounding: str = ""
    up_to: float = 0
    ordinal: bool = False
    unit: str | None = None
    weak: bool = False
    doubtful: bool = False


class _Units:
    def __init__(self, table: dict[str, Any]) -> None:
        self.base = {name: (row[0], float(row[1])) for name, row in table.items()} | {"share": ("share", 1.0)}
        self.pattern = "|".join(f"(?P<{name}>{row[2]})" for name, row in table.items())


UNITS = _Units(_TABLES["units"])


def _any_of(groups: dict[str, str]) -> str:
    return "|".join(f"(?P<{name}>{pattern})" for name, pattern in groups.items())


# Of each language, what rounds a number before and behind it.
ROUNDING = {
    code: (re.compile(rf"(?<![a-z])(?:{_any_of(table['before'])})\s?(?:an? |the )?$"), re.compile(rf"\s?(?:{_any_of(table['after'])})"))
    for code, table in _TABLES.items() if code != "units"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plain:
    """A text in the form that is read, the offset in the original of each of its characters, and which were capitals."""

    text: str
    offsets: tuple[int, ...]
    capitals: tuple[bool, ...]


def normalize(text: str, language: str) -> Plain:
    """Lower case, half width, simplified characters; "½" as "1⁄2" and blanks that group digits as "'"."""
    parts: list[tuple[str, int, bool]] = []
    for i, (c, simple) in enumerate(zip(text, simplified(text), strict=True)):
        if c in "\u00a0\u202f\u2009" and text[i - 1 : i].isdigit() and text[i + 1 : i + 4].isdigit():
            plain = "'"
        elif c in "Iİ":
            plain = "ı" if c == "I" and language == "tr" else "i"
        else:
            plain = unicodedata.normalize("NFKC", simple).lower()
            plain = f" {plain}" if "⁄" in plain else plain
        parts += [(part, i, c.isupper()) for part in plain if not unicodedata.combining(part)]
    return Plain("".join(p for p, _, _ in parts), tuple(i for _, i, _ in parts), tuple(up for _, _, up in parts))


def read_digits(digits: str, language: str) -> float | None:
    """The value of digits with their marks, None when they can be read in two ways or none.

    >>> read_digits("1,234.5", "en"), read_digits("1.234,5", "tr"), read_digits("1,234", "tr"), read_digits("1.2.3", "en")
    (1234.5, 1234.5, None, None)
    """
    head, *rest = re.split(r"[.,']", digits)
    marks = re.findall(r"[.,']", digits)
    if not marks:
        return float(digits)
    grouped = len(head) <= 3 and not head.startswith("0")
    decimal, group = (".", ",") if language in ("en", "zh", "ja", "ko", "th", "hi") else (",", ".")
    if len(set(marks)) == 1 and all(len(part) == 3 for part in rest) and grouped:
        if len(rest) > 1 or marks[0] in (group, "'"):
            return float("".join((head, *rest)))
        return float(f"{head}.{rest[0]}") if decimal == "." else None
    if len(marks) == 1:
        return float(f"{head}.{rest[0]}") if marks[0] in ".," else None
    if marks[-1] not in marks[:-1] and len(set(marks[:-1])) == 1 and grouped and all(len(part) == 3 for part in rest[:-1]):
        return float(f"{''.join((head, *rest[:-1]))}.{rest[-1]}")
    return None


class _Words:
    """Number words of a language written with spaces."""

    def __init__(self, language: str) -> None:
        table = _TABLES[language]
        self.ones = {word: n for n, word in enumerate(table["ones"].split())}
        first = 1 if language == "tr" else 2
        if language == "tr":
            self.ones["dörd"] = 4  # as "dördüncü" and "dördü" have it
        self.tens = {word: 10 * n for n, word in enumerate(table["tens"].split(), first)}
        self.scales: dict[str, float] = table["scales"]
        self.ordinals = {word: n for n, word in enumerate(table["ordinals"].split(), 1)}
        self.fractions: dict[str, int] = table.get("fractions", {})
        self.vague: dict[str, float] = table["vague"]
        self.words = sorted({*self.ones, *self.tens, *(w for w in self.scales if len(w) > 2)}, key=len, reverse=True)

    def combine(self, words: Sequence[str]) -> float | None:
        """The value of number words in a row; None when they are no one number.

        Each scale must be smaller than the one before it, and a hundred, ten or one finds its place free.
        """
        total = section = 0.0
        last = float("inf")
        for word in words:
            if word in self.ones:
                value, room = self.ones[word], 10 if self.ones[word] < 10 else 100
                if section % room or (room == 10 and section % 100 == 10 and "twenty" in self.tens) or value == 0 < len(words) - 1:
                    return self._year(words)
                section += value
            elif word in self.tens:
                if section % 100:
                    return self._year(words)
                section += self.tens[word]
            elif self.scales[word] == 100 and (section < 10 or section < 100 and section % 10):
                section = (section or 1) * 100
            elif self.scales[word] in (12, 20) and not total:
                section = (section or 1) * self.scales[word]
            elif 100 < self.scales[word] < last:
                total, section, last = total + (section or 1) * self.scales[word], 0.0, self.scales[word]
            else:
                return None
        return total + section

    def _year(self, words: Sequence[str]) -> float | None:
        """ "nineteen eighty-four", "twenty twenty-five"."""
        values = [self.ones.get(word, self.tens.get(word, 0)) for word in words]
        century, rest = (values[0], values[1:]) if 10 <= values[0] <= 20 else (0, [])
        plain = len(rest) == 1 or len(rest) == 2 and rest[0] % 10 == 0 and rest[1] < 10
        return float(century * 100 + sum(rest)) if plain and rest[0] >= 10 else None


_EN, _TR = _Words("en"), _Words("tr")
_EN_WORD = "|".join((*_EN.words, "hundred"))
_EN_NUMBER = re.compile(
    rf"\b(?:(?P<half>half an? (?=(?:{'|'.join(_EN.scales)})\b))|(?P<an>an? (?=(?:{'|'.join(w for w in _EN.scales if len(w) > 2)})\b)))?"
    rf"(?P<words>(?:{_EN_WORD})(?:(?:[\s-]|(?:(?<=hundred)|(?<=housand)|(?<=illion)) and )(?:{_EN_WORD}))*)\b"
    rf"(?P<point>(?: point (?:{'|'.join(_EN.ones)})\b)(?: (?:{'|'.join(_EN.ones)})\b)*)?(?P<and>\s?and an? half)?"
)
_EN_ORDINAL = re.compile(rf"\b(?:(?P<tens>{'|'.join(_EN.tens)})[\s-])?(?P<last>{'|'.join(_EN.ordinals)})\b(?! hand| of all)")
_PARTS = "|".join(_EN.fractions)
_EN_FRACTION = re.compile(
    rf"\b(?:(?P<top>one|two|three|four|five|seven)[\s-](?P<part>{_PARTS})s?|an? (?P<of>{_PARTS})(?= of\b)"
    r"|(?<!first )(?<!second )(?<!other )(?<!latter )(?<!and a )(?P<half>half)\b(?![ -]?time| past)(?: an?\b|-(?=[a-z]))?)"
)
_EN_ONE = re.compile(rf"\b(?:an?(?= (?:{UNITS.pattern}) and a half)|(?:an?|past|last|per|the|this|that|first|next)(?= (?:decade|century)\b))")
_VAGUE = {code: re.compile("|".join(rf"(?P<v{n}>\b(?:{p})\b)" for n, p in enumerate(own.vague))) for code, own in (("en", _EN), ("tr", _TR))}
_SUFFIX = "(?:['’]?(?:y?[ıiuüae]|s[ıiuü](?:n[dae]{0,3})?|[dt][ae]n?|n?[ıiuü]n|l[ae]r[ıi]?|ş?[ae]r)(?:n?[dt][ae]n?)?)"
_TR_WORD = "|".join(_TR.words)
_TR_NUMBER = re.compile(
    rf"\b(?P<words>(?:{_TR_WORD})(?:\s?(?:{_TR_WORD}))*)(?P<and> buçuk(?: (?P<scale>{'|'.join(_TR.scales)}))?)?"
    rf"(?P<ordinal>['’]?[ıiuü]?nc[ıiuü]\w{{0,3}})?(?P<suffix>{_SUFFIX})?(?![a-zçğıöşü])"
)
_TR_FRACTION = re.compile(
    rf"\b(?P<bottom>{_TR_WORD})[dt][ae] (?P<top>{'|'.join(_TR.ones)})(?:s?[ıiuü]n?(?:[dt][ae]n?|[ıiuüea])?)?\b|\b(?P<half>yarısı(?:n[ıiae]n?|nda)?(?![a-zçğıöşü])|yarısı(?=ndan )|yarı(?=dan )|yarım\b)|\b(?P<quarter>çeyrek|çeyreği)\b"
)
# Turkish words that only begin like a number: pronouns, "therefore", "under"; and before "altı" what makes it a place.
_TR_OTHER = re.compile(r"on(?:u|a|un|da|dan|lar\w*|lu)|yüz(?:ü|üne|e|den|de|ün\w*|er)|biri?|bin(?:e|a|er|in)|milyoner\w*|milyarder\w*|birbir\w*|alt[ıi]n\w*|birlik\w*|yediği?")
_TR_UNDER = re.compile(r"(?:yer|su|sır|çatı|deniz|toprak|ayak|el|çizgi|[ıiuü]n) $")


def spelled_numbers(text: str, language: str) -> Iterator[Spelled]:
    """Numbers in words of an English or Turkish text in the form of `normalize`; none of other languages."""
    vague: list[Spelled] = []
    for m in _VAGUE[language].finditer(text) if language in _VAGUE else ():
        value = list((_EN if language == "en" else _TR).vague.values())[int(str(m.lastgroup)[1:])]
        if vague and re.fullmatch(r" (?:of )?", text[vague[-1].end : m.start()]):  # "hundreds of thousands"
            vague[-1] = replace(vague[-1], end=m.end(), value=(vague[-1].value or 1) * value)
        else:
            vague.append(Spelled(m.start(), m.end(), float(value), up_to=0 if value == 2 else 10, weak=value == 2))
    yield from vague
    if language == "en":
        yield from _english(text)
    elif language == "tr":
        yield from _turkish(text)


def _english(text: str) -> Iterator[Spelled]:
    for m in _EN_ORDINAL.finditer(text):
        value = _EN.ordinals[m["last"]] + _EN.tens.get(m["tens"] or "", 0)
        seconds = m["last"] == "second" and not m["tens"]
        yield Spelled(m.start(), m.end(), float(value), ordinal=True, weak=value == 1 or seconds)
    for m in _EN_FRACTION.finditer(text):
        top = m["top"] or "one"
        if m["half"] and re.match(rf"half an? (?:{'|'.join(_EN.scales)})\b", text[m.start() :]):
            continue
        part = 2 if m["half"] else _EN.fractions[m["part"] or m["of"]]
        unit = None if text[m.end() : m.end() + 1] == "-" or re.match(rf"\s?(?:{UNITS.pattern})", text[m.end() :]) else "share"
        yield Spelled(m.start(), m.end(), _EN.ones[top] / part, unit=unit)
    for m in _EN_NUMBER.finditer(text):
        words = re.findall(r"[a-z]+", m["words"].replace(" and ", " "))
        value = _EN.combine(words)
        scale = next((_EN.scales[w] for w in words[-1:] if w in _EN.scales), 1.0)
        if value is not None and m["point"]:
            digits = "".join(str(_EN.ones[w]) for w in re.findall(r"[a-z]+", m["point"])[1:])
            value += float(f"0.{digits}")
            yield scale_after(Spelled(m.start(), m.end(), value), text, "en")
            continue
        if value is not None and m["half"]:
            value /= 2
        number = Spelled(m.start(), m.end(), value if value is None or not m["and"] else value + 0.5, scale=scale)
        if m["and"]:
            number = scale_after(number, text, "en")
        lone = words in (["one"], ["two"])
        if words[0] in _EN.scales and not (m["an"] or m["half"]) and re.search(r"\b(?:several|few|many) $", text[: m.start()]):
            number = replace(number, up_to=10)
        doubtful = words == ["one"] and not m["and"] and not re.match(rf"[\s-](?:{UNITS.pattern})", text[m.end() :])
        yield replace(number, weak=lone and not m["and"], doubtful=doubtful or words == ["zero"])
    for m in _EN_ONE.finditer(text):
        yield Spelled(m.start(), m.end(), 1.0, weak=" and a half" not in m.group())


def _turkish(text: str) -> Iterator[Spelled]:
    for m in _TR_FRACTION.finditer(text):
        if m["half"] and re.match(rf" (?:{'|'.join(_TR.scales)})\b", text[m.end() :]):
            yield scale_after(Spelled(m.start(), m.end(), 0.5), text, "tr")
        elif m["bottom"]:
            value = _TR.combine([m["bottom"]])
            if value and m["bottom"] != "yüz":
                yield Spelled(m.start(), m.end(), _TR.ones[m["top"]] / value, unit="share")
        else:
            yield Spelled(m.start(), m.end(), 0.5 if m["half"] else 0.25, unit=None if m["half"] == "yarım" else "share")
    for m in _TR_NUMBER.finditer(text):
        whole = m.group().strip()
        words = re.findall(_TR_WORD, m["words"])
        rounded = ROUNDING["tr"][1].match(text, m.start("suffix") if m["suffix"] else m.end())
        counted = re.search(r"\d[\d.,]* ?$", text[: m.start()]) is not None
        if (_TR_OTHER.fullmatch(whole) and whole not in ("bin", "bir") and not (rounded or counted)) or words == ["sıfır"] or (
            words == ["altı"] and _TR_UNDER.search(text[: m.start()])
        ) or counted:
            continue
        if words == ["yedi"] and re.match(r"\s*[.!?]", text[m.end() :]) or whole in ("yüz yüze", "dört bir", "bir iki"):
            continue
        if words[0] == "bir" and len(words) > 1 and _TR.combine(words) is None:
            words = words[1:]  # an article: "bir dört nota"
        value = _TR.combine(words)
        scale = next((_TR.scales[w] for w in words[-1:] if w in _TR.scales), 1.0)
        if value is not None and m["and"]:
            scale = _TR.scales.get(m["scale"] or "", 1.0)
            value = (value + 0.5) * scale
        end = m.start("suffix") if m["suffix"] and rounded else m.end()
        several = words[0] in _TR.scales and text[: m.start()].endswith("birkaç ")
        doubtful = words == ["bir"] and not m["and"] and not m["ordinal"] and not re.match(rf"\s(?:{UNITS.pattern})", text[end:])
        yield Spelled(m.start(), end, value, scale=scale, ordinal=bool(m["ordinal"]), doubtful=doubtful, weak=words in (["bir"], ["iki"]) and not m["and"], up_to=10 if several else 0)
    for m in re.finditer(r"\bilk\b", text):
        yield Spelled(m.start(), m.end(), 1.0, ordinal=True, weak=True)


def scale_after(number: Spelled, text: str, language: str) -> Spelled:
    """The number with the scales behind it: "1.4 million", "2 bin 500", "3亿5000万", "120多万"."""
    if language == "zh":
        return _chinese_scales(number, text)
    table: dict[str, float] = _TABLES[language]["scales"] if language in ("en", "tr") else {}
    value, end, scale = number.value or 0.0, number.end, 1.0
    names = "|".join(sorted(table, key=len, reverse=True))
    ending = r"(?:['’]?(?:[ıiuüea]|[dt][ae]n|l[ıiuü]k))?(?![a-zçğıöşü'’])" if language == "tr" else "(?![a-z])"
    while names and (m := re.compile(rf"[\s-]?(?P<scale>{names})(?={ending})").match(text, end)):
        value, end, scale = value * table[m["scale"]], m.end(), table[m["scale"]]
        more = re.compile(rf" (?P<n>\d{{1,3}})(?= (?P<s>{names})\b)|(?P<rest> \d{{3}})(?![\d.,])").match(text, end) if language == "tr" else None
        if more and (more["rest"] or table[more["s"]] < scale):
            inner = float(more["n"] or more["rest"]) * (table[more["s"]] if more["n"] else 1)
            value, end = value + inner, more.end() + (len(more["s"]) + 1 if more["n"] else 0)
            break
    return replace(number, value=value, end=end, scale=scale)


_HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_NUMERAL = "〇零一二三四五六七八九十百千万亿两"
_MEASURE = re.compile(rf"{_TABLES['zh']['measures']}")
_HAN_NUMBER = re.compile(rf"(?P<vague>好几|[数几上成])?(?P<core>[{_NUMERAL}]+(?:点[{_NUMERAL[:10]}]+)?[十百千万亿]*)(?P<more>[多余来几])?(?P<scale>[十百千万亿]+)?")
_HAN_FRACTION = re.compile(rf"(?P<bottom>[{_NUMERAL}]+|\d+)分之(?P<top>[{_NUMERAL}点]+|\d+(?:\.\d+)?)")
_HAN_HALF = re.compile(r"(?<![上下前后大])半(?=个?(?:年|天|月|小时|世纪|公里|米|公斤|斤|数))|一半|半数|过半")
# Words that hold numerals and count nothing.
_HAN_IDIOM = re.compile(r"万一|千万(?![元人美平件亩吨多余])|十分(?!钟|之)|百姓|一一|一五一十|四面八方|五湖四海|三三两两|千家万户|千方百计|百花|万物|千百|百万富翁|三元组")


def read_chinese(text: str) -> Iterator[Spelled]:
    """Chinese numerals of a text in the form of `normalize`."""
    for m in re.finditer("成千上万", text):
        yield Spelled(m.start(), m.end(), 1000.0, up_to=100)
    idioms = {i for m in _HAN_IDIOM.finditer(text) for i in range(*m.span())}
    for m in _HAN_FRACTION.finditer(text):
        top, bottom = (float(p) if p[0].isdigit() and p.isascii() else _chinese(p) for p in (m["top"], m["bottom"]))
        if top is not None and bottom:
            yield Spelled(m.start(), m.end(), top * 100 / bottom if bottom == 100 else top / bottom, unit="percent" if bottom == 100 else "share")
        else:
            yield Spelled(m.start(), m.end(), None)
    for m in _HAN_HALF.finditer(text):
        yield Spelled(m.start(), m.end(), 0.5, unit=None if m.group() == "半" and text[m.end() : m.end() + 1] != "数" else "share")
    for m in _HAN_NUMBER.finditer(text):
        if m.start() not in idioms and not text[: m.start()].endswith(tuple("0123456789")):
            yield from _chinese_number(m, text)


def _chinese_number(m: re.Match[str], text: str) -> Iterator[Spelled]:
    core, scale, vague = m["core"], m["scale"] or "", m["vague"]
    ordinal = text[: m.start()].endswith("第")
    measured = _MEASURE.match(text, m.end()) is not None
    if vague and all(c in _HAN_SCALES for c in core):
        yield Spelled(m.start(), m.end(), _times(core + scale), up_to=10)
        return
    if vague == "上" and len(core + scale) > 1:
        yield Spelled(m.start(), m.end(), _chinese(core + scale), rounding="more")
        return
    start = m.start("core")
    doubtful = len(core) == 1 and not scale and not (measured or ordinal or m["more"] and m["more"] != "来")
    if doubtful or core == "一" and not scale and not ordinal and not re.compile(UNITS.pattern).match(text, m.end()):
        yield Spelled(start, m.end("core"), _chinese(core), doubtful=True)
        return
    pair = re.fullmatch(r"(?P<tens>[一二三四五六七八九]?十)?(?P<a>[一二两三四五六七八])(?P<b>[二三四五六七八九])(?P<scale>[十百千万亿]?)", core)
    if pair and (measured or pair["scale"]) and _HAN_DIGITS[pair["b"]] - _HAN_DIGITS[pair["a"]] in (1, 2):
        for digit, at in ((pair["a"], 0), (pair["b"], 1)):
            value = _chinese((pair["tens"] or "") + digit + pair["scale"] + scale)
            place = start + len(pair["tens"] or "") + at
            yield Spelled(place, m.end() if at else place + 1, value, scale=_times(pair["scale"] + scale))
        return
    whole, part = core.split("点") if "点" in core else (core, "")
    if part:
        tail = re.fullmatch(rf"([{_NUMERAL[:10]}]+)([十百千万亿]*)", part)
        base = _chinese(whole)
        value = None if tail is None or base is None else float(f"{int(base)}.{''.join(str(_HAN_DIGITS[c]) for c in tail[1])}") * _times(tail[2] + scale)
    else:
        value = _chinese(core)
        value = value if value is None else value * _times(scale)
    if core == "十" and m["more"] == "几":
        yield Spelled(start, m.end(), 10 * _times(scale), up_to=2)
        return
    rounding = "more" if m["more"] and (scale or m["more"] != "来") else ""
    end = m.end() if scale or m["more"] in ("多", "余", "几") else m.end("core")
    yield Spelled(start, end, value, rounding=rounding, scale=_times(scale) or 1, ordinal=ordinal, weak=value in (1, 2))


def _times(scales: str) -> float:
    product = 1.0
    for c in scales:
        product *= _HAN_SCALES[c]
    return product


def _chinese_scales(number: Spelled, text: str) -> Spelled:
    value, end, rounding, scale = number.value or 0.0, number.end, "", 1.0
    last = float("inf")
    while m := re.compile(r"\s?(?P<more>[多余])?(?P<scale>[十百千万亿]+)(?:(?P<next>\d+)(?=[十百千万亿]))?").match(text, end):
        factor = _times(m["scale"])
        if factor >= last:
            break
        value, rounding, scale, end = value * factor, "more" if m["more"] else rounding, factor, m.end("scale")
        if not m["next"]:
            break
        rest = _chinese_scales(Spelled(m.start("next"), m.end("next"), float(m["next"])), text)
        return replace(rest, start=number.start, value=value + (rest.value or 0), digits=True)
    return replace(number, value=value, end=end, rounding=rounding, scale=scale)


def _chinese(numeral: str) -> float | None:
    """Value of a Chinese numeral, spelt out or digit by digit; None when it is none.

    >>> [_chinese(n) for n in ("二十三", "二〇二五", "一千零七", "三万五", "一百万亿", "十百三")]
    [23.0, 2025.0, 1007.0, 35000.0, 100000000000000.0, None]
    """
    if not numeral or len(numeral) > 40:
        return None
    if all(c in _HAN_DIGITS for c in numeral):
        return float("".join(str(_HAN_DIGITS[c]) for c in numeral)) if "两" not in numeral or len(numeral) == 1 else None
    for mark in "亿万":
        head, found, tail = numeral.rpartition(mark)
        if found:
            high = 1.0 if not head else _chinese(head)
            low = 0.0 if not tail else _below(tail, _HAN_SCALES[mark]) if len(tail) == 1 or mark == "万" else _chinese(tail.lstrip("零〇"))
            return None if high is None or low is None else high * _HAN_SCALES[mark] + low
    return _below(numeral, 1)


_ONES = "[一二两三四五六七八九]"
_SECTION = re.compile(rf"(?:({_ONES}|^)千)?零?(?:({_ONES}|^)百)?零?(?:({_ONES}|^|(?<=百)|(?<=零))十)?零?({_ONES})?")


def _below(numeral: str, scale_before: int) -> float | None:
    """A numeral below ten thousand; a last digit counts the tenth of the scale before it: 三万五 is 35,000, 三百五 is 350."""
    numeral = numeral.replace("〇", "零")
    m = _SECTION.fullmatch(numeral)
    if not m or not numeral:
        return None
    digits = [0 if d is None else _HAN_DIGITS.get(d, 1) for d in m.groups()[:3]]
    value = sum(digit * n for digit, n in zip(digits, (1000, 100, 10), strict=True))
    if m[4]:
        before = scale_before if len(numeral) == 1 else _HAN_SCALES.get(numeral[-2], 10)
        value += _HAN_DIGITS[m[4]] * (before // 10 if before > 10 else 1)
    return float(value)
