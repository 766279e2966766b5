"""A question that puts several at once -> its parts, each as it was typed."""

from __future__ import annotations

import re

# Where a question that asks two things has its seam; each side must have a question word of its own.
_SEAM = re.compile(
    r",?\s+and\s+(?=(?:(?:by|to|for|in|at|with|on|from) )?(?:who|whom|what|when|where|which|why|how)\b)|[?？;；]\s*(?=\w)|[,，](?=\s*(?:[^,，]*)(?:什么|谁|哪|多少|几|何时|为何|如何|多[大久长高]))"
    r"|,?\s+ve\s+(?=.*\b(?:ne|kim\w*|nere\w*|hangi\w*|kaç\w*|neden|nasıl|nedir)\b)|,\s+(?=(?:ne zaman|nerede|kim\w*|hangi|kaç|neden|nasıl)\b)",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(
    r"\b(?:who|whom|whose|what|when|where|which|why|how)\b"
    r"|什么|谁|哪|多少|多大|多久|多长|第?几[家个站次届天年]|何时|怎么|如何|是不是|有没有|吗|呢"
    r"|\b(?:ne zaman|ne kadar|nere\w*|kaç\w*|hangi\w*|kim\w*|neden|niçin|niye|nasıl|neler|nedir|neyi|ne|mı|mi|mu|mü)\b",
    re.IGNORECASE,
)
MAX_PARTS = 3


def split_parts(question: str) -> tuple[str, ...]:
    """The questions that `question` puts at once, in order; itself when it is one.

    >>> split_parts("When did the fair open, and how long did it last?")
    ('When did the fair open?', 'how long did it last?')
    >>> split_parts("展览是什么时候开幕的,地址在哪里?")
    ('展览是什么时候开幕的?', '地址在哪里?')
    """
    pieces = [p.strip(" ,，、;；") for p in _SEAM.split(question) if p and p.strip(" ,，、;；?？")]
    if not 1 < len(pieces) <= MAX_PARTS or not all(_QUESTION_WORD.search(piece) for piece in pieces):
        return (question,)
    return tuple(piece.rstrip("?？") + "?" for piece in pieces)
