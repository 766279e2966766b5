"""The answer that quotes: drafts for the parts of a question, joined, cited and verified."""

from __future__ import annotations

import time
from dataclasses import replace

import rag.overview as overview
from rag.answer.quoting import QuotingAnswerer
from rag.api.asked import Asked
from rag.api.composing import join_drafts, word_notices
from rag.messages import word_message
from rag.store import Store
from rag.types import Answer, Draft
from rag.verification import Verifier, cite_draft


def refuse_question(asked: Asked) -> Answer:
    """The answer to a question that cannot be read."""
    ended = time.perf_counter()
    timings = asked.stages(0.0, ended)
    return Answer(asked.question, asked.refusal, "not_found", asked.language, 0.0, notice=asked.refusal, timings=timings)


def add_notices(answer: Answer, asked: Asked) -> Answer:
    """The answer with what a reader should know of how its question was read."""
    if not asked.notices or asked.refusal:
        return answer
    status = "partial" if answer.status == "answered" and not asked.complete else answer.status
    return replace(answer, status=status, notice=" ".join((*asked.notices, answer.notice or "")).rstrip())


def answer_with_quotes(asked: Asked, index: Store, answerer: QuotingAnswerer, verifier: Verifier) -> Answer:
    """What the articles, or the collection itself, say to a question for which passages were found."""
    begun = time.perf_counter()
    draft = _draft(asked, index, answerer)
    refusal, nearest = word_message("not_found", asked.language), word_message("nearest", asked.language)
    made = cite_draft(draft, asked.question, asked.language, refusal, nearest, verifier)
    made = replace(made, notice=word_notices(made), retrieved=tuple(p.paragraph_id for p in asked.merged))
    ended = time.perf_counter()
    return replace(made, timings=asked.stages(ended - begun, ended))


def _draft(asked: Asked, index: Store, answerer: QuotingAnswerer) -> Draft:
    if asked.small_talk:
        return overview.reply_courteously(asked.small_talk, index, asked.language)
    if asked.intent:
        return overview.draft_overview(asked.intent, asked.question, index, index.lexical.weigh_word, asked.language)
    drafts = []
    for part, passages, ranking in zip(asked.parts, asked.passages, asked.rankings, strict=True):
        ranked = ranking or answerer.rank_sentences(part, asked.spoken, passages, asked.ends)
        drafts.append(answerer.quote_ranking(part, ranked, asked.language))
    return drafts[0] if len(drafts) == 1 else join_drafts(asked.parts, drafts, asked.language)
