"""A claim against paragraphs that need not be indexed."""

from __future__ import annotations

from collections.abc import Sequence

from rag.language import detect
from rag.types import Embedder, Span, Verdict
from rag.verification.compared import Sentence
from rag.verification.support import support


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
    places = [(i, n, span) for i, spans in enumerate(sentences) for n, span in enumerate(spans)]
    if not places or not claim.strip():
        return Verdict("unsupported", reasons=("there is nothing to compare",))
    texts = [paragraphs[i][a:b] for i, _, (a, b) in places]
    languages = [detect(text) for text in texts]
    vectors = embedder.passages([*texts, claim], [*languages, language])
    similar = (vectors[:-1] @ vectors[-1]).tolist()
    found = support(claim, language, [
        Sentence(i, n, span, ((text, of),), near)
        for (i, n, span), text, of, near in zip(places, texts, languages, similar, strict=True)
    ])  # fmt: skip
    best = found.sentences[0]
    start, end = best.span
    return Verdict(
        "supported" if found.carried else "unsupported",
        paragraphs[best.paragraph][start:end],
        best.paragraph,
        start,
        end,
        found.reasons,
    )
