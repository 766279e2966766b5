"""T37 and T47 of the fault table in docs/results.md: slow, idle and greedy clients neither stop the others nor stay.

The real page on loopback. What takes time is waited for, with patience; the limits are made small where waiting for them is slow.
"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag import Assistant, Settings
from rag.ui import connections, guard, serving
from rag.ui.connections import ConnectionWatch, shorten_address
from rag.ui.guard import Guard
from rag.ui.page import build_page
from tests.test_app import NOWHERE, QUESTION, free_port

HEAD = "POST /gradio_api/call/v2/ask HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
PATIENCE = 60


@pytest.fixture(scope="module")
def page(assistant: Assistant, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    built = build_page(assistant, NOWHERE, tmp_path_factory.mktemp("feedback") / "feedback.sqlite")
    serving.serve_page(built, settings.model_copy(update={"port": free_port()}))
    yield built
    built.close(verbose=False)


def watch_of(page: Any) -> ConnectionWatch:
    return page.server.config.http_protocol_class.watch


def connect(page: Any, sent: bytes = b"") -> socket.socket:
    client = socket.create_connection(("127.0.0.1", page.server_port), timeout=PATIENCE)
    client.sendall(sent)
    return client


def ask(page: Any) -> str:
    """The answer that a program gets."""
    address = f"http://127.0.0.1:{page.server_port}/gradio_api/call/v2/ask"
    event = httpx.post(address, json={"question": QUESTION}, timeout=PATIENCE).json()["event_id"]
    told = httpx.get(f"{address}/{event}", timeout=PATIENCE).text
    return json.loads(told.split("data: ", 1)[1].splitlines()[0])[0]["text"]


def until(happened: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.05)


def is_ended(client: socket.socket) -> bool:
    """Whether the server has closed a connection, after whatever it had to say."""
    try:
        while client.recv(65536):
            pass
    except ConnectionError:
        pass
    return True


def test_t47_thirty_two_slow_or_idle_clients_do_not_stop_the_thirty_third(page: Any) -> None:
    slow = (b"", b"GET / HT", HEAD.encode(), f"{HEAD}content-length: 500\r\n\r\n{{".encode())
    with ExitStack() as stack:
        clients = [stack.enter_context(connect(page, slow[n % 4])) for n in range(32)]
        for client in clients[1::4]:
            client.sendall(b"T")  # a drop more
        assert "140,000" in ask(page)
        assert len(watch_of(page)) >= 32


def test_t47_a_head_that_does_not_come_or_trickles_in_is_not_waited_for(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MAX_HEAD_SECONDS", 0.5)
    with connect(page) as idle, connect(page, b"GET / HTTP/1.1\r\nhost: local") as slow, connect(page) as again:
        again.sendall(b"GET /nothing HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert again.recv(65536)
        again.sendall(b"GET /nothing HT")  # a second head, after an answer
        with ThreadPoolExecutor(3) as pool:
            assert all(pool.map(is_ended, (idle, slow, again)))
    until(lambda: not len(watch_of(page)))


def test_t47_a_body_that_trickles_in_is_not_waited_for(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_BODY_SECONDS", 0.5)
    monkeypatch.setattr(page.server.config, "timeout_keep_alive", 1)
    with connect(page, f"{HEAD}content-length: 500\r\n\r\n{{".encode()) as client:
        assert is_ended(client)


def test_t37_a_body_that_was_refused_is_not_read_to_its_end(page: Any) -> None:
    with connect(page, f"{HEAD}content-length: 20000000\r\n\r\n".encode()) as client:
        assert client.recv(4096).startswith(b"HTTP/1.1 413")
        sent = 0
        try:
            for _ in range(320):
                client.sendall(b"x" * 65536)
                sent += 65536
        except OSError:
            pass
        assert sent < 20_000_000


@pytest.mark.parametrize("line", ["x-long: " + "x" * 1000, "cookie: " + "y" * 3000])
def test_t37_a_head_without_end_is_cut_off(page: Any, line: str) -> None:
    with connect(page, b"GET / HTTP/1.1\r\nhost: localhost\r\n") as client:
        sent = 0
        try:
            while sent < 5_000_000:
                client.sendall(f"{line}\r\n".encode())
                sent += len(line) + 2
        except OSError:
            pass
        assert sent < 5_000_000


def test_t47_who_does_not_read_the_response_is_dropped(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MAX_STALLED_SECONDS", 1.0)
    until(lambda: not len(watch_of(page)))
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", page.server_port))
        client.sendall(b"GET /config HTTP/1.1\r\nhost: localhost\r\n\r\n" * 200)
        until(lambda: len(watch_of(page)) == 1)
        until(lambda: not len(watch_of(page)))
    assert "140,000" in ask(page)


def test_t47_more_connections_than_there_may_be_are_told_so_and_the_next_is_served(
    page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(lambda: not len(watch_of(page)))
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 3)
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(connect(page))
        until(lambda: len(watch_of(page)) == 3)
        with connect(page) as refused:
            assert refused.recv(4096).startswith(b"HTTP/1.1 503")
    until(lambda: not len(watch_of(page)))
    assert "140,000" in ask(page)


@dataclass(eq=False)
class Arriving:
    address: str


def test_t47_one_address_has_only_its_share_of_connections_but_this_machine() -> None:
    watch = ConnectionWatch()

    def admitted(address: str) -> int:
        arrivals = [Arriving(shorten_address(address)) for _ in range(100)]
        return sum(watch.admit(each) for each in arrivals)  # type: ignore[arg-type]

    most = connections.MAX_CONNECTIONS_OF_ADDRESS
    assert (admitted("203.0.113.9"), admitted("2001:db8::1"), admitted("127.0.0.1")) == (most, most, 100)
    assert admitted("2001:db8::ffff") == 0 and admitted("::ffff:203.0.113.9") == 0


def statuses(shut: Guard, method: str, path: str, address: str, times: int) -> list[int]:
    """What so many requests at the same time are answered with; those that are let in stay open until the last has come."""

    async def all_at_once() -> list[int]:
        told: list[int] = []

        async def one() -> None:
            async def send(message: dict[str, Any]) -> None:
                if message["type"] == "http.response.start":
                    told.append(message["status"])

            await shut({"type": "http", "method": method, "path": path, "client": (address, 1), "headers": [(b"content-length", b"2")]}, None, send)  # type: ignore[arg-type]

        await asyncio.gather(*(one() for _ in range(times)))
        return told

    return asyncio.run(all_at_once())


async def staying_open(scope: Any, receive: Any, send: Any) -> None:
    await asyncio.sleep(0.05)
    await send({"type": "http.response.start", "status": 200, "headers": []})


@pytest.mark.parametrize("path", ["/gradio_api/queue/data", "/gradio_api/heartbeat/abc", "/gradio_api/call/ask/1", "/gradio_api/call/v2/ask/1"])
def test_t47_event_streams_are_limited_by_address_and_in_all_and_end(path: str) -> None:
    shut = Guard(staying_open)
    told = statuses(shut, "GET", path, "203.0.113.9", 40)
    assert (told.count(200), told.count(503)) == (guard.MAX_STREAMS_OF_ADDRESS, 40 - guard.MAX_STREAMS_OF_ADDRESS)
    assert statuses(shut, "GET", path, "203.0.113.9", 5) == [200] * 5 and not shut.streams
    assert statuses(shut, "GET", path, "127.0.0.1", 300).count(200) == guard.MAX_STREAMS


def test_t47_questions_of_one_address_are_limited_and_others_are_not_kept_waiting() -> None:
    shut = Guard(staying_open)
    for path in ("/gradio_api/queue/join", "/gradio_api/call/v2/ask"):
        told = statuses(shut, "POST", path, "203.0.113.9", 100)
    assert told.count(429) == 200 - guard.MAX_QUESTIONS
    assert statuses(shut, "POST", path, "203.0.113.10", 1) == [200]
    assert set(statuses(shut, "POST", path, "127.0.0.1", 200)) == {200}


def test_p6_a_question_in_the_queue_is_told_the_time_it_waited(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    stream = Assistant.stream

    def noting(self: Assistant, *args: Any, waited: float = 0.0, **more: Any):
        waits.append(waited)
        return stream(self, *args, waited=waited, **more)

    monkeypatch.setattr(Assistant, "stream", noting)
    ask(page)
    assert len(waits) == 1 and 0 < waits[0] < PATIENCE


def test_t47_the_limits_are_those_that_are_written_down() -> None:
    told = Path(connections.__file__).read_text(encoding="utf-8") + Path(guard.__file__).read_text(encoding="utf-8")
    for name in ("MAX_CONNECTIONS", "MAX_HEAD_BYTES", "MAX_HEAD_SECONDS", "MAX_IDLE_SECONDS", "MAX_STALLED_SECONDS", "LARGEST_BODY", "MAX_BODY_SECONDS", "MAX_QUESTIONS", "MAX_STREAMS"):
        assert told.count(f"\n{name}") == 1
