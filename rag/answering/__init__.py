"""Answers by a language model: the request, and the reply as it comes.

Requests run on one event loop in a thread of its own, as only asynchronous ones can be given a deadline that holds whatever
the server does. A reply that breaks off keeps what came; only one of which nothing came is an error.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import AsyncGenerator, Generator, Sequence
from concurrent.futures import Future
from contextlib import aclosing, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from rag.answering.coming import Coming, Event, Finished
from rag.answering.numbered import numbered
from rag.config import Settings
from rag.models import ChatModel, pause_before_retry, refuses_options
from rag.prompts import HUMAN, SYSTEM, clean, language_name
from rag.types import Passage

__all__ = ["Finished", "ModelAnswerer", "numbered"]

_GRACE = 1.0  # seconds the event loop has to end a request that is over its deadline

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

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
            # Made here and not on the event loop, where importing the library would hold up the others.
            _ = self._chains
        except Exception as error:  # an address that is none, for one
            raise self._model.explain(error, seconds) from None
        # Run from here, the request inherits the context variables of the caller, and with them LangChain's callbacks.
        reply = Coming(events.put)
        request = asyncio.run_coroutine_threadsafe(self._request(variables, ends, reply), _loop())
        return self._events(events, reply, request, ends, seconds)

    def _events(
        self, events: queue.SimpleQueue[Event], reply: Coming, request: Future[None], ends: float, seconds: float
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

    async def _request(self, variables: dict[str, str], ends: float, reply: Coming) -> None:
        failure: Exception = ValueError("an empty reply")
        try:
            async with asyncio.timeout(ends - time.monotonic()):
                await self._attempts(variables, ends, reply)
        except Exception as error:  # whatever the libraries let through, such as json.JSONDecodeError
            failure = error
        reply.put(reply.finished() if reply.length else failure)

    async def _attempts(self, variables: dict[str, str], ends: float, reply: Coming) -> None:
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

    async def _attempt(self, chain: Chain, variables: dict[str, str], ends: float, reply: Coming) -> None:
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
        from langchain_core.prompts import ChatPromptTemplate

        prompt = ChatPromptTemplate.from_messages([("system", SYSTEM), ("human", HUMAN)])
        return prompt | self._model.streaming, prompt | self._model.streaming_plain


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
