"""Embedders that are not ours behind the door of ours: an OpenAI-compatible server, or any LangChain `Embeddings` object.

Texts go in batches; what may pass is tried again; a text that is too long for the model is embedded in halves. Vectors are
brought to unit length and checked. Centring by language, fitted for the embedder that comes along, is off. The size of vectors
is found by asking. Nothing is sent to a server unless the settings name a model for embeddings.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from rag.errors import EmbeddingsError, hide_password
from rag.types import Vectors

OPENAI_URL = "https://api.openai.com/v1"
TIMEOUT_SECONDS = 60.0
MAX_TRIES = 4
FIRST_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.5, 30.0  # before the second try; doubled before each further one
MAX_BATCH_TEXTS, MAX_BATCH_CHARS = 64, 32_000
MIN_HALVED_CHARS = 200  # a shorter text that is refused is refused for another reason than its length
_HINT = "Check RAG_EMBEDDINGS, OPENAI_BASE_URL and OPENAI_API_KEY; what was embedded so far is kept."
_ATTRIBUTES = (
    "model",
    "model_name",
    "model_id",
    "deployment",
    "dimensions",
    "base_url",
    "openai_api_base",
    "endpoint_url",
)


class RemoteEmbedder(Embeddings):
    """Any LangChain `Embeddings` as an embedder of ours.

    inner: what embeds. name: what it is called in messages and in `identity`.
    Raises EmbeddingsError, in one line that never holds a key or a text, when it cannot be used.
    """

    def __init__(self, inner: Embeddings, name: str, pause: Callable[[float], None] = time.sleep) -> None:
        self._inner, self._name, self._pause = inner, name, pause

    @classmethod
    def of_server(
        cls, model: str, base_url: str | None, key: str | None, timeout: float = TIMEOUT_SECONDS
    ) -> RemoteEmbedder:
        """The embedder that is `model` on an OpenAI-compatible server; OpenAI's own when there is no `base_url`.

        timeout: seconds a request may take.
        """
        from langchain_openai import OpenAIEmbeddings  # takes a second, and only those who embed elsewhere need it

        address = base_url or OPENAI_URL
        inner = OpenAIEmbeddings(
            model=model,
            # Servers of one's own take any key, but the client insists on one.
            api_key=key or "none",  # type: ignore[arg-type]
            base_url=address,
            # Texts are sent as they are: cutting them into tokens first needs a vocabulary from the network.
            check_embedding_ctx_length=False,
            max_retries=0,
            timeout=timeout,
        )
        return cls(inner, f"openai:{model}@{hide_password(address)}")

    @classmethod
    def of_object(cls, inner: Embeddings) -> RemoteEmbedder:
        """The embedder that is a LangChain object, known by its class and by what its attributes say of the model."""
        kind = f"{type(inner).__module__}.{type(inner).__qualname__}"
        told = [f"{name}={hide_password(str(value))}" for name in _ATTRIBUTES if (value := getattr(inner, name, None))]
        return cls(inner, ":".join([kind, *told]))

    @cached_property
    def dimensions(self) -> int:
        """Length of its vectors, found by asking once."""
        return int(self._ask(self._inner.embed_documents, ["size"]).shape[1])

    @property
    def identity(self) -> str:
        return f"{self._name}/{self.dimensions}"

    def passages(
        self, texts: Sequence[str], languages: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Vectors of stored texts, shape (len(texts), dimensions), unit length."""
        made = np.empty((len(texts), self.dimensions), dtype=np.float32)
        at = 0
        while at < len(texts):
            batch = _take_batch(texts, at)
            made[at : at + len(batch)] = self._embed(batch)
            at += len(batch)
            if progress:
                progress(at)
        return made

    def query(self, text: str, language: str) -> Vectors:
        """Vector of a question, shape (dimensions,), unit length."""
        found = self._ask(lambda texts: [self._inner.embed_query(texts[0])], [text])
        self._check_size(found)
        return np.asarray(found[0], dtype=np.float32)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's form of `passages`."""
        return [[float(x) for x in row] for row in self.passages(texts, [""] * len(texts))]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's form of `query`."""
        return [float(x) for x in self.query(text, "")]

    def _embed(self, texts: list[str]) -> Vectors:
        """Vectors of a batch; what is refused as too long is embedded in parts."""
        try:
            found = self._ask(self._inner.embed_documents, texts)
        except _TooLongError:
            if len(texts) > 1:
                middle = len(texts) // 2
                return np.vstack([self._embed(texts[:middle]), self._embed(texts[middle:])])
            if len(texts[0]) < MIN_HALVED_CHARS:
                raise
            middle = len(texts[0]) // 2
            return _unit(self._embed([texts[0][:middle], texts[0][middle:]]).sum(axis=0, keepdims=True))
        self._check_size(found)
        return found

    def _check_size(self, found: Vectors) -> None:
        if found.shape[1] != self.dimensions:
            message = f"{self._name} gave vectors of {found.shape[1]} numbers, and of {self.dimensions} before."
            raise EmbeddingsError(message, _HINT)

    def _ask(self, embed: Callable[[list[str]], Any], texts: list[str]) -> Vectors:
        """Checked unit vectors, shape (len(texts), any); tried again where that may help."""
        pause = FIRST_PAUSE_SECONDS
        for tries_left in reversed(range(MAX_TRIES)):
            try:
                return self._check(embed([text.replace("\x00", " ") or " " for text in texts]), len(texts))
            except EmbeddingsError:
                raise
            except Exception as error:  # an object of the user's may raise anything
                status = _status_of(error)
                if _says_too_long(error, status):
                    raise _TooLongError(f"{self._name} refuses a text as too long (status {status}).", _HINT) from None
                if not tries_left or not _may_pass(error, status):
                    raise self._explain(error, status) from None
                self._pause(min(MAX_PAUSE_SECONDS, max(pause, _retry_after(error))))
                pause *= 2
        raise AssertionError("the last try returns or raises")

    def _check(self, made: Any, count: int) -> Vectors:  # noqa: ANN401 - whatever an object of the user's gives
        try:
            found = np.asarray(made, dtype=np.float32)
        except (TypeError, ValueError):
            found = np.empty(0, dtype=np.float32)
        if found.ndim != 2 or len(found) != count or not found.shape[1]:
            got = len(made) if hasattr(made, "__len__") else "none"
            raise EmbeddingsError(
                f"{self._name} gave {got} vectors of one size for {count} texts, or not of one size.", _HINT
            )
        if not np.isfinite(found).all() or not np.abs(found).max(axis=1).all():
            raise EmbeddingsError(f"{self._name} gave a vector that is zero or not of finite numbers.", _HINT)
        return _unit(found)

    def _explain(self, error: Exception, status: int | None) -> EmbeddingsError:
        """A failure in our own words: those of the server and of the libraries may hold the key or the texts."""
        if status in (401, 403):
            return EmbeddingsError(f"{self._name} does not accept the key.", "Check OPENAI_API_KEY.")
        if status == 404:
            return EmbeddingsError(f"{self._name} is not there (status 404).", _HINT)
        if status == 429:
            return EmbeddingsError(
                f"{self._name} takes no more requests for now (status 429).", "Try again later.", True
            )
        if status is not None:
            return EmbeddingsError(f"{self._name} answered with status {status}.", _HINT, status >= 500)
        if "timeout" in type(error).__name__.lower():
            return EmbeddingsError(f"{self._name} did not answer in time.", _HINT, True)
        if "connection" in type(error).__name__.lower():
            return EmbeddingsError(f"{self._name} cannot be reached.", _HINT, True)
        return EmbeddingsError(f"{self._name} cannot be used ({type(error).__name__}).", _HINT)


class _TooLongError(EmbeddingsError):
    """A batch was refused because a text in it is longer than the model reads."""


# 500 is what llama.cpp's server says of a text over its batch.
_TOO_LONG_STATUS = (400, 413, 422, 500)
_TOO_LONG_WORDS = re.compile(r"too (?:large|long|many tokens)|context (?:length|size)|maximum|exceed", re.IGNORECASE)


def _says_too_long(error: Exception, status: int | None) -> bool:
    return status in _TOO_LONG_STATUS and bool(_TOO_LONG_WORDS.search(str(error)))


def _status_of(error: Exception) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None


def _may_pass(error: Exception, status: int | None) -> bool:
    if status is None:
        return any(word in type(error).__name__.lower() for word in ("timeout", "connection"))
    return status in (408, 409, 429) or status >= 500


def _retry_after(error: Exception) -> float:
    """Seconds to wait as the server asks for, 0 when it asks for none."""
    try:
        return float(error.response.headers.get("retry-after", 0))  # type: ignore[attr-defined]
    except (AttributeError, TypeError, ValueError):
        return 0.0


def _take_batch(texts: Sequence[str], at: int) -> list[str]:
    batch = [texts[at]]
    chars = len(texts[at])
    for text in texts[at + 1 : at + MAX_BATCH_TEXTS]:
        chars += len(text)
        if chars > MAX_BATCH_CHARS:
            break
        batch.append(text)
    return batch


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)
