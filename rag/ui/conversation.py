"""Questions in, turns out: what one visitor asked and what came of it, without a word of Gradio or HTML.

A turn always ends: with an answer, or with one line that says why there is none. Errors of the house are lines for
people already; anything else is logged by its type and place (never its text, which may hold a question) and the
visitor gets a line that gives nothing away.
"""

from __future__ import annotations

import logging
import queue
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from dataclasses import dataclass, replace
from typing import Any, Protocol

from rag.cancellation import CancellationToken, Cancelled
from rag.errors import IndexUnreachable, RagError
from rag.store import ArticleRecord
from rag.types import Answer, Paragraph, Passage, Source
from rag.ui.texts import Texts

log = logging.getLogger(__name__)

KEPT_TURNS = 40  # older ones leave the page; what the browser keeps stays bounded
HISTORY_TURNS = 6  # what the assistant is told of the conversation so far
BEAT = 0.3  # seconds after which a page that waits for more of an answer can be stopped


class Answers(Protocol):
    """An answer that grows, as `rag.Assistant.stream` gives it: it can be closed from any thread."""

    def __iter__(self) -> Iterator[Answer]: ...

    def close(self) -> None: ...


class PageAssistant(Protocol):
    """What the page needs of `rag.Assistant`."""

    @property
    def generation(self) -> str: ...

    @property
    def created(self) -> str: ...

    @property
    def reachable(self) -> bool: ...

    @property
    def model(self) -> str | None: ...

    def ask(
        self, question: str, *, history: Sequence[tuple[str, str]] = (), language: str | None = None, waited: float = 0.0,
        articles: Sequence[str] | None = None,
    ) -> Answer: ...  # fmt: skip

    def stream(
        self, question: str, *, history: Sequence[tuple[str, str]] = (), language: str | None = None, waited: float = 0.0,
        articles: Sequence[str] | None = None,
    ) -> Answers: ...  # fmt: skip

    def retrieve(self, question: str, k: int = 5) -> Sequence[Passage]: ...

    def articles(self) -> Sequence[Source]: ...

    def article(self, article_id: str) -> tuple[Source, tuple[Paragraph, ...]]: ...

    def about(self, article_id: str) -> ArticleRecord: ...

    def paragraph(self, paragraph_id: str) -> Paragraph: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it so far. `number` counts from 1 and never changes: anchors are made from it.

    Without an answer and without a `problem` the articles are still being read. `stopped` says that an answer ended before its
    time, `verdict` what the visitor made of it: "good" or "bad".
    """

    number: int
    question: str
    answer: Answer | None = None
    problem: str = ""
    stopped: bool = False
    verdict: str = ""

    @property
    def open(self) -> bool:
        return self.answer is None and not self.problem and not self.stopped


Turns = tuple[Turn, ...]


def answer_turn(
    assistant: PageAssistant, turns: Turns, question: str, words: Texts, token: CancellationToken | None = None,
    waited: float = 0.0, articles: Sequence[str] | None = None,
) -> Iterator[Turns]:  # fmt: skip
    """The conversation with `question` asked: first unanswered, then with ever more of its answer. Never raises.

    token: stops the answer where it has come to, when it is cancelled. waited: seconds that the question was in a queue.
    articles: ids of those that are asked; all when None.
    """
    choice: dict[str, Any] = {} if articles is None else {"articles": articles}
    token = token or CancellationToken()
    turn = Turn(turns[-1].number + 1 if turns else 1, question)
    before = turns[-(KEPT_TURNS - 1) :]
    yield (*before, turn)
    try:
        earlier = make_history(before)
        for answer in beat_while_waiting(lambda: assistant.stream(question, history=earlier, waited=waited, **choice), token):
            turn = replace(turn, answer=answer) if answer else turn
            yield (*before, turn)
    except Cancelled:
        yield (*before, replace(turn, stopped=True))
    except Exception as error:
        # An answer cut short is not shown as if it were whole.
        yield (*before, replace(turn, answer=None, problem=explain_failure(error, words)))


def beat_while_waiting(
    ask: Callable[[], Answers], token: CancellationToken, seconds: float = BEAT
) -> Iterator[Answer | None]:
    """The answers as they come, and None whenever none came for so long: whoever waits for the next can then stop waiting.

    Raises Cancelled as soon as the token is cancelled. Left before its end, it cancels the token itself.
    """
    came: queue.SimpleQueue[Answer | Exception | None] = queue.SimpleQueue()
    token.register(lambda: came.put(Cancelled()))

    def read() -> None:
        """Put the answers where they are waited for, in a thread of its own."""
        try:
            answers = ask()
            token.register(answers.close)
            for answer in answers:
                came.put(answer)
            came.put(None)
        except Exception as error:
            came.put(error)

    # In the context of who waits: what is written down belongs to the same request.
    threading.Thread(target=copy_context().run, args=(read,), daemon=True, name="rag-page").start()
    try:
        while True:
            try:
                found = came.get(timeout=seconds)
            except queue.Empty:
                yield None
                continue
            if found is None:
                return
            if isinstance(found, Exception):
                raise found
            yield found
    finally:
        token.cancel()


def turns_before(turns: Turns, number: int) -> Turns:
    """What was said before a turn: where it is asked again from."""
    return tuple(turn for turn in turns if turn.number < number)


def end_turns(turns: Turns) -> Turns:
    """The conversation when nobody works on it any more: a turn without an answer was stopped."""
    if not turns or not turns[-1].open:
        return turns
    return (*turns[:-1], replace(turns[-1], stopped=True))


def make_history(turns: Turns) -> list[tuple[str, str]]:
    """The last answered turns as the assistant takes them: (question, answer text), oldest first."""
    return [(t.question, t.answer.text) for t in turns if t.answer][-HISTORY_TURNS:]


def explain_failure(error: Exception, words: Texts) -> str:
    """One line about a failure that may be shown to anybody; what is not known to be safe goes to the log, by place."""
    if isinstance(error, IndexUnreachable):
        # Where the server is, is nothing for readers.
        log.error("answering failed: %s", error)
        return words.unreachable
    if isinstance(error, RagError):
        return str(error)
    last = traceback.extract_tb(error.__traceback__)[-1:]
    place = f"{last[0].filename}:{last[0].lineno}" if last else "unknown place"
    log.error("answering failed: %s at %s", type(error).__name__, place, extra={"failure": error})
    return words.failed
