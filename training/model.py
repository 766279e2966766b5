"""The joint reader in PyTorch: question and context in one sequence through e5's twelve layers, with heads on top.

Start and end of the answer are scored at every token of the context, "nothing" at the first token (Devlin et al., NAACL 2019,
section 4.3). A learned vector is added on each side. Word, position and type rows are e5's own and are not trained. Parameters
have the names of the file that ships (`rag.encoder.joint_file`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rag.encoder.engine import Engine
from rag.encoder.layers import ZERO_POINT, Matrix, Norm, read_layers
from rag.encoder.layers import Layer as StoredLayer
from training.examples import Item

BLOCKED = -1e4  # score of a token that cannot begin or end an answer


class Scores(NamedTuple):
    """Scores of a batch: start and end, shape (batch, tokens), and nothing, shape (batch,)."""

    start: Tensor
    end: Tensor
    nothing: Tensor


class Batch(NamedTuple):
    """A batch as tensors; `answers` counts from the sequence's first token, and is its length where nothing is said."""

    rows: Tensor
    segments: Tensor
    mask: Tensor
    allowed: Tensor
    answers: Tensor


class Layer(nn.Module):
    """One transformer layer. Attention is two products: on two cores in bfloat16 several times as fast as the fused kernel."""

    def __init__(self, stored: StoredLayer, heads: int, epsilon: float, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.dropout = nn.Dropout(dropout)
        self.qkv, self.ao = make_linear(stored.qkv), make_linear(stored.attention_output)
        self.aln = make_norm(stored.attention_norm, epsilon)
        self.fi, self.fo = make_linear(stored.feed_in), make_linear(stored.feed_out)
        self.oln = make_norm(stored.output_norm, epsilon)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, width = x.shape
        size = width // self.heads
        q, k, v = self.qkv(x).view(batch, length, 3, self.heads, size).permute(2, 0, 3, 1, 4)
        weights = torch.softmax(torch.matmul(q * size**-0.5, k.transpose(-1, -2)) + mask, -1, dtype=q.dtype)
        mixed = torch.matmul(weights, v).transpose(1, 2).reshape(batch, length, width)
        x = self.aln(x + self.dropout(self.ao(mixed)))
        fed: Tensor = self.oln(x + self.dropout(self.fo(F.gelu(self.fi(x)))))
        return fed


def make_linear(matrix: Matrix) -> nn.Linear:
    """A trainable copy of a stored matrix."""
    outputs, inputs = matrix.weights.shape
    linear = nn.Linear(inputs, outputs)
    scales = np.repeat(matrix.scales, inputs // matrix.scales.shape[1], axis=1)
    with torch.no_grad():
        linear.weight.copy_(torch.from_numpy((matrix.weights.astype(np.float32) - ZERO_POINT) * scales))
        linear.bias.copy_(torch.from_numpy(matrix.bias.copy()))
    return linear


def make_norm(norm: Norm, epsilon: float) -> nn.LayerNorm:
    """A trainable copy of a stored normalisation."""
    layer = nn.LayerNorm(len(norm.weight), epsilon)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(norm.weight.copy()))
        layer.bias.copy_(torch.from_numpy(norm.bias.copy()))
    return layer


class JointReader(nn.Module):
    """Twelve layers that begin as e5's, segment vectors and heads."""

    def __init__(self, engine: Engine, dropout: float = 0.05) -> None:
        super().__init__()
        sizes = engine.weights.sizes
        stored = read_layers(engine.weights)
        self.layers = nn.ModuleList(Layer(layer, sizes.heads, sizes.epsilon, dropout) for layer in stored)
        self.segment = nn.Parameter(torch.zeros(2, sizes.hidden))
        self.heads = nn.ModuleDict({"span": nn.Linear(sizes.hidden, 2), "nothing": nn.Linear(sizes.hidden, 1)})
        for head in self.heads.values():
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, batch: Batch) -> Scores:
        x = batch.rows
        x = x + self.segment[batch.segments].to(x.dtype)
        mask = torch.zeros(batch.mask.shape, dtype=x.dtype).masked_fill(~batch.mask, BLOCKED)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        with torch.autocast("cpu", enabled=False):
            x = x.float()
            spans = self.heads["span"](x).masked_fill(~batch.allowed[..., None], BLOCKED)
            return Scores(spans[..., 0], spans[..., 1], self.heads["nothing"](x[:, 0])[:, 0])


def collate(engine: Engine, items: Sequence[Item]) -> Batch:
    """Items as one padded batch."""
    length = max(len(i.question) + len(i.context) for i in items)
    shape = len(items), length
    segments, mask, allowed = np.zeros(shape, np.int64), np.zeros(shape, bool), np.zeros(shape, bool)
    answers = np.full((len(items), 2), length, np.int64)
    for row, item in enumerate(items):
        a, b = len(item.question), len(item.question) + len(item.context)
        segments[row, a:b], mask[row, :b], allowed[row, a:b] = 1, True, item.allowed
        if item.answer is not None:
            answers[row] = item.answer[0] + a, item.answer[1] + a
    rows = engine.embed([np.concatenate([item.question, item.context]) for item in items])
    return Batch(torch.from_numpy(rows).bfloat16(), *map(torch.from_numpy, (segments, mask, allowed, answers)))


def span_loss(scores: Scores, answers: Tensor) -> Tensor:
    """Mean cross entropy of start and end, each among the tokens and "nothing"."""
    nothing = scores.nothing[:, None]
    start = F.cross_entropy(torch.cat([scores.start, nothing], 1), answers[:, 0])
    end = F.cross_entropy(torch.cat([scores.end, nothing], 1), answers[:, 1])
    return (start + end) / 2
