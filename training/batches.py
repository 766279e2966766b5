"""Batches of examples, made of a data set on the device that trains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.examples import NOT_KNOWN, NOT_SAID, READ, Dataset

Indexes = NDArray[np.int64]
BLOCK = 32  # weights that share a scale, in a row of the word table
MAX_PAIR_TOKENS = 512
MULTIPLE = 8  # of tokens in a batch: other lengths take the slow path of a GPU's attention


class Batch(NamedTuple):
    """A batch of pairs, padded. states: what the first layer reads, shape (pairs, tokens, hidden); segments: 0 and 1 for the two
    texts of a question and its context, 2 and 3 for a claim and its context; mask: what is no padding; allowed: where a span may
    begin or end; spans: first and last token of the span, shape (pairs, 2): `tokens` where nothing is said, -1 where the span is
    not known; kind: READ, REFUTED or CARRIED."""

    states: Tensor
    segments: Tensor
    mask: Tensor
    allowed: Tensor
    spans: Tensor
    kind: Tensor


class DeviceData:
    """A data set as tensors on a device, from which batches are cut without a loop over examples."""

    def __init__(self, data: Dataset, device: torch.device, dtype: torch.dtype = torch.bfloat16) -> None:
        self.device, self.dtype = device, dtype
        self.end_id, self.heads, self.epsilon = int(data.numbers[0]), int(data.numbers[1]), float(data.numbers[2])
        self.examples = torch.from_numpy(data.examples.astype(np.int64)).to(device)
        names = ("first_ids", "first_at", "second_ids", "second_at", "allowed")
        self.first_ids, self.first_at, self.second_ids, self.second_at, self.allowed = (
            torch.from_numpy(np.append(own, own.dtype.type(0))).to(device)
            for own in (getattr(data, name) for name in names)
        )
        rows = np.ascontiguousarray(data.words)
        self.scales = torch.from_numpy(np.ascontiguousarray(rows[..., :2]).view(np.float16)[..., 0]).to(device)
        self.halves = torch.from_numpy(np.ascontiguousarray(rows[..., 2:])).to(device)
        self.position = torch.from_numpy(data.position).to(device)
        self.norm = [torch.from_numpy(x).to(device) for x in (data.norm_weight, data.norm_bias)]
        self.first_lengths = np.diff(data.first_at)[data.examples[:, 0]]
        self.second_lengths = np.diff(data.second_at)[data.examples[:, 1]]
        # What carries a claim may stand in several sentences; and if only false claims' contexts were cut, length would tell.
        self.whole = data.examples[:, 4] != READ

    def lengths(self, window: int) -> NDArray[np.int64]:
        """Tokens of each example when the context of a question is cut to a window."""
        second = np.where(self.whole, self.second_lengths, np.minimum(window + 1, self.second_lengths))
        return np.minimum(self.first_lengths + second, MAX_PAIR_TOKENS)

    def cut(self, chosen: Indexes, window: int, generator: torch.Generator | None = None) -> Batch:
        """A batch of the examples of these numbers. The context of a question is cut to a window that holds the span: one drawn
        with `generator`, else the first. That of a claim stays whole."""
        rows = self.examples[torch.from_numpy(chosen).to(self.device)]
        first, second, start, last, kind = rows.T
        a = self.first_at[first + 1] - self.first_at[first]
        n = self.second_at[second + 1] - self.second_at[second]
        limit = torch.where(kind != READ, 2 * MAX_PAIR_TOKENS, window)
        limit = torch.minimum(limit, MAX_PAIR_TOKENS - a - 1)
        size = torch.minimum(n - 1, limit)
        latest = torch.where(start >= 0, torch.minimum(start, n - size), n - size).clamp(min=1)
        earliest = torch.where(start >= 0, (last + 1 - size).clamp(min=1), 1).minimum(latest)
        drawn = torch.zeros(len(chosen), device=self.device)
        if generator is not None:
            drawn.uniform_(generator=generator)
        low = earliest + (drawn * (latest - earliest + 1)).long().minimum(latest - earliest)
        low = torch.where(start == NOT_KNOWN, 1, low)
        total = -(-int((a + 1 + size).max()) // MULTIPLE) * MULTIPLE
        at = torch.arange(total, device=self.device)[None]
        inside = at - a[:, None]  # 0 is the separator
        in_first, in_second = inside < 0, (inside > 0) & (inside <= size[:, None])
        from_second = (self.second_at[second] + low - 1)[:, None] + inside
        from_second = torch.where(in_second, from_second, len(self.second_ids) - 1)
        ids = torch.where(in_first, self.first_ids[(self.first_at[first][:, None] + at).clamp(max=len(self.first_ids) - 1)], 0)
        ids = torch.where(inside == 0, self.end_id, ids)
        ids = torch.where(in_second, self.second_ids[from_second], ids)
        spans = torch.stack([start, last], 1) - low[:, None] + 1
        spans = spans.clamp(min=1).minimum(size[:, None]) + a[:, None]
        spans = torch.where(start[:, None] == NOT_SAID, total, spans)
        spans = torch.where(start[:, None] == NOT_KNOWN, -1, spans)
        segments = (~in_first).long() + 2 * (kind[:, None] != READ)
        mask = at < (a + 1 + size)[:, None]
        return Batch(self._embed(ids), segments, mask, self.allowed[from_second] & in_second, spans, kind)

    def _embed(self, ids: Tensor) -> Tensor:
        scales, halves = self.scales[ids].float(), self.halves[ids]
        weights = torch.cat([halves & 15, halves >> 4], -1).float() - 8
        states = (weights * scales[..., None]).reshape(*ids.shape, -1) + self.position[: ids.shape[1]]
        return torch.nn.functional.layer_norm(states, states.shape[-1:], *self.norm, self.epsilon).to(self.dtype)


def draw_batches(
    lengths: NDArray[np.int64], max_tokens: int, rng: np.random.Generator, pool: int
) -> Iterator[Indexes]:
    """Numbers of examples of like length, at most `max_tokens` tokens a batch with padding, without end; shuffled each round."""
    while True:
        order = rng.permutation(len(lengths))
        for at in range(0, len(order), pool):
            part = order[at : at + pool]
            part = part[np.argsort(lengths[part], kind="stable")]
            batches = list(split_by_tokens(part, lengths, max_tokens))
            for number in rng.permutation(len(batches)):
                yield batches[number]


def split_by_tokens(ordered: Indexes, lengths: NDArray[np.int64], max_tokens: int) -> Iterator[Indexes]:
    """Examples, shortest first, in batches of at most `max_tokens` tokens with padding; a longer one goes alone."""
    begin = 0
    for end in range(1, len(ordered) + 1):
        if end == len(ordered) or (end + 1 - begin) * lengths[ordered[end]] > max_tokens:
            yield ordered[begin:end].astype(np.int64)
            begin = end
