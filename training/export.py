"""A checkpoint -> the file that ships: matrices in 8 bits with a scale a row, and what is known of the weights."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from rag.encoder.joint_file import write_joint_file

HEADS = {"span": "span", "null": "nothing"}


def export_weights(checkpoint: Path, out: Path, meta: Mapping[str, Any]) -> str:
    """Write the weights of a checkpoint to `out`; returns the SHA-256 of the file."""
    state = torch.load(checkpoint, map_location="cpu")
    tensors: dict[str, np.ndarray] = {"segment": state["model"]["seg"].float().numpy()}
    for name, tensor in state["model"].items():
        first, _, rest = name.partition(".")
        if first == "ls":
            tensors[f"layers.{rest}"] = tensor.float().numpy()
        elif first in HEADS:
            tensors[f"heads.{HEADS[first]}.{rest}"] = tensor.float().numpy()
    out.parent.mkdir(parents=True, exist_ok=True)
    write_joint_file(out, tensors, {**meta, "examples_seen": int(state["seen"]), "seconds": float(state["seconds"])})
    return hashlib.sha256(out.read_bytes()).hexdigest()
