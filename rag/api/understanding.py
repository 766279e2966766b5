"""A text that was typed -> a question that can be searched for, or what is said instead."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace

import rag.corpus as corpus
from rag.api.asked import Asked
from rag.language import detect_language, simplify_chinese
from rag.messages import word_message
from rag.question.collection import find_intent
from rag.question.follow_up import detect_question
from rag.question.length import cut_question
from rag.question.parts import split_parts
from rag.question.small_talk import find_small_talk
from rag.store import Store

MAX_QUESTION = 4000  # characters; far above any question, far below what an embedder would choke on


def understand_question(
    question: str,
    language: str | None,
    history: Sequence[tuple[str, str]],
    index: Store,
    seconds: float = math.inf,
    waited: float = 0.0,
) -> Asked:
    """Clean the question, find its language, and take it apart when it is several; a question that cannot be read, or that has
    waited too long, gets its refusal here. Raises TypeError when it is not a str.

    history: earlier (question, answer text) pairs, oldest first. index: the generation that is to answer.
    seconds: that the whole answer may take. waited: those of them that are gone.
    """
    started = time.perf_counter() - waited
    if not isinstance(question, str):
        raise TypeError(f"a question is a str, not {type(question).__name__}")
    if len(question) > MAX_QUESTION:
        spoken = detect_language(question[:200])
        refusal = word_message("too_long", language or spoken, limit=MAX_QUESTION)
        return Asked(question[:200], language or spoken, spoken, started, refusal=refusal)
    plain, removed = corpus.without_invisible(question)
    whole = " ".join(plain.split())
    plain = cut_question(whole)
    spoken = detect_question(plain, history)
    asked = Asked(plain, language or spoken, spoken, started, started + seconds)
    if len(plain) < len(whole):
        asked = replace(asked, notices=(word_message("question_cut", asked.language, count=len(plain)),), complete=False)
    if any(ord(c) < 32 or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000 for r in removed for c in r.before):
        return replace(asked, refusal=word_message("unreadable", asked.language))
    if not any(c.isalnum() for c in plain):
        return replace(asked, refusal=word_message("empty", asked.language))
    if asked.late:
        return replace(asked, refusal=word_message("too_busy", asked.language))
    asked = replace(asked, index=index, small_talk=find_small_talk(plain), intent=find_intent(simplify_chinese(plain)))
    if asked.small_talk or asked.intent:
        return replace(asked, parts=(plain,))
    before = " ".join(history[-1][0].split()) if history else ""
    return replace(asked, before=before, parts=split_parts(plain))
