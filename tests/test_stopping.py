"""An answer by a model that is stopped, left or superseded: the request ends at once, and leaves nothing behind.

The server stalls before its first byte, in the middle, and at the end. Deadlines are far beyond what a test takes: one that waits
for a request that was stopped does not end in time.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import ssl
import threading
import time

import pytest
from pydantic import SecretStr

from rag import Assistant, Settings
from rag.answering import Finished, ModelAnswerer
from tests.fakellm import STALLS, Server
from tests.leftovers import nothing_left
from tests.test_answering import QUESTION as KILN
from tests.test_answering import REPLY, passage
from tests.test_modelled import GOOD, OPENED, QUESTION, written

LONG = 600  # seconds of a deadline nobody waits for
HANGING = ("slow headers", "stall")  # what does not end by itself, since the reply has not said that it is whole
TIMES = 10


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr("rag.answering.SILENCE", LONG)
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *args, **more: None)


@pytest.fixture
def serve():
    servers = []

    def start(reply=REPLY, mode="ok"):
        servers.append(Server(reply if callable(reply) else lambda messages: reply, mode=mode))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def asking(settings, serve):
    """An assistant whose model stalls: (assistant, server)."""

    def start(reply=REPLY, mode="ok"):
        server = serve(reply, mode)
        given = server.settings | {"api_key": SecretStr("sk-secret"), "deadline": LONG}
        return Assistant(settings.model_copy(update=given)), server

    return start


def until(happened, patience=30):
    """Waits for what happens soon. patience: seconds after which it does not happen any more."""
    ends = time.monotonic() + patience
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.01)


@pytest.mark.parametrize("mode", HANGING)
def test_ten_replies_that_are_closed_leave_no_thread_task_or_socket(serve, mode):
    server = serve(mode=mode)
    answerer = ModelAnswerer(Settings(**server.settings, deadline=LONG))
    with nothing_left():
        for times in range(1, TIMES + 1):
            reply = answerer.stream(KILN, "en", [passage()])
            if mode == "stall":
                assert next(reply)
            else:
                until(lambda n=times: len(server.bodies) == n)
            reply.close()
            assert reply.closed and list(reply) == []
    until(lambda: server.left == TIMES)


@pytest.mark.parametrize("mode", [*HANGING, "drip"])
def test_closing_a_reply_wakes_the_thread_that_waits_for_its_next_piece(serve, mode):
    server = serve(mode=mode)
    answerer = ModelAnswerer(Settings(**server.settings, deadline=LONG))
    with nothing_left():
        for times in range(1, TIMES + 1):
            reply = answerer.stream(KILN, "en", [passage()])
            reader = threading.Thread(target=lambda reply=reply: list(reply))
            reader.start()
            until(lambda n=times: len(server.bodies) == n)
            reply.close()
            reader.join(10)
            assert not reader.is_alive()
    until(lambda: server.left == TIMES)


def test_a_reply_that_is_closed_before_it_was_sent_is_not_sent(serve):
    answerer = ModelAnswerer(Settings(**serve().settings, deadline=LONG))
    answerer.prepare()
    with nothing_left():
        for _ in range(TIMES):
            answerer.stream(KILN, "en", [passage()]).close()


@pytest.mark.parametrize("mode", ["stall after finish", "stall after done"])
def test_a_reply_that_has_said_that_it_is_whole_is_not_waited_for(serve, mode):
    server = serve(mode=mode)
    answerer = ModelAnswerer(Settings(**server.settings, deadline=LONG))
    with nothing_left():
        *pieces, end = answerer.stream(KILN, "en", [passage()])
    assert "".join(pieces) == REPLY and server.gone.wait(10)
    assert end == Finished("stop", (7, 3) if mode == "stall after done" else None)


def test_a_reply_that_is_too_long_is_left_with_its_connection_closed(serve, monkeypatch):
    monkeypatch.setattr("rag.answering.coming._LONGEST", 20)
    server = serve(mode="drip")
    with nothing_left():
        *pieces, end = ModelAnswerer(Settings(**server.settings, deadline=LONG)).stream(KILN, "en", [passage()])
    assert "".join(pieces) == REPLY[:20] and end.reason == "length" and server.gone.wait(10)


def replies(mode):
    """What a server has said when it stalls: the beginning of a reply, or all of it."""
    return (lambda messages: written([OPENED])(messages) + " It") if mode == "stall" else written(GOOD)


@pytest.mark.parametrize("mode", STALLS)
def test_what_is_asked_after_a_stop_is_answered_while_the_model_stalls(asking, mode):
    model, server = asking(replies(mode), mode)
    with nothing_left():
        for times in range(1, TIMES + 1):
            stream = model.stream(QUESTION)
            parts = []
            reader = threading.Thread(target=lambda stream=stream, parts=parts: parts.extend(stream))
            reader.start()
            until(lambda n=times, parts=parts: len(server.bodies) == n and (mode != "stall" or parts))
            stream.close()
            assert list(stream) == []
            reader.join(10)
            assert not reader.is_alive()
        until(lambda: server.left == TIMES)
    server.mode = "ok"
    answer = model.ask(QUESTION)
    assert answer.mode == "model" and answer.text.startswith(OPENED[0])


@pytest.mark.parametrize("mode", HANGING)
@pytest.mark.parametrize("way", ["astream", "aask", "chain", "events"])
def test_a_task_that_is_cancelled_ends_its_request(asking, mode, way):
    model, server = asking(replies(mode), mode)

    async def read():
        if way == "aask":
            await model.aask(QUESTION)
        elif way == "events":
            async for _ in model.chain.astream_events(QUESTION, version="v2"):
                pass
        else:
            async for _ in model.astream(QUESTION) if way == "astream" else model.chain.astream(QUESTION):
                pass

    async def stopped():
        for times in range(1, TIMES + 1):
            task = asyncio.create_task(read())
            while len(server.bodies) < times:
                await asyncio.sleep(0.01)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    with nothing_left():
        asyncio.run(stopped())
        until(lambda: server.left == TIMES)


def test_a_stream_that_is_forgotten_ends_its_request(asking):
    model, server = asking(replies("stall"), "stall")
    with nothing_left():
        for part in model.stream(QUESTION):
            assert part.text.startswith(OPENED[0])
            break
        for part in model.chain.stream(QUESTION):
            assert part.text.startswith(OPENED[0])
            break
        gc.collect()
        until(lambda: server.left == 2)
