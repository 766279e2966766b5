"""What the page's server offers to programs: asking and retrieving, by HTTP and as MCP tools.

Gradio shows the docstrings to those who call: their parts are the names it knows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import uuid4

import gradio as gr

from rag.api.edges import check_count, check_language, read_history
from rag.cancellation import Cancelled
from rag.errors import RagError
from rag.types import Answer
from rag.ui import conversation
from rag.ui.answering import Answering
from rag.ui.conversation import PageAssistant
from rag.ui.guard import count_waited_seconds
from rag.ui.internals import has_left
from rag.ui.texts import get_texts

MAX_RETRIEVED = 20  # paragraphs that a program may ask for at once

@dataclass(frozen=True)
class Endpoints:
    """The named endpoints over an assistant. Both fail in one line that gives nothing away."""

    assistant: PageAssistant
    answering: Answering = field(default_factory=Answering)

    def ask(
        self, question: str, history: list[Any] | None = None, language: str | None = None,
        articles: list[str] | None = None, request: gr.Request | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Answer a question from the articles, every sentence cited.

        Args:
            question: the question, in English, Chinese or Turkish.
            history: earlier [question, answer] pairs, or messages with role and content, oldest first, for a follow-up question.
            language: language code of the answer, such as en, zh or tr; the question's own when it is left out.
            articles: ids of the articles to ask; all when it is left out.

        Returns:
            text with markers like [1], status (answered, partial, not_found), claims, and citations with quote, paragraph id
            and offsets.
        """
        try:
            earlier, spoken = read_history(history), check_language(language)
            return self._ask(question, earlier, spoken, articles, count_waited_seconds(request)).to_dict()
        except Exception as error:
            raise gr.Error(conversation.explain_failure(error, get_texts("en")), print_exception=False) from None

    def _ask(
        self, question: str, history: list[tuple[str, str]], language: str | None, articles: list[str] | None, gone: float
    ) -> Answer:  # fmt: skip
        """The whole answer. Ended where nobody waits for it any more, and with it a request to a model. gone: seconds that it
        waited already."""
        whole: Answer | None = None
        with self.answering.begin_answer(uuid4().hex) as token:
            ask = partial(self.assistant.stream, question, history=history, language=language, waited=gone)
            if articles is not None:
                ask = partial(ask, articles=articles)
            try:
                for part in conversation.beat_while_waiting(ask, token):
                    whole = part or whole
                    if has_left():
                        token.cancel()
            except Cancelled:
                raise RagError("The answer was ended before it was whole.", "Ask again in a moment.") from None
        if whole is None:
            raise ValueError("an answer of nothing")
        return whole

    def retrieve(self, question: str, k: int = 5) -> list[dict[str, Any]]:
        """Find the paragraphs of the articles that are nearest to a question, in any language.

        Args:
            question: the question, in English, Chinese or Turkish.
            k: how many paragraphs, from 1 to 20.

        Returns:
            paragraphs with id, article, text, language and score, the best first.
        """
        try:
            return [passage.to_dict() for passage in self.assistant.retrieve(question, check_count(k, MAX_RETRIEVED))]
        except Exception as error:
            raise gr.Error(conversation.explain_failure(error, get_texts("en")), print_exception=False) from None
