"""The joint reader in PyTorch: question and context in one sequence through e5's twelve layers, with heads on top.

Start and end of the answer are scored at every token of the context, "nothing" at the first token (Devlin et al., NAACL 2019,
section 4.3). A learned vector is added on each side. Word, position and type rows are e5's own and are not trained.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.e5 import Embed, File, Layer, layers
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


def run_layer(layer: Layer, x: Tensor, mask: Tensor) -> Tensor:
    """One layer with attention as two products: on two cores in bfloat16 several times as fast as the fused kernel."""
    batch, length, width = x.shape
    heads = layer.NH
    q, k, v = layer.qkv(x).view(batch, length, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
    weights = torch.softmax(torch.matmul(q * (width // heads) ** -0.5, k.transpose(-1, -2)) + mask, -1, dtype=q.dtype)
    x = layer.aln(x + layer.drop(layer.ao(torch.matmul(weights, v).transpose(1, 2).reshape(batch, length, width))))
    return layer.oln(x + layer.drop(layer.fo(F.gelu(layer.fi(x)))))


class JointReader(nn.Module):
    """Twelve layers, segment vectors and heads."""

    def __init__(self, file: File, dropout: float = 0.05) -> None:
        super().__init__()
        self.ls = layers(file, 0, file.NL)
        for layer in self.ls:
            layer.drop = nn.Dropout(dropout)
        self.seg = nn.Parameter(torch.zeros(2, file.H))
        self.span, self.null = nn.Linear(file.H, 2), nn.Linear(file.H, 1)
        for head in (self.span, self.null):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, batch: Batch) -> Scores:
        x = batch.rows
        x = x + self.seg[batch.segments].to(x.dtype)
        mask = torch.zeros(batch.mask.shape, dtype=x.dtype).masked_fill(~batch.mask, BLOCKED)[:, None, None, :]
        for layer in self.ls:
            x = run_layer(layer, x, mask)
        with torch.autocast("cpu", enabled=False):
            x = x.float()
            spans = self.span(x).masked_fill(~batch.allowed[..., None], BLOCKED)
            return Scores(spans[..., 0], spans[..., 1], self.null(x[:, 0])[:, 0])


def collate(embed: Embed, items: Sequence[Item], pad_id: int) -> Batch:
    """Items as one padded batch."""
    length = max(len(i.question) + len(i.context) for i in items)
    shape = len(items), length
    ids, segments = np.full(shape, pad_id, np.int64), np.zeros(shape, np.int64)
    mask, allowed = np.zeros(shape, bool), np.zeros(shape, bool)
    answers = np.full((len(items), 2), length, np.int64)
    for row, item in enumerate(items):
        a, b = len(item.question), len(item.question) + len(item.context)
        ids[row, :a], ids[row, a:b] = item.question, item.context
        segments[row, a:b], mask[row, :b], allowed[row, a:b] = 1, True, item.allowed
        if item.answer is not None:
            answers[row] = item.answer[0] + a, item.answer[1] + a
    with torch.no_grad():
        rows = embed(torch.from_numpy(ids))
    return Batch(rows.bfloat16(), *map(torch.from_numpy, (segments, mask, allowed, answers)))


def span_loss(scores: Scores, answers: Tensor) -> Tensor:
    """Mean cross entropy of start and end, each among the tokens and "nothing"."""
    nothing = scores.nothing[:, None]
    start = F.cross_entropy(torch.cat([scores.start, nothing], 1), answers[:, 0])
    end = F.cross_entropy(torch.cat([scores.end, nothing], 1), answers[:, 1])
    return (start + end) / 2
