"""Trains the joint layers: on one GPU, or on all cores of a processor, one process a core, gradients averaged through gloo.

bfloat16 throughout, or float32 where a processor would have to emulate it. The learning rate falls linearly with the time given.
A checkpoint holds weights, optimizer and elapsed time, is written every few minutes, and is gone on from when the same command
is started again.
"""

from __future__ import annotations

import itertools
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor

from rag.encoder.layers import read_layers
from rag.encoder.weights import open_weights
from training.batches import Batch, DeviceData, draw_batches
from training.examples import Dataset
from training.model import JointReader, joint_loss, unpack_file, unpack_layers

WARM_UP_STEPS = 150
SECONDS_BETWEEN_CHECKPOINTS = 240.0
STEPS_BETWEEN_LINES = 25
HEAD_RATE = 4.0  # times the learning rate of the layers
DROPOUT = 0.1


@dataclass(frozen=True)
class Pace:
    """What differs between kinds of machine. rate: the highest learning rate; tokens: of a batch, with padding; pool: examples
    sorted by length together; windows: tokens of context, one drawn for each batch."""

    rate: float
    tokens: int
    pool: int
    windows: tuple[int, ...]


PACES = {
    "cpu": Pace(1.5e-4, 3000, 800, (150, 150, 150, 300)),
    "cuda": Pace(2.5e-4, 32_000, 8000, (150, 250, 440)),
}


def train(
    rank: int, world: int, data_path: Path, checkpoint: Path, seconds: float, start: Path | None, seed: int,
    rate: float | None = None, frozen: int = 0, window: int = 0,
) -> None:  # fmt: skip
    """Train one of `world` processes for `seconds`; rank 0 writes the checkpoint. start: file or checkpoint to begin from; rate:
    the highest learning rate, the machine's own when None; frozen: how many of the first layers stay as they are; window: tokens
    of context that are read at once, several lengths as the machine has them when 0.

    Where there are several processes, the environment variable MASTER_PORT names a free port, by which they find each other.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if world > 1:
        os.environ.update(MASTER_ADDR="127.0.0.1", RANK=str(rank), WORLD_SIZE=str(world))
        dist.init_process_group("gloo", rank=rank, world_size=world)
    if device.type == "cpu":
        torch.set_num_threads(1)
    torch.manual_seed(seed)
    data = DeviceData(Dataset.load(data_path), device, choose_dtype(device))
    model = load_model(start, data, DROPOUT).to(device).train()
    model.freeze(frozen)
    optimizer = make_optimizer(model, rate or PACES[device.type].rate)
    done, seen = 0.0, 0
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        done, seen = state["seconds"], state["seen"]
    _Run(rank, world, data, model, optimizer, checkpoint, seconds, done, seen, window).loop(seed + seen)
    if world > 1:
        dist.destroy_process_group()


def choose_dtype(device: torch.device) -> torch.dtype:
    """The type to compute in: bfloat16; float32 on a processor without AVX-512, which would emulate it."""
    emulated = device.type == "cpu" and not torch.backends.cpu.get_cpu_capability().startswith("AVX512")
    return torch.float32 if emulated else torch.bfloat16


def load_model(start: Path | None, data: DeviceData, dropout: float) -> JointReader:
    """A model that begins from a checkpoint (`.pt`), from a file that ships (`.npz`), or from e5's own layers."""
    parameters = read_parameters(start) if start else unpack_layers(read_layers(open_weights()))
    return JointReader(parameters, data.heads, data.epsilon, dropout)


def read_parameters(path: Path) -> dict[str, Tensor]:
    """The parameters in a checkpoint (`.pt`) or in a file that ships (`.npz`)."""
    if path.suffix == ".npz":
        return unpack_file(path)
    parameters: dict[str, Tensor] = torch.load(path, map_location="cpu")["model"]
    return parameters


def make_optimizer(model: JointReader, rate: float) -> torch.optim.Optimizer:
    """AdamW with a higher rate for what begins untrained."""
    trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    layers = [p for name, p in trained if name.startswith("layers.")]
    heads = [p for name, p in trained if not name.startswith("layers.")]
    groups = [{"params": layers, "base": rate}, {"params": heads, "base": rate * HEAD_RATE}]
    return torch.optim.AdamW(groups, lr=rate, weight_decay=0.01, fused=True)


@dataclass
class _Run:
    """One process of a training run."""

    rank: int
    world: int
    data: DeviceData
    model: JointReader
    optimizer: torch.optim.Optimizer
    checkpoint: Path
    seconds: float
    done: float
    seen: int
    window: int

    def __post_init__(self) -> None:
        self.parameters = [p for group in self.optimizer.param_groups for p in group["params"]]
        pace = PACES[self.data.device.type]
        self.pace = replace(pace, windows=(self.window,)) if self.window else pace

    def loop(self, seed: int) -> None:
        """Take steps until the time is over."""
        begun, saved = time.monotonic(), time.monotonic()
        draw = np.random.default_rng(seed)  # the same in every process
        own = torch.Generator(self.data.device).manual_seed(seed + self.rank)
        pace = self.pace
        streams = {
            window: draw_batches(self.data.lengths(window), pace.tokens, np.random.default_rng(seed + window), pace.pool)
            for window in set(pace.windows)
        }
        average: Tensor | None = None
        for step in itertools.count():
            elapsed = torch.tensor([self.done + time.monotonic() - begun])
            if self.world > 1:
                dist.broadcast(elapsed, 0)
            share = float(elapsed) / self.seconds
            if share >= 1:
                break
            window = int(draw.choice(self.pace.windows))
            group = [next(streams[window]) for _ in range(self.world)]
            self._set_rate(min(1.0, (step + 1) / WARM_UP_STEPS) * (1 - share))
            loss = self._step(self.data.cut(group[self.rank], window, own))
            self.seen += sum(map(len, group))
            average = loss if average is None else 0.98 * average + 0.02 * loss
            if self.rank == 0 and step % STEPS_BETWEEN_LINES == 0:
                left = (self.seconds - float(elapsed)) / 60
                print(f"{share:6.1%} seen {self.seen} loss {float(average):.3f}, {left:.1f} min left", flush=True)  # noqa: T201
            if self.rank == 0 and time.monotonic() - saved > SECONDS_BETWEEN_CHECKPOINTS:
                saved = time.monotonic()
                self._save(float(elapsed))
        if self.rank == 0:
            self._save(self.seconds)

    def _set_rate(self, share: float) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = group["base"] * share

    def _step(self, batch: Batch) -> Tensor:
        with torch.autocast(self.data.device.type, torch.bfloat16, enabled=self.data.dtype == torch.bfloat16):
            scores = self.model(batch)
        loss = joint_loss(scores, batch)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        if self.world > 1:
            self._average_gradients()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()
        return loss.detach()

    def _average_gradients(self) -> None:
        flat = torch.cat([self._gradient(p).reshape(-1) for p in self.parameters])
        dist.all_reduce(flat)
        flat /= self.world
        at = 0
        for p in self.parameters:
            self._gradient(p).copy_(flat[at : at + p.numel()].view_as(p))
            at += p.numel()

    @staticmethod
    def _gradient(parameter: Tensor) -> Tensor:
        if parameter.grad is None:  # a head that no example of the batch has used
            parameter.grad = torch.zeros_like(parameter)
        return parameter.grad

    def _save(self, elapsed: float) -> None:
        state = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}
        state |= {"seconds": elapsed, "seen": self.seen}
        part = self.checkpoint.with_suffix(".part")
        torch.save(state, part)
        os.replace(part, self.checkpoint)
