"""Answers by a language model: the request, and the reply as it comes.

A reply that breaks off keeps what came; only one of which nothing came is an error. One that nobody reads any more ends at once.
"""

from __future__ import annotations

import asyncio
import queue
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Sequence
from contextlib import aclosing, suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, cast

from rag.answering.coming import Coming, Event, Finished
from rag.answering.numbered import number_paragraphs
from rag.answering.request import GRACE, Request
from rag.config import Settings
from rag.errors import ModelError
from rag.models import ChatModel, closing_connections, pause_before_retry, refuses_options
from rag.prompts import HUMAN, SYSTEM, clean_text, language_name
from rag.types import Passage

__all__ = ["Finished", "ModelAnswerer", "ReplyStream", "number_paragraphs"]

SILENCE = 20.0  # seconds without anything readable in a stream; a server's keep-alives do not count
_COUNTING = 1.0  # seconds a server has, once a reply has ended, to say how many tokens it took

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    Chain = Runnable[dict[str, str], Any]


class ReplyStream(Iterator[str | Finished]):
    """A reply as it comes, then how it ended. The request is under way when this is made.

    closed: whether it was closed before its end. Iterating raises ModelError when nothing came of the request.
    """

    def __init__(
        self,
        send: Callable[[Coming], Coroutine[Any, Any, None]],
        explain: Callable[[Exception], ModelError],
        ends: float,
    ) -> None:
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._explain, self._ends = explain, ends
        self._came = self._over = self.closed = False
        self._request = Request(send(Coming(self._events.put)))

    def __next__(self) -> str | Finished:
        if self._over:
            raise StopIteration
        try:
            event = self._events.get(timeout=max(0.0, self._ends - time.monotonic()) + GRACE)
        except queue.Empty:
            event = Finished("cut") if self._came else TimeoutError()
        if self.closed:
            raise StopIteration
        self._came = True
        if not isinstance(event, str):
            self._over = True
            self._request.end()
        if isinstance(event, Exception):
            raise self._explain(event)
        return event

    def close(self) -> None:
        """End the request, from any thread: its connection is closed when this returns. Who waits for the next piece waits no
        longer."""
        if not (self._over or self.closed):
            self.closed = self._over = True
            self._request.end()
            self._events.put(Finished("cut"))


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
    ) -> ReplyStream:
        """The reply as it comes, then how it ended. The request is under way when this returns; closing the stream ends it.

        language: of the answer, an ISO 639-1 code. passages: in the order of their numbers, from 1.
        deadline: seconds for all of it, that of the settings by default.
        Raises ModelError when nothing can be sent or, at its first item, nothing came of it.
        """
        seconds = self._deadline if deadline is None else deadline
        ends = time.monotonic() + seconds
        variables = {
            "language": language_name(language),
            "paragraphs": number_paragraphs(passages),
            "question": clean_text(question).strip(),
        }
        try:
            # Made here and not on the event loop, where importing the library would hold up the others.
            _ = self._chains
        except Exception as error:  # an address that is none, for one
            raise self._model.explain(error, seconds) from None
        return ReplyStream(
            partial(self._request, variables, ends), partial(self._model.explain, seconds=seconds), ends
        )

    async def _request(self, variables: dict[str, str], ends: float, reply: Coming) -> None:
        failure: Exception = ValueError("an empty reply")
        try:
            async with asyncio.timeout(ends - time.monotonic()):
                await self._attempts(variables, ends, reply)
        except Exception as error:  # whatever the libraries let through, such as json.JSONDecodeError
            failure = error
        reply.put(reply.is_finished() if reply.length else failure)

    async def _attempts(self, variables: dict[str, str], ends: float, reply: Coming) -> None:
        """One attempt, a second when it failed in passing, one more without options that may be refused."""
        plain, retried = self._plain, False
        while True:
            try:
                await self._attempt(self._chains[plain], variables, reply)
            except Exception as error:
                if reply.length:
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

    async def _attempt(self, chain: Chain, variables: dict[str, str], reply: Coming) -> None:
        reply.restart()
        await self._read(chain, variables, reply)
        reply.flush()
        if not reply.length and not reply.reason:
            raise ValueError("an empty stream")

    async def _read(self, chain: Chain, variables: dict[str, str], reply: Coming) -> None:
        """Read one reply; its connection is closed when this is left, however it is left."""
        clock = asyncio.get_running_loop().time
        try:
            async with asyncio.timeout(None) as silence:

                def heard() -> None:
                    # One limit on the whole task, and none around each piece: a cancellation that meets a piece is lost in
                    # asyncio.wait_for, up to Python 3.11.
                    silence.reschedule(clock() + (_COUNTING if reply.reason else SILENCE))

                async with (
                    closing_connections(heard),
                    aclosing(cast(AsyncGenerator[Any, None], chain.astream(variables))) as chunks,
                ):
                    async for chunk in chunks:
                        reply.add(chunk)
                        if reply.full:
                            break
                        heard()
        except TimeoutError:
            if not (reply.reason and silence.expired()):
                raise

    @cached_property
    def _chains(self) -> tuple[Chain, Chain]:
        # The articles are values of its variables: a paragraph that holds {braces} is not a template.
        from langchain_core.prompts import ChatPromptTemplate

        prompt = ChatPromptTemplate.from_messages([("system", SYSTEM), ("human", HUMAN)])
        return prompt | self._model.streaming, prompt | self._model.streaming_plain
