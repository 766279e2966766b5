"""Verification for anyone: a claim against paragraphs, whether they are indexed or not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

import rag.paragraphs as paragraphs
import rag.verification as verification
from rag.api.modelled import revision
from rag.encoder.embeddings import CentredEmbedder
from rag.language import detect
from rag.names import Names
from rag.store import Store
from rag.types import Embedder, Passage, Verdict

_BESIDE = 24  # views of paragraphs near the claim, in which a part of it may have been told of something else


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


def verdict(
    claim: str, paragraph_ids: Sequence[str], language: str, index: Store, embedder: Embedder, names: Names
) -> Verdict:
    """A claim against paragraphs of the index; `paragraph_index` counts `paragraph_ids`, each once. Raises KeyError."""
    vector = embedder.passages([claim], [language])[0]
    near = (row for row, _ in index.nearest_paragraphs(vector, _BESIDE))  # ids, each with the language of a view
    ids = list(dict.fromkeys([*paragraph_ids, *near]))
    found = index.paragraphs(ids)
    passages = [Passage(found[row], index.sources[found[row].article_id], 1.0) for row in ids]
    checks = revision("", language, passages, index, lambda texts, _: np.tile(vector, (len(texts), 1)), names)
    own = checks.verdict(claim, range(1, len(set(paragraph_ids)) + 1))
    if not own.sentences:
        return Verdict("unsupported", reasons=own.reasons)
    best = own.sentences[0]
    (start, end), paragraph = best.span, passages[best.paragraph].paragraph
    return Verdict(
        "supported" if own.carried else "unsupported",
        paragraph.text[start:end],
        best.paragraph,
        start,
        end,
        own.reasons,
    )
