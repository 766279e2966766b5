"""Draft of quotes -> Answer: every sentence is verified against the paragraphs it cites; what is not supported is not shown.

Quotes are cut from the stored paragraph by `Citation`, so they cannot differ from it.
"""

from __future__ import annotations

from rag.messages import add_markers
from rag.types import Answer, Citation, Claim, Draft, DraftClaim, Evidence, Status, Verdict
from rag.types.reasons import NothingCited
from rag.verification.verify import Statement, Verifier


def cite_draft(draft: Draft, question: str, language: str, refusal: str, nearest: str, verifier: Verifier) -> Answer:
    """The answer a draft amounts to once each claim is verified.

    refusal: the text when nothing is left. nearest: what introduces, in a refusal, the nearest thing the articles say.
    """
    citations: list[Citation] = []
    claims = _check(draft.claims, citations, language, verifier)
    shown = [c for c in claims if c.status == "supported"]
    text = " ".join(filter(None, (draft.lead, *(add_markers(c.text, c.citations) for c in shown))))
    plain = bool(draft.lead) and not draft.claims  # said by the assistant of itself, with nothing to cite
    if not shown and not plain:
        text = refusal
        for near in _check((draft.nearest,), citations, language, verifier) if draft.nearest else ():
            if near.status == "supported":
                claims.append(near)
                text = f"{refusal} {nearest} {add_markers(near.text, near.citations)}"
    return Answer(
        question=question,
        text=text,
        status=_status(draft, len(shown), len(claims)) if shown else "answered" if plain else "not_found",
        language=language,
        confidence=draft.confidence,
        mode=draft.mode,
        model=draft.model,
        notice=" ".join(filter(None, (draft.difference, *draft.notices))) or None,
        difference=draft.difference or None,
        claims=tuple(claims),
        citations=tuple(citations),
        short=draft.short if claims and claims[0].status == "supported" and shown else None,
    )


def _status(draft: Draft, shown: int, claims: int) -> Status:
    return "answered" if draft.complete and shown == claims else "partial"


def _check(drafted: tuple[DraftClaim, ...], citations: list[Citation], language: str, verifier: Verifier) -> list[Claim]:
    """The claims with their verdicts; what they cite is added to `citations` where they stand."""
    statements = [Statement(d.text, language, tuple(e.passage.paragraph for e in d.evidence)) for d in drafted]
    claims = []
    for each, verdict in zip(drafted, verifier.verify_claims(statements), strict=True):
        if _is_quote(each):
            verdict = Verdict("supported", chance=1.0)
        if verdict.status == "supported":
            cited = tuple(add_citation(e, citations, language) for e in each.evidence)
            claims.append(Claim(each.text, cited, "supported", (), verdict.chance, each.beside, each.figure))
        else:
            status = "uncited" if NothingCited() in verdict.reasons else verdict.status
            claims.append(Claim(each.text, (), status, verdict.reasons, verdict.chance))
    return claims


def _is_quote(drafted: DraftClaim) -> bool:
    """Whether a claim is what it cites, word for word."""
    return any(e.passage.text[e.start : e.end].split() == drafted.text.split() for e in drafted.evidence)


def add_citation(evidence: Evidence, citations: list[Citation], language: str) -> int:
    """Number of the citation of this span, which is added when it is not there yet."""
    place = (evidence.passage.paragraph_id, evidence.start, evidence.end)
    for known in citations:
        if (known.paragraph_id, known.start, known.end) == place:
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
