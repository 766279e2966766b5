"""Answerable questions -> near misses: questions that a paragraph seems to answer and does not.

1. "removed": the sentence that answers is cut out of the context. What is left is about the same thing, and often holds
   another date, place or person of the kind asked for.
2. "swapped": a name, year or number of the question is replaced by another of the same kind, from the same context if it
   has one, else from a context like it.
3. "inverted": two names of one kind in the question change places ("ambassador of A to B").
4. "renamed": the name that the question asks about is replaced in the context, so that all of it is told of another.

What kind a name is of is learnt from the data itself: an answer to a who-question is a person. A near miss is dropped when
the same question is answerable somewhere in the data, or when the name put in stands in the sentence that answered.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from training.rows import WITHOUT_SPACES, Row, Span

# What a question asks for, by its interrogative: (person, place, other name).
_ASKED = {
    "en": (
        r"\b(who|whom|whose)\b",
        r"\bwhere\b|\b(what|which) (city|country|state|town|region|place)\b",
        r"\b(what|which)\b",
    ),
    "zh": (
        r"谁|誰|哪位|何人",
        r"哪里|哪裡|哪儿|何处|何處|何地|哪[个個座]?(国家|國家|国|國|城市|省|州|地区|地區|地方)",
        r"什么|什麼|哪|何",
    ),
    "tr": (
        r"\b(kim|kimdir|kime|kimi|kimin|kimler|kimlerdir)\b",
        r"\b(nerede|nereye|nereden|nerededir|neresi|neresidir|nerelidir)\b|\bhangi (şehir|ülke|ilçe|il|kent)\w*",
        r"\b(ne|nedir|hangi|neyi)\b",
    ),
}
_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-2][0-9])(?!\d)")
_NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?![\d.,])")
_CAPITALISED = re.compile(r"\b[^\W\d_a-z][\w'’.-]*(?: (?:of |the |de |ve )?[^\W\d_a-z][\w'’.-]*){0,3}")
_SENTENCE_END = re.compile(r"[.!?][\"”’)]*\s+(?=[^\W\d_a-z]|[\"“(\d])|[。!?！？][”」』]?|\n+")
MIN_NAME_CHARS, MAX_NAME_CHARS = 2, 40
MIN_LEFT_CHARS = 60  # of a context whose answering sentence was cut out; less is no paragraph


def split_sentences(text: str) -> list[Span]:
    """Spans of the sentences of a text, by punctuation alone."""
    ends = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    return [(a, b) for a, b in pairwise(ends) if text[a:b].strip()]


def name_kind(question: str, answer: str, language: str) -> str | None:
    """Kind of name that an answer is: "person", "place" or "name"; None when it is no name or the language is not known."""
    if (
        language not in _ASKED
        or not MIN_NAME_CHARS <= len(answer) <= MAX_NAME_CHARS
        or any(c.isdigit() for c in answer)
    ):
        return None
    if language in WITHOUT_SPACES and (len(answer) > 12 or re.search(r"[，。、；\s]", answer)):
        return None
    if language not in WITHOUT_SPACES and (len(answer.split()) > 5 or not answer[0].isupper()):
        return None
    folded = question.casefold().replace("i̇", "i")
    for kind, pattern in zip(("person", "place", "name"), _ASKED[language], strict=True):
        if re.search(pattern, folded):
            return kind
    return None


class NearMissMaker:
    """Makes near misses from the answerable rows of one language."""

    def __init__(self, rows: Sequence[Row], language: str, rng: random.Random) -> None:
        self.language = language
        self.rng = rng
        self.asked = {(row.question, row.context) for row in rows}
        self.kinds: dict[str, str] = {}
        for row in rows:
            if row.answer and (kind := name_kind(row.question, row.answer_text.strip(), language)):
                self.kinds.setdefault(row.answer_text.strip(), kind)
        self.lengths = sorted({len(name) for name in self.kinds}, reverse=True)
        self.by_kind: defaultdict[str, list[str]] = defaultdict(list)
        for name, kind in self.kinds.items():
            self.by_kind[kind].append(name)
        self._in_context: dict[str, list[str]] = {}

    def find_names(self, text: str) -> list[tuple[int, int, str]]:
        """Names that stand in a text, longest first where they overlap: (start, end, kind)."""
        found: list[tuple[int, int, str]] = []
        at = 0
        while at < len(text):
            for length in self.lengths:
                kind = self.kinds.get(text[at : at + length])
                if kind and self._whole(text, at, at + length):
                    found.append((at, at + length, kind))
                    at += length - 1
                    break
            at += 1
        return found

    def _whole(self, text: str, start: int, end: int) -> bool:
        if self.language in WITHOUT_SPACES:
            return True
        return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())

    def names_of(self, context: str) -> list[str]:
        if context not in self._in_context:
            own = {context[a:b] for a, b, _ in self.find_names(context)}
            self._in_context[context] = sorted(own)
        return self._in_context[context]

    def remove_answer(self, row: Row) -> Row | None:
        """The question, put to its context without the sentence that answers."""
        assert row.answer
        spans = split_sentences(row.context)
        kept = [span for span in spans if span[1] <= row.answer[0] or span[0] >= row.answer[1]]
        left = "".join(row.context[a:b] for a, b in kept).strip()
        if len(kept) == len(spans) or len(left) < MIN_LEFT_CHARS / (3 if row.context_language in WITHOUT_SPACES else 1):
            return None
        if row.answer_text.strip().casefold() in left.casefold():
            return None
        return replace(row, context=left, answer=None, kind="removed")

    def swap(self, row: Row, neighbour: str) -> Row | None:
        """The question, asked of another name, year or number of the same kind."""
        options = list(self._replacements(row, neighbour))
        if not options:
            return None
        question = self.rng.choice(options)
        if (question, row.context) in self.asked:
            return None
        return replace(row, question=question, answer=None, kind="swapped")

    def _replacements(self, row: Row, neighbour: str) -> Iterator[str]:
        question, context = row.question, row.context
        sentence = self._answering_sentence(row)
        for a, b, kind in self.find_names(question):
            if question[a:b] not in context:
                continue
            names = self._others(context, kind, question, sentence) or self._others(neighbour, kind, question, sentence)
            if not names or self.rng.random() < 0.2:
                names = [name for name in self.rng.sample(self.by_kind[kind], min(4, len(self.by_kind[kind])))]
            names = [name for name in names if name not in question and name not in sentence]
            if names:
                yield question[:a] + self.rng.choice(names) + question[b:]
        yield from self._other_capitalised(question, context, sentence)
        for match in _YEAR.finditer(question):
            years = [y for y in _YEAR.findall(context) if y not in question and y not in sentence]
            near = str(int(match[0]) + self.rng.choice([-20, -10, -5, -3, -2, -1, 1, 2, 3, 5, 10, 20]))
            year = self.rng.choice(years) if years and self.rng.random() < 0.6 else near
            if year not in sentence:
                yield question[: match.start()] + year + question[match.end() :]
        for match in _NUMBER.finditer(question):
            number = str(max(1, int(match[0]) + self.rng.choice([-3, -2, -1, 1, 2, 3, 7])))
            if number not in sentence and number != match[0]:
                yield question[: match.start()] + number + question[match.end() :]

    def _other_capitalised(self, question: str, context: str, sentence: str) -> Iterator[str]:
        """In alphabets with capitals, names that no question asked for: a capitalised run for another as long."""
        if self.language in WITHOUT_SPACES:
            return
        starts = {a for a, _ in split_sentences(context)}
        runs = [
            m[0]
            for m in _CAPITALISED.finditer(context)
            if m[0][0].isupper() and m.start() not in starts and len(m[0]) > 2
        ]
        for match in _CAPITALISED.finditer(question):
            if match.start() == 0 or not match[0][0].isupper() or match[0] not in context or len(match[0]) < 3:
                continue
            words = len(match[0].split())
            others = [r for r in runs if len(r.split()) == words and r not in question and r not in sentence]
            if others:
                yield question[: match.start()] + self.rng.choice(others) + question[match.end() :]

    def _others(self, context: str, kind: str, question: str, sentence: str) -> list[str]:
        names = self.names_of(context)
        return [n for n in names if self.kinds[n] == kind and n not in question and n not in sentence]

    def _answering_sentence(self, row: Row) -> str:
        assert row.answer
        return next((row.context[a:b] for a, b in split_sentences(row.context) if a <= row.answer[0] < b), "")

    def invert(self, row: Row) -> Row | None:
        """The question with two names of one kind in each other's place."""
        found = [span for span in self.find_names(row.question) if row.question[slice(*span[:2])] in row.context]
        pairs = [
            (x, y) for x in found for y in found
            if x[1] < y[0] and x[2] == y[2] and row.question[x[0] : x[1]] != row.question[y[0] : y[1]]
        ]  # fmt: skip
        if not pairs:
            return None
        (a, b, _), (c, d, _) = self.rng.choice(pairs)
        q = row.question
        question = q[:a] + q[c:d] + q[b:c] + q[a:b] + q[d:]
        return (
            None
            if (question, row.context) in self.asked
            else replace(row, question=question, answer=None, kind="inverted")
        )

    def rename(self, row: Row) -> Row | None:
        """The question, put to its context where the name that the question asks about is another's throughout."""
        sentence = self._answering_sentence(row)
        for a, b, kind in self.rng.sample(found := self.find_names(row.question), len(found)):
            name = row.question[a:b]
            if name not in sentence or name in row.answer_text or len(self.by_kind[kind]) < 20:
                continue
            other = self.rng.choice(self.by_kind[kind])
            if other in row.context or other in row.question or name in other:
                continue
            return replace(row, context=row.context.replace(name, other), answer=None, kind="renamed")
        return None

    def rename_both(self, row: Row) -> Row | None:
        """The row with a name of its question replaced in question and context alike: still answered. Without such rows a
        reader would learn that a name that fits badly means that nothing is said."""
        assert row.answer
        for a, b, kind in self.find_names(row.question):
            name, (start, end) = row.question[a:b], row.answer
            other = self.rng.choice(self.by_kind[kind])
            if name not in row.context or name in row.answer_text or row.answer_text in name or other in row.context:
                continue
            before = row.context[:start].replace(name, other)
            after = row.context[end:].replace(name, other)
            question = row.question[:a] + other + row.question[b:]
            span = len(before), len(before) + end - start
            return replace(
                row, question=question, context=before + row.answer_text + after, answer=span, kind="renamed"
            )
        return None
