"""Draft of quotes -> Answer: every sentence is checked against the span it cites; what is not supported is not shown.

A sentence quoted as it stands passes by identity. Quotes are cut from the stored paragraph by `Citation`, so they cannot
differ from it.
"""

from __future__ import annotations

from rag.messages import marked
from rag.types import Answer, Citation, Claim, Draft, DraftClaim, Evidence, Status
from rag.verification.differences import reasons_against


def answer(draft: Draft, question: str, language: str, refusal: str, nearest: str = "") -> Answer:
    """The answer a draft amounts to once each claim is checked against its evidence.

    refusal: the text when nothing is left. nearest: what introduces, in a refusal, the nearest thing the articles say.
    """
    citations: list[Citation] = []
    claims = [_checked(drafted, citations, language) for drafted in draft.claims]
    shown = [c for c in claims if c.status == "supported"]
    text = " ".join(filter(None, (draft.lead, *(marked(c.text, c.citations) for c in shown))))
    plain = bool(draft.lead) and not draft.claims  # said by the assistant of itself, with nothing to cite
    if not shown and not plain:
        text = refusal
        near = _checked(draft.nearest, citations, language) if draft.nearest else None
        if near and near.status == "supported":
            claims.append(near)
            text = f"{refusal} {nearest} {marked(near.text, near.citations)}"
    return Answer(
        question=question,
        text=text,
        status=_status(draft, len(shown), len(claims)) if shown else "answered" if plain else "not_found",
        language=language,
        confidence=draft.confidence,
        mode=draft.mode,
        model=draft.model,
        notice=" ".join(draft.notices) or None,
        claims=tuple(claims),
        citations=tuple(citations),
        short=draft.short if claims and claims[0].status == "supported" and shown else None,
    )


def _status(draft: Draft, shown: int, claims: int) -> Status:
    return "answered" if draft.complete and shown == claims else "partial"


def _checked(drafted: DraftClaim, citations: list[Citation], language: str) -> Claim:
    """The claim with its verdict; what it cites is added to `citations` when it stands."""
    against = _against(drafted, language)
    if against or not drafted.evidence:
        return Claim(drafted.text, (), "unsupported" if against else "uncited", against)
    return Claim(drafted.text, tuple(cite(e, citations, language) for e in drafted.evidence))


def _against(drafted: DraftClaim, language: str) -> tuple[str, ...]:
    """Why the evidence does not carry the claim: neither any span of it by itself nor all together; empty when it does."""
    texts = [(e.passage.text[e.start : e.end], e.passage.language) for e in drafted.evidence]
    if len({of for _, of in texts}) == 1 and len(texts) > 1:
        texts.append((" ".join(text for text, _ in texts), texts[0][1]))
    found = [reasons_against(drafted.text, text, language, of) for text, of in texts]
    return min(found, key=len, default=())


def cite(evidence: Evidence, citations: list[Citation], language: str) -> int:
    """Number of the citation of this span, which is added when it is not there yet."""
    for known in citations:
        if (known.paragraph_id, known.start, known.end) == (
            evidence.passage.paragraph_id,
            evidence.start,
            evidence.end,
        ):
            return known.number
    number = len(citations) + 1
    paragraph, source = evidence.passage.paragraph, evidence.passage.source
    translation = _translation(evidence, language)
    citations.append(Citation(number, paragraph, source, evidence.start, evidence.end, translation, evidence.focus))
    return number


def _translation(evidence: Evidence, language: str) -> str | None:
    """The cited sentence in `language`; None when it is written in it or not translated into it."""
    paragraph = evidence.passage.paragraph
    view, index = paragraph.view(language), paragraph.sentence_at(evidence.start, evidence.end)
    return None if view is None or index is None or language == paragraph.language else view.sentence(index)
