"""The assistant: questions in, verified answers out, over one opened generation of the index."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from functools import cache, cached_property
from typing import Any

from langchain_chroma import Chroma
from langchain_core.runnables import Runnable

import rag.corpus as corpus
import rag.followups as followups
import rag.overview as overview
import rag.retrieval as retrieval
import rag.store as store
import rag.verification as verification
from rag.answering import ModelAnswerer
from rag.api.asked import Asked
from rag.api.chain import runnable
from rag.api.composing import growing, grown, joined, notice, unblocked
from rag.api.embedding import choose_embedder
from rag.api.modelled import Modelled, seconds_left
from rag.api.verifying import verdict
from rag.config import Settings
from rag.errors import IndexUnusable, QuestionError
from rag.extractive import ExtractiveAnswerer
from rag.language import detect, simplified
from rag.messages import say
from rag.names import Names
from rag.questions import intent
from rag.store import ArticleRecord
from rag.types import Answer, Draft, Paragraph, Passage, Source, Verdict

MAX_QUESTION = 4000  # characters; far above any question, far below what an embedder would choke on
PASSAGES = 16  # read by the answerer; one more costs it a tenth of a millisecond

History = Sequence[tuple[str, str]]


class Assistant:
    """Answers questions from the articles of a store, each sentence cited.

    Opens the store read-only, and opens the new generation by itself once an ingestion published one. Safe to use from
    several threads.

    Raises IndexMissing, IndexMismatch or IndexDamaged when the store cannot be searched; each says what to run.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._embedder = choose_embedder(self.settings)
        self._lock = threading.Lock()
        self._opened = store.Store.open(self.settings.store, self._embedder.identity, corpus.RULES)
        self._known = "", Names()
        self._model = ModelAnswerer(self.settings) if self.settings.model else None
        self._embedder.query("ready", detect("ready"))  # loads both encoders now, not at the first question
        if self._model:
            self._model.prepare()

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

    @property
    def model(self) -> str | None:
        """Name of the language model that writes the answers; None when they are quoted."""
        return self._model.name if self._model else None

    @property
    def created(self) -> str:
        """When that generation was made: ISO 8601, UTC."""
        return self._store.manifest.created

    def articles(self) -> list[Source]:
        """What is indexed."""
        return list(self._store.sources.values())

    def article(self, article_id: str) -> tuple[Source, tuple[Paragraph, ...]]:
        """An article with its paragraphs in order. Raises KeyError when it is not indexed."""
        opened = self._store
        return opened.sources[article_id], tuple(opened.article(article_id))

    def about(self, article_id: str) -> ArticleRecord:
        """What is known of an article beside its text: where it came from, what is no part of it and why, questions it
        answers. Raises KeyError when it is not indexed."""
        return {record.source.id: record for record in self._store.manifest.articles}[article_id]

    def paragraph(self, paragraph_id: str) -> Paragraph:
        """The stored paragraph with this id, such as "expo#p3". Raises KeyError when there is none."""
        return self._store.paragraphs([paragraph_id])[paragraph_id]

    def readings(self, question: str, history: History = ()) -> tuple[str, ...]:
        """The questions that `question` puts, each as it reads on its own after `history`; none when it cannot be read."""
        return self._read(question, history=history).parts

    def retrieve(self, question: str, k: int = 5) -> list[Passage]:
        """The `k` best passages, best first. Raises QuestionError when the question cannot be read."""
        asked = self._read(question)
        if asked.refusal:
            raise QuestionError(asked.refusal)
        return list(self._find(replace(asked, parts=(asked.question,), intent=None), k).passages[0])

    def ask(self, question: str, history: History | None = None, language: str | None = None) -> Answer:
        """Answer a question; every sentence of the answer cites the span of the paragraph it comes from.

        history: earlier (question, answer text) pairs, oldest first; a follow-up is read in their light, and `Answer.question` is
        how it was understood.
        language: ISO 639-1 code of the answer, detected when None.
        A question that cannot be read, or that the articles do not answer, gives an Answer with status "not_found".
        """
        return grown(self.stream(question, history, language))

    def verify(self, claim: str, paragraph_ids: Sequence[str], language: str | None = None) -> Verdict:
        """Whether one of these indexed paragraphs carries `claim`, as it is checked in an answer by a language model: read in its
        own language where the paragraph is translated into it. Raises KeyError for a paragraph that is not indexed."""
        return verdict(claim, paragraph_ids, language or detect(claim), self._store, self._embedder, self.names)

    def stream(self, question: str, history: History | None = None, language: str | None = None) -> Iterator[Answer]:
        """The answer growing claim by claim; the last item is what `ask` returns. A language model's sentences come as they are
        written and verified."""
        return self._answers(self._find(self._read(question, language, history)))

    async def aask(self, question: str, history: History | None = None, language: str | None = None) -> Answer:
        """`ask`, without blocking the event loop."""
        return await asyncio.to_thread(self.ask, question, history, language)

    async def astream(
        self, question: str, history: History | None = None, language: str | None = None
    ) -> AsyncIterator[Answer]:
        """`stream`, without blocking the event loop."""
        found = await asyncio.to_thread(lambda: self._find(self._read(question, language, history)))
        async for part in unblocked(self._answers(found)):
            yield part

    def batch(self, questions: Sequence[str]) -> list[Answer]:
        """Answers to several questions, in order."""
        return [self.ask(question) for question in questions]

    @cached_property
    def chain(self) -> Runnable[Any, Answer]:
        """The same steps as a LangChain Runnable. Input: a question, or a dict with "question" and, if wanted, "history"
        and "language". Output: an Answer; streamed, one that grows."""
        return runnable(self._read, self._find, self._answers)

    @property
    def names(self) -> Names:
        """The names that the current index knows."""
        return self._names(self._store)

    @property
    def answerer(self) -> ExtractiveAnswerer:
        """The embedded answerer over the current index."""
        return self._answerer(self._store)

    def _answerer(self, index: store.Store) -> ExtractiveAnswerer:
        return ExtractiveAnswerer(index.lexical.weight, names=self._names(index))

    def _names(self, index: store.Store) -> Names:
        """The names of a generation, ready to be found in texts; made once."""
        if self._known[0] != index.generation:
            self._known = index.generation, Names(index.names)
        return self._known[1]

    @property
    def retriever(self) -> retrieval.PassageRetriever:
        """The retrieval of this assistant as a LangChain `BaseRetriever`."""
        return retrieval.PassageRetriever(assistant=self)

    @property
    def vectorstore(self) -> Chroma:
        """The paragraphs as a LangChain vector store, searched by paragraph vector alone."""
        return self._store.vectorstore(self._embedder)

    def _read(self, question: str, language: str | None = None, history: History | None = None) -> Asked:
        """Clean the question, find its language, read it in the light of the conversation, and take it apart when it is
        several; a question that cannot be read gets its refusal here."""
        started = time.perf_counter()
        if not isinstance(question, str):
            raise TypeError(f"a question is a str, not {type(question).__name__}")
        if len(question) > MAX_QUESTION:
            spoken = detect(question[:200])
            refusal = say("too_long", language or spoken, limit=MAX_QUESTION)
            return Asked(question[:200], language or spoken, spoken, started, refusal=refusal)
        plain, removed = corpus.without_invisible(question)
        plain = " ".join(plain.split())
        spoken = detect(plain)
        asked = Asked(plain, language or spoken, spoken, started)
        if any(ord(c) < 32 or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000 for r in removed for c in r.before):
            return replace(asked, refusal=say("unreadable", asked.language))
        if not any(c.isalnum() for c in plain):
            return replace(asked, refusal=say("empty", asked.language))
        index = self._store
        names = self._names(index)
        reading = followups.standalone(plain, history or (), names)[:MAX_QUESTION]
        wants = intent(simplified(reading))
        parts = (reading,) if wants else tuple(followups.parts(reading, names))
        return replace(asked, question=reading, index=index, parts=parts, intent=wants)

    def _find(self, asked: Asked, k: int = PASSAGES) -> Asked:
        if asked.index is None or asked.intent:
            return asked
        begun = time.perf_counter()
        vectors = [self._embedder.query(part, asked.spoken) for part in asked.parts]
        embedded = time.perf_counter()
        found = tuple(
            tuple(retrieval.retrieve(asked.index, part, asked.spoken, vector, k))
            for part, vector in zip(asked.parts, vectors, strict=True)
        )
        ended = time.perf_counter()
        return replace(asked, passages=found, embed=embedded - begun, search=ended - embedded)

    def _draft(self, asked: Asked, index: store.Store) -> Draft:
        """What the articles, or the collection itself, have to say to the question."""
        if asked.intent:
            return overview.draft(asked.intent, asked.question, index, index.lexical.weight, asked.language)
        answerer = self._answerer(index)
        drafts = [
            answerer.draft(part, asked.spoken, passages, asked.language)
            for part, passages in zip(asked.parts, asked.passages, strict=True)
        ]
        return drafts[0] if len(drafts) == 1 else joined(asked.parts, drafts, asked.language)

    def _answers(self, asked: Asked) -> Iterator[Answer]:
        """The answer as it grows: a language model's when one is configured, else quotes. About the collection itself, and when
        nothing can be read, no model is asked."""
        if self._model is None or asked.index is None or asked.refusal or asked.intent:
            yield from growing(self._answer(asked))
            return
        begun = time.perf_counter()
        writer = Modelled(self._model, self._embedder, asked.index, self._names(asked.index))
        left = seconds_left(asked.started, self.settings.deadline)
        quoted = cache(lambda: self._answer(asked))
        for part in writer.answers(asked.question, asked.language, asked.merged, left, quoted):
            ended = time.perf_counter()
            yield replace(part, timings=asked.stages(ended - begun, ended))

    def _answer(self, asked: Asked) -> Answer:
        begun = time.perf_counter()
        if asked.refusal or asked.index is None:
            made = Answer(asked.question, asked.refusal, "not_found", asked.language, 0.0, notice=asked.refusal)
        else:
            draft = self._draft(asked, asked.index)
            refusal, nearest = say("not_found", asked.language), say("nearest", asked.language)
            made = verification.answer(draft, asked.question, asked.language, refusal, nearest)
            made = replace(made, notice=notice(made), retrieved=tuple(p.paragraph_id for p in asked.merged))
        ended = time.perf_counter()
        return replace(made, timings=asked.stages(ended - begun, ended))
