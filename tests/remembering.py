"""What was computed before is not computed again: vectors of texts, and scores of pairs of texts that a trained model reads.

The same text has the same vector, and the same pair the same scores, in any batch, so nothing but time depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch

import numpy as np

from rag.encoder.embeddings import CentredEmbedder
from rag.encoder.joint import JointModel, PairScores
from rag.encoder.tokenizer import TokenizedText
from rag.types import Vectors

EmbedPassages = Callable[..., Vectors]
_Pair = tuple[TokenizedText, TokenizedText]
_PairKey = tuple[JointModel, bool, bytes, bytes, bytes]


@dataclass(frozen=True)
class Known:
    """What was computed. vectors: by text, language, and whether it is a question; pairs: by model and tokens."""

    vectors: MutableMapping[tuple[str, str, bool], Vectors] = field(default_factory=dict)
    pairs: MutableMapping[_PairKey, PairScores] = field(default_factory=dict)


@contextmanager
def remember_vectors(known: Known) -> Iterator[None]:
    """Each text is embedded once while this lasts, and never when `known` has it."""
    passages, query, vectors = CentredEmbedder.passages, CentredEmbedder.query, known.vectors

    def known_passages(
        self: CentredEmbedder, texts: Sequence[str], languages: Sequence[str],
        progress: Callable[[int], None] | None = None,
    ) -> Vectors:  # fmt: skip
        """As `CentredEmbedder.passages`; only texts that are new are embedded."""
        keys = [(text, language, False) for text, language in zip(texts, languages, strict=True)]
        new = list(dict.fromkeys(key for key in keys if key not in vectors))
        made = passages(self, [key[0] for key in new], [key[1] for key in new], progress)
        vectors.update(zip(new, made, strict=True))
        return np.stack([vectors[key] for key in keys]) if keys else made

    def known_query(self: CentredEmbedder, text: str, language: str) -> Vectors:
        if (text, language, True) not in vectors:
            vectors[text, language, True] = query(self, text, language)
        return vectors[text, language, True]

    with replace_embedding(known_passages, known_query):
        yield


@contextmanager
def remember_pairs(known: Known) -> Iterator[None]:
    """Each pair of texts is read once by a model while this lasts, and never when `known` has it."""
    score, pairs_known = JointModel.score, known.pairs

    def known_score(self: JointModel, pairs: Sequence[_Pair], claims: bool = False) -> list[PairScores]:
        """As `JointModel.score`; only pairs that are new are read."""
        keys = [_key(self, pair, claims) for pair in pairs]
        new = {key: pair for key, pair in zip(keys, pairs, strict=True) if key not in pairs_known}
        pairs_known.update(zip(new, score(self, list(new.values()), claims), strict=True))
        return [pairs_known[key] for key in keys]

    with patch.object(JointModel, "score", known_score):
        yield


def _key(model: JointModel, pair: _Pair, claims: bool) -> _PairKey:
    """What the scores of a pair depend on: the tokens, which of the second text's are spaces, and what is asked."""
    first, second = pair
    return model, claims, first.ids.tobytes(), second.ids.tobytes(), (second.ends > second.starts).tobytes()


@contextmanager
def replace_embedding(passages: EmbedPassages, query: Callable[..., Vectors]) -> Iterator[None]:
    """Passages and questions are embedded by these functions while this lasts."""
    with ExitStack() as patches:
        patches.enter_context(patch.object(CentredEmbedder, "passages", passages))
        patches.enter_context(patch.object(CentredEmbedder, "query", query))
        yield
