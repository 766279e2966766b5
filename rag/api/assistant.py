"""The assistant: questions in, verified answers out, over one opened generation of the index."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from langchain_chroma import Chroma
from langchain_core.runnables import Runnable, RunnableGenerator, RunnableLambda

import rag.corpus as corpus
import rag.retrieval as retrieval
import rag.store as store
import rag.verification as verification
from rag.config import Settings
from rag.embeddings import CentredEmbedder
from rag.errors import IndexUnusable, QuestionError
from rag.extractive import ExtractiveAnswerer
from rag.language import detect
from rag.messages import marked, say
from rag.types import Answer, Draft, Paragraph, Passage, Source

MAX_QUESTION = 4000  # characters; far above any question, far below what an embedder would choke on
PASSAGES = 16  # read by the answerer; one more costs it a tenth of a millisecond

History = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class _Asked:
    """A question that was read: cleaned, its language known; later with what was found for it."""

    question: str
    language: str  # of the answer
    spoken: str  # of the question
    started: float
    index: store.Store | None = None  # the generation all of the answer comes from
    passages: tuple[Passage, ...] = ()
    embed: float = 0.0
    search: float = 0.0
    refusal: str = ""


class Assistant:
    """Answers questions from the articles of a store, each sentence cited.

    Opens the store read-only, and opens the new generation by itself once an ingestion published one. Safe to use from
    several threads.

    Raises IndexMissing, IndexMismatch or IndexDamaged when the store cannot be searched; each says what to run.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._embedder = CentredEmbedder()
        self._lock = threading.Lock()
        self._opened = store.Store.open(self.settings.store, self._embedder.identity, corpus.RULES)
        self._embedder.query("ready", detect("ready"))  # loads both models now, not at the first question

    @property
    def _store(self) -> store.Store:
        """The current generation. The one that was open goes on serving when the new one cannot be opened."""
        try:
            if store.Store.current_name(self.settings.store) == self._opened.generation:
                return self._opened
            with self._lock:
                if store.Store.current_name(self.settings.store) != self._opened.generation:
                    self._opened = store.Store.open(self.settings.store, self._embedder.identity, corpus.RULES)
        except IndexUnusable:
            pass
        return self._opened

    @property
    def generation(self) -> str:
        """Name of the generation answers come from."""
        return self._store.generation

    def articles(self) -> list[Source]:
        """What is indexed."""
        return list(self._store.sources.values())

    def article(self, article_id: str) -> tuple[Source, tuple[Paragraph, ...]]:
        """An article with its paragraphs in order. Raises KeyError when it is not indexed."""
        opened = self._store
        return opened.sources[article_id], tuple(opened.article(article_id))

    def paragraph(self, paragraph_id: str) -> Paragraph:
        """The stored paragraph with this id, such as "expo#p3". Raises KeyError when there is none."""
        return self._store.paragraphs([paragraph_id])[paragraph_id]

    def retrieve(self, question: str, k: int = 5) -> list[Passage]:
        """The `k` best passages, best first. Raises QuestionError when the question cannot be read."""
        asked = self._read(question)
        if asked.refusal:
            raise QuestionError(asked.refusal)
        return list(self._find(asked, k).passages)

    def ask(self, question: str, history: History | None = None, language: str | None = None) -> Answer:
        """Answer a question; every sentence of the answer cites the span of the paragraph it comes from.

        history: earlier (question, answer text) pairs; accepted, and not read yet.
        language: ISO 639-1 code of the answer, detected when None.
        A question that cannot be read, or that the articles do not answer, gives an Answer with status "not_found".
        """
        return self._answer(self._find(self._read(question, language)))

    def stream(self, question: str, history: History | None = None, language: str | None = None) -> Iterator[Answer]:
        """The answer growing claim by claim; the last item is what `ask` returns."""
        return _growing(self.ask(question, history, language))

    async def aask(self, question: str, history: History | None = None, language: str | None = None) -> Answer:
        """`ask`, without blocking the event loop."""
        return await asyncio.to_thread(self.ask, question, history, language)

    async def astream(
        self, question: str, history: History | None = None, language: str | None = None
    ) -> AsyncIterator[Answer]:
        """`stream`, without blocking the event loop."""
        for part in _growing(await self.aask(question, history, language)):
            yield part

    def batch(self, questions: Sequence[str]) -> list[Answer]:
        """Answers to several questions, in order."""
        return [self.ask(question) for question in questions]

    @cached_property
    def chain(self) -> Runnable[Any, Answer]:
        """The same steps as a LangChain Runnable. Input: a question, or a dict with "question" and, if wanted, "history"
        and "language". Output: an Answer; streamed, one that grows."""

        def read(given: str | dict[str, Any]) -> _Asked:
            fields = {"question": given} if isinstance(given, str) else given
            return self._read(fields["question"], fields.get("language"))

        def find(asked: _Asked) -> _Asked:
            return self._find(asked)

        def answer(found: Iterator[_Asked]) -> Iterator[Answer]:
            for asked in found:
                yield from _growing(self._answer(asked))

        async def aanswer(found: AsyncIterator[_Asked]) -> AsyncIterator[Answer]:
            async for asked in found:
                for part in _growing(await asyncio.to_thread(self._answer, asked)):
                    yield part

        steps = RunnableLambda(read, name="read") | RunnableLambda(find, name="retrieve")
        return steps | RunnableGenerator(answer, aanswer, name="answer")

    @property
    def answerer(self) -> ExtractiveAnswerer:
        """The embedded answerer over the current index."""
        return ExtractiveAnswerer(self._store.lexical.weight)

    @property
    def retriever(self) -> retrieval.PassageRetriever:
        """The retrieval of this assistant as a LangChain `BaseRetriever`."""
        return retrieval.PassageRetriever(assistant=self)

    @property
    def vectorstore(self) -> Chroma:
        """The paragraphs as a LangChain vector store, searched by paragraph vector alone."""
        return self._store.vectorstore(self._embedder)

    def _read(self, question: str, language: str | None = None) -> _Asked:
        """Clean the question and find its language; a question that cannot be read gets its refusal here."""
        started = time.perf_counter()
        if not isinstance(question, str):
            raise TypeError(f"a question is a str, not {type(question).__name__}")
        if len(question) > MAX_QUESTION:
            spoken = detect(question[:200])
            refusal = say("too_long", language or spoken, limit=MAX_QUESTION)
            return _Asked(question[:200], language or spoken, spoken, started, refusal=refusal)
        plain, removed = corpus.without_invisible(question)
        plain = " ".join(plain.split())
        spoken = detect(plain)
        asked = _Asked(plain, language or spoken, spoken, started)
        if any(ord(c) < 32 or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000 for r in removed for c in r.before):
            return replace(asked, refusal=say("unreadable", asked.language))
        if not any(c.isalnum() for c in plain):
            return replace(asked, refusal=say("empty", asked.language))
        return asked

    def _find(self, asked: _Asked, k: int = PASSAGES) -> _Asked:
        if asked.refusal:
            return asked
        begun = time.perf_counter()
        vector = self._embedder.query(asked.question, asked.spoken)
        embedded = time.perf_counter()
        index = self._store
        passages = retrieval.retrieve(index, asked.question, asked.spoken, vector, k)
        found = time.perf_counter()
        return replace(asked, index=index, passages=tuple(passages), embed=embedded - begun, search=found - embedded)

    def _answer(self, asked: _Asked) -> Answer:
        begun = time.perf_counter()
        if asked.refusal or asked.index is None:
            made = Answer(asked.question, asked.refusal, "not_found", asked.language, 0.0, notice=asked.refusal)
        else:
            answerer = ExtractiveAnswerer(asked.index.lexical.weight)
            draft: Draft = answerer.draft(asked.question, asked.spoken, asked.passages, asked.language)
            made = verification.answer(draft, asked.question, asked.language, say("not_found", asked.language))
            made = replace(made, notice=_notice(made))
        ended = time.perf_counter()
        stages = {"embed": asked.embed, "search": asked.search, "answer": ended - begun, "total": ended - asked.started}
        return replace(made, timings=stages)


def _notice(answer: Answer) -> str | None:
    """That sentences are translations, or quoted in a language other than the answer's."""
    others = [c for c in answer.citations if c.language != answer.language]
    if not others:
        return answer.notice
    return say("translated" if all(c.translation for c in others) else "foreign", answer.language)


def _growing(answer: Answer) -> Iterator[Answer]:
    """An answer claim by claim; the last item is the whole."""
    shown = [c for c in answer.claims if c.status == "supported"]
    for n in range(1, len(shown)):
        used = {number for c in shown[:n] for number in c.citations}
        yield replace(
            answer,
            text=" ".join(marked(c.text, c.citations) for c in shown[:n]),
            claims=tuple(shown[:n]),
            citations=tuple(c for c in answer.citations if c.number in used),
        )
    yield answer
