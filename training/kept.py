"""Words with capitals in English and Turkish texts that say the same -> how likely such a word is kept in other languages.

`python -m training.kept` writes `rag/data/kept_words.npz`, in a minute, from the paragraphs composed for this; it needs neither
data nor torch.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from rag.language import fold_text
from rag.verification.kept import PATH, compute_edit_share, describe_word
from rag.verification.names import MAX_EDITS, WORD, find_names
from training.written import FOLDER, read_views

RIDGE = 100.0
ROUNDS = 8  # of Newton's method; the weights stand still after six
MIN_WORD_CHARS = 3
TESTED_IN = 5  # one word in so many tells the area


def label_words(texts: Sequence[Mapping[str, str]]) -> dict[str, float]:
    """Of each capitalised word within the texts' sentences, the share of its texts that have it in the other language too.

    texts: the same text by language; capitals tell names in English and Turkish.
    """
    seen: defaultdict[str, list[bool]] = defaultdict(list)
    for views in texts:
        for language, other in (("en", "tr"), ("tr", "en")):
            if language not in views or other not in views:
                continue
            plain, rivals = fold_text(views[other]), set(re.findall(WORD, views[other]))
            for word in find_names(views[language], language):
                if len(word) >= MIN_WORD_CHARS and not word.isupper():
                    stands = fold_text(word)[:5] in plain
                    seen[word].append(stands or any(compute_edit_share(word, rival) <= MAX_EDITS for rival in rivals))
    return {word: float(np.mean(own)) for word, own in seen.items()}


def fit_weights(described: np.ndarray, shares: np.ndarray) -> tuple[np.ndarray, float]:
    """The weights and the bias of a logistic regression with a ridge. described: (n, k); shares: (n,), from 0 to 1."""
    mean, spread = described.mean(0), described.std(0) + 1e-9
    scaled = np.c_[(described - mean) / spread, np.ones(len(described))]
    ridge = np.append(np.full(described.shape[1], RIDGE), 0)
    weights = np.zeros(scaled.shape[1])
    for _ in range(ROUNDS):
        chances = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (chances - shares) + ridge * weights
        bend = (scaled * (chances * (1 - chances))[:, None]).T @ scaled + np.diag(ridge)
        weights -= np.linalg.solve(bend, slope)
    own = weights[:-1] / spread
    return own, float(weights[-1] - mean @ own)


def compute_area(scores: np.ndarray, kept: np.ndarray) -> float:
    """The chance that a kept word has a higher score than another."""
    ranks = np.argsort(np.argsort(scores)) + 1
    many = kept.sum()
    return float((ranks[kept].sum() - many * (many + 1) / 2) / (many * (~kept).sum()))


def main(path: Path = PATH) -> None:
    """Learn the weights and write them."""
    shares = label_words(list(read_views(FOLDER)))
    words = sorted(shares)
    described, told = np.array([describe_word(word) for word in words]), np.array([shares[word] for word in words])
    tested = np.arange(len(words)) % TESTED_IN == 0
    weights, bias = fit_weights(described[~tested], told[~tested])
    area = compute_area(described[tested] @ weights + bias, told[tested] > 0.5)
    weights, bias = fit_weights(described, told)
    np.savez(path, weights=weights.astype(np.float32), bias=np.float32(bias))
    print(f"{len(words)} words, {told.mean():.2f} kept; area on {tested.sum()} held out {area:.3f} -> {path}")  # noqa: T201


if __name__ == "__main__":
    main()
