"""The encoder's tokenizer with the words cut by the library `tokenizers`: the same tokens, some hundred times as fast.

The product cuts words itself, in a tenth of the memory; here there are millions of words to cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from tokenizers import models

from rag.encoder.tokenizer import Tokenizer
from rag.encoder.unigram import WORD_MARK
from rag.encoder.weights import Vocabulary

MAX_CACHED_WORDS = 400_000


class FastUnigram:
    """Cuts words as `rag.encoder.unigram.Unigram` does, near-ties in single precision aside."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        offsets, raw = vocabulary.piece_offsets, vocabulary.piece_bytes.tobytes()
        pieces = [raw[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets.tolist())]
        named, seen = [], set[str]()
        special = {vocabulary.start_id, vocabulary.end_id, vocabulary.padding_id}
        for i, (piece, score) in enumerate(zip(pieces, vocabulary.scores.tolist(), strict=True)):
            private = i in special or not piece or piece in seen  # never found in a text
            named.append((f"\ue000{i}", -1e4) if private else (piece, score))
            seen.add(piece)
        self._model = models.Unigram(named, unk_id=vocabulary.unknown_id, byte_fallback=False)
        self._known: dict[str, tuple[list[int], list[int]]] = {}

    def cut_words(self, words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Ids and lengths of the pieces of all words, each word with its mark before it."""
        ids: list[int] = []
        lengths: list[int] = []
        if len(self._known) > MAX_CACHED_WORDS:
            self._known = {}
        for word in words:
            cut = self._known.get(word)
            if cut is None:
                tokens = self._model.tokenize(WORD_MARK + word)
                cut = self._known[word] = [t.id for t in tokens], [len(t.value) for t in tokens]
            ids += cut[0]
            lengths += cut[1]
        return np.array(ids, np.int64), np.array(lengths, np.int64)


def make_fast_tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    """The encoder's tokenizer, cutting words fast."""
    tokenizer = Tokenizer(vocabulary)
    tokenizer._unigram = FastUnigram(vocabulary)  # type: ignore[assignment]
    return tokenizer
