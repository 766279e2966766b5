"""The file of a trained set of layers that reads a pair of texts: an `.npz`, written and read here.

    format                                "kilnmark-joint-1"
    meta                                  JSON: how the set was made, for the model card
    layers.{i}.{qkv,ao,fi,fo}.weight      int8, shape (outputs, inputs)
    layers.{i}.{qkv,ao,fi,fo}.scale       float16, shape (outputs,): weight times scale is the trained number
    layers.{i}.{qkv,ao,fi,fo}.bias        float32, shape (outputs,)
    layers.{i}.{aln,oln}.{weight,bias}    float32, shape (hidden,): the norms after attention and at the end of the layer
    segment                               float32, shape (4, hidden): added to each token of a question, of the text it is put to,
                                          of a claim, of the text it is put to; (2, hidden) in a set that checks no claims
    heads.{name}.{weight,bias}            float32: "span" (2, hidden), "nothing" and, if there is one, "carried" (1, hidden)

The word rows are not in it: they stay in the weight file of the encoder.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.encoder.layers import Layer, Norm, QuantizedMatrix
from rag.encoder.weights import Floats
from rag.errors import EncoderError

FORMAT = "kilnmark-joint-1"
MATRICES, NORMS = ("qkv", "ao", "fi", "fo"), ("aln", "oln")
REQUIRED_HEADS = ("span", "nothing")
_INT8_MAX = 127

Array = NDArray[np.generic]


@dataclass(frozen=True)
class Head:
    """A linear map of states to scores: weight, shape (scores, hidden), and bias, shape (scores,)."""

    weight: Floats
    bias: Floats


@dataclass(frozen=True)
class JointWeights:
    """What a file holds, ready to be run."""

    layers: list[Layer]
    segment: Floats
    heads: dict[str, Head]
    meta: dict[str, Any]


def quantize_rows(weight: Floats) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Rows in 8 bits with the scale of each, so that rows * scale is `weight` to 1/254 of the largest number of the row."""
    scale = (np.abs(weight).max(axis=1) / _INT8_MAX).astype(np.float16)
    # A row of zeros, or one whose scale half precision rounds to zero, keeps the smallest scale there is.
    scale = np.maximum(scale, np.finfo(np.float16).smallest_subnormal)
    rounded = np.rint(weight / scale.astype(np.float32)[:, None])
    return np.clip(rounded, -_INT8_MAX, _INT8_MAX).astype(np.int8), scale


def write_joint_file(path: Path, tensors: Mapping[str, Floats], meta: Mapping[str, Any], compress: bool = True) -> None:
    """Quantise the matrices among `tensors` and write the file, whole or not at all.

    tensors: float arrays under the names of the table above; a matrix's `.weight` in float, without its `.scale`.
    """
    arrays: dict[str, Array] = {
        "format": np.array(FORMAT),
        "meta": np.array(json.dumps(dict(meta), ensure_ascii=False)),
    }
    for name, tensor in tensors.items():
        parts = name.split(".")
        if parts[0] == "layers" and parts[2] in MATRICES and parts[3] == "weight":
            arrays[name], arrays[name.removesuffix("weight") + "scale"] = quantize_rows(np.asarray(tensor, np.float32))
        else:
            arrays[name] = np.asarray(tensor, np.float32)
    parse_joint_arrays(arrays, path)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            # mypy takes **arrays for the parameter allow_pickle
            (np.savez_compressed if compress else np.savez)(stream, **arrays)  # type: ignore[arg-type]
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_joint_file(path: Path) -> JointWeights:
    """The weights in a file. Raises EncoderError when it is missing, cut, or of another format."""
    try:
        # A damaged file is closed too: np.load leaves one that it opened itself.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as data:
            arrays = {name: data[name] for name in data.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        hint = "Install this package again, or make the file again."
        raise EncoderError(f"The trained weights cannot be read: {path}: {error}.", hint) from error
    return parse_joint_arrays(arrays, path)


def parse_joint_arrays(arrays: Mapping[str, Array], path: Path) -> JointWeights:
    """Arrays under the names of the table above, checked for shape. Raises EncoderError; `path` is named in it."""
    if str(arrays.get("format")) != FORMAT:
        raise EncoderError(f"{path} is not a file of the format {FORMAT}.", "Install this package again.")
    try:
        count = 1 + max(int(name.split(".")[1]) for name in arrays if name.startswith("layers."))
        layers = [_read_layer(arrays, f"layers.{i}") for i in range(count)]
        names = {name.split(".")[1] for name in arrays if name.startswith("heads.")} | set(REQUIRED_HEADS)
        heads = {
            name: Head(*(_floats(arrays, f"heads.{name}.{part}") for part in ("weight", "bias"))) for name in names
        }
        segment = _floats(arrays, "segment")
        meta = json.loads(str(arrays["meta"]))
    except (KeyError, ValueError, IndexError) as error:
        raise EncoderError(
            f"{path} is damaged: {error}.", "Install this package again, or make the file again."
        ) from error
    hidden = len(layers[0].output_norm.weight)
    shapes = [head.weight.shape[1] for head in heads.values()] + [layer.qkv.weights.shape[1] for layer in layers]
    if segment.shape not in ((2, hidden), (4, hidden)) or set(shapes) != {hidden}:
        raise EncoderError(f"{path} is damaged: its sizes do not fit one another.", "Make the file again.")
    return JointWeights(layers, segment, heads, meta)


def _floats(arrays: Mapping[str, Array], name: str) -> Floats:
    return np.asarray(arrays[name], np.float32)


def _read_layer(arrays: Mapping[str, Array], prefix: str) -> Layer:
    def matrix(name: str) -> QuantizedMatrix:
        rows, scale = arrays[f"{prefix}.{name}.weight"], _floats(arrays, f"{prefix}.{name}.scale")
        bias = _floats(arrays, f"{prefix}.{name}.bias")
        if rows.dtype != np.int8 or rows.ndim != 2 or scale.shape != rows.shape[:1] or bias.shape != rows.shape[:1]:
            raise ValueError(f"{prefix}.{name} is not an 8-bit matrix with a scale and a bias for each row")
        return QuantizedMatrix.from_rows(rows.astype(np.int8, copy=False), scale, bias)

    def norm(name: str) -> Norm:
        return Norm(_floats(arrays, f"{prefix}.{name}.weight"), _floats(arrays, f"{prefix}.{name}.bias"))

    return Layer(matrix("qkv"), matrix("ao"), norm("aln"), matrix("fi"), matrix("fo"), norm("oln"))
