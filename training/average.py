"""Two sets of weights, one trained from the other -> their mean (Wortsman et al., CVPR 2022)."""

from __future__ import annotations

import os
from pathlib import Path

import torch

from training.train import read_parameters


def average_weights(before: Path, after: Path, out: Path) -> None:
    """Write a checkpoint of the mean of two sets of weights, checkpoints (`.pt`) or files that ship (`.npz`).

    What only `after` has, such as a new head, is taken as it is. `out` counts the examples of `after`.
    """
    old, new = read_parameters(before), read_parameters(after)
    mean = {name: (old[name] + tensor) / 2 if name in old else tensor for name, tensor in new.items()}
    counts = torch.load(after, map_location="cpu") if after.suffix == ".pt" else {"seconds": 0.0, "seen": 0}
    part = out.with_suffix(".part")
    torch.save({"model": mean, "optimizer": {}, "seconds": counts["seconds"], "seen": counts["seen"]}, part)
    os.replace(part, out)
