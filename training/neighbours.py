"""Contexts -> the contexts most like them in words: what a retriever would put beside the right one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from training.rows import WITHOUT_SPACES

_ROWS_AT_ONCE = 1000


def nearest_contexts(queries: Sequence[str], contexts: Sequence[str], language: str, count: int) -> list[list[int]]:
    """Indexes of the `count` contexts nearest to each query by TF-IDF of character n-grams, best first."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # an extra, needed for nothing else

    cjk = language in WITHOUT_SPACES
    vectorizer = TfidfVectorizer(
        analyzer="char" if cjk else "char_wb",
        ngram_range=(2, 3) if cjk else (3, 5),
        sublinear_tf=True,
        max_features=200_000,
        dtype=np.float32,
    )
    matrix = vectorizer.fit_transform(contexts)
    nearest: list[list[int]] = []
    for at in range(0, len(queries), _ROWS_AT_ONCE):
        scores = (vectorizer.transform(queries[at : at + _ROWS_AT_ONCE]) @ matrix.T).toarray()
        best = np.argpartition(-scores, min(count, scores.shape[1] - 1), axis=1)[:, :count]
        nearest += [sorted(own.tolist(), key=lambda i, s=row: -s[i]) for own, row in zip(best, scores, strict=True)]
    return nearest
