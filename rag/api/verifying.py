"""Verification for anyone: a claim against paragraphs that need not be indexed."""

from __future__ import annotations

from collections.abc import Sequence

import rag.paragraphs as paragraphs
import rag.verification as verification
from rag.embeddings import CentredEmbedder
from rag.language import detect
from rag.types import Verdict


def verify(claim: str, texts: Sequence[str], language: str | None = None) -> Verdict:
    """Whether one of the paragraphs `texts` carries `claim`, and the sentence that does so best.

    `verdict.quote == texts[verdict.paragraph_index][verdict.start:verdict.end]`, in code points. A claim is supported
    when every number, name and negation in it is in that paragraph and the sentence says the same; otherwise
    `verdict.reasons` says what is wrong.

    >>> verify("It opened in 2004.", ["The museum opened in 1998."]).status
    'unsupported'
    """
    cuts = [paragraphs.sentence_spans(text, detect(text)) for text in texts]
    return verification.locate(claim, texts, cuts, CentredEmbedder(), language)
