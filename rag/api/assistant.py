"""The assistant: questions in, verified answers out, over one opened generation of the index."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any

import rag.retrieval as retrieval
import rag.store as store
from rag.answer.quoting import QuotingAnswerer
from rag.answer.ranking import Ranking
from rag.answer.reader import start_loading_reader
from rag.answering import ModelAnswerer
from rag.api.asked import Asked
from rag.api.chain import make_runnable
from rag.api.choosing import check_articles, tell_elsewhere
from rag.api.composing import finish_answer, finish_stream, grow_answer, stream_in_thread
from rag.api.edges import History, check_count, check_language, find_article, find_paragraph, read_history
from rag.api.embedding import choose_embedder, use_languages
from rag.api.finding import IndexFinder
from rag.api.modelled import Modelled
from rag.api.observing import observe_answers
from rag.api.opened import OpenedIndex
from rag.api.quoted import add_notices, answer_with_quotes, refuse_question
from rag.api.streaming import AnswerStream
from rag.api.understanding import understand_question
from rag.api.verifying import make_verifier, verify_in_index
from rag.cancellation import CancellationToken
from rag.config import Settings
from rag.errors import QuestionError
from rag.language import detect_language
from rag.names import Names
from rag.store import ArticleRecord
from rag.types import Answer, Paragraph, Passage, Source, Verdict

if TYPE_CHECKING:
    from langchain_chroma import Chroma
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.runnables import Runnable


class Assistant:
    """Answers questions from the articles of an index, each sentence cited.

    Opens the index read-only, and a new generation by itself once one is published. Safe to use from several threads.

    Raises IndexMissing, IndexMismatch, IndexDamaged or IndexUnreachable when it cannot be searched; each says what to do.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        use_languages(self.settings)
        self._embedder = choose_embedder(self.settings)
        self._index = OpenedIndex(self.settings, self._embedder.identity)
        self._finder = IndexFinder(self._index, self._embedder, self.settings.reading_seconds)
        self._model = ModelAnswerer(self.settings) if self.settings.model else None
        if self._model:
            self._model.prepare()
        else:
            start_loading_reader()
        self._embedder.query("ready", detect_language("ready"))  # loads both encoders now, not at the first question

    @property
    def _store(self) -> store.Store:
        return self._index.find_newest()

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

    @property
    def reachable(self) -> bool:
        """Whether what keeps the index answers: a Chroma server that is away does not, a folder always does."""
        return self._index.is_reachable()

    def articles(self) -> list[Source]:
        """What is indexed."""
        return list(self._store.sources.values())

    def article(self, article_id: str) -> tuple[Source, tuple[Paragraph, ...]]:
        """An article with its paragraphs in order. Raises UnknownIdError, a KeyError, when it is not indexed."""
        return find_article(self._store, article_id)

    def about(self, article_id: str) -> ArticleRecord:
        """What is known of an article beside its text: where it came from, what is no part of it and why, questions it
        answers. Raises KeyError when it is not indexed."""
        return {record.source.id: record for record in self._store.manifest.articles}[article_id]

    def paragraph(self, paragraph_id: str) -> Paragraph:
        """The stored paragraph with this id, such as "expo#p3". Raises UnknownIdError, a KeyError, when there is none."""
        return find_paragraph(self._store, paragraph_id)

    def readings(self, question: str, history: History = ()) -> tuple[str, ...]:
        """The questions that `question` puts, each as it is understood after `history`; none when it cannot be read."""
        return self._find(self._read(question, history=history)).parts

    def rank(self, question: str, history: History = ()) -> tuple[Ranking, ...]:
        """The sentences that were read for each question that `question` puts, best first, and the chance that the first is
        right. None when it cannot be read, or is not about what stands in the articles."""
        found = self._find(self._read(question, history=history), read=True)
        return tuple(ranking for ranking in found.rankings if ranking)

    def retrieve(self, question: str, k: int = 5) -> list[Passage]:
        """The `k` best passages, best first. Raises QuestionError when it cannot be read, ArgumentError for `k` out of range."""
        check_count(k)
        asked = self._read(question)
        if asked.refusal:
            raise QuestionError(asked.refusal)
        return list(self._finder.find_one(asked, asked.index or self._store, k).passages)

    def ask(
        self, question: str, history: History | None = None, language: str | None = None, waited: float = 0.0,
        articles: Sequence[str] | None = None,
    ) -> Answer:  # fmt: skip
        """Answer a question; every sentence of the answer cites the span of the paragraph it comes from.

        history: earlier (question, answer text) pairs, or {"role": …, "content": …} messages, oldest first; a follow-up is read
        in their light, and `Answer.question` is how it was understood.
        language: ISO 639-1 code of the answer, detected when None.
        waited: seconds of the deadline that are gone already, in a queue for one.
        articles: ids of those that are asked, all when None. Where they do not answer and another one does, `Answer.notice` says
        which. Raises QuestionError for an id that is not indexed, and when there is none.
        A question that cannot be read, or that the articles do not answer, gives an Answer with status "not_found".
        Raises ArgumentError, a ValueError, for a history or a language that is none.
        """
        return finish_answer(self.stream(question, history, language, waited, articles))

    def verify(self, claim: str, paragraph_ids: Sequence[str], language: str | None = None) -> Verdict:
        """Whether one of these indexed paragraphs carries `claim`, as it is checked in an answer by a language model: read in its
        own language where the paragraph is translated into it. Raises UnknownIdError for a paragraph that is not indexed."""
        spoken = check_language(language) or detect_language(claim)
        return verify_in_index(claim, paragraph_ids, spoken, self._store, self._embedder, self.names)

    def stream(
        self, question: str, history: History | None = None, language: str | None = None, waited: float = 0.0,
        articles: Sequence[str] | None = None,
    ) -> AnswerStream:  # fmt: skip
        """The answer growing claim by claim; the last item is what `ask` returns. A language model's sentences come as they are
        written and verified. Closing the stream, from any thread, ends what is under way."""
        return self._stream(self._find(self._read(question, language, history, waited, articles)))

    async def aask(
        self, question: str, history: History | None = None, language: str | None = None, articles: Sequence[str] | None = None
    ) -> Answer:
        """`ask`, without blocking the event loop. Cancelled, it ends what is under way."""
        return await finish_stream(self.astream(question, history, language, articles))

    async def astream(
        self, question: str, history: History | None = None, language: str | None = None, articles: Sequence[str] | None = None
    ) -> AsyncGenerator[Answer, None]:
        """`stream`, without blocking the event loop."""
        found = await asyncio.to_thread(lambda: self._find(self._read(question, language, history, articles=articles)))
        async with aclosing(stream_in_thread(self._stream(found))) as parts:
            async for part in parts:
                yield part

    def batch(self, questions: Sequence[str]) -> list[Answer]:
        """`ask` for several questions, in order."""
        return [self.ask(question) for question in questions]

    @cached_property
    def chain(self) -> Runnable[Any, Answer]:
        """The same steps as a LangChain Runnable. Input: a question, or a dict with "question" and, if wanted, "history",
        "language" and "articles". Output: an Answer; streamed, one that grows."""
        return make_runnable(self._read, self._find, self._stream)

    @property
    def names(self) -> Names:
        """The names that the current index knows."""
        return self._finder.load_names(self._store)

    @property
    def answerer(self) -> QuotingAnswerer:
        """The answerer that quotes, over the current index."""
        return self._finder.make_answerer(self._store)

    @property
    def retriever(self) -> BaseRetriever:
        """The retrieval of this assistant as a LangChain `BaseRetriever`."""
        return retrieval.as_langchain_retriever(self.retrieve)

    @property
    def vectorstore(self) -> Chroma:
        """The paragraphs as a LangChain vector store, searched by paragraph vector alone."""
        return self._store.vectorstore(self._embedder)

    def _read(
        self, question: str, language: str | None = None, history: History | None = None, waited: float = 0,
        articles: Sequence[str] | None = None,
    ) -> Asked:  # fmt: skip
        spoken, earlier = check_language(language), read_history(history)
        index = self._store
        asked = understand_question(question, spoken, earlier, index, self.settings.deadline, waited)
        return replace(asked, chosen=check_articles(articles, index))

    def _find(self, asked: Asked, read: bool = False) -> Asked:
        """Add the passages. read: also where a language model answers."""
        if asked.index is None or asked.intent or asked.small_talk:
            return asked
        return self._finder.find_passages(asked, asked.index, read or not self._model)

    def _stream(self, asked: Asked) -> AnswerStream:
        return AnswerStream(observe_answers(partial(self._answers, asked), asked))

    def _answers(self, asked: Asked, token: CancellationToken) -> Generator[Answer, None, None]:
        """The answer as it grows: a language model's when one is configured, else quotes. About the collection itself, and when
        nothing can be read, no model is asked."""
        if self._model is None or asked.index is None or asked.refusal or asked.intent or asked.small_talk:
            yield from grow_answer(self._tell_elsewhere(add_notices(self._answer(asked), asked), asked))
            return
        begun = time.perf_counter()
        writer = Modelled(self._model, self._embedder, asked.index, self._finder.load_names(asked.index))
        quoted = cache(lambda: self._answer(asked))
        part: Answer | None = None  # none comes where the answer is stopped before
        for part in writer.answers(asked.question, asked.language, asked.merged, max(0.1, asked.ends - begun), quoted, token):
            ended = time.perf_counter()
            part = replace(add_notices(part, asked), timings=asked.stages(ended - begun, ended))
            yield part
        if part and (told := self._tell_elsewhere(part, asked)) is not part:
            yield told

    def _tell_elsewhere(self, answer: Answer, asked: Asked) -> Answer:
        """The answer, with a notice where the chosen articles do not say and another does; all are read again for that."""
        answered = answer.status != "not_found" or asked.chosen is None
        if answered or asked.refusal or asked.intent or asked.small_talk or asked.late:
            return answer
        whole = self._find(replace(asked, chosen=None, parts=asked.typed), read=True)
        return tell_elsewhere(answer, self._answer(whole), asked.chosen or ())

    def _answer(self, asked: Asked) -> Answer:
        if asked.refusal or asked.index is None:
            return refuse_question(asked)
        verifier = make_verifier(asked.index, self._embedder, self._finder.load_names(asked.index))
        return answer_with_quotes(asked, asked.index, self._finder.make_answerer(asked.index), verifier)
