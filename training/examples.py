"""Rows -> one file of token ids that holds all that training needs, word rows included.

Texts are stored once, as runs of one long array; ids are numbers of the rows of the word table that the file carries. So a
machine that trains needs PyTorch and this file, and neither the tokenizer nor the encoder's own weights.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.answer.reader import make_lead
from rag.encoder.tokenizer import Tokenizer
from rag.encoder.weights import WeightFile, open_weights
from training.rows import ClaimRow, Row, Span

MAX_QUESTION_TOKENS = 64
MAX_CLAIM_TOKENS = 128
MAX_CONTEXT_TOKENS = 1000  # of a tokenised context; a window of it is trained on
NOT_SAID, NOT_KNOWN = -1, -2  # in place of the first and last token of a span
READ, REFUTED, CARRIED = 0, 1, 2  # what an example is: a question to read, or a claim and whether it is carried
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": 192 << 20}]  # as long as the file: variants lie far apart


@dataclass(frozen=True)
class Dataset:
    """Examples over texts that are stored once. `first_*` are questions and claims, `second_*` contexts.

    examples: shape (examples, 5): first text, second text, first and last token of the span (counted in the second text, or
    NOT_SAID, or NOT_KNOWN), and READ, REFUTED or CARRIED. *_at: where each text begins in *_ids, and where the last ends.
    allowed: for each token of second texts, whether a span may begin or end there. words: rows of the word table as the encoder's
    file has them; position, norm_weight, norm_bias: what is added to them, and the norm after that.
    """

    examples: NDArray[np.int32]
    first_ids: NDArray[np.int32]
    first_at: NDArray[np.int64]
    second_ids: NDArray[np.int32]
    second_at: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    words: NDArray[np.uint8]
    position: NDArray[np.float32]
    norm_weight: NDArray[np.float32]
    norm_bias: NDArray[np.float32]
    numbers: NDArray[np.float64]  # separator, heads, epsilon of the norm

    def save(self, path: Path) -> int:
        """Write the file; returns its size in bytes."""
        arrays = {}
        for field in fields(self):
            array = getattr(self, field.name)
            if field.name in ("first_ids", "second_ids"):  # the high and the low halves compress better apart
                arrays[field.name + ".low"] = (array & 0xFFFF).astype(np.uint16)
                arrays[field.name + ".high"] = (array >> 16).astype(np.uint8)
            else:
                arrays[field.name] = np.packbits(array) if array.dtype == bool else array
        buffer = BytesIO()
        np.savez(buffer, **arrays)
        path.write_bytes(lzma.compress(buffer.getbuffer(), lzma.FORMAT_XZ, filters=_FILTERS))
        return path.stat().st_size

    @classmethod
    def load(cls, path: Path) -> Dataset:
        """Read a file that `save` wrote."""
        with np.load(BytesIO(lzma.decompress(path.read_bytes()))) as stored:
            arrays = {name: stored[name] for name in stored.files}
        for name in ("first_ids", "second_ids"):
            arrays[name] = arrays.pop(name + ".low").astype(np.int32) | (arrays.pop(name + ".high").astype(np.int32) << 16)
        arrays["allowed"] = np.unpackbits(arrays["allowed"], count=len(arrays["second_ids"])).astype(bool)
        return cls(**arrays)


class _Texts:
    """Texts, each tokenised once."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._numbers: dict[tuple[str, int, int], int] = {}
        self.ids: list[NDArray[np.int32]] = []
        self.spans: list[NDArray[np.int32]] = []

    def add(self, text: str, limit: int, lead: int = 0) -> int:
        """Number of a text, cut to `limit` tokens. Its first `lead` code points hold no span."""
        key = text, limit, lead
        if key not in self._numbers:
            self._numbers[key] = len(self.ids)
            tokens = self._tokenizer.encode(text)
            self.ids.append(tokens.ids[:limit].astype(np.int32))
            spans = np.column_stack([tokens.starts, tokens.ends])[:limit].astype(np.int32)
            spans[spans[:, 0] < lead] = lead
            self.spans.append(spans)
        return self._numbers[key]


def tokenize(rows: Iterable[Row | ClaimRow]) -> Dataset:
    """Tokenise rows; one whose answer no token covers is dropped."""
    from training.tokenizing import make_fast_tokenizer  # not needed where a file is read

    tokenizer = make_fast_tokenizer(open_weights().vocabulary)
    first, second = _Texts(tokenizer), _Texts(tokenizer)
    examples = []
    for row in rows:
        claim = isinstance(row, ClaimRow)
        span = row.span if isinstance(row, ClaimRow) else row.answer
        lead = "" if isinstance(row, ClaimRow) else make_lead(row.title)
        context = second.add(lead + row.context, MAX_CONTEXT_TOKENS, len(lead))
        tokens = (NOT_SAID, NOT_SAID)
        if span:
            covered = find_tokens(second.spans[context], (len(lead) + span[0], len(lead) + span[1]))
            if covered is None:
                continue
            tokens = covered
        elif isinstance(row, ClaimRow) and row.carried:
            tokens = NOT_KNOWN, NOT_KNOWN
        text = row.claim if isinstance(row, ClaimRow) else row.question
        kind = (CARRIED if row.carried else REFUTED) if isinstance(row, ClaimRow) else READ
        number = first.add(text, MAX_CLAIM_TOKENS if claim else MAX_QUESTION_TOKENS)
        examples.append((number, context, *tokens, kind))
    return _pack(open_weights(), np.array(examples, np.int32).reshape(-1, 5), first, second)


def find_tokens(spans: NDArray[np.int32], span: Span) -> Span | None:
    """First and last of the tokens that a span of the text covers; None when there is none."""
    inside = (spans[:, 1] > span[0]) & (spans[:, 0] < span[1]) & (spans[:, 1] > spans[:, 0])
    covered = np.flatnonzero(inside)
    return (int(covered[0]), int(covered[-1])) if len(covered) else None


def _pack(weights: WeightFile, examples: NDArray[np.int32], first: _Texts, second: _Texts) -> Dataset:
    end = weights.vocabulary.end_id
    flat = [_join(texts.ids) for texts in (first, second)]
    used, numbers = np.unique(np.concatenate([*(ids for ids, _ in flat), [end]]), return_inverse=True)
    numbers = numbers.astype(np.int32)
    cut = len(flat[0][0])
    spans = np.concatenate(second.spans) if second.spans else np.zeros((0, 2), np.int32)
    return Dataset(
        examples, numbers[:cut], flat[0][1], numbers[cut:-1], flat[1][1], spans[:, 1] > spans[:, 0],
        weights.read_word_blocks(used), weights.read_position_rows(),
        weights.read_floats("emb.ln.w").copy(), weights.read_floats("emb.ln.b").copy(),
        np.array([int(np.searchsorted(used, end)), weights.sizes.heads, weights.sizes.epsilon], np.float64),
    )  # fmt: skip


def _join(texts: Sequence[NDArray[np.int32]]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    starts = np.concatenate([[0], np.cumsum([len(ids) for ids in texts])]).astype(np.int64)
    return (np.concatenate(texts) if texts else np.zeros(0, np.int32)), starts
