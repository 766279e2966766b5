"""Text -> unit vectors, centred by language, from two small multilingual encoders that come in wheels and run on the processor.

multilingual-e5-small reads sentences as a transformer does; the universal sentence encoder reads words and short phrases.
The first is the better one within a language, the second adds most across languages and costs a quarter of the first's
time or less. A vector is both, one after the other, weighted so that the dot product of two vectors is
(cos e5 + 0.8 cos USE) / 1.8.

Vectors of a multilingual encoder carry the language they were written in as a common offset, so that every text of one's own
language is nearer than the best text of another. Subtracting each language's mean vector and renormalising takes it
out (Libovický, Rosa and Fraser, Findings of EMNLP 2020). Questions and passages have means of their own, in
`data/language_means.npz`, made by `python -m evals means`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from importlib import resources
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from rag.encoder import e5, universal
from rag.encoder.e5 import Progress, shared_e5
from rag.encoder.microbatch import MicroBatcher
from rag.language import detect_language
from rag.types import Vectors

_USE_WEIGHT = 0.8
_WEIGHTS = tuple((share / (1 + _USE_WEIGHT)) ** 0.5 for share in (1.0, _USE_WEIGHT))
_TEXTS_AT_ONCE = 256
_universal_pool = ThreadPoolExecutor(2, thread_name_prefix="universal-encoder")  # a question does not wait for an ingestion


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)


def _ignore_errors(load: Callable[[], object]) -> None:
    with suppress(Exception):
        load()


class CentredEmbedder(Embeddings):
    """The embedder of the house, also usable as a LangChain `Embeddings`.

    Vectors have 896 float32 numbers and unit length. `identity` names the models and the means; an index made under one
    identity is not read under another.
    """

    dimensions = e5.DIMENSIONS + universal.DIMENSIONS

    def __init__(self) -> None:
        self._query_batcher: MicroBatcher[str, Vectors] = MicroBatcher(lambda texts: list(self.embed_raw(texts, query=True)))

    @cached_property
    def identity(self) -> str:
        """Names weights, engine and means. Raises EncoderError when the weights cannot be used."""
        parts = [shared_e5().identity, universal.identify_universal_encoder(), f"use-{_USE_WEIGHT}"]
        return "+".join([*parts, self._means["identity"]])

    def load(self) -> None:
        """Load both encoders now, each in a thread, and not at the first text."""
        universal_encoder = ThreadPoolExecutor(1).submit(universal.encode_with_universal_encoder, [])
        shared_e5().load()
        universal_encoder.result()

    def start_loading(self) -> None:
        """`load` in the background. What goes wrong there is raised by the first text that is embedded."""
        # The model that tells languages takes a third of a second to unpack, and is asked for first.
        for load in (lambda: detect_language("ready"), self.load):
            threading.Thread(target=_ignore_errors, args=(load,), name="load-encoders", daemon=True).start()

    def describe(self) -> str:
        """Who computes the vectors; loads the encoders."""
        return shared_e5().describe()

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
        parts = zip(_WEIGHTS, np.split(moved, [e5.DIMENSIONS], axis=1), strict=True)
        return np.hstack([np.float32(weight) * _unit(part) for weight, part in parts])

    def embed_raw(self, texts: Sequence[str], query: bool = False, progress: Progress | None = None) -> Vectors:
        """The encoders' own vectors side by side, shape (len(texts), 896), before centring; what the means are made of.

        progress: called now and then with the number of texts done.
        """
        made = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            part = texts[start : start + _TEXTS_AT_ONCE]
            rows = slice(start, start + len(part))
            # The universal encoder computes on one core, and e5 on all, with pauses.
            universal_vectors = _universal_pool.submit(universal.encode_with_universal_encoder, part)
            report = (lambda done, before=start: progress(before + done)) if progress else None
            made[rows, : e5.DIMENSIONS] = shared_e5().encode(part, query, report)
            made[rows, e5.DIMENSIONS :] = universal_vectors.result()
        return made

    def passages(self, texts: Sequence[str], languages: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors of stored texts, shape (len(texts), 896)."""
        return self._centred(self.embed_raw(texts, progress=progress), "passage", languages)

    def query(self, text: str, language: str) -> Vectors:
        """Vector of a question, shape (896,). Questions asked at the same time are computed together."""
        centred = self._centred(self._query_batcher(text)[None], "question", [language])
        return centred.reshape(self.dimensions)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's form of `passages`; each text's language is detected."""
        return [[float(x) for x in row] for row in self.passages(texts, [detect_language(text) for text in texts])]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's form of `query`; the language is detected."""
        return [float(x) for x in self.query(text, detect_language(text))]
