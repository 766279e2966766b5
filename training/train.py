"""Trains the reader on all cores of a processor: one process a core, gradients averaged through gloo, bfloat16.

The learning rate falls linearly with the time given. A checkpoint holds weights, optimizer and elapsed time, is written
every few minutes, and is gone on from when the same command is started again.
"""

from __future__ import annotations

import itertools
import os
import pickle
import random
import time
from pathlib import Path

import torch
import torch.distributed as dist
from torch import Tensor

from rag.encoder.engine import Engine
from training.examples import Dataset, Item, cut_window, make_batches
from training.model import JointReader, collate, span_loss

LEARNING_RATE = 1.5e-4
HEAD_RATE = 4.0  # times the learning rate of the layers
WARM_UP_STEPS = 60
MAX_BATCH_TOKENS = 3000  # a process; with padding
WINDOWS = (150, 150, 150, 300)  # tokens of context; drawn for each round of batches
SECONDS_BETWEEN_CHECKPOINTS = 240.0
STEPS_BETWEEN_LINES = 25


def train(
    rank: int, world: int, data_path: Path, checkpoint: Path, seconds: float, start: Path | None, seed: int
) -> None:
    """Train one of `world` processes for `seconds`; rank 0 writes the checkpoint. start: weights to begin from.

    The environment variable MASTER_PORT names a free port, by which the processes find each other.
    """
    os.environ.update(MASTER_ADDR="127.0.0.1", RANK=str(rank), WORLD_SIZE=str(world))
    torch.set_num_threads(1)
    dist.init_process_group("gloo", rank=rank, world_size=world)
    torch.manual_seed(seed)
    with data_path.open("rb") as stream:
        data: Dataset = pickle.load(stream)
    engine = Engine(threads=1)
    model = JointReader(engine).train()
    optimizer = make_optimizer(model)
    done, seen = 0.0, 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        done, seen = state["seconds"], state["seen"]
    elif start:
        model.load_state_dict(torch.load(start)["model"])
    run = _Run(rank, world, data, engine, model, optimizer, checkpoint, seconds, done, seen)
    run.loop(random.Random(seed + seen))
    dist.destroy_process_group()


def make_optimizer(model: JointReader) -> torch.optim.Optimizer:
    """AdamW with a higher rate for what begins untrained."""
    layers = [p for name, p in model.named_parameters() if name.startswith("layers.")]
    heads = [p for name, p in model.named_parameters() if not name.startswith("layers.")]
    groups = [{"params": layers, "base": LEARNING_RATE}, {"params": heads, "base": LEARNING_RATE * HEAD_RATE}]
    return torch.optim.AdamW(groups, lr=LEARNING_RATE, weight_decay=0.01, fused=True)


class _Run:
    """One process of a training run."""

    def __init__(
        self, rank: int, world: int, data: Dataset, engine: Engine, model: JointReader, optimizer: torch.optim.Optimizer,
        checkpoint: Path, seconds: float, done: float, seen: int,
    ) -> None:  # fmt: skip
        self.rank, self.world, self.data, self.engine = rank, world, data, engine
        self.model, self.optimizer, self.checkpoint = model, optimizer, checkpoint
        self.seconds, self.done, self.seen = seconds, done, seen
        self.parameters = [p for group in optimizer.param_groups for p in group["params"]]

    def loop(self, rng: random.Random) -> None:
        """Take steps until the time is over."""
        begun, saved, average = time.monotonic(), time.monotonic(), None
        streams = {w: make_batches(self.data, w, MAX_BATCH_TOKENS, random.Random(rng.random())) for w in set(WINDOWS)}
        draw, own = random.Random(rng.random()), random.Random(rng.random() + self.rank)
        for step in itertools.count():
            elapsed = torch.tensor([self.done + time.monotonic() - begun])
            dist.broadcast(elapsed, 0)
            share = float(elapsed) / self.seconds
            window = draw.choice(WINDOWS)
            group = [next(streams[window]) for _ in range(self.world)]  # the same in every process
            if share >= 1:
                break
            self._set_rate(min(1.0, (step + 1) / WARM_UP_STEPS) * (1 - share))
            items = [
                cut_window(self.data, e, window, self.engine.weights.vocabulary.end_id, own) for e in group[self.rank]
            ]
            loss = self._step(items)
            self.seen += sum(map(len, group))
            average = loss if average is None else 0.98 * average + 0.02 * loss
            if self.rank == 0 and step % STEPS_BETWEEN_LINES == 0:
                left = self.seconds - float(elapsed)
                print(f"{share:6.1%} seen {self.seen} loss {average:.3f}, {left / 60:.0f} min left", flush=True)  # noqa: T201
            if self.rank == 0 and time.monotonic() - saved > SECONDS_BETWEEN_CHECKPOINTS:
                saved = time.monotonic()
                self._save(float(elapsed))
        if self.rank == 0:
            self._save(self.seconds)

    def _set_rate(self, share: float) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = group["base"] * share

    def _step(self, items: list[Item]) -> float:
        batch = collate(self.engine, items)
        with torch.autocast("cpu", torch.bfloat16):
            scores = self.model(batch)
        loss: Tensor = span_loss(scores, batch.answers)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        flat = torch.cat([p.grad.reshape(-1) for p in self.parameters if p.grad is not None])
        dist.all_reduce(flat)
        flat /= self.world
        at = 0
        for p in self.parameters:
            assert p.grad is not None
            p.grad.copy_(flat[at : at + p.numel()].view_as(p))
            at += p.numel()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()
        return float(loss.detach())

    def _save(self, elapsed: float) -> None:
        state = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}
        state |= {"seconds": elapsed, "seen": self.seen}
        part = self.checkpoint.with_suffix(".part")
        torch.save(state, part)
        os.replace(part, self.checkpoint)
