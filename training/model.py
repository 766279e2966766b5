"""The joint layers in PyTorch: two texts in one sequence through e5's twelve layers, with the heads of reader and checker on top.

Start and end of a span are scored at every token of the second text, "nothing" and "carried" at the first token (Devlin et al.,
NAACL 2019, section 4.3). A learned vector is added on each side. Word, position and type rows are e5's own and are not trained.
Parameters have the names of the file that ships (`rag.encoder.joint_file`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rag.encoder.joint_file import read_joint_file
from rag.encoder.layers import ZERO_POINT
from rag.encoder.layers import Layer as StoredLayer
from training.batches import Batch
from training.examples import READ, REFUTED

BLOCKED = -1e4  # score of a token that cannot begin or end a span
HEADS = {"span": 2, "nothing": 1, "carried": 1}  # scores of each
SEGMENTS = 4  # question, its context, claim, its context
CLAIM_SPAN_WEIGHT = 0.3  # of the loss of the sentence that carries a claim, beside that of whether it is carried


class Scores(NamedTuple):
    """Scores of a batch: start and end, shape (pairs, tokens), nothing and carried, shape (pairs,)."""

    start: Tensor
    end: Tensor
    nothing: Tensor
    carried: Tensor


class Layer(nn.Module):
    """One transformer layer. On a processor attention is two products: in bfloat16 several times as fast as the fused kernel."""

    def __init__(self, hidden: int, feed_forward: int, heads: int, epsilon: float, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.dropout = nn.Dropout(dropout)
        self.qkv, self.ao = nn.Linear(hidden, 3 * hidden), nn.Linear(hidden, hidden)
        self.aln, self.oln = nn.LayerNorm(hidden, epsilon), nn.LayerNorm(hidden, epsilon)
        self.fi, self.fo = nn.Linear(hidden, feed_forward), nn.Linear(feed_forward, hidden)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, width = x.shape
        size = width // self.heads
        q, k, v = self.qkv(x).view(batch, length, 3, self.heads, size).permute(2, 0, 3, 1, 4)
        if x.is_cuda:
            mixed = F.scaled_dot_product_attention(q, k, v, mask)
        else:
            weights = torch.softmax(torch.matmul(q * size**-0.5, k.transpose(-1, -2)) + mask, -1, dtype=q.dtype)
            mixed = torch.matmul(weights, v)
        x = self.aln(x + self.dropout(self.ao(mixed.transpose(1, 2).reshape(batch, length, width))))
        fed: Tensor = self.oln(x + self.dropout(self.fo(F.gelu(self.fi(x)))))
        return fed


class JointReader(nn.Module):
    """Transformer layers, segment vectors and heads, of the sizes of the parameters they are made for."""

    def __init__(self, parameters: Mapping[str, Tensor], heads: int, epsilon: float, dropout: float = 0.05) -> None:
        super().__init__()
        feed_forward, hidden = parameters["layers.0.fi.weight"].shape
        count = len({name.split(".")[1] for name in parameters if name.startswith("layers.")})
        self.layers = nn.ModuleList(Layer(hidden, feed_forward, heads, epsilon, dropout) for _ in range(count))
        self.segment = nn.Parameter(torch.zeros(SEGMENTS, hidden))
        self.heads = nn.ModuleDict({name: nn.Linear(hidden, scores) for name, scores in HEADS.items()})
        for head in self.heads.values():
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)
        missing = self.load_state_dict(dict(parameters), strict=False).missing_keys
        assert not [name for name in missing if name.startswith("layers.")], missing

    def freeze(self, count: int) -> None:
        """Leave the first `count` layers as they are from now on, without dropout; where there are some, the segments too."""
        for layer in self.layers[:count]:
            layer.requires_grad_(False).eval()
        self.segment.requires_grad_(not count)

    def forward(self, batch: Batch) -> Scores:
        x = batch.states
        x = x + self.segment[batch.segments].to(x.dtype)
        mask = torch.zeros(batch.mask.shape, dtype=x.dtype, device=x.device).masked_fill(~batch.mask, BLOCKED)
        mask = mask[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        with torch.autocast(x.device.type, enabled=False):
            x = x.float()
            spans = self.heads["span"](x).masked_fill(~batch.allowed[..., None], BLOCKED)
            nothing, carried = (self.heads[name](x[:, 0])[:, 0] for name in ("nothing", "carried"))
            return Scores(spans[..., 0], spans[..., 1], nothing, carried)


def unpack_layers(layers: Iterable[StoredLayer]) -> dict[str, Tensor]:
    """Stored layers as parameters."""
    parameters = {}
    for i, layer in enumerate(layers):
        matrices = {"qkv": layer.qkv, "ao": layer.attention_output, "fi": layer.feed_in, "fo": layer.feed_out}
        for name, matrix in matrices.items():
            scales = np.repeat(matrix.scales, matrix.weights.shape[1] // matrix.scales.shape[1], axis=1)
            weight = (matrix.weights.astype(np.float32) - ZERO_POINT) * scales
            parameters[f"layers.{i}.{name}.weight"] = torch.from_numpy(weight)
            parameters[f"layers.{i}.{name}.bias"] = torch.from_numpy(matrix.bias.copy())
        for name, norm in {"aln": layer.attention_norm, "oln": layer.output_norm}.items():
            parameters[f"layers.{i}.{name}.weight"] = torch.from_numpy(norm.weight.copy())
            parameters[f"layers.{i}.{name}.bias"] = torch.from_numpy(norm.bias.copy())
    return parameters


def unpack_file(path: Path) -> dict[str, Tensor]:
    """Parameters of a file that ships. A set that checked no claims begins with the segments of its questions."""
    stored = read_joint_file(path)
    parameters = unpack_layers(stored.layers)
    segment = torch.from_numpy(stored.segment.copy())
    parameters["segment"] = segment if len(segment) == SEGMENTS else segment.repeat(SEGMENTS // len(segment), 1)
    for name, head in stored.heads.items():
        parameters[f"heads.{name}.weight"] = torch.from_numpy(head.weight.copy())
        parameters[f"heads.{name}.bias"] = torch.from_numpy(head.bias.copy())
    return parameters


def joint_loss(scores: Scores, batch: Batch) -> Tensor:
    """Mean loss of a batch. Questions: cross entropy of start and end, each among the tokens and "nothing". Claims: cross entropy
    of "carried", and a share of that of the sentence that carries it, where it is known."""
    nothing = scores.nothing[:, None]
    spans = sum(
        F.cross_entropy(torch.cat([side, nothing], 1), batch.spans[:, i], ignore_index=-1, reduction="none")
        for i, side in enumerate((scores.start, scores.end))
    )
    read = batch.kind == READ
    carried = F.binary_cross_entropy_with_logits(scores.carried, (batch.kind != REFUTED).float(), reduction="none")
    loss: Tensor = torch.where(read, spans / 2, carried + CLAIM_SPAN_WEIGHT * spans / 2).mean()
    return loss
