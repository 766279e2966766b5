"""Draft -> Answer: every sentence is checked against the paragraph it cites; what is not supported is not shown.

A claim stands when each number, name and negation in it is in its evidence, and its words or its meaning are. A
sentence quoted as it stands passes by identity. Quotes are cut from the stored paragraph by `Citation`, so they
cannot differ from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.language import Quantity, detect, fold, quantities, tokens, unstated
from rag.messages import marked
from rag.types import Answer, Citation, Claim, Draft, DraftClaim, Embedder, Evidence, Span, Verdict

_NAME = re.compile(r"(?<![\w.])[A-ZÇĞİÖŞÜ][\w’'-]+")
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|n['’]t)\b|n['’]t\b|[不没未无非]|\b(?:değil\w*|yok\w*|hiç|hiçbir|asla)\b|(?<=[a-zçğıöşü])m[aeıiuü]d[ıiuü]\w*\b",
    re.IGNORECASE,
)
# Chinese words that hold a negating character and negate nothing.
_NOT_NEGATION = re.compile(
    r"不仅|不但|不断|不只|未来|无论|非常|非洲|不同|不少|非遗|not only|no\.?\s*:?\s*\d", re.IGNORECASE
)
# Words shared, weighted alike, and cosine of centred vectors: a claim needs the first, or some of it and the second.
# The floors are between true sentences and sentences of the same article with another content.
_WORDS_ENOUGH, _WORDS_LEAST, _SIMILAR = 0.7, 0.3, 0.5


def reasons_against(
    claim: str, evidence: str, language: str, evidence_language: str, sentence: str = ""
) -> tuple[str, ...]:
    """Why `evidence` does not carry `claim`, as far as numbers, negation and names tell; empty when nothing speaks against.

    sentence: the one of the evidence that the claim rests on, whose negation counts; all of the evidence when not given.

    >>> reasons_against("It lasted 12 days.", "The three-day event of 2024.", "en", "en")
    ('says 12 days; the paragraph says three-day',)
    """
    sentence = sentence or evidence
    if claim.split() == sentence.split():
        return ()
    there = quantities(evidence, evidence_language)
    wrong = unstated(claim, language, evidence, evidence_language)
    found = [_differs(claim, q, evidence, there) for q in wrong]
    if language == evidence_language:
        if bool(_negations(claim)) != bool(_negations(sentence)):
            found.append("one of claim and paragraph is negated")
        folded = fold(evidence)
        names = [
            n for n in _NAME.findall(claim)[0 if claim[:1].islower() else 1 :] if fold(n.rstrip("'’s")) not in folded
        ]
        found.extend(f"{name} is not in the paragraph" for name in names)
    return tuple(found)


def _differs(claim: str, claimed: Quantity, evidence: str, there: Sequence[Quantity]) -> str:
    """What a wrong number or date says, and what the paragraph says in its place, if it has one of the same kind."""
    said = claim[claimed.start : claimed.end]
    kind = (claimed.unit, claimed.value is None)
    others = [evidence[q.start : q.end] for q in there if (q.unit, q.value is None) == kind and any(kind)]
    return f"says {said}; the paragraph says {others[0]}" if others else f"{said} is not in the paragraph"


def _negations(text: str) -> list[str]:
    return _NEGATION.findall(_NOT_NEGATION.sub(" ", text))


def answer(draft: Draft, question: str, language: str, refusal: str, nearest: str = "") -> Answer:
    """The answer a draft amounts to once each claim is checked against its evidence.

    refusal: the text when nothing is left. nearest: what introduces, in a refusal, the nearest thing the articles say.
    """
    citations: list[Citation] = []
    claims = [_checked(drafted, citations, language) for drafted in draft.claims]
    shown = [c for c in claims if c.status == "supported"]
    text = " ".join(filter(None, (draft.lead, *(marked(c.text, c.citations) for c in shown))))
    if not shown:
        text = refusal
        near = _checked(draft.nearest, citations, language) if draft.nearest else None
        if near and near.status == "supported":
            claims.append(near)
            text = f"{refusal} {nearest} {marked(near.text, near.citations)}"
    return Answer(
        question=question,
        text=text,
        status="not_found" if not shown else "answered" if draft.complete and len(shown) == len(claims) else "partial",
        language=language,
        confidence=draft.confidence,
        mode=draft.mode,
        model=draft.model,
        notice=" ".join(draft.notices) or None,
        claims=tuple(claims),
        citations=tuple(citations),
    )


def _checked(drafted: DraftClaim, citations: list[Citation], language: str) -> Claim:
    """The claim with its verdict; what it cites is added to `citations` when it stands."""
    against = _against(drafted, language)
    if against or not drafted.evidence:
        return Claim(drafted.text, (), "unsupported" if against else "uncited", against)
    return Claim(drafted.text, tuple(_cite(e, citations, language) for e in drafted.evidence))


def _against(drafted: DraftClaim, language: str) -> tuple[str, ...]:
    """Why the evidence does not carry the claim: neither any span of it by itself nor all together; empty when it does."""
    texts = [(e.passage.text[e.start : e.end], e.passage.language) for e in drafted.evidence]
    if len({of for _, of in texts}) == 1 and len(texts) > 1:
        texts.append((" ".join(text for text, _ in texts), texts[0][1]))
    found = [reasons_against(drafted.text, text, language, of) for text, of in texts]
    return min(found, key=len, default=())


def _cite(evidence: Evidence, citations: list[Citation], language: str) -> int:
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


def locate(
    claim: str,
    paragraphs: Sequence[str],
    sentences: Sequence[Sequence[Span]],
    embedder: Embedder,
    language: str | None = None,
) -> Verdict:
    """The sentence of `paragraphs` that carries `claim` best, and whether it does.

    sentences: spans of each paragraph's sentences.
    """
    language = language or detect(claim)
    places = [(i, a, b) for i, spans in enumerate(sentences) for a, b in spans]
    if not places or not claim.strip():
        return Verdict("unsupported", reasons=("there is nothing to compare",))
    texts = [paragraphs[i][a:b] for i, a, b in places]
    languages = [detect(text) for text in texts]
    similar = embedder.passages([*texts, claim], [*languages, language])
    cosines = similar[:-1] @ similar[-1]
    keys = {t.key for t in tokens(claim, language)}
    shares = [
        len(keys & {t.key for t in tokens(text, own)}) / max(len(keys), 1)
        for text, own in zip(texts, languages, strict=True)
    ]
    best = max(range(len(places)), key=lambda n: (float(cosines[n]) + shares[n], -n))
    i, start, end = places[best]
    against = list(reasons_against(claim, paragraphs[i], language, languages[best], texts[best]))
    foreign = languages[best] != language
    enough = shares[best] >= _WORDS_ENOUGH or (cosines[best] >= _SIMILAR and (foreign or shares[best] >= _WORDS_LEAST))
    if not enough:
        against.append("no sentence says this")
    return Verdict("unsupported" if against else "supported", texts[best], i, start, end, tuple(against))
