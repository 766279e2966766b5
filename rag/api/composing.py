"""One answer out of several drafts, and one that grows: what is done with answers between the stages."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace

from rag.api.streaming import AnswerStream
from rag.messages import add_markers, word_message
from rag.types import Answer, Draft, Passage


def join_drafts(parts: Sequence[str], drafts: Sequence[Draft], language: str) -> Draft:
    """The drafts for the parts of one question as one; a part that is not answered is named in a notice."""
    answered = [draft for draft in drafts if draft.claims]
    if not answered:
        return drafts[0]
    claims = {claim.text: claim for draft in reversed(answered) for claim in reversed(draft.claims)}
    missed = [part for part, draft in zip(parts, drafts, strict=True) if not draft.claims]
    notices = [line for draft in answered for line in draft.notices]
    notices += [word_message("part", language, part=part.rstrip("?？ ")) for part in missed]
    return replace(
        answered[0],
        claims=tuple(reversed(claims.values())),
        confidence=min(draft.confidence for draft in answered),
        notices=tuple(dict.fromkeys(notices)),
        difference=" ".join(dict.fromkeys(draft.difference for draft in answered if draft.difference)),
        complete=not missed,
        short=answered[0].short if len(answered) == 1 else None,
    )


def word_notices(answer: Answer) -> str | None:
    """What the answer has to say beside itself, and that sentences are translations, or in a language other than its own."""
    quoted = {claim.citations[0] for claim in answer.claims if claim.citations}
    others = [c for c in answer.citations if c.number in quoted and c.language != answer.language]
    if not others:
        return answer.notice
    own = word_message("translated" if all(c.translation for c in others) else "foreign", answer.language)
    return " ".join(filter(None, (answer.notice, own)))


def interleave_passages(found: Sequence[Sequence[Passage]]) -> list[Passage]:
    """The paragraphs found for each part of a question, the best of every part first, each once."""
    places = max(map(len, found), default=0)
    merged: dict[str, Passage] = {}
    for passage in (own[n] for n in range(places) for own in found if n < len(own)):
        merged.setdefault(passage.paragraph_id, passage)
    return list(merged.values())


def finish_answer(parts: Iterator[Answer]) -> Answer:
    """The whole answer, of one that grows."""
    return deque(parts, maxlen=1)[0]


async def finish_stream(parts: AsyncGenerator[Answer, None]) -> Answer:
    """The whole answer, of one that grows, without blocking the event loop. Cancelled, it ends what is under way."""
    async with aclosing(parts):
        return [part async for part in parts][-1]


async def stream_in_thread(parts: AnswerStream) -> AsyncGenerator[Answer, None]:
    """An answer that grows, each item made in a thread of its own, so that the event loop goes on. Who leaves it, or is cancelled
    while waiting for an item, closes it, and the item is not waited for."""
    try:
        while (part := await asyncio.to_thread(next, parts, None)) is not None:
            yield part
    finally:
        parts.close()


def grow_answer(answer: Answer) -> Iterator[Answer]:
    """An answer claim by claim; the last item is the whole."""
    shown = [c for c in answer.claims if c.status == "supported"]
    lead = answer.text[: answer.text.find(shown[0].text)] if shown else ""
    for n in range(1, len(shown)):
        used = {number for c in shown[:n] for number in c.citations}
        yield replace(
            answer,
            text=lead + " ".join(add_markers(c.text, c.citations) for c in shown[:n]),
            claims=tuple(shown[:n]),
            citations=tuple(c for c in answer.citations if c.number in used),
        )
    yield answer
