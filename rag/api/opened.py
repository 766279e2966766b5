"""The index that questions are answered from: where the settings say it is, and its newest generation once it is published."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

import rag.corpus as corpus
from rag.config import Settings
from rag.digests import text_digest
from rag.errors import IndexRetired, RagError
from rag.store import Backend, EmbeddedBackend, Store

T = TypeVar("T")

_MIN_WRITER_SECONDS = 60.0  # for a request of an ingestion, which hands over thousands of rows at once
_RETRY_SECONDS = 5.0  # before a generation that could not be opened is tried again


def choose_backend(settings: Settings, writing: bool = False) -> Backend:
    """What keeps the index: a Chroma server when the settings name one, else a folder. Neither is looked at yet."""
    if not settings.chroma_url:
        return EmbeddedBackend(settings.store, settings.deadline)
    from rag.store.server import ServerBackend
    from rag.store.server_client import Server

    timeout = max(settings.chroma_timeout, _MIN_WRITER_SECONDS) if writing else settings.chroma_timeout
    server = Server(settings.chroma_url, settings.chroma_request_headers, timeout)
    address = text_digest(f"{settings.chroma_url} {settings.chroma_name}").hex()
    return ServerBackend(server, settings.chroma_name, settings.store / f"server-{address[:12]}", settings.deadline)


class OpenedIndex:
    """The newest generation that could be opened. A generation that was replaced goes on serving the questions that were put to
    it, and is closed with the last of them. Safe to use from several threads.

    Raises IndexMissing, IndexMismatch, IndexDamaged or IndexUnreachable when there is none to open.
    """

    def __init__(self, settings: Settings, embedder: str) -> None:
        self._backend, self._embedder = choose_backend(settings), embedder
        self._lock = threading.Lock()
        self._failed, self._failed_at = "", 0.0
        self._opened = self._open()

    def _open(self) -> Store:
        return Store.open(self._backend, self._embedder, corpus.RULES)

    def find_newest(self) -> Store:
        """The current generation. The one that was open goes on serving when the new one cannot be opened, and while another
        thread opens it."""
        try:
            name = self._backend.find_current()
            if name != self._opened.generation and not self._has_just_failed(name):
                self._replace(name)
        except RagError:
            pass
        return self._opened

    def is_reachable(self) -> bool:
        """Whether what keeps the index answers."""
        return self._backend.is_reachable()

    def _has_just_failed(self, name: str) -> bool:
        return name == self._failed and time.monotonic() - self._failed_at < _RETRY_SECONDS

    def _replace(self, name: str) -> None:
        if not self._lock.acquire(blocking=False):
            return
        try:
            if name != self._opened.generation:
                self._opened = self._open()
        except RagError:
            self._failed, self._failed_at = name, time.monotonic()
            raise
        finally:
            self._lock.release()

    def search_index(self, index: Store, find: Callable[[Store], T]) -> T:
        """What `find` finds in `index`. When that generation is kept no longer, all is found anew in the one that took its place.
        Raises IndexUnusable when that cannot be opened."""
        try:
            return find(index)
        except IndexRetired:
            return find(self._replace_retired(index))

    def _replace_retired(self, retired: Store) -> Store:
        """The current generation instead of one that is kept no longer. Raises IndexUnusable when it cannot be opened."""
        with self._lock:
            if self._opened is retired:
                self._opened = self._open()
            return self._opened
