"""Numbers put wrong: another one, doubled, halved, in words, a dozen, a fraction, a range, another scale, bound, currency or unit.

One that is put wrong is worth something that no text of its paragraph has a number of, and is far enough from the right one to be
wrong however it is rounded. Beside them the same value written in another way, which is true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from evals.research.falsifying.changes import Change, draw, put
from evals.research.falsifying.numbers import Number, numbers, values
from evals.research.falsifying.spelling import fits, in_digits, in_words, ordinal_in_words
from evals.research.falsifying.texts import Sentence

_SPELLED_TO = 10**9
_OTHER_SCALE = {
    "thousand": "million", "million": "billion", "billion": "million", "trillion": "billion", "hundred": "thousand",
    "bin": "milyon", "milyon": "milyar", "milyar": "milyon", "trilyon": "milyar",
    "万": "亿", "亿": "万", "百万": "亿", "千万": "万", "百": "万", "千": "万", "百亿": "万", "千亿": "万", "万亿": "亿",
}  # fmt: skip
# In the place of a number far from it: what stands there, and from what to what it can mean.
_ROUNDLY = {
    "en": (("a dozen", 8, 16), ("two dozen", 18, 30), ("dozens of", 20, 120), ("hundreds of", 100, 1500),
           ("half a million", 4 * 10**5, 6 * 10**5), ("thousands of", 1000, 15000), ("a quarter of a million", 2 * 10**5, 3 * 10**5)),
    "tr": (("bir düzine", 8, 16), ("iki düzine", 18, 30), ("onlarca", 20, 120), ("yüzlerce", 100, 1500),
           ("yarım milyon", 4 * 10**5, 6 * 10**5), ("binlerce", 1000, 15000)),
    "zh": (("十几", 10, 20), ("数十", 20, 120), ("上百", 80, 300), ("数百", 100, 1500), ("数千", 1000, 15000), ("近千", 700, 1100),
           ("两百多", 190, 310), ("五十余", 45, 65)),
}  # fmt: skip
_SHARES = {
    "en": (("half", 50), ("two thirds", 67), ("a quarter", 25), ("nine tenths", 90)),
    "tr": (("yarısı", 50), ("üçte ikisi", 67), ("dörtte biri", 25)), "zh": (("一半", 50), ("三分之二", 67), ("四分之一", 25), ("九成", 90)),
}  # fmt: skip
_BOUNDS = {
    "en": ((r"\b(?:more than|over|at least|upwards of)(?= [$£€]?\d| [a-z]+ (?:hundred|thousand|million|people|years|countries))",
            "fewer than"), (r"\b(?:less than|fewer than|up to|nearly|almost)(?= [$£€]?\d)", "more than")),
    "zh": ((r"(?:超过|多于|高达|多达)(?=[\d一二三四五六七八九十百])", "不到"), (r"(?:不到|不足|少于|近)(?=\d)", "超过"),
           (r"(?<![\d.])(\d+)[多余](?=[个名座家年位种])", r"不到\1")),
    "tr": ((r"(\d[\w’' ]{0,9}?[dt][ae]n )fazla(?!\w)", r"\1az"), (r"(\d[\w’' ]{0,9}?[dt][ae]n )az(?!\w)", r"\1fazla"), (r"\ben az(?= \d)", "en fazla")),
}  # fmt: skip
_OTHER_UNIT = {
    "en": {"kilometres": "miles", "kilometers": "miles", "miles": "kilometres", "metres": "feet", "meters": "feet", "feet": "metres",
           "years": "months", "year": "month", "days": "weeks", "day": "week", "hours": "days", "minutes": "hours", "weeks": "months",
           "months": "years", "centuries": "decades", "dollars": "euros", "euros": "dollars", "pounds": "dollars", "yuan": "dollars",
           "seconds": "minutes", "yards": "miles", "points": "goals", "countries": "cities", "cities": "countries", "square": "cubic"},
    "tr": {"kilometre": "mil", "mil": "kilometre", "metre": "kilometre", "yıl": "ay", "gün": "hafta", "saat": "dakika", "dakika": "saat",
           "hafta": "yıl", "ay": "yıl", "saniye": "dakika", "dolar": "avro", "yıllık": "aylık", "günlük": "haftalık", "ülke": "şehir",
           "kişi": "aile", "puanlık": "metrelik", "yuandan": "dolardan", "metrekarelik": "hektarlık", "şehirle": "ülkeyle"},
    "zh": {"公里": "英里", "英里": "公里", "平方公里": "平方米", "米": "公里", "年": "个月", "天": "周", "小时": "天", "分钟": "小时", "岁": "个月",
           "美元": "欧元", "英镑": "日元", "欧元": "美元", "元": "美元", "秒": "分钟", "周年": "个月", "个国家": "座城市", "座城市": "个国家",
           "平方米": "亩", "家": "成", "世纪": "年"},
}  # fmt: skip
# After which no range or dozen stands: "the two", "between 3".
_DETERMINED = re.compile(r"\b(?:[Tt]he|[Ii]ts|[Tt]heir|[Hh]is|[Hh]er|these|those|all|original|first|last|between|age|to|Her|her|bu|ilk|son) $")
_MORE = {"en": "(?: more)?", "tr": "", "zh": "多?"}
_NUMBERED = {
    "en": re.compile(r"\b(\d{1,3})(?:st|nd|rd|th)\b(?![\w ]{0,10} ?centur)"), "zh": re.compile(r"第(\d{1,3})(?![\d.])"),
    "tr": re.compile(r"\b(\d{1,3})\. (?=[a-zçğıöşü])(?![\w. ]{0,8}yüzyıl)"),
}  # fmt: skip


def wrong_numbers(sentence: Sentence, pool: Sequence[Sentence]) -> Iterator[Change]:
    """The sentence with one number wrong, each number in every way that it can be."""
    text, language = sentence.text, sentence.language
    known = set().union(*(values(other, code) for code, other in sentence.passage.texts.items()))
    for number in numbers(text, language):
        determined = bool(_DETERMINED.search(text[: number.start]))
        ways = [*_others(number, language, known, determined), *_of_scale(number, language)]
        ways += () if determined else _roundly(number, language, known, text)
        for way, new in ways:
            if new != text[number.start : number.end]:
                yield Change("number", way, put(text, number.start, number.end, new))
        yield from _of_unit(number, sentence)
    yield from _bounds(sentence)
    yield from _numbered(sentence, known)


def same_values(sentence: Sentence, pool: Sequence[Sentence]) -> Iterator[Change]:
    """The sentence with one number written in another way, worth the same."""
    text, language = sentence.text, sentence.language
    for number in numbers(text, language):
        value = number.value
        if number.tight or number.parts["money"] or value != int(value) or value >= _SPELLED_TO or number.percent:
            continue
        if number.in_digits and not number.parts.get("more"):
            new = in_words(int(value), language)
        elif value > 10 and not number.in_digits:
            new = in_digits(value, language)
        else:
            continue
        new = new.replace("二", "两", 1) if new == "二" else new
        yield Change("value kept", "words" if number.in_digits else "digits", put(text, number.start, number.end, new))


def _others(number: Number, language: str, known: set[Decimal], determined: bool) -> Iterator[tuple[str, str]]:
    """Another value in the same form, twice and half the value, another in words, and one of several between two."""
    value = number.value
    bare = value.scaleb(-(value.adjusted() // 3 * 3)) if number.parts["scale"] else value
    for way, other in (("other", _other(number, known, language)), ("doubled", 2 * value), ("halved", value / 2)):
        if other is None or other in known or other == value or (way == "halved" and (other != int(other) or other < 2)):
            continue
        new = _in_form(number, other, language)
        if new and (not number.tight or language != "tr" or fits(_said(number.written()), _said(new))):
            yield way, new
    other = _other(number, known, language)
    whole = other is not None and other == int(other) and 1 < other < _SPELLED_TO
    if whole and other is not None and number.in_digits and not number.tight and not number.parts["money"]:
        words = in_words(int(other), language)
        yield "in words", _percent(words, language) if number.percent else ("两" if words == "二" else words)
    if not number.tight and value >= 8 and value == int(value) and not number.percent and not number.parts["money"]:
        low, high = int(value * 2), int(value * 3)
        joined = {"en": "between {} and {}", "zh": "{}至{}", "tr": "{} ila {}"}[language]
        if bare == value and not determined and not {Decimal(low), Decimal(high)} & known:
            yield "range", joined.format(*(in_digits(Decimal(n), language) for n in (low, high)))


def _other(number: Number, known: set[Decimal], language: str) -> Decimal | None:
    """A value near enough to be believed and far enough to be wrong, with the ending of the right one where one follows."""
    value = number.value
    steps = [value + n for n in (1, 2, 3, 4, -1)] if value < 20 else [value * n / 10 for n in (13, 7, 16, 4, 18, 25, 12, 15)]
    if value > 100:
        steps = [round(step / Decimal(10) ** (step.adjusted() - 1)) * Decimal(10) ** (step.adjusted() - 1) for step in steps]
    elif value >= 20:
        steps = [Decimal(round(step)) for step in steps]
    for step in steps[draw(str(value)) % 3 :] + steps[:2]:
        possible = step > 1 and step != value and step not in known and not (number.percent and step > 100)
        ended = number.tight and language == "tr"
        if possible and (not ended or fits(_said(number.written()), _said(in_digits(step, language)))):
            return Decimal(step)
    return None


def _said(written: str) -> str:
    """The end of a number that is said last: the last word, or all digits."""
    return "".join(c for c in written if c.isdigit()) if written[-1].isdigit() else written.split()[-1]


def _in_form(number: Number, value: Decimal, language: str) -> str:
    """A value written as another number is: its scale, its currency, its sign of percent; "" where it cannot be."""
    if not number.in_digits:
        if value != int(value) or value >= _SPELLED_TO:
            return ""
        words = in_words(int(value), language)
        return number.written(num="两" if words == "二" else words, scale="")
    ratio = number.value / Decimal(number.parts["num"].replace(".", "").replace(",", ".") if language == "tr" else
                                   number.parts["num"].replace(",", ""))  # fmt: skip
    grouped = bool(re.search(r"\d[.,]\d{3}", number.parts["num"])) or (value >= 1000 and ratio == 1 and number.value < 1000)
    return number.written(num=in_digits(value / ratio, language, grouped))


def _percent(words: str, language: str) -> str:
    return {"en": f"{words} percent", "zh": f"百分之{words}", "tr": f"yüzde {words}"}[language]


def _roundly(number: Number, language: str, known: set[Decimal], text: str) -> Iterator[tuple[str, str]]:
    """A dozen, dozens of, half a million, two thirds: where the right value is far from all that they can mean."""
    after = text[number.end :]
    if number.tight or number.parts["money"] or text[number.end :].startswith((")", "）")):
        return
    if number.percent:
        follows = {"en": after.startswith(" of "), "zh": after.startswith("的"), "tr": False}[language]
        fitting = [words for words, share in _SHARES[language] if follows and abs(share - number.value) > 15]
        yield from ((("fraction"), words) for words in fitting)
        return
    if number.value < 2 or number.value != int(number.value) or number.parts["scale"] or (language == "zh" and number.parts["more"]):
        return
    if language != "zh" and not re.match(r" [a-zçğıöşü]{3}", after):
        return
    far = [(abs(Decimal(least).log10() - number.value.log10()), words) for words, least, most in _ROUNDLY[language]
           if (number.value < Decimal(least) / 3 or number.value > most * 3) and not any(least <= v <= most for v in known)]  # fmt: skip
    yield from (("dozen" if "doz" in words or "düz" in words else "roundly", words) for _, words in sorted(far)[:2])


def _of_scale(number: Number, language: str) -> Iterator[tuple[str, str]]:
    """Millions for billions, thousands for ones."""
    scale = number.parts["scale"].strip()
    if other := _OTHER_SCALE.get(scale):
        yield "scale", number.written(scale=number.parts["scale"].replace(scale, other))
    elif number.in_digits and not number.percent and not number.tight and number.value < 1000 and number.value == int(number.value):
        yield "scale", number.written(scale={"en": " thousand", "tr": " bin", "zh": "万"}[language])
    if number.parts["money"]:
        yield "money", number.written(money={"$": "€", "£": "$", "€": "£", "¥": "$"}[number.parts["money"]])


def _of_unit(number: Number, sentence: Sentence) -> Iterator[Change]:
    """Miles for kilometres: the right number of another thing."""
    units = _OTHER_UNIT[sentence.language]
    near = re.compile(rf"{_MORE[sentence.language]}[ -]?({'|'.join(sorted(units, key=len, reverse=True))})(?![a-zçğıöşü])")
    found = near.match(sentence.text, number.end)
    if found and units[found[1]] not in sentence.passage.texts[sentence.language]:
        kind = "money" if "元" in found[1] or found[1] in ("dollars", "euros", "pounds", "yuan", "dolar", "英镑") else "unit"
        yield Change("number", kind, put(sentence.text, *found.span(1), units[found[1]]))


def _bounds(sentence: Sentence) -> Iterator[Change]:
    """Fewer than, where it says more than."""
    for pattern, new in _BOUNDS[sentence.language]:
        changed, count = re.subn(pattern, new, sentence.text, count=1)
        if count:
            yield Change("number", "bound", changed)


def _numbered(sentence: Sentence, known: set[Decimal]) -> Iterator[Change]:
    """Another place in a row, in digits and in words."""
    for found in _NUMBERED[sentence.language].finditer(sentence.text):
        value = int(found[1])
        other = next(n for n in (value + 2, value + 1, value + 5, value + 10, value + 13, value + 21) if Decimal(n) not in known)
        words = ordinal_in_words(other, sentence.language) + (" " if sentence.language == "tr" else "")
        yield Change("number", "place in words", put(sentence.text, *found.span(), words))
        if sentence.language != "en":
            yield Change("number", "place", put(sentence.text, *found.span(1), str(other)))


