"""A question put after others: as it stands, and in the light of the one before. Which reads better is told by the reader."""

from __future__ import annotations

from collections.abc import Sequence

from rag.language import detect_language
from rag.locales import has_spaces
from rag.names import Names

MAX_CONTEXT_CHARS = 160  # of the questions before; a reader must see all of the question itself
MAX_LEANING_WORDS = 5  # of a question without a name that leaves what it is about to the one before
CHINESE_CHARS_A_WORD = 1.6
MAX_UNCLEAR_WORDS = 2  # Latin texts this short do not tell their language


def list_readings(question: str, before: str) -> tuple[str, ...]:
    """The ways to read a question, the plain one first. before: the question it was put after, "" when there is none.

    >>> list_readings("Who hosted it?", "When was the ceremony?")
    ('Who hosted it?', 'When was the ceremony? Who hosted it?')
    """
    context = before.strip()
    if not context or context == question:
        return (question,)
    if len(context) > MAX_CONTEXT_CHARS:
        context = context[-MAX_CONTEXT_CHARS:].partition(" ")[2] or context[-MAX_CONTEXT_CHARS:]
    return question, f"{context} {question}"


def stands_alone(question: str, language: str, names: Names) -> bool:
    """Whether a question names somebody or something, or is long enough to say what it is about."""
    size = len(question.split()) if has_spaces(language) else len(question) / CHINESE_CHARS_A_WORD
    return bool(names.find_ids(question)) or size > MAX_LEANING_WORDS


def detect_question(question: str, history: Sequence[tuple[str, str]]) -> str:
    """Language of a question; of a text too short to tell, that of the conversation."""
    own = detect_language(question)
    if not history or not has_spaces(own) or len(question.split()) > MAX_UNCLEAR_WORDS:
        return own
    return detect_language(history[-1][0], own)
