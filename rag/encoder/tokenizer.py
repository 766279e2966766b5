"""Text -> tokens of XLM-RoBERTa's vocabulary, with the place of each token in the text.

1. Each code point is replaced by what the vocabulary's map says (full-width forms, ligatures, line ends ...).
2. Runs of spaces become one; each space becomes "▁", and one stands before the text.
3. Each word is cut into pieces; none of them holds a "▁" but as its first character.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.encoder.unigram import WORD_MARK, Codes, Ints, Unigram
from rag.encoder.weights import Vocabulary

_MARK_CODE, _SPACE_CODE = ord(WORD_MARK), 0x20


@dataclass(frozen=True)
class TokenizedText:
    """A text as the encoder reads it. Arrays have one row a token, <s> and </s> included.

    text[starts[i]:ends[i]] is what token i stands for; -1 and -1 for <s>, </s> and tokens of the prefix; an empty span
    for a space of its own.
    """

    ids: Ints
    starts: Ints
    ends: Ints

    def __len__(self) -> int:
        return len(self.ids)


class Tokenizer:
    """The vocabulary, ready to cut texts; safe to use from several threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._unigram = Unigram(
            vocabulary.piece_bytes,
            vocabulary.piece_offsets,
            vocabulary.scores,
            vocabulary.unknown_id,
            single_precision=True,
        )
        self._index_normalization()

    def _index_normalization(self) -> None:
        v = self._vocabulary
        self._rule_of = np.zeros(int(v.normal_from.max()) + 2, np.int16)  # 0: stays as it is
        self._rule_of[v.normal_from] = np.arange(1, len(v.normal_from) + 1)
        self._rule_start = np.concatenate([[0], v.normal_offsets[:-1]])
        self._rule_length = np.concatenate([[1], np.diff(v.normal_offsets)])

    def encode(self, text: str, prefix: str = "") -> TokenizedText:
        """Cut `prefix` + `text`; spans count characters of `text` alone."""
        codes, sources = self._normalize(prefix + text)
        words = codes.tobytes().decode("utf-32-le").split(WORD_MARK)[1:]
        ids, lengths = self._unigram.cut_words(words)
        first = np.cumsum(lengths) - lengths
        last = first + lengths - 1
        bare = first + (codes[first] == _MARK_CODE)
        empty = bare > last
        bare = np.minimum(bare, len(codes) - 1)
        starts = sources[bare] - len(prefix)
        ends = np.where(empty, starts, sources[last] + 1 - len(prefix))
        ends[starts < 0] = starts[starts < 0] = -1
        v = self._vocabulary
        return TokenizedText(
            np.concatenate([[v.start_id], ids, [v.end_id]]).astype(np.int32),
            np.concatenate([[-1], starts, [-1]]).astype(np.int32),
            np.concatenate([[-1], ends, [-1]]).astype(np.int32),
        )

    def _normalize(self, text: str) -> tuple[Codes, NDArray[np.int64]]:
        """Code points as the vocabulary has them, starting with "▁", and the index in `text` that each came from."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        # Half a surrogate pair and NUL are no characters; the map turns U+FFFD into a space, so they become one too.
        codes = np.where((codes >> 11 == 0xD800 >> 11) | (codes == 0), np.uint32(_SPACE_CODE), codes)
        sources = np.arange(len(codes))
        rules = self._rule_of[np.minimum(codes, len(self._rule_of) - 1)]
        if rules.any():
            lengths = self._rule_length[rules]
            sources = np.repeat(sources, lengths)
            within = np.arange(len(sources)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
            codes, rules = codes[sources], rules[sources]
            mapped = rules > 0
            codes[mapped] = self._vocabulary.normal_to[self._rule_start[rules[mapped]] + within[mapped]]
        space = codes == _SPACE_CODE
        kept = np.ones(len(codes), np.bool_)
        kept[1:] = ~(space[1:] & space[:-1])
        codes = np.where(space, np.uint32(_MARK_CODE), codes)[kept]
        sources = sources[kept]
        if not len(codes) or codes[0] != _MARK_CODE:
            codes = np.concatenate([np.array([_MARK_CODE], np.uint32), codes])
            sources = np.concatenate([[0], sources])
        return codes, sources
