"""How the page's server is, for those who watch over it: `/health`, and `/health/live` that only says it is there.

Both need no login, and tell neither texts nor names nor places.
"""

from __future__ import annotations

import asyncio
import json
import time
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from rag.answer.reader import shipped_reader
from rag.encoder.engine import shared_engine
from rag.ui.guard import App, Receive, Scope, Send
from rag.ui.watching import RequestWatch
from rag.verification import shipped_checker

LOOK_SECONDS = 2.0  # after which what was seen before is told
_PATHS = ("/health", "/health/live")


class Health:
    """ASGI middleware."""

    def __init__(self, app: App, watch: RequestWatch) -> None:
        self.app, self.watch = app, watch
        self._look: asyncio.Task[dict[str, Any]] | None = None
        self._seen: dict[str, Any] = {"open": False, "generation": None, "created": None}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", "")).rstrip("/")
        if scope["type"] != "http" or path not in _PATHS or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        told = {"status": "ok"} if path.endswith("live") else await self.tell()
        body = json.dumps(told).encode()
        headers = {"content-type": "application/json", "content-length": str(len(body)), "cache-control": "no-store"}
        head = [(name.encode(), value.encode()) for name, value in headers.items()]
        status = 200 if told["status"] == "ok" else 503
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def tell(self) -> dict[str, Any]:
        """How the server is. One look at the index at a time: a disk that does not answer holds one thread and no more."""
        if self._look is None:
            self._look = asyncio.create_task(asyncio.to_thread(self._look_at_index))
        await asyncio.wait({self._look}, timeout=LOOK_SECONDS)
        if self._look.done():
            self._seen, self._look = self._look.result(), None
        return {
            "status": self._find_status(), **self._seen,
            "models": list_loaded(),
            "version": find_version(),
            "uptime_seconds": round(time.monotonic() - self.watch.started, 1),
            "answers_under_way": len(self.watch.answering),
        }  # fmt: skip

    def _find_status(self) -> str:
        if self.watch.stopping:
            return "stopping"
        if self._seen["open"]:
            return "ok"
        return "unreachable" if self._seen["generation"] else "unusable"  # a server that is away may come back by itself

    def _look_at_index(self) -> dict[str, Any]:
        assistant = self.watch.assistant
        try:
            if assistant and not assistant.reachable:
                return self._seen | {"open": False}
            if assistant:
                return {"open": True, "generation": assistant.generation, "created": assistant.created}
        except Exception:
            pass  # whatever it is: it cannot be asked
        return {"open": False, "generation": None, "created": None}


def list_loaded() -> dict[str, bool]:
    """Which of the models that come along are loaded; each is when it is first needed."""
    loaded = {"encoder": shared_engine, "reader": shipped_reader, "checker": shipped_checker}
    return {name: bool(make.cache_info().currsize) and make() is not None for name, make in loaded.items()}


def find_version() -> str:
    """The version of this program; empty where it is not installed."""
    try:
        return version("kilnmark")
    except PackageNotFoundError:
        return ""
