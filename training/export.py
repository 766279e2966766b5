"""A checkpoint -> the file that ships: matrices in 8 bits with a scale a row, and what is known of the weights."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from rag.encoder.joint_file import write_joint_file


def export_weights(checkpoint: Path, out: Path, meta: Mapping[str, Any]) -> str:
    """Write the weights of a checkpoint to `out`; returns the SHA-256 of the file."""
    state = torch.load(checkpoint, map_location="cpu")
    tensors = {name: tensor.float().numpy() for name, tensor in state["model"].items()}
    out.parent.mkdir(parents=True, exist_ok=True)
    write_joint_file(out, tensors, {**meta, "examples_seen": int(state["seen"]), "seconds": float(state["seconds"])})
    return hashlib.sha256(out.read_bytes()).hexdigest()
