"""Passages -> excerpts: paragraphs that follow one another in an article and are read as one text.

A paragraph of news leaves to the ones before it what it is about ("he added", "the five-day event"), so a reader that sees it
alone refuses what it says. An excerpt is grown around the best passage, the next one around the best that is in none yet.
No answer uses excerpts yet: training does, and the reader that ships was trained on single paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answer.reader import Text
from rag.answer.spans import SpanScore
from rag.types import Passage

MAX_EXCERPT_TOKENS = 400  # about, of an excerpt; with its title and the question it has room in one window of the reader
BETWEEN_PARAGRAPHS = "\n"
CHARS_A_TOKEN, TOKENS_A_CHINESE_CHAR = 3.6, 0.85  # of Latin letters, and of Chinese; means of 100 composed paragraphs


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Passages in the order of their article, all read in one language."""

    passages: tuple[Passage, ...]

    def make_text(self) -> Text:
        """The excerpt as it is read: under its article's title, unless it holds that title."""
        text, sentences = "", []
        for passage in self.passages:
            text += BETWEEN_PARAGRAPHS if text else ""
            sentences += [(a + len(text), b + len(text)) for a, b in passage.reading.sentences]
            text += passage.reading.text
        titled = any(passage.paragraph.kind == "title" for passage in self.passages)
        first = self.passages[0]
        return Text(text, first.reading.language, sentences, "" if titled else first.source.title)

    def split_spans(self, found: Sequence[SpanScore]) -> Iterator[tuple[Passage, list[SpanScore]]]:
        """The spans found in the excerpt as spans of its passages. found: one of each sentence at most, in order."""
        offset, sentence = 0, 0
        for passage in self.passages:
            count = len(passage.reading.sentences)
            own = [span for span in found if sentence <= span.sentence < sentence + count]
            shifted = [replace(s, sentence=s.sentence - sentence, span=(s.span[0] - offset, s.span[1] - offset)) for s in own]
            yield passage, shifted
            offset += len(passage.reading.text) + len(BETWEEN_PARAGRAPHS)
            sentence += count


def cut_excerpts(passages: Sequence[Passage], count: int, tokens: float = MAX_EXCERPT_TOKENS) -> list[Excerpt]:
    """At most `count` excerpts, the one around the best passage first; no passage is in two. tokens: room in each, about."""
    free = {passage.paragraph_id: passage for passage in passages}
    excerpts: list[Excerpt] = []
    for passage in passages:
        if len(excerpts) == count:
            break
        if passage.paragraph_id in free:
            excerpts.append(_grow_excerpt(passage, free, tokens))
            for own in excerpts[-1].passages:
                del free[own.paragraph_id]
    return excerpts


def _grow_excerpt(passage: Passage, free: Mapping[str, Passage], tokens: float) -> Excerpt:
    """The passage with those before and after it, taken in turn, as many as there is room for."""
    run = [passage]
    room = tokens - estimate_tokens(passage.reading.text)
    open_sides = [0, 1]  # before, after
    while open_sides:
        side = open_sides.pop(0)
        beside = run[-side].paragraph.neighbours
        following = free.get(beside[side]) if beside else None
        if following is None or following.reading.language != passage.reading.language:
            continue
        room -= estimate_tokens(following.reading.text)
        if room < 0:
            break
        run.insert(len(run) * side, following)
        open_sides.append(side)
    return Excerpt(tuple(run))


def estimate_tokens(text: str) -> float:
    """Tokens of a text, about, told from its characters: cutting it into tokens would take longer than is won."""
    chinese = sum(c >= "\u2e80" for c in text)
    return chinese * TOKENS_A_CHINESE_CHAR + (len(text) - chinese) / CHARS_A_TOKEN
