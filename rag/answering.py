"""Answers by a language model: the prompt, and the reply as it comes.

Requests run on one event loop in a thread of its own, as only asynchronous ones can be given a deadline that holds whatever
the server does. A reply that breaks off keeps what came; only one of which nothing came is an error.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from concurrent.futures import Future
from contextlib import aclosing, suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable

from rag.config import Settings
from rag.models import ChatModel, pause_before_retry, refuses_options
from rag.prompts import HUMAN, SYSTEM, attribute, clean, language_name
from rag.types import Passage

_LONGEST = 8_000  # characters of a reply
# Tokens, about, that the paragraphs of a prompt may take: many small servers read 4,096, and some drop the beginning of a
# longer prompt without a word, and with it what the model is told.
_ROOM = 3_000
_GRACE = 1.0  # seconds the event loop has to end a request that is over its deadline
# Some servers have their own words for an end that was reached.
_REASONS = {"eos": "stop", "eos_token": "stop", "end_turn": "stop", "stop_sequence": "stop", "max_tokens": "length"}


@dataclass(frozen=True, slots=True)
class Finished:
    """How a reply ended.

    reason: "stop"; "length" where a limit cut it; "cut" where it broke off, timed out or did not say how it ended.
    tokens: (read, written) when the server reports them.
    """

    reason: str
    tokens: tuple[int, int] | None = None


Event = str | Finished | Exception
Chain = Runnable[dict[str, str], Any]


class ModelAnswerer:
    """Answers through the chat model of the settings. Raises ModelError when none is named."""

    def __init__(self, settings: Settings) -> None:
        self._model = ChatModel(settings)
        self.name = self._model.name
        self._deadline = settings.deadline
        self._plain = False

    def prepare(self) -> None:
        """Import the library, which takes seconds, before the first question does."""
        with suppress(Exception):  # an address that is none, for one: told when it is asked
            _ = self._chains

    def cost(self, tokens: tuple[int, int] | None) -> float | None:
        """What a reply cost, by the prices of the settings; None when the tokens or the prices are not known."""
        return self._model.cost(tokens)

    def stream(
        self, question: str, language: str, passages: Sequence[Passage], deadline: float | None = None
    ) -> Generator[str | Finished, None, None]:
        """The reply as it comes, then how it ended. The request is under way when this returns; closing the generator ends it.

        language: of the answer, an ISO 639-1 code. passages: in the order of their numbers, from 1.
        deadline: seconds for all of it, that of the settings by default.
        Raises ModelError when nothing can be sent or, at its first item, nothing came of it.
        """
        seconds = self._deadline if deadline is None else deadline
        ends = time.monotonic() + seconds
        variables = {
            "language": language_name(language),
            "paragraphs": numbered(passages),
            "question": clean(question).strip(),
        }
        events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        try:
            _ = (
                self._chains
            )  # made here and not on the event loop, where importing the library would hold up the others
        except Exception as error:  # an address that is none, for one
            raise self._model.explain(error, seconds) from None
        # Run from here, the request inherits the context variables of the caller, and with them LangChain's callbacks.
        reply = _Reply(events.put)
        request = asyncio.run_coroutine_threadsafe(self._request(variables, ends, reply), _loop())
        return self._events(events, reply, request, ends, seconds)

    def _events(
        self, events: queue.SimpleQueue[Event], reply: _Reply, request: Future[None], ends: float, seconds: float
    ) -> Generator[str | Finished, None, None]:
        came = False
        try:
            while True:
                try:
                    event = events.get(timeout=max(0.0, ends - time.monotonic()) + _GRACE)
                except queue.Empty:
                    event = Finished("cut") if came else TimeoutError()
                if isinstance(event, Exception):
                    raise self._model.explain(event, seconds)
                came = True
                yield event
                if isinstance(event, Finished):
                    return
        finally:
            reply.left = True
            request.cancel()

    async def _request(self, variables: dict[str, str], ends: float, reply: _Reply) -> None:
        failure: Exception = ValueError("an empty reply")
        try:
            async with asyncio.timeout(ends - time.monotonic()):
                await self._attempts(variables, ends, reply)
        except Exception as error:  # whatever the libraries let through, such as json.JSONDecodeError
            failure = error
        reply.put(reply.finished() if reply.length else failure)

    async def _attempts(self, variables: dict[str, str], ends: float, reply: _Reply) -> None:
        """One attempt, a second when it failed in passing, one more without options that may be refused."""
        plain, retried = self._plain, False
        while True:
            try:
                await self._attempt(self._chains[plain], variables, ends, reply)
            except Exception as error:
                if reply.length or reply.left:
                    raise  # never twice once something was shown
                pause = pause_before_retry(error)
                if refuses_options(error) and not plain:
                    plain = True
                elif retried or pause is None or pause > (ends - time.monotonic()) / 2:
                    raise
                else:
                    retried = True
                    await asyncio.sleep(pause)
            else:
                self._plain = plain
                return

    async def _attempt(self, chain: Chain, variables: dict[str, str], ends: float, reply: _Reply) -> None:
        reply.restart()
        async with aclosing(cast(AsyncGenerator[Any, None], chain.astream(variables))) as chunks:
            async for chunk in chunks:
                reply.add(chunk)
                if reply.full:
                    break
                # Up to Python 3.11, a cancellation is lost when it meets the next chunk (asyncio.wait_for, in the client).
                if reply.left or time.monotonic() > ends:
                    raise TimeoutError
        reply.flush()
        if not reply.length and not reply.reason:
            raise ValueError("an empty stream")

    @cached_property
    def _chains(self) -> tuple[Chain, Chain]:
        # The articles are values of its variables: a paragraph that holds {braces} is not a template.
        prompt = ChatPromptTemplate.from_messages([("system", SYSTEM), ("human", HUMAN)])
        return prompt | self._model.streaming, prompt | self._model.streaming_plain


class _Reply:
    """What came of a reply, without the reasoning at its start."""

    def __init__(self, put: Callable[[Event], None]) -> None:
        self.put = put
        self.left = False  # whether nobody reads it any more
        self.length = 0  # characters shown
        self.restart()

    def restart(self) -> None:
        """Forget an attempt of which nothing was shown."""
        self._held = ""  # the start, until it is known whether it is reasoning
        self._thinking = False
        self.reason = ""
        self._tokens: tuple[int, int] | None = None

    @property
    def full(self) -> bool:
        return self.length >= _LONGEST

    def add(self, chunk: Any) -> None:  # noqa: ANN401 - an AIMessageChunk
        if used := chunk.usage_metadata:
            self._tokens = int(used["input_tokens"]), int(used["output_tokens"])
        if reason := chunk.response_metadata.get("finish_reason"):
            self.reason = _REASONS.get(reason, reason)
        text = str(chunk.text)
        self._show(text if self.length else self._without_reasoning(text))

    def flush(self) -> None:
        """Show a start that was held back and is no reasoning."""
        if not self._thinking:
            self._show(self._held)
        self._held = ""

    def finished(self) -> Finished:
        if self.full:
            return Finished("length", self._tokens)
        return Finished(self.reason if self.reason in ("stop", "length") else "cut", self._tokens)

    def _show(self, text: str) -> None:
        if text := text[: _LONGEST - self.length]:
            self.length += len(text)
            self.put(text)

    def _without_reasoning(self, text: str) -> str:
        self._held = (self._held + text).lstrip()
        while self._held:
            if self._thinking:
                _, closed, rest = self._held.partition("</think>")
                if not closed:
                    self._held = self._held[-len("</think>") :]
                    return ""
                self._held, self._thinking = rest.lstrip(), False
            elif self._held.startswith("<think>"):
                self._held, self._thinking = self._held.removeprefix("<think>"), True
            elif "<think>".startswith(self._held):
                return ""
            else:
                text, self._held = self._held, ""
                return text
        return ""


def numbered(passages: Sequence[Passage]) -> str:
    """The paragraphs as a model reads them, numbered from 1, with their outlets and dates; no text can end its paragraph.

    As many as have room: the last one may end before its end, with a sentence, and those after it are left out.
    """
    parts, room = list[str](), float(_ROOM)
    for number, passage in enumerate(passages, 1):
        text = _fitting(passage, room) or passage.text[: _ROOM if number == 1 else 0]
        if text:
            parts.append(_paragraph(number, passage, text))
        if len(text) < len(passage.text):
            break
        room -= _size(text)
    return "\n\n".join(parts)


def _fitting(passage: Passage, room: float) -> str:
    """The sentences at the beginning of a paragraph that have room."""
    fits = at = 0
    for _, end in (*passage.paragraph.sentences, (0, len(passage.text))):
        room -= _size(passage.text[at:end])
        if room < 0:
            break
        fits = at = end
    return passage.text[:fits]


def _size(text: str) -> float:
    """Tokens of a text, about: one for each Chinese character, one for three letters."""
    return sum(1.0 if c >= "\u2e80" else 1 / 3 for c in text)


def _paragraph(number: int, passage: Passage, text: str) -> str:
    known = {"outlet": passage.source.outlet, "date": passage.source.published}
    facts = "".join(f' {name}="{attribute(value)}"' for name, value in known.items() if value)
    return f'<paragraph number="{number}"{facts}>\n{clean(text).strip()}\n</paragraph>'


_starting = threading.Lock()
_running: tuple[asyncio.AbstractEventLoop, threading.Thread] | None = None


def _loop() -> asyncio.AbstractEventLoop:
    """The event loop all requests of this process run on."""
    global _running
    with _starting:
        # A fork leaves its child the loop without the thread.
        if _running is None or not _running[1].is_alive():
            loop = asyncio.new_event_loop()
            thread = threading.Thread(target=loop.run_forever, name="rag-model", daemon=True)
            thread.start()
            _running = loop, thread
        return _running[0]
