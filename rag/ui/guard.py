"""What stands before the page's web server: doors Gradio opens that this page does not use are shut.

- File, proxy and upload routes of Gradio's: the page serves no file, takes files at a door of its own (`rag.ui.upload_door`),
  and Gradio's file route would fetch any public address for anybody. So are those that write a visitor's state into a file, list
  runs, or edit the program.
- Bodies above a megabyte, of unstated length, or that trickle in: a question is some kilobytes. Files may be larger and take
  longer, where they are taken at all.
- Foreign host names while the page is for this machine only: a rebound DNS name must not read the articles (T46).
- Pages of other sites, wherever this page listens: Gradio would let any of them ask with the reader's login, and read the answer.
- More questions or open streams of events than the people of one address could have, and heads longer than any browser's.
- Passwords tried by the hundred, and the login's cookie on requests that other sites cause.
- Every response forbids the browser to load anything from elsewhere (G6).
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from rag.ui.connections import MAX_HEAD_BYTES, shorten_address

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY = 1_000_000  # bytes
MAX_BODY_SECONDS = 20.0  # from the request's head to the end of its body
UPLOADS, MAX_UPLOAD_SECONDS = "/own-files", 180.0  # where files come in, and how long one may take
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MAX_WRONG_LOGINS, LOGIN_WINDOW_SECONDS = 10, 60.0  # from one address
_BEGUN = "rag.begun"  # of a request's scope: when it came in
MAX_QUESTIONS, QUESTIONS_WINDOW_SECONDS = 120, 60.0  # and other events of the queue, from one address
MAX_STREAMS, MAX_STREAMS_OF_ADDRESS = 256, 32  # of events, open at the same time: a page has two while it is answered
_MAX_ADDRESSES = 1000  # remembered, the latest
_SHUT = re.compile(
    r"/(file[=/]|proxy=|upload(_progress)?$|stream/|(undo-)?vibe-|deep_link|custom_component/|runs/?$|monitoring)", re.IGNORECASE
)
_STREAM = re.compile(r"/queue/data$|/heartbeat/|/call/.+/[^/]+/?$")
_ASKING = re.compile(r"/queue/join$|/call/|/run/|/api/|/mcp\b")
_HEADERS = {
    # Gradio's page has inline scripts and styles, and builds its HTML templates with `new Function`.
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def count_waited_seconds(request: object) -> float:
    """Seconds since a request of the page came in, which is when its question began to wait; 0.0 where nothing is known of it.

    request: as Gradio hands it to an event.
    """
    scope = getattr(getattr(request, "request", None), "scope", None) or {}
    now = time.perf_counter()
    return now - float(scope.get(_BEGUN, now))


class Tally:
    """Counts what an address does: `most` times in so many seconds, then it has to wait."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._times: OrderedDict[str, list[float]] = OrderedDict()

    def are_too_many(self, address: str) -> bool:
        """Whether this address has to wait."""
        since = self._clock() - self._seconds
        return sum(at > since for at in self._times.get(address, ())) >= self._most

    def add(self, address: str) -> None:
        """Count once more."""
        self._times[address] = [*self._times.pop(address, ()), self._clock()][-self._most :]
        if len(self._times) > _MAX_ADDRESSES:
            self._times.popitem(last=False)


class WrongLogins(Tally):
    """Counts wrong passwords by the address they come from."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(MAX_WRONG_LOGINS, LOGIN_WINDOW_SECONDS, clock)


class Guard:
    """ASGI middleware. `hosts` are the names the page answers to; empty means any. `largest_file` is how many bytes a file may
    have that is sent to `UPLOADS`; 0 where none is taken."""

    def __init__(self, app: App, hosts: frozenset[str] = frozenset(), largest_file: int = 0) -> None:
        self.app = app
        self.hosts, self.largest_file = hosts, largest_file
        self.wrong_logins = WrongLogins()
        self.questions = Tally(MAX_QUESTIONS, QUESTIONS_WINDOW_SECONDS)
        self.streams: Counter[str] = Counter()  # open ones, by address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope[_BEGUN] = time.perf_counter()
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        address = (scope.get("client") or ("",))[0]
        other = shorten_address(address)  # "" for this machine, whose own share is not limited
        login = scope["method"] == "POST" and scope["path"].rstrip("/").endswith("/login")
        refusal = self.judge_request(scope["method"], scope["path"], headers)
        if login and not refusal and self.wrong_logins.are_too_many(address):
            refusal = 429, "Too many wrong passwords; try again in a minute."
        refusal = refusal or self._excess(scope["method"], scope["path"], other)
        if refusal:
            await _refuse(send, *refusal)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                if login and message["status"] >= 400:
                    self.wrong_logins.add(address)
                own = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
                message["headers"] = [*map(_keep_cookie_here, message.get("headers", ())), *own]
            await send(message)

        if not _is_stream(scope["method"], scope["path"]):
            seconds = MAX_UPLOAD_SECONDS if self.largest_file and scope["path"] == UPLOADS else MAX_BODY_SECONDS
            await self.app(scope, _receive_in_time(receive, seconds), send_with_headers)
            return
        self.streams[other] += 1
        try:
            await self.app(scope, _receive_in_time(receive, MAX_BODY_SECONDS), send_with_headers)
        finally:
            self.streams[other] -= 1
            self.streams += Counter()  # without those that are at zero

    def _excess(self, method: str, path: str, address: str) -> tuple[int, str] | None:
        """Status and reason for a request that is one too many. address: "" for this machine."""
        if _is_stream(method, path):
            too_many = self.streams.total() >= MAX_STREAMS or (address and self.streams[address] >= MAX_STREAMS_OF_ADDRESS)
            return (503, "Too many open pages; try again later.") if too_many else None
        if method == "POST" and address and _ASKING.search(path):
            if self.questions.are_too_many(address):
                return 429, "Too many questions; try again in a minute."
            self.questions.add(address)
        return None

    def judge_request(self, method: str, path: str, headers: dict[str, str]) -> tuple[int, str] | None:
        """HTTP status and reason a request is turned away with; None lets it in. Header names are lower case."""
        if self.hosts and _name(headers.get("host", "")) not in self.hosts:
            return 421, "This page answers to this machine only; start it with --host to serve a network."
        origin = headers.get("origin")
        # A proxy may name the host that the browser asked; another site's script cannot.
        if origin and urlsplit(origin).netloc.lower() not in {headers.get("host"), headers.get("x-forwarded-host")}:
            return 403, "Only this page itself may ask from a browser."
        if sum(len(name) + len(value) for name, value in headers.items()) > MAX_HEAD_BYTES:
            return 431, "That is too long for a request's head."
        if _SHUT.search(path) or (path == UPLOADS and not self.largest_file):
            return 403, "This page serves no files and takes none."
        if method in {"POST", "PUT", "PATCH"}:
            length = headers.get("content-length", "")
            if not length.isdecimal():
                return 411, "State the length of the body."
            if int(length) > (self.largest_file if path == UPLOADS else LARGEST_BODY):
                return 413, "That is too long."
        return None


def _is_stream(method: str, path: str) -> bool:
    """Whether the response to a request stays open."""
    return method == "GET" and _STREAM.search(path) is not None


def _receive_in_time(receive: Receive, seconds: float) -> Receive:
    """What is received, as if the client had left when its body takes too long. Afterwards it may listen as long as it likes."""
    ends = time.monotonic() + seconds
    whole = False

    async def receive_part() -> Message:
        """Receive one part."""
        nonlocal whole
        if whole:
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), max(0.0, ends - time.monotonic()))
        except TimeoutError:
            message = {"type": "http.disconnect"}
        whole = not message.get("more_body", False)
        return message

    return receive_part


def _keep_cookie_here(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Gradio's login cookie goes along with requests that other sites cause; this one does not."""
    name, value = header
    if name.lower() != b"set-cookie":
        return header
    return name, re.sub(rb"(?i)samesite=none", b"SameSite=lax", value)


def _name(host: str) -> str:
    """A Host header without its port.

    >>> _name("localhost:7860"), _name("[::1]:7860")
    ('localhost', '::1')
    """
    return re.sub(r":\d*$", "", host.strip().lower()).strip("[]")


async def _refuse(send: Send, status: int, reason: str) -> None:
    body = json.dumps({"detail": reason}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
