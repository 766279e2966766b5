"""Number words of a language written with spaces, and the scales behind digits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.figures.figure import LATIN, Spelled
from rag.languages import cache_for_languages
from rag.locales import find_first_ten, load_locales


class NumberWords:
    """Number words of a language written with spaces."""

    def __init__(self, language: str) -> None:
        table = load_locales()[language].numbers
        self.ones = {word: n for n, word in enumerate(table.ones.split())}
        if table.grammar == "turkish":
            self.ones["dörd"] = 4  # as "dördüncü" and "dördü" have it
        self.tens = {word: 10 * n for n, word in enumerate(table.tens.split(), find_first_ten(language))}
        self.scales = table.scales | table.other_scales
        self.ordinals = {word: n for n, word in enumerate(table.ordinals.split(), 1)}
        if table.grammar == "english":
            self.ordinals |= {f"{word[:-1]}ieth": value for word, value in self.tens.items()}
        self.fractions, self.vague = table.fractions, table.vague
        self._vague_rule = re.compile("|".join(rf"(?P<v{n}>\b(?:{p})\b)" for n, p in enumerate(self.vague)))
        names = "|".join(sorted(self.scales, key=len, reverse=True))
        ending = rf"(?:['’]?(?:[ıiuüea]|[dt][ae]n|l[ıiuü]k))?(?![{LATIN}'’])" if table.grammar == "turkish" else "(?![a-z])"
        self._scale_rule = re.compile(rf"[\s-]?(?P<scale>{names})(?={ending})")
        self.words = sorted({*self.ones, *self.tens, *(w for w in self.scales if len(w) > 2)}, key=len, reverse=True)
        word = "|".join(self.words) or "(?!)"
        self._row_rule = re.compile(rf"\b(?:{word})(?: (?:{word}))*\b")
        self._ordinal_rule = re.compile(rf"\b(?:{'|'.join(self.ordinals) or '(?!)'})\b")

    def combine(self, words: Sequence[str]) -> float | None:
        """The value of number words in a row; None when they are no one number.

        Each scale must be smaller than the one before it, and a hundred, ten or one finds its place free.
        """
        total = section = 0.0
        last = float("inf")
        for word in words:
            if word in self.ones:
                value, room = self.ones[word], 10 if self.ones[word] < 10 else 100
                teen = room == 10 and section % 100 == 10 and "twenty" in self.tens
                if section % room or teen or value == 0 < len(words) - 1:
                    return self._year(words)
                section += value
            elif word in self.tens:
                if section % 100:
                    return self._year(words)
                section += self.tens[word]
            elif self.scales[word] == 100 and (section < 10 or (section < 100 and section % 10)):
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
        plain = len(rest) == 1 or (len(rest) == 2 and rest[0] % 10 == 0 and rest[1] < 10)
        return float(century * 100 + sum(rest)) if plain and rest[0] >= 10 else None

    def find_vague(self, text: str) -> list[Spelled]:
        """ "Hundreds", "yüzlerce": numbers of a size; "hundreds of thousands" is one."""
        found: list[Spelled] = []
        for m in self._vague_rule.finditer(text):
            value = list(self.vague.values())[int(str(m.lastgroup)[1:])]
            if found and re.fullmatch(r" (?:of )?", text[found[-1].end : m.start()]):
                found[-1] = replace(found[-1], end=m.end(), value=(found[-1].value or 1) * value)
            else:
                found.append(Spelled(m.start(), m.end(), float(value), up_to=0 if value == 2 else 10, weak=value == 2))
        return found

    def scale_of(self, words: Sequence[str]) -> float:
        """The scale that the last of the words is, 1 when it is none."""
        return self.scales.get(words[-1], 1.0)

    def add_scales(self, number: Spelled, text: str) -> Spelled:
        """A number with the scales behind it: "1.4 million", "2 bin"."""
        value, end, scale = number.value or 0.0, number.end, 1.0
        while m := self._scale_rule.match(text, end):
            scale = self.scales[m["scale"]]
            value, end = value * scale, m.end()
        return replace(number, value=value, end=end, scale=scale)

    def find_rows(self, text: str) -> Iterator[Spelled]:
        """Number words in a row with spaces between them, and ordinals, where a language has no grammar of its own here."""
        yield from self.find_vague(text)
        for m in self._row_rule.finditer(text):
            words = m.group().split()
            value = self.combine(words)
            lone = value is not None and value <= 1
            yield Spelled(*m.span(), value, scale=self.scale_of(words), weak=value == 2, doubtful=lone)
        for m in self._ordinal_rule.finditer(text):
            yield Spelled(*m.span(), float(self.ordinals[m.group()]), ordinal=True, weak=self.ordinals[m.group()] <= 2)


@cache_for_languages()
def load_number_words(language: str) -> NumberWords:
    """The number words of a language that has a file."""
    return NumberWords(language)
