"""The door to a Chroma server: Chroma's own client, whose every request has a timeout and fails in one line.

Chroma's client waits for ever, asks three things before it can be used, and shows what a server says. This one does not:
what goes wrong is `IndexUnreachable`, and after a request that took too long all fail at once for a moment, so that a question
waits once and not for each of its requests. A stored collection can name functions to embed with, in its configuration and in its
schema, and Chroma's client builds them, the latter when a row is added; here they are taken off before it sees them (T50 of the
fault table in docs/results.md).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from chromadb import Collection
from chromadb.api import ServerAPI
from chromadb.api.client import Client
from chromadb.config import Settings as ChromaSettings
from chromadb.config import System

from rag.errors import IndexUnreachable

PAUSE_SECONDS = 1.0  # in which nothing is asked of a server that did not answer in time
_MAX_CONNECT_SECONDS = 3.0
_READING = ("/get", "/query", "/count")  # ends of the addresses that change nothing, though they are posted to
_PAGE = 500  # collections listed at once
_HINT = "Check that it runs and that RAG_CHROMA_URL is right; the index is as it was."
_FAILS_HINT = "Look at its log, and at the space on its disk; the index is as it was."
_REFUSED_HINT = "Check RAG_CHROMA_TOKEN and RAG_CHROMA_HEADERS."


@dataclass
class Server:
    """A Chroma server, and how it is asked. `headers` are never shown."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout: float = 5.0
    silent_until: float = field(default=0.0, repr=False)  # as `time.monotonic` counts

    def connect(self) -> ServerClient:
        """A client of its own, which asks nothing yet."""
        return ServerClient(self)


class ServerClient(Client):
    """Chroma's client of a server. Raises IndexUnreachable whatever it is asked, ChromaError for what the server refuses."""

    def __init__(self, server: Server) -> None:
        # Not by Chroma's own constructor, which asks for user, tenant and database, without a timeout.
        settings = ChromaSettings(
            chroma_api_impl="chromadb.api.fastapi.FastAPI", chroma_server_host=server.url, chroma_server_http_port=80,
            anonymized_telemetry=False,
            chroma_server_ssl_verify=False,  # of a session that is closed before it is used; reading certificates takes time
        )  # fmt: skip
        abstract: Any = ServerAPI
        api: Any = System(settings).instance(abstract)
        headers = dict(api._session.headers) | dict(server.headers)
        api._session.close()
        api._session = _Session(server, headers)
        self._server = api

    def close(self) -> None:
        """Let go of the connections."""
        self._server._session.close()  # type: ignore[attr-defined] # of a server's client, not of its interface

    def get_collection(self, name: str, *given: object, **named: object) -> Collection:
        """A collection that has nothing to embed with, whoever asks for it, and whatever is stored with it."""
        model = self._server.get_collection(name, tenant=self.tenant, database=self.database)
        model.configuration_json.pop("embedding_function", None)
        model.serialized_schema = None
        return Collection(client=self._server, model=model, embedding_function=None)

    def list_names(self) -> list[str]:
        """Names of all collections of the server."""
        names: list[str] = []
        while page := self._server.list_collections(_PAGE, len(names), tenant=self.tenant, database=self.database):
            names += [model.name for model in page]
        return names

    def is_answered(self, seconds: float) -> bool:
        """Whether the server answers in so many seconds. Whoever asks something else meanwhile is not held up by it."""
        api: Any = self._server
        return bool(api._session.is_answered(f"{api.get_api_url()}/heartbeat", seconds))

    def read_clock(self) -> float:
        """Seconds since the epoch by the server's clock, which is the same for all who ask."""
        return self._server.heartbeat() / 1e9


class _Session(httpx.Client):
    """HTTP with a timeout, and errors that say what to do."""

    def __init__(self, server: Server, headers: Mapping[str, str]) -> None:
        timeout = httpx.Timeout(server.timeout, connect=min(server.timeout, _MAX_CONNECT_SECONDS))
        # A redirection is not followed: it would carry the token elsewhere.
        # Certificates are read, which takes a while, where there is one to check.
        secure = server.url.startswith("https:")
        super().__init__(headers=headers, timeout=timeout, follow_redirects=False, verify=secure)
        self._server, self._lock = server, threading.Lock()

    def request(self, method: str, url: Any, **given: Any) -> httpx.Response:  # noqa: ANN401 - as httpx takes it
        """Ask, once more where a connection broke and asking changes nothing."""
        server = self._server
        if time.monotonic() < server.silent_until:
            raise IndexUnreachable(f"The Chroma server {server.url} does not answer.", _HINT)
        again = method.upper() == "GET" or str(url).endswith(_READING)
        try:
            try:
                response = super().request(method, url, **given)
            except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
                # So ends a connection that was kept when its server was started anew.
                if not again:
                    raise
                response = super().request(method, url, **given)
        except httpx.TimeoutException:
            with self._lock:
                server.silent_until = time.monotonic() + PAUSE_SECONDS
            message = f"The Chroma server {server.url} did not answer in {server.timeout:g} s."
            raise IndexUnreachable(message, _HINT) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            message = f"The Chroma server {server.url} cannot be reached ({type(error).__name__})."
            raise IndexUnreachable(message, _HINT) from None
        self._check(response)
        return response

    def is_answered(self, url: str, seconds: float) -> bool:
        """Whether Chroma answers at an address in so many seconds."""
        try:
            self._check(super().request("GET", url, timeout=seconds))
        except (httpx.HTTPError, httpx.InvalidURL, IndexUnreachable):
            return False
        return True

    def _check(self, response: httpx.Response) -> None:
        """Raises IndexUnreachable for what Chroma did not say, or says when it is broken."""
        shown = f"The Chroma server {self._server.url}"
        status = response.status_code
        if status in (401, 403, 407):
            raise IndexUnreachable(f"{shown} refuses the request (HTTP {status}).", _REFUSED_HINT)
        if 300 <= status < 400 or status == 429 or status >= 500:
            raise IndexUnreachable(f"{shown} fails (HTTP {status}).", _FAILS_HINT)
        if not response.headers.get("content-type", "").startswith("application/json"):
            raise IndexUnreachable(f"{shown} does not speak as Chroma does (HTTP {status}).", _HINT)
