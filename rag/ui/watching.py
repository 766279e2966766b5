"""Every request to the page's server is named and told of, and a server that is being stopped takes no more of them.

This stands before the guard. The name is in the header `X-Request-Id` of the response, in the JSON of an error, and in the lines
of the log; one that a proxy gives is kept. Stopped, the server lets what is under way end for a while, ends the rest itself,
and leaves nobody waiting.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

import rag.logs as logs
from rag.ui.answering import Answering
from rag.ui.guard import App, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from rag.ui.conversation import PageAssistant

ID_HEADER = "x-request-id"
IDLE_SECONDS = 0.5  # in which nothing came: who asked has fetched the answer by then
_LAST_SECONDS = 2.0  # for answers that were stopped to say so
_TICK = 0.05
_MAX_ERROR_BYTES = 64_000
_NAME = re.compile(r"[\w.-]{8,64}", re.ASCII)
_STAYING = re.compile(r"/(heartbeat/|dev/reload)")  # open as long as a page is
# What a server that is being stopped still answers: the results of what it took, and how it is.
_LET_IN = re.compile(r"GET .*/(queue/data|call/.+/.+)|POST .*/cancel|(GET|HEAD) /health(/live)?")
_QUIET = re.compile(r"^/(assets|static|svelte|health|theme\.css|favicon)|/heartbeat/")  # seen by the hundred
_CAPABILITY = re.compile(r"(/(?:heartbeat|call/v2/[^/]+|call/(?!v2/)[^/]+)/)[^/]+")  # who has it may read an answer


class RequestWatch:
    """What the server of a page is doing. assistant: whose health is told, if any."""

    def __init__(self, assistant: PageAssistant | None = None) -> None:
        self.assistant = assistant
        self.answering = Answering()
        self.started = time.monotonic()
        self.stopping = False
        self.told = self.hurried = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._under_way: dict[asyncio.Task[object], bool] = {}  # requests, and whether they are waited for

    def note_signal(self, *_: object) -> None:
        """A handler of signals: the first asks to stop, a second to wait for nothing more. It takes no lock, as one of the thread
        that it interrupts may be held."""
        self.hurried = self.told
        self.told = True

    def begin(self, path: str) -> asyncio.Task[object] | None:
        """Note a request of the event loop's current task."""
        self._loop, task = asyncio.get_running_loop(), asyncio.current_task()
        if task:
            self._under_way[task] = not _STAYING.search(path)
        return task

    def end(self, task: asyncio.Task[object] | None) -> None:
        """Forget a request."""
        if task:
            self._under_way.pop(task, None)

    @property
    def working(self) -> bool:
        """Whether a request is under way that is waited for."""
        return any(list(self._under_way.values()))

    def stop(self, seconds: float) -> bool:
        """Take nothing more, wait until what is under way has ended, and end the rest. From another thread than the server's.

        seconds: after which it ends what has not ended. Returns whether all ended by itself.
        """
        self.stopping = True
        logs.log_event("stopping", {"answers": len(self.answering), "seconds": seconds})
        whole = self._wait(seconds)
        if not whole:
            self.answering.stop_all()
            self.hurried = False
            self._wait(_LAST_SECONDS)
        for task in list(self._under_way):
            if self._loop:
                self._loop.call_soon_threadsafe(task.cancel)
        ends = time.monotonic() + _LAST_SECONDS
        while self._under_way and time.monotonic() < ends:
            time.sleep(_TICK)
        logs.log_event("stopped", {"whole": whole})
        return whole

    def _wait(self, seconds: float) -> bool:
        """Whether the server became idle in so many seconds."""
        ends = time.monotonic() + seconds
        idle_since = time.monotonic()
        while (now := time.monotonic()) < ends:
            if self.working:
                idle_since = now
            elif now - idle_since >= IDLE_SECONDS:
                return True
            if self.hurried:
                return False
            time.sleep(_TICK)
        return not self.working


class Watched:
    """ASGI middleware."""

    def __init__(self, app: App, watch: RequestWatch) -> None:
        self.app, self.watch = app, watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, path = time.perf_counter(), str(scope["path"])
        identity = _choose_name(scope)
        others = [header for header in scope["headers"] if header[0].lower() != ID_HEADER.encode()]
        scope = {**scope, "headers": [*others, (ID_HEADER.encode(), identity.encode())]}
        reply = _Reply(send, identity)
        task = self.watch.begin(path)
        try:
            if path.endswith("/startup-events"):
                await self._answer(scope, receive, reply)  # its task goes on as Gradio's queue: that is no request
            else:
                with logs.naming_request(identity):
                    await self._answer(scope, receive, reply)
        finally:
            self.watch.end(task)
            facts = {
                "request_id": identity, "method": scope["method"], "path": _CAPABILITY.sub(r"\1…", path)[:200],
                "status": reply.status or None, "seconds": round(time.perf_counter() - begun, 4),
            }  # fmt: skip
            quiet = _QUIET.search(path) and reply.status < 400
            logs.log_event("request", facts, logging.DEBUG if quiet else logging.INFO)

    async def _answer(self, scope: Scope, receive: Receive, reply: _Reply) -> None:
        if self.watch.stopping and not _LET_IN.fullmatch(f"{scope['method']} {scope['path']}"):
            await reply.refuse(503, "This server is being stopped; ask again in a moment.", {"retry-after": "5"})
            return
        try:
            await self.app(scope, receive, reply.send)
        except asyncio.CancelledError:
            if not self.watch.stopping:
                raise
            await reply.break_off()
        except ClientDisconnect:
            pass
        except Exception as error:
            if isinstance(error, HTTPException):
                logs.silence_error(error)  # of a stream: an event that is not there any more is no failure of ours
            else:
                logs.tell_failure("a request failed", error)
            if reply.status:
                raise
            await reply.refuse(500, "Something went wrong.")


class _Reply:
    """A response as it is sent, with the name of its request."""

    def __init__(self, send: Send, identity: str) -> None:
        self._send, self._identity = send, identity
        self._error_head: Message | None = None  # the head of an error, until its body can say the name too
        self._body = b""
        self._whole = False
        self.status = 0

    async def send(self, message: Message) -> None:
        """Send on what the application sends."""
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            headers = [*message.get("headers", ()), (ID_HEADER.encode(), self._identity.encode())]
            message = {**message, "headers": headers}
            if self.status >= 400 and any(n.lower() == b"content-type" and b"json" in v for n, v in headers):
                self._error_head = message
                return
        elif self._error_head:
            self._body += message.get("body", b"")
            if message.get("more_body") and len(self._body) < _MAX_ERROR_BYTES:
                return
            head, body = _name_error(self._error_head, self._body, self._identity)
            self._error_head = None
            await self._send(head)
            message = {**message, "body": body}
        self._whole = message["type"] == "http.response.body" and not message.get("more_body", False)
        await self._send(message)

    async def refuse(self, status: int, reason: str, more: Mapping[str, str] | None = None) -> None:
        """Answer with an error."""
        body = json.dumps({"detail": reason}).encode()
        headers = {"content-type": "application/json", "content-length": str(len(body)), **(more or {})}
        start = [(name.encode(), value.encode()) for name, value in headers.items()]
        await self.send({"type": "http.response.start", "status": status, "headers": start})
        await self.send({"type": "http.response.body", "body": body})

    async def break_off(self) -> None:
        """End what has not ended, so that nobody waits for the rest."""
        if not self.status:
            await self.refuse(503, "This server is being stopped; ask again in a moment.", {"retry-after": "5"})
        elif not self._whole:
            await self.send({"type": "http.response.body", "body": b"", "more_body": False})


def _choose_name(scope: Scope) -> str:
    """The name that a proxy gave a request, where it is one, or a new one."""
    given = next((value for name, value in scope["headers"] if name.lower() == ID_HEADER.encode()), b"").decode("latin-1")
    return given if _NAME.fullmatch(given) else secrets.token_hex(8)


def _name_error(head: Message, body: bytes, identity: str) -> tuple[Message, bytes]:
    """The head and the body of an error with the name of its request in the body, where that is a JSON object."""
    try:
        told = json.loads(body)
    except ValueError:
        return head, body
    if not isinstance(told, dict):
        return head, body
    body = json.dumps(told | {"request_id": identity}).encode()
    headers = [(n, str(len(body)).encode() if n.lower() == b"content-length" else v) for n, v in head["headers"]]
    return {**head, "headers": headers}, body
