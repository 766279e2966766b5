"""The steps of an answer as a LangChain Runnable."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from rag.api.asked import Asked
from rag.api.composing import stream_in_thread
from rag.api.streaming import AnswerStream
from rag.types import Answer

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable


def make_runnable(
    read: Callable[..., Asked], find: Callable[[Asked], Asked], answers: Callable[[Asked], AnswerStream]
) -> Runnable[Any, Answer]:
    """The chain of the three steps. Input: a question, or a dict with "question" and, if wanted, "history", "language"
    and "articles".

    read: question, language, history, articles -> what is asked. find: adds the passages. answers: the answer as it grows.
    """
    from langchain_core.runnables import RunnableGenerator, RunnableLambda

    def reading(given: str | dict[str, Any]) -> Asked:
        fields = {"question": given} if isinstance(given, str) else given
        return read(fields["question"], fields.get("language"), fields.get("history"), articles=fields.get("articles"))

    def answer(found: Iterator[Asked]) -> Iterator[Answer]:
        for asked in found:
            yield from answers(asked)

    async def aanswer(found: AsyncIterator[Asked]) -> AsyncIterator[Answer]:
        async for asked in found:
            async with aclosing(stream_in_thread(answers(asked))) as parts:
                async for part in parts:
                    yield part

    steps = RunnableLambda(reading, name="read") | RunnableLambda(lambda asked: find(asked), name="retrieve")
    return steps | RunnableGenerator(answer, aanswer, name="answer")
