"""Chinese numerals, digit by digit, spelt out, and mixed with digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from rag.figures.figure import Spelled, match_units
from rag.locales import load_locales

_HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_NUMERAL = "〇零一二三四五六七八九十百千万亿两"
_MEASURE = re.compile(load_locales()["zh"].numbers.measures)
_NUMBER = re.compile(
    rf"(?P<vague>好几|[数几上成])?(?P<core>[{_NUMERAL}]+(?:点[{_NUMERAL[:10]}]+)?[十百千万亿]*)(?P<more>[多余来几])?"
    r"(?P<scale>[十百千万亿]+)?"
)
_FRACTION = re.compile(rf"(?P<bottom>(?<![{_NUMERAL}])[{_NUMERAL}]+|(?<!\d)\d+)分之(?P<top>[{_NUMERAL}点]+|\d+(?:\.\d+)?)")
_HALF = re.compile(r"(?<![上下前后大])半(?=个?(?:年|天|月|小时|世纪|公里|米|公斤|斤|数))|一半|半数|过半")
# Words that hold numerals and count nothing.
_IDIOM = re.compile(
    r"万一|千万(?![元人美平件亩吨多余])|十分(?!钟|之)|百姓|一一|一五一十|四面八方|五湖四海|三三两两|千家万户|千方百计|百花|万物|千百"
    r"|百万富翁|三元组"
)
# A size, with what of it is counted: thousands and more, centuries.
_SIZES = re.compile(r"(?P<thousands>成千上万)|[几数](?=个?世纪)")
# "三五个", "七八十人": from the one to the other.
_PAIR = re.compile(
    r"(?P<tens>[一二三四五六七八九]?十)?(?P<a>[一二两三四五六七八])(?P<b>[二三四五六七八九])(?P<scale>[十百千万亿]?)"
)


def find_chinese_numbers(text: str) -> Iterator[Spelled]:
    """Numerals of a text in the form of `figure.normalize_text`, and "半", "成千上万"."""
    idioms = {i for m in _IDIOM.finditer(text) for i in range(*m.span())}
    for m in _SIZES.finditer(text):
        thousands = m["thousands"] is not None
        yield Spelled(*m.span(), 1000.0 if thousands else 1.0, up_to=100 if thousands else 10)
    for m in _FRACTION.finditer(text):
        yield _read_fraction(m)
    for m in _HALF.finditer(text):
        measured = m.group() == "半" and not text.startswith("数", m.end())
        yield Spelled(m.start(), m.end(), 0.5, unit=None if measured else "share")
    for m in _NUMBER.finditer(text):
        if m.start() not in idioms and not text[max(0, m.start() - 1) : m.start()].isdecimal():
            yield from _read_number(m, text)


def _read_fraction(m: re.Match[str]) -> Spelled:
    top, bottom = (float(part) if part.isascii() else _parse_decimal(part, "") for part in (m["top"], m["bottom"]))
    if top is None or not bottom:
        return Spelled(m.start(), m.end(), None)
    if bottom == 100:
        return Spelled(m.start(), m.end(), top, unit="percent")
    return Spelled(m.start(), m.end(), top / bottom, unit="share")


def _read_number(m: re.Match[str], text: str) -> Iterator[Spelled]:
    core, scale, more, start = m["core"], m["scale"] or "", m["more"], m.start("core")
    ordinal = text[: m.start()].endswith("第")
    measured = _MEASURE.match(text, m.end()) is not None
    single = len(core) == 1 and not scale
    if m["vague"] and all(c in _HAN_SCALES for c in core):  # 数百, 上万
        yield Spelled(m.start(), m.end(), _times(core + scale), up_to=10)
    elif (single and not (measured or ordinal or more in ("多", "余", "几"))) or (
        core + scale == "一" and not ordinal and not re.compile(match_units()).match(text, m.end())
    ):
        yield Spelled(start, m.end("core"), parse_numeral(core), doubtful=True)
    elif pair := _find_pair(core, measured):
        digits = (pair["tens"] or "") + pair["a"], (pair["tens"] or "") + pair["b"]
        first, second = (parse_numeral(digit + pair["scale"] + scale) for digit in digits)
        middle = start + len(digits[0])
        yield Spelled(start, middle, first, scale=_times(pair["scale"] + scale))
        yield Spelled(middle, m.end(), second, scale=_times(pair["scale"] + scale))
    elif core == "十" and more == "几":
        yield Spelled(start, m.end(), 10 * _times(scale), up_to=2)
    else:
        value = _parse_decimal(core, scale)
        rounded = bool(more) and (bool(scale) or more != "来")
        yield Spelled(
            start, m.end() if scale or rounded else m.end("core"), value, rounding="more" if rounded else "",
            scale=_times(scale), ordinal=ordinal, weak=value in (1, 2),
        )  # fmt: skip


def _find_pair(core: str, measured: bool) -> re.Match[str] | None:
    """Two numerals of which the second is one or two more: 七八十; None where there are no two."""
    pair = _PAIR.fullmatch(core)
    near = pair is not None and _HAN_DIGITS[pair["b"]] - _HAN_DIGITS[pair["a"]] in (1, 2)
    return pair if pair and near and (measured or pair["scale"]) else None


def _parse_decimal(core: str, scale: str) -> float | None:
    """The value of a numeral with 点 or without, times a scale behind it."""
    whole, _, part = core.partition("点")
    value = parse_numeral(whole)
    if value is not None and part:
        tail = re.fullmatch(rf"([{_NUMERAL[:10]}]+)([十百千万亿]*)", part)
        digits = "".join(str(_HAN_DIGITS[c]) for c in tail[1]) if tail else ""
        value, scale = float(f"{int(value)}.{digits or 0}"), (tail[2] if tail else "") + scale
    return None if value is None else value * _times(scale)


def _times(scales: str) -> float:
    """The product of scales: 百万 is a million."""
    product = 1.0
    for c in scales:
        product *= _HAN_SCALES[c]
    return product


def add_chinese_scales(number: Spelled, text: str) -> Spelled:
    """Digits with the scales behind them: "3亿5000万", "120多万"."""
    value, end, rounding, scale = number.value or 0.0, number.end, "", 1.0
    last = float("inf")
    while m := re.compile(r"\s?(?P<more>[多余])?(?P<scale>[十百千万亿]+)(?:(?P<next>\d+)(?=[十百千万亿]))?").match(text, end):
        factor = _times(m["scale"])
        if factor >= last:
            break
        value, rounding, scale, end = value * factor, "more" if m["more"] else rounding, factor, m.end("scale")
        if not m["next"]:
            break
        rest = add_chinese_scales(Spelled(m.start("next"), m.end("next"), float(m["next"])), text)
        return replace(rest, start=number.start, value=value + (rest.value or 0), digits=True)
    return replace(number, value=value, end=end, rounding=rounding, scale=scale)


def parse_numeral(numeral: str) -> float | None:
    """Value of a Chinese numeral, spelt out or digit by digit; None when it is none.

    >>> [parse_numeral(n) for n in ("二十三", "二〇二五", "一千零七", "三万五", "一百万亿", "十百三")]
    [23.0, 2025.0, 1007.0, 35000.0, 100000000000000.0, None]
    """
    if not numeral or len(numeral) > 40:
        return None
    if all(c in _HAN_DIGITS for c in numeral):
        return float("".join(str(_HAN_DIGITS[c]) for c in numeral)) if "两" not in numeral or len(numeral) == 1 else None
    for mark in "亿万":
        head, found, tail = numeral.rpartition(mark)
        if found:
            high = 1.0 if not head else parse_numeral(head)
            if not tail:
                low: float | None = 0.0
            elif len(tail) == 1 or mark == "万":
                low = _below(tail, _HAN_SCALES[mark])
            else:
                low = parse_numeral(tail.lstrip("零〇"))
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
