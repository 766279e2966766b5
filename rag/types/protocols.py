"""The replaceable parts of the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.types.answers import Draft, Passage

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


class Answerer(Protocol):
    """Passages to a draft."""

    def draft(self, question: str, language: str, passages: Sequence[Passage], into: str | None = None) -> Draft:
        """Propose claims for `question` that rest on `passages`, best first; no claims means a refusal. `language` is the
        question's, `into` the answer's."""
        ...
