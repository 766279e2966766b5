"""Questions that articles answer, made from their own sentences: a number or a name is asked for, and every question is checked.

1. In a short sentence a number gives way to "how many" and the like; that is grammatical in Chinese and Turkish, and in English
   as a quiz puts it. Of a person who is named, it is asked who that is.
2. The question must lead back to its paragraph among all that are indexed, or it is not clear without its article.
3. The reader must find the answer there and be sure of it.

Only for articles that bring no questions of their own; made in the background, when a page first shows an article.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from rag.api.reading import read
from rag.errors import RagError
from rag.locales import find_locale
from rag.types import Extract, Paragraph, View
from rag.ui.conversation import PageAssistant

MIN_CHANCE = 0.9  # of the reader, that its answer is right
MOST_READ = 8  # questions read for one article; one costs some 27 ms of a core for a paragraph of 250 characters
MADE = 3  # questions made for one article
MOST_ARTICLES = 200  # for which questions are kept
_SAID = re.compile(r"[\"“”‘«»()（）\[\]《》;；:：]")  # of sentences that are no plain statement


@dataclass(frozen=True, slots=True)
class Made:
    """A question made from a paragraph. It asks for what stands at `start:end` of the paragraph's text as `view` has it; for a
    person `start` is `end`, as anything that is said of them will do."""

    question: str
    view: View
    start: int
    end: int


def propose_questions(paragraph: Paragraph, language: str) -> Iterator[Made]:
    """Questions that sentences of a paragraph may answer, in a language that it is written in or translated into."""
    view, form = paragraph.view(language), find_locale(language)
    if view is None or form is None or paragraph.kind != "body":
        return
    asks = form.made_questions
    for start, end in view.sentences:
        text = view.text[start:end]
        if len(text) <= asks.max_chars and not _SAID.search(text) and len(numbers := list(re.finditer(asks.number, text))) == 1:
            first, last = numbers[0].span()
            asked = text[:first] + asks.how_many + text[last:].rstrip(" .。!！") + asks.ends
            yield Made(asked[0].upper() + asked[1:], view, start + first, start + last)
        if asks.person and (found := re.search(asks.person, text)):
            yield Made(asks.who.format(found.group()), view, start, start)


def is_answered(made: Made, extracts: Sequence[Extract]) -> bool:
    """Whether the reader, sure of it, finds what a question asks for, and not only its own words again."""
    if not extracts or extracts[0].confidence < MIN_CHANCE or extracts[0].text in made.question:
        return False
    best = extracts[0]
    return made.start == made.end or (best.start < made.end and made.start < best.end)


@dataclass
class QuestionMaker:
    """Makes questions in the background, an article after the other. read: the reader."""

    assistant: PageAssistant
    read: Callable[[str, Sequence[str], str], list[Extract]] = read
    _made: dict[tuple[str, str, str], tuple[str, ...] | None] = field(default_factory=dict)
    _waiting: list[tuple[str, str, str]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _idle: threading.Event = field(default_factory=threading.Event)

    def find_questions(self, article_id: str, language: str) -> tuple[str, ...]:
        """The questions made for an article; none yet when they are only begun by this."""
        key = (self.assistant.generation, article_id, language)
        with self._lock:
            if key not in self._made and len(self._made) < MOST_ARTICLES:
                self._made[key] = None
                self._waiting.append(key)
                if len(self._waiting) == 1:
                    self._idle.clear()
                    threading.Thread(target=self._work, daemon=True, name="rag-questions").start()
            return self._made.get(key) or ()

    def await_questions(self, seconds: float) -> bool:
        """Wait until all that was begun is made, but no longer than so many seconds; whether it is."""
        return not self._waiting or self._idle.wait(seconds)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._idle.set()
                    return
                key = self._waiting[0]
            found: list[str] = []
            with suppress(RagError, KeyError):  # the index has another generation by now
                found = self._make(key[1], key[2])
            with self._lock:
                self._made[key] = tuple(found)
                self._waiting.pop(0)

    def _make(self, article_id: str, language: str) -> list[str]:
        _, paragraphs = self.assistant.article(article_id)
        found: list[str] = []
        reads = 0
        for paragraph in paragraphs:
            for made in propose_questions(paragraph, language):
                if len(found) == MADE or reads == MOST_READ:
                    return found
                nearest = self.assistant.retrieve(made.question, 1)
                if not nearest or nearest[0].paragraph_id != paragraph.id:
                    continue
                reads += 1
                if is_answered(made, self.read(made.question, [made.view.text], language)):
                    found.append(made.question)
                    break  # one a paragraph
        return found
