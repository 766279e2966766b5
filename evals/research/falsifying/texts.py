"""Paragraphs that claims are made from and put against, each in every language it can be had in, and their sentences.

Sentences are cut by a few rules of this file's own, so that nothing here depends on how `rag` reads a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.research.squad import NotSquad, load_files
from rag import Paragraph

LANGUAGES = ("en", "zh", "tr")
_NOTES = re.compile(r"\ufeff|\[(?:citation needed|需要引证|来源请求|kaynak belirtilmeli|\d+)\]")
# Spaces beside Chinese characters, which some translations keep from the links of a page.
_STRAY = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\s+|\s+(?=[\u3000-\u9fff\uff00-\uffef])")
_GAP = re.compile(r"(?<=[.!?])[\"”’)\]]*\s+(?=[\"“‘(\[]*[A-Z0-9ÇĞİÖŞÜ])")
# What ends in a full stop and ends no sentence: short words, initials, Turkish ordinals.
_SHORT = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|No|vs|Inc|Ltd|Jr|Sr|Prof|Gen|Col|Lt|Rev|ca?|yy|vb|Yrd|Doç|Bkz|[A-ZÇĞİÖŞÜ]|[IVX]+)\.$")
_TURKISH_ORDINAL = re.compile(r"(?<!\d)\d{1,2}\.$")
_HAN_END = re.compile(r"(?<=[。！？!?])(?![”’」』）)])|(?<=[。！？!?][”’」』])")
_WHOLE = re.compile(r"[.!?。！？][\"”’」』)）]*$")
_PAIRS = ("“”", "‘’", "「」", "『』", "()", "（）", "[]", "《》", "«»")


@dataclass(frozen=True)
class Passage:
    """A paragraph by language. `own`: the language its text is put to verification in; None where each is.

    `indexed`: whether an assistant knows it under its id.
    """

    id: str
    article: str
    texts: Mapping[str, str]
    own: str | None = None
    indexed: bool = False

    @property
    def all(self) -> str:
        """Every text of it, a line each."""
        return "\n".join(self.texts.values())


@dataclass(frozen=True)
class Sentence:
    """The sentence number `number`, from 1, of a passage in a language."""

    text: str
    language: str
    number: int
    passage: Passage

    @property
    def id(self) -> str:
        """
        >>> Sentence("It glows.", "en", 2, Passage("a#p1", "a", {})).id
        'a#p1/en/2'
        """
        return f"{self.passage.id}/{self.language}/{self.number}"


def of_assistant(paragraphs: Mapping[str, Paragraph]) -> list[Passage]:
    """The paragraphs of running text that an assistant has indexed, with their stored translations."""
    return [
        Passage(p.id, p.article_id, {v.language: v.text for v in p.views if v.language in LANGUAGES}, p.language, indexed=True)
        for p in paragraphs.values()
        if p.kind == "body"
    ]


def of_files(paths: Sequence[Path], only: Sequence[int] = ()) -> list[Passage]:
    """The paragraphs of SQuAD-format files that are translations of one another. only: these articles of each, from 1.

    Raises NotSquad when a file cannot be used, or when the files do not have the same paragraphs.
    """
    articles, _ = load_files(paths)
    languages = list(dict.fromkeys(a.language for a in articles))
    if unknown := [code for code in languages if code not in LANGUAGES]:
        raise NotSquad(f"claims are made in {', '.join(LANGUAGES)}; there is a file in {', '.join(map(str, unknown))}")
    by = {code: [a for a in articles if a.language == code] for code in languages}
    if len({tuple(len(a.paragraphs or ()) for a in own) for own in by.values()}) > 1:
        raise NotSquad("the files are no translations of one another: they have not the same number of paragraphs")
    return [
        Passage(f"{number}#p{place}", str(number), {str(code): by[code][number - 1].paragraphs[place - 1] for code in languages})  # type: ignore[index]
        for number, first in enumerate(by[languages[0]], 1) if not only or number in only
        for place in range(1, len(first.paragraphs or ()) + 1)
    ]  # fmt: skip


def sentences(passage: Passage, language: str) -> list[Sentence]:
    """The whole sentences of a passage that a claim can be made from: neither very short nor long, nothing left open.

    >>> [s.text for s in sentences(Passage("", "", {"en": "Dr. Wu lit it with care. Ok. It glowed for 3.5 hours."}), "en")]
    ['Dr. Wu lit it with care.', 'It glowed for 3.5 hours.']
    """
    text = _NOTES.sub("", passage.texts[language])
    parts = _HAN_END.split(_STRAY.sub("", text)) if language == "zh" else _cut(text, language)
    clean = (re.sub(r"\s+(?=[.,;])", "", " ".join(part.split())) for part in parts)
    return [s for n, part in enumerate(clean, 1) if _good(s := Sentence(part, language, n, passage))]


def _cut(text: str, language: str) -> Iterator[str]:
    begin = 0
    for gap in _GAP.finditer(text):
        head = text[begin : gap.start()]
        if _SHORT.search(head) or (language == "tr" and _TURKISH_ORDINAL.search(head)):
            continue
        yield text[begin : gap.end()]
        begin = gap.end()
    yield text[begin:]


def _good(sentence: Sentence) -> bool:
    text = sentence.text
    size = len(text) if sentence.language == "zh" else len(text.split())
    least, most = (12, 110) if sentence.language == "zh" else (5, 45)
    closed = all(text.count(pair[0]) == text.count(pair[1]) for pair in _PAIRS if pair != "‘’") and text.count('"') % 2 == 0
    return least <= size <= most and closed and bool(_WHOLE.search(text))


def elsewhere(sentence: Sentence, pool: Sequence[Sentence]) -> list[Sentence]:
    """The sentences of other articles in the same language."""
    return [s for s in pool if s.language == sentence.language and s.passage.article != sentence.passage.article]
