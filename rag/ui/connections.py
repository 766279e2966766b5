"""Connections that waste the server: too many, idle, with a head that trickles in, or that do not read what they asked for.

The web server has a limit on idle connections between two requests and none on the rest. A watch looks at all its connections
once a second and ends those that are over one of these limits. How many there may be of one address is not asked of this
machine's own: a proxy on it speaks for many.
"""

from __future__ import annotations

import ipaddress
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import uvicorn

MAX_CONNECTIONS, MAX_CONNECTIONS_OF_ADDRESS = 512, 64
MAX_HEAD_BYTES = 32_768
MAX_HEAD_SECONDS = 10.0  # from the connection, or the first byte of a later request, to the end of the request's head
MAX_IDLE_SECONDS = 15  # between two requests
MAX_STALLED_SECONDS = 20.0  # without `MIN_READ_BYTES` of a response being read in one look
MIN_READ_BYTES = 1024
_LOOK_SECONDS = 1.0
_FULL = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\nretry-after: 10\r\n\r\n"


def shorten_address(address: str) -> str:
    """What counts as one address: of IPv6 the network that one subscriber has; "" for this machine.

    >>> shorten_address("203.0.113.9"), shorten_address("2001:db8:1:2:3::9"), shorten_address("::1")
    ('203.0.113.9', '2001:db8:1:2::', '')
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    if mapped.is_loopback:
        return ""
    return str(mapped) if mapped.version == 4 else str(ipaddress.ip_network((mapped, 64), strict=False)[0])


class _Watched:
    """What is added to the web server's protocol, of which there is one a connection. `watch` is the server's."""

    watch: ConnectionWatch
    transport: Any
    loop: Any
    cycle: Any

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - what the web server passes
        super().__init__(*args, **options)
        self.refused = False
        self.address = ""
        self.head_since: float | None = None  # since when a head is awaited; None while a request is answered
        self.head_bytes = 0
        self.waiting = 0  # bytes that were not read at the last look
        self.read_at = 0.0

    @property
    def busy(self) -> bool:
        """Whether a request is being answered."""
        return self.cycle is not None and not self.cycle.response_complete

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - an asyncio.Transport
        """Let a connection in, or answer that there are too many."""
        self.address = shorten_address((transport.get_extra_info("peername") or ("",))[0])
        if not self.watch.admit(self):
            self.refused = True
            transport.write(_FULL)
            transport.close()
            return
        self.head_since = self.read_at = time.monotonic()
        super().connection_made(transport)  # type: ignore[misc]
        self.watch.start(self.loop)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.refused:
            self.watch.forget(self)
            super().connection_lost(error)  # type: ignore[misc]

    def data_received(self, data: bytes) -> None:
        """Read on, and count the bytes of a head."""
        if self.refused:
            return
        super().data_received(data)  # type: ignore[misc]
        if self.busy:
            self.head_since, self.head_bytes = None, 0
            return
        # A part of a head, or of the body of a request that is answered already.
        self.head_since = self.head_since or time.monotonic()
        self.head_bytes += len(data)
        if self.head_bytes > MAX_HEAD_BYTES:
            self.transport.abort()

    def resume_writing(self) -> None:
        self.read_at = time.monotonic()
        super().resume_writing()  # type: ignore[misc]

    def is_wasted(self, now: float) -> bool:
        """Whether this connection is over a limit; looked at once a second."""
        left = self.transport.get_write_buffer_size()
        if not left or self.waiting - left >= MIN_READ_BYTES:
            self.read_at = now
        self.waiting = left
        late = self.head_since is not None and now - self.head_since > MAX_HEAD_SECONDS
        return late or now - self.read_at > MAX_STALLED_SECONDS


class ConnectionWatch:
    """The connections of one server. Everything happens on its event loop."""

    def __init__(self) -> None:
        self._open: set[_Watched] = set()
        self._of_address: Counter[str] = Counter()
        self._looking = False

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, connection: _Watched) -> bool:
        """Count a connection; False when there are too many."""
        of_address = self._of_address[connection.address] if connection.address else 0
        if len(self._open) >= MAX_CONNECTIONS or of_address >= MAX_CONNECTIONS_OF_ADDRESS:
            return False
        self._open.add(connection)
        self._of_address[connection.address] += 1
        return True

    def forget(self, connection: _Watched) -> None:
        """A connection has ended."""
        self._open.discard(connection)
        self._of_address[connection.address] -= 1
        if not self._of_address[connection.address]:
            del self._of_address[connection.address]

    def start(self, loop: Any) -> None:  # noqa: ANN401 - an asyncio event loop
        """Look at the connections from now on, for as long as there are some."""
        if not self._looking:
            self._looking = True
            loop.call_later(_LOOK_SECONDS, self._look, loop)

    def _look(self, loop: Any) -> None:  # noqa: ANN401
        now = time.monotonic()
        for connection in [each for each in self._open if each.is_wasted(now)]:
            connection.transport.abort()
        self._looking = False
        if self._open:
            self.start(loop)


def watch_connections(config: uvicorn.Config) -> ConnectionWatch:
    """Have the server of this configuration keep to the limits, from its next connection on."""
    watch = ConnectionWatch()
    if not config.loaded:
        config.load()
    served = config.http_protocol_class
    config.http_protocol_class = type("Watched", (_Watched, served), {"watch": watch})
    config.timeout_keep_alive = MAX_IDLE_SECONDS
    config.ws_protocol_class = None  # the page speaks no WebSocket, and one would not be watched
    return watch
