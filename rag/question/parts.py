"""A question that puts several at once -> its parts, each as it was typed."""

from __future__ import annotations

from rag.locales import make_rule

# Where a question that asks two things has its seam; each side must have a question word of its own.
_find_seam = make_rule(lambda locale: locale.questions.seam, r"[?？;；]\s*(?=\w)|<>")
_find_question_word = make_rule(lambda locale: locale.questions.word)
MAX_PARTS = 3


def split_parts(question: str) -> tuple[str, ...]:
    """The questions that `question` puts at once, in order; itself when it is one.

    >>> split_parts("When did the fair open, and how long did it last?")
    ('When did the fair open?', 'how long did it last?')
    >>> split_parts("展览是什么时候开幕的,地址在哪里?")
    ('展览是什么时候开幕的?', '地址在哪里?')
    """
    pieces = [p.strip(" ,，、;；") for p in _find_seam().split(question) if p and p.strip(" ,，、;；?？")]
    if not 1 < len(pieces) <= MAX_PARTS or not all(_find_question_word().search(piece) for piece in pieces):
        return (question,)
    return tuple(piece.rstrip("?？") + "?" for piece in pieces)
