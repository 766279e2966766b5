"""An answer at a glance: the exact answer first, then the sentence it stands in; figures that differ side by side, lists as
lists; and apart from them what else the articles say.

Only arranges what the answer knows; `bubbles` makes HTML of it, `exporting` Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.messages import word_difference
from rag.types import Answer, Citation, Claim, Source, Span

# Confidence from which an answer is called so: of those between, three of four are right, of those below one of three
# (`python -m evals`, reliability, n 464).
SURE, LIKELY = 0.7, 0.5


@dataclass(frozen=True, slots=True)
class Glance:
    """The parts of an answer in the order they are read.

    `lead`: what the assistant says before it quotes. `differing`: sentences with the figures in which articles differ, two or
    more or none. `main`: what answers beside those. `more`: what else could be meant.
    """

    lead: str
    differing: tuple[Claim, ...]
    main: tuple[Claim, ...]
    more: tuple[Claim, ...]


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
    differing = tuple(claim for claim in shown if claim.figure and claim.citations)
    differing = differing if len(differing) > 1 else ()
    main = tuple(claim for claim in shown if claim not in differing and not claim.beside)
    more = tuple(claim for claim in shown if claim not in differing and claim.beside)
    # What a stopped or withheld answer has left is the answer.
    return Glance(found.text[:begins], differing, *((main, more) if main or differing else (more, ())))


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
    """Where a translated sentence, shown beside what a citation quotes, has the exact answer."""
    return find_short(found, text) if citation in _list_first_cited(found) else None


def _list_first_cited(found: Answer) -> list[Citation]:
    """What the first claim cites."""
    numbers = found.claims[0].citations if found.claims else ()
    return [citation for citation in found.citations if citation.number in numbers]


def list_figures(found: Answer, differing: Sequence[Claim]) -> list[tuple[Source, int | None, str]]:
    """Who says which of the figures that differ, and on which page."""
    cited = {citation.number: citation for citation in found.citations}
    first = ((cited[claim.citations[0]], claim) for claim in differing if claim.citations[0] in cited)
    return [(citation.source, citation.page, claim.figure) for citation, claim in first]


def strip_difference(found: Answer, glance: Glance | None) -> str:
    """The notice without what the figures side by side say already."""
    notice = found.notice or ""
    if not glance or not glance.differing:
        return notice
    said = word_difference(list_figures(found, glance.differing), found.language)
    return " ".join(notice.replace(said, "").split())
