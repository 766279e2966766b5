"""An answer at a glance: the exact answer first, then the sentence it stands in; what several articles say side by side, lists
as lists; and apart from them what else the articles say.

Only arranges what the answer knows; `bubbles` makes HTML of it, `exporting` Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rag.types import Answer, Citation, Claim, Source, Span

# Confidence from which an answer is called so: of those between, three of four are right, of those below one of three
# (`python -m evals`, reliability, n 464).
SURE, LIKELY = 0.7, 0.5
MAX_COLUMNS = 3  # articles side by side; what more of them say is a list


@dataclass(frozen=True, slots=True)
class Column:
    """What one article says beside others. `figure`: in what it differs from them, "" where the articles do not differ."""

    source: Source
    claims: tuple[Claim, ...]
    figure: str = ""

    @property
    def outlet(self) -> str:
        """Who published it, else what the article is called."""
        return self.source.outlet or self.source.title or self.source.id


@dataclass(frozen=True, slots=True)
class Glance:
    """The parts of an answer in the order they are read.

    `lead`: what the assistant says before it quotes. `columns`: what answers, by article, where two or more answer and each says
    something of its own; or none. `main`: what answers beside those. `more`: what else could be meant.
    """

    lead: str
    columns: tuple[Column, ...]
    main: tuple[Claim, ...]
    more: tuple[Claim, ...]

    @property
    def differing(self) -> bool:
        """Whether the articles contradict each other."""
        return any(column.figure for column in self.columns)

    @property
    def proper(self) -> tuple[Claim, ...]:
        """The sentences of the answer proper."""
        return (*(claim for column in self.columns for claim in column.claims), *self.main)


def arrange(found: Answer) -> Glance | None:
    """The parts of an answer that quotes; None where its text is to be read as it stands, such as a language model's."""
    shown = [claim for claim in found.claims if claim.status == "supported" and claim.text]
    if found.mode != "extractive" or not shown:
        return None
    at, begins = 0, -1
    for claim in shown:
        start = found.text.find(claim.text, at)
        if start < 0:
            return None
        begins, at = (start if begins < 0 else begins), start + len(claim.text)
    main, more = ([claim for claim in shown if claim.beside is beside] for beside in (False, True))
    columns = _compare_articles(main, {citation.number: citation for citation in found.citations})
    compared = [claim for column in columns for claim in column.claims]
    main = [claim for claim in main if claim not in compared]
    # What a stopped or withheld answer has left is the answer.
    parts = (main, more) if main or columns else (more, [])
    return Glance(found.text[:begins], columns, *map(tuple, parts))


def _compare_articles(claims: Iterable[Claim], cited: Mapping[int, Citation]) -> tuple[Column, ...]:
    """Claims by article: those that contradict each other; else all, where they stand in several articles and each in one."""
    grouped: dict[str, Column] = {}
    differing: list[Column] = []
    single = True
    for claim in claims:
        sources = [cited[number].source for number in claim.citations if number in cited]
        if claim.figure and sources:
            differing.append(Column(sources[0], (claim,), claim.figure))
        if len({source.id for source in sources}) == 1:
            before = grouped.get(sources[0].id, Column(sources[0], ()))
            grouped[before.source.id] = Column(before.source, (*before.claims, claim))
        else:
            single = False
    if len(differing) > 1:
        return tuple(differing)
    return tuple(grouped.values()) if single and 1 < len(grouped) <= MAX_COLUMNS else ()


def is_sure(found: Answer) -> bool:
    """Whether nothing needs to be said of how sure an answer is. Only quoted answers have a calibrated confidence."""
    quoted = found.mode == "extractive" and found.citations and found.status != "not_found"
    return not quoted or found.confidence >= SURE


def select_short(found: Answer) -> str:
    """The exact answer, where the first claim shown has it; else ""."""
    first = found.claims[0] if found.claims else None
    if not found.short or first is None or first.status != "supported":
        return ""
    return found.short if find_short(found, first.text) else ""


def find_short(found: Answer, text: str) -> Span | None:
    """Where a sentence has the exact answer of an answer: where the article is marked with it, when it is the article's sentence;
    None when it does not have it."""
    if not found.short:
        return None
    for citation in _list_first_cited(found):
        focus = citation.focus
        if focus and citation.quote == text and citation.paragraph.text[slice(*focus)] == found.short:
            return focus[0] - citation.start, focus[1] - citation.start
    # Not inside a longer number: 3 is not in 39.
    edges = [r"(?<!\d)" if found.short[0].isdigit() else "", r"(?!\d)" if found.short[-1].isdigit() else ""]
    match = re.search(re.escape(found.short).join(edges), text)
    return match.span() if match else None


def find_bold(found: Answer, claim: Claim) -> Span | None:
    """Where a sentence shown has the words that answer: the exact answer, or the figure in which articles differ."""
    if claim.figure and (start := claim.text.find(claim.figure)) >= 0:
        return start, start + len(claim.figure)
    return find_short(found, claim.text) if claim is found.claims[0] else None


def find_short_in_translation(found: Answer, citation: Citation, text: str) -> Span | None:
    """Where a translated sentence, shown beside what a citation quotes, has the exact answer, or the figure in which articles
    differ."""
    for claim in found.claims:
        if claim.text == text and claim.figure and citation.number in claim.citations:
            return find_bold(found, claim)
    return find_short(found, text) if citation in _list_first_cited(found) else None


def _list_first_cited(found: Answer) -> list[Citation]:
    """What the first claim cites."""
    numbers = found.claims[0].citations if found.claims else ()
    return [citation for citation in found.citations if citation.number in numbers]


def strip_difference(found: Answer, glance: Glance | None) -> str:
    """The notice without what the figures side by side say already."""
    notice = found.notice or ""
    if found.difference and glance and glance.differing:
        return " ".join(notice.replace(found.difference, "").split())
    return notice
