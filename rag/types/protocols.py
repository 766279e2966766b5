"""The replaceable parts of the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Text to unit vectors. `identity` names everything that shapes them; indexes of different identity do not mix."""

    @property
    def identity(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def passages(self, texts: Sequence[str], languages: Sequence[str]) -> Vectors:
        """Vectors of stored texts, shape (len(texts), dimensions), float32, unit length."""
        ...

    def query(self, text: str, language: str) -> Vectors:
        """Vector of a question, shape (dimensions,), float32, unit length."""
        ...
