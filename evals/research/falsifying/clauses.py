"""What a sentence is made of, moved: a part of it that it carries, words from elsewhere put in, halves of two joined, another
paragraph's sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evals.research.falsifying.changes import Change, before_stop, pick, shuffled
from evals.research.falsifying.dates import without_capital
from evals.research.falsifying.names import POOL
from evals.research.falsifying.texts import Sentence, elsewhere

_BRACKETS = re.compile(r"\s?[（(][^（）()]{2,60}[)）]")
# What hangs on the end of an English sentence, and what it may begin with, that can be left out.
_TAIL = re.compile(r"(?<=[a-z]{2})(?:, (?:which|who|where|whose|making|becoming|giving|leading|although|though) [^,;]{12,}|, (?:including|such as) [^;]{12,})\.$")
_HEAD = re.compile(r"^(?:In|On|At|During|After|Before|Since|By|For|Today|Currently|However|Also|Additionally|Instead|Thus)\b[^,;]{0,50}, (?=[A-Za-z])")
_HAN_HEAD = re.compile(r"^(?:在[^，。]{2,16}[，]|[^，。]{2,14}(?:期间|以来|之后|后|时|年|月|日)[，]|此外[，]|例如[，]|然而[，]|不过[，]|因此[，])")
_HAN_TAIL = re.compile(r"[；][^；]{6,}$")
_TURKISH_HEAD = re.compile(r"^(?:Ancak|Ayrıca|Bugün|Örneğin|Sonuç olarak|Bununla birlikte|\d{4}['’][dt][ae]|\d{4} yılında|[^,;]{3,40} (?:sırasında|boyunca|sonra|itibaren)), ")
_SPLIT = {"en": re.compile(r"(?<=\w), (?=and |but |which |who |where |with )|(?<=\w); "), "zh": re.compile("[，；]"), "tr": re.compile(r"(?<=\w)[,;] ")}
_PHRASE = {
    "en": re.compile(r"(?<=[a-z])( (?:because|despite|by|with|for|without|under|during|through|against|among) (?:the |a |an )?[a-z]+(?: [a-z]+){1,5})[.,;]"),
    "zh": re.compile(r"[，](?=[^，。；“”\d]{7,18}[，。])([^，。；“”\d]{7,18})(?=[，。])"),
    "tr": re.compile(r"(?:^|, )([^,.;\d\"“]{8,45}(?:nedeniyle|için|arak|erek|rağmen|sayesinde|birlikte|karşı|göre)),"),
}  # fmt: skip

_VAGUE = re.compile(r"\b(?:same|this|that|these|those|it|them|time|period|addition|own)\b|\b(?:bu|o|şu)\b|[这那此其]")


def parts(sentence: Sentence, pool: Sequence[Sentence]) -> Iterator[Change]:
    """The sentence without what can be left out: brackets, what comes before or after its main clause."""
    text, rules = sentence.text, {"en": (_TAIL, _HEAD), "zh": (_HAN_TAIL, _HAN_HEAD), "tr": (_TURKISH_HEAD,)}[sentence.language]
    if _BRACKETS.search(text):
        yield Change("part", "no brackets", _BRACKETS.sub("", text))
    for rule in rules:
        match = rule.search(text)
        if match is None or text.count('"') or "“" in text:
            continue
        tail = match.start() > 0
        left = f"{text[: match.start()]}{'。' if sentence.language == 'zh' else '.'}" if tail else text[match.end() :]
        if len(left) > (10 if sentence.language == "zh" else 25):
            yield Change("part", "no tail" if tail else "no head", left[0].replace("i", "İ" if sentence.language == "tr" else "I").upper() + left[1:])


def added(sentence: Sentence, pool: Sequence[Sentence]) -> Iterator[Change]:
    """The sentence with a phrase of another article put in, with a reason made up, with a detail made up."""
    language = sentence.language
    for other in shuffled(elsewhere(sentence, pool), sentence.id)[:6]:
        found = _PHRASE[language].search(other.text)
        if found and not _VAGUE.search(found[1]) and found[1].strip() not in sentence.passage.all:
            yield from _joined(sentence, "from elsewhere", found[1].strip())
            break
    yield from _joined(sentence, "a reason", pick(POOL["reasons"][language], sentence.id))
    yield from _joined(sentence, "a detail", pick(POOL["details"][language], sentence.id))


def _joined(sentence: Sentence, way: str, phrase: str) -> Iterator[Change]:
    if sentence.language == "tr":
        rest = without_capital(sentence)
        if rest:
            yield Change("added", way, f"{phrase[0].replace('i', 'İ').upper()}{phrase[1:]}, {rest}")
    elif not sentence.text.endswith(('"', "”")):
        yield Change("added", way, before_stop(sentence.text, f"，{phrase}" if sentence.language == "zh" else f" {phrase}"))


def stitched(sentence: Sentence, pool: Sequence[Sentence]) -> Iterator[Change]:
    """The first part of the sentence and the last part of one of another article."""
    language = sentence.language
    head = _SPLIT[language].split(sentence.text)[0]
    for other in shuffled(elsewhere(sentence, pool), f"{sentence.id}/stitched")[:12]:
        cuts = list(_SPLIT[language].finditer(other.text))
        if not cuts or head == sentence.text or len(head) < (8 if language == "zh" else 25):
            continue
        tail = other.text[cuts[-1].end() :]
        quotes = any(mark in head + tail for mark in '"“”（）()')
        if len(tail) > (6 if language == "zh" else 20) and not quotes:
            yield Change("stitched", "two articles", f"{head}{'，' if language == 'zh' else ', '}{tail}")
            return


def neighbours(sentence: Sentence, pool: Sequence[Sentence]) -> Iterator[Change]:
    """A sentence of another paragraph of the same article, which shares too few of its words to say the same."""
    own = _bigrams(sentence.passage.texts[sentence.language])
    others = [s for s in pool if s.language == sentence.language and s.passage.article == sentence.passage.article
              and s.passage.id != sentence.passage.id and len(_bigrams(s.text) & own) < 0.5 * len(_bigrams(s.text))]  # fmt: skip
    if others:
        yield Change("neighbour", "another paragraph", pick(others, sentence.id).text)


def _bigrams(text: str) -> set[str]:
    """Words of four letters and more, or pairs of Chinese characters."""
    han = re.findall(r"(?=([\u4e00-\u9fff]{2}))", text)
    return {*han, *(word.lower()[:6] for word in re.findall(r"[^\W\d_]{4,}", text) if not re.match(r"[\u4e00-\u9fff]", word))}
