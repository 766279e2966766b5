"""The writer's lock on a Chroma server: a collection, which the server makes for one of all who ask for it.

It says who holds it and until when, by the server's clock. A thread prolongs it; whoever was killed holds it for a minute more.
An expired one is renamed before it is removed, and by its number: of two that take it over at once neither can remove what the
other has just made. Holding it is a courtesy that saves work. That nothing is overwritten does not rest on it: publishing does
not succeed twice over the same generation, see `rag.store.server`.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from contextlib import suppress

from chromadb import Collection
from chromadb.errors import ChromaError, NotFoundError

from rag.errors import IndexBusy, IndexUnreachable
from rag.store.server_client import ServerClient

LEASE_SECONDS = 60.0
_RENEWALS = 4  # in the time of a lease


class Lease:
    """The lock called `name`, to be had by `acquire`."""

    def __init__(self, client: ServerClient, name: str) -> None:
        self._client, self._name = client, name
        self.owner = f"{socket.gethostname()}, process {os.getpid()}"
        self._token = secrets.token_hex(8)
        self._collection: Collection | None = None
        self._released, self._lost = threading.Event(), threading.Event()
        self._expires = 0.0  # by the clock of this machine

    def acquire(self) -> None:
        """Take the lock, or take it over. Raises IndexBusy when another holds it."""
        self._collection = self._create()
        self._expires = time.monotonic() + LEASE_SECONDS
        threading.Thread(target=self._keep, daemon=True, name="rag-lease").start()

    def _create(self) -> Collection:
        for again in (True, False):
            try:
                return self._client.create_collection(self._name, embedding_function=None, metadata=self._describe())
            except ChromaError:
                self._remove_expired()
                if not again:
                    raise IndexBusy("Another ingestion has just begun.", "Try again later.") from None
        raise AssertionError  # the second round returns or raises

    def _describe(self) -> dict[str, str | int | float | bool | None]:
        expires = self._client.read_clock() + LEASE_SECONDS
        return {"owner": self.owner, "token": self._token, "expires": expires}

    def _remove_expired(self) -> None:
        """Remove what stands in the way. Raises IndexBusy when it is not expired."""
        try:
            lock = self._client.get_collection(self._name)
        except NotFoundError:
            return
        found = lock.metadata or {}
        expires = found.get("expires")
        left = expires - self._client.read_clock() if isinstance(expires, int | float) else 0.0
        if left > 0:
            owner = "".join(c for c in str(found.get("owner", "?"))[:80] if c.isprintable())
            message = f"Another ingestion is running ({owner})."
            raise IndexBusy(message, f"Try again later; if it was killed, in {min(left, LEASE_SECONDS):.0f} s.")
        self._remove(lock)

    def _remove(self, collection: Collection) -> None:
        waste = f"{self._name}-{secrets.token_hex(8)}"
        with suppress(NotFoundError):
            collection.modify(name=waste)
            self._client.delete_collection(waste)

    def _keep(self) -> None:
        """Prolong the lock until it is released or lost."""
        while not self._released.wait(LEASE_SECONDS / _RENEWALS):
            try:
                self.renew()
            except (IndexBusy, IndexUnreachable, ChromaError):
                if time.monotonic() >= self._expires:
                    self._lost.set()
            if self._lost.is_set():
                return

    def renew(self) -> None:
        """Prolong the lock once. Raises IndexBusy when it was lost."""
        if self._collection is None:
            return
        began = time.monotonic()
        try:
            self._collection.modify(metadata=self._describe())
            own = self._client.get_collection(self._name).id == self._collection.id
        except NotFoundError:
            own = False
        if not own:
            self._lost.set()
            self.check()
        self._expires = began + LEASE_SECONDS

    def check(self) -> None:
        """Raises IndexBusy when the lock was lost."""
        if self._lost.is_set():
            message = "Another ingestion took over, since this one was not heard of for too long."
            raise IndexBusy(message, "Nothing of it was published. Run it again.")

    def release(self) -> None:
        """Give the lock back, if it is still held."""
        self._released.set()
        if self._collection and not self._lost.is_set():
            with suppress(ChromaError, IndexUnreachable):
                self._remove(self._collection)
