"""Turns as the visitor's browser keeps them, and back. Nothing of a conversation stays on the server.

What comes back from a browser is not trusted: a turn that cannot be read is left out, and a citation whose paragraph no longer
says what was quoted shows the quoted words alone.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from rag.types import Answer, Citation, Claim, ClaimStatus, Mode, Paragraph, Source, Status
from rag.types.reasons import parse_reason
from rag.ui.conversation import KEPT_TURNS, PageAssistant, Turn, Turns

_MOST = 20_000  # characters of a question or a quotation that are read back
ROOM = 400_000  # bytes of a conversation: it comes with every request, which may have a million


class _Saved(BaseModel):
    model_config = ConfigDict(extra="ignore", str_max_length=_MOST)


class _Cited(_Saved):
    number: int
    paragraph_id: str
    article_id: str
    title: str
    outlet: str | None = None
    published: str | None = None
    language: str
    quote: str
    start: int
    end: int
    translation: str | None = None
    focus: tuple[int, int] | None = None
    page: int | None = None


class _Claimed(_Saved):
    text: str
    citations: tuple[int, ...] = ()
    status: ClaimStatus = "supported"
    reasons: tuple[dict[str, Any], ...] = ()
    chance: float | None = None
    beside: bool = False
    figure: str = ""


class _Answered(_Saved):
    question: str
    text: str
    status: Status
    language: str
    confidence: float = 0.0
    mode: Mode = "extractive"
    model: str | None = None
    notice: str | None = None
    difference: str | None = None
    claims: tuple[_Claimed, ...] = ()
    citations: tuple[_Cited, ...] = ()
    retrieved: tuple[str, ...] = ()
    tokens: tuple[int, int] | None = None
    cost: float | None = None
    short: str | None = None
    weights: dict[str, str] = {}


class _Turned(_Saved):
    number: int
    question: str
    answer: _Answered | None = None
    problem: str = ""
    stopped: bool = False
    verdict: str = ""


def dump_turns(turns: Turns) -> list[dict[str, Any]]:
    """Turns as plain JSON values; the oldest ones are left out when there is no room for all."""
    names = ("number", "question", "problem", "stopped", "verdict")
    rows: list[dict[str, Any]] = []
    room = ROOM
    for turn in reversed(turns):
        row = {name: getattr(turn, name) for name in names} | {"answer": turn.answer.to_dict() if turn.answer else None}
        room -= len(json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        if room < 0 and rows:
            break
        rows.append(row)
    return rows[::-1]


def load_turns(kept: object, assistant: PageAssistant) -> Turns:
    """The turns a browser kept, numbered upwards; () when it kept none that can be read."""
    turns: list[Turn] = []
    for row in kept[-KEPT_TURNS:] if isinstance(kept, list) else ():
        try:
            read = _Turned.model_validate(row)
            answer = _answer(read.answer, assistant) if read.answer else None
        except (ValidationError, ValueError):
            continue
        if read.number > (turns[-1].number if turns else 0):
            turns.append(Turn(read.number, read.question, answer, read.problem, read.stopped, read.verdict))
    return tuple(turns)


def _answer(kept: _Answered, assistant: PageAssistant) -> Answer:
    citations = tuple(_citation(cited, assistant) for cited in kept.citations)
    claims = tuple(
        Claim(c.text, c.citations, c.status, tuple(map(parse_reason, c.reasons)), c.chance, c.beside, c.figure)
        for c in kept.claims
    )
    more = kept.model_dump(exclude={"claims", "citations"})
    return Answer(**more, claims=claims, citations=citations)


def _citation(kept: _Cited, assistant: PageAssistant) -> Citation:
    """The citation in its paragraph as it is today; in one that is only the quotation where that says something else."""
    try:
        paragraph, source = assistant.paragraph(kept.paragraph_id), assistant.article(kept.article_id)[0]
        if paragraph.text[kept.start : kept.end] == kept.quote:
            return Citation(kept.number, paragraph, source, kept.start, kept.end, kept.translation, kept.focus)
    except KeyError:
        pass
    whole = (0, len(kept.quote))
    pages = ((0, kept.page),) if kept.page else ()
    paragraph = Paragraph(kept.paragraph_id, kept.article_id, kept.quote, kept.language, (whole,), pages=pages)
    source = Source(kept.article_id, kept.title, kept.language, kept.outlet, kept.published)
    return Citation(kept.number, paragraph, source, *whole, kept.translation)
