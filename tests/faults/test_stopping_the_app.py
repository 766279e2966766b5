"""The app told to stop, killed and left, over a model's server that takes its time: rows T48 and T49 of the fault table."""

from __future__ import annotations

import ast
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from rag import Settings
from tests.conftest import HOME
from tests.fakellm import Server
from tests.faults.app_process import PATIENCE, running_app
from tests.test_modelled import GOOD, QUESTION, written

ENDED = 5  # seconds in which a request to a model is closed when nobody waits for it


@pytest.fixture
def server() -> Iterator[Server]:
    """A model's server that answers when `may_answer` is set."""
    may_answer = threading.Event()

    def reply(messages: list[dict[str, str]]) -> str:
        may_answer.wait(PATIENCE)
        return written(GOOD)(messages)

    server = Server(reply)
    server.may_answer = may_answer
    yield server
    may_answer.set()
    server.close()


def model_of(server: Server) -> dict[str, str]:
    known = server.settings
    return {"RAG_MODEL": known["model"], "OPENAI_BASE_URL": known["base_url"], "OPENAI_API_KEY": known["api_key"]}


def until(happened) -> None:
    ends = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_t49_a_signal_lets_answers_end_refuses_new_ones_and_ends_with_0(
    settings: Settings, server: Server, unused_port: int, number: int
) -> None:
    with running_app(settings.store, unused_port, RAG_LOG="json", **model_of(server)) as app, ThreadPoolExecutor() as pool:
        coming = [pool.submit(httpx.get, app.event(QUESTION), timeout=PATIENCE) for _ in range(4)]
        until(lambda: len(server.bodies) == 4)
        app.signal(number)
        until(lambda: httpx.get(app.address + "health").status_code == 503)
        late = httpx.post(f"{app.address}gradio_api/call/v2/ask", json={"question": QUESTION})
        assert late.status_code == 503 and late.headers["retry-after"] and late.json()["request_id"]
        server.may_answer.set()
        for answer in coming:
            told = answer.result().text
            assert told.startswith("event: complete") and '"mode": "model"' in told
        assert app.wait() == 0
    told = [json.loads(line) for line in app.said[-1].splitlines()]
    assert [line["event"] for line in told].count("answered") == 4 and told[-1]["event"] == "stopped" and told[-1]["whole"]


@pytest.mark.slow
def test_t49_twenty_who_are_waiting_when_it_is_stopped_get_an_error_and_nothing_is_left(
    settings: Settings, server: Server, unused_port: int
) -> None:
    with running_app(settings.store, unused_port, **model_of(server)) as app, ThreadPoolExecutor(20) as pool:
        coming = [pool.submit(httpx.get, app.event(QUESTION), timeout=PATIENCE) for _ in range(20)]
        until(lambda: len(server.bodies) >= 8)
        children = app.children()
        app.signal()
        until(lambda: httpx.get(app.address + "health").status_code == 503)
        app.signal()
        for answer in coming:
            assert "event: error" in answer.result().text
        assert app.wait() == 0
    assert not children and "Traceback" not in "".join(app.said)


@pytest.mark.slow
def test_t49_killed_while_it_answers_it_starts_again_over_the_same_index(
    settings: Settings, server: Server, unused_port: int
) -> None:
    with running_app(settings.store, unused_port, **model_of(server)) as app, ThreadPoolExecutor() as pool:
        coming = pool.submit(httpx.get, app.event(QUESTION), timeout=PATIENCE)
        until(lambda: server.bodies)
        app.signal(signal.SIGKILL)
        assert isinstance(coming.exception(PATIENCE), httpx.TransportError) and app.wait() == -signal.SIGKILL
    server.may_answer.set()
    with running_app(settings.store, unused_port, **model_of(server)) as app:
        assert '"status": "answered"' in httpx.get(app.event(QUESTION), timeout=PATIENCE).text


@pytest.mark.slow
def test_t48_a_program_that_leaves_ends_its_request_to_the_model_and_frees_its_place(
    settings: Settings, server: Server, unused_port: int, tmp_path: Path
) -> None:
    server.mode = "drip"
    server.may_answer.set()
    with running_app(settings.store, unused_port, **model_of(server)) as app:
        for left in range(1, 4):
            with httpx.stream("GET", app.event(QUESTION), timeout=PATIENCE):
                until(lambda n=left: len(server.bodies) == n)
            gone = time.monotonic()
            until(lambda n=left: server.left == n)
            assert time.monotonic() - gone < ENDED
            until(lambda: httpx.get(app.address + "health").json()["answers_under_way"] == 0)


ENDING = """
import app, atexit, sys, threading
app.EXIT_SECONDS = float(sys.argv[2])
def run():
    atexit.register(print, "called at the end")
    if sys.argv[1] == "hangs":
        threading.Thread(target=threading.Event().wait).start()
    if sys.argv[1] == "fails":
        raise ValueError("no code")
    if sys.argv[1] == "help":
        raise SystemExit(0)
    return 3
app.end_with_code(run)
"""


@pytest.mark.parametrize(
    ("how", "seconds", "code", "said"),
    [("ends", 60, 3, "called at the end\n"), ("hangs", 0.1, 3, ""), ("fails", 60, 1, "called at the end\n"), ("help", 60, 0, "called at the end\n")],
)
def test_t49_the_process_ends_with_its_code_after_what_libraries_do_at_the_end_and_waits_for_no_thread_that_hangs(how, seconds, code, said) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ENDING, how, str(seconds)], cwd=HOME, capture_output=True, text=True, timeout=PATIENCE
    )
    assert (ended.returncode, ended.stdout) == (code, said)
    assert ("Traceback" in ended.stderr) is (how == "fails")


def test_no_private_name_of_the_standard_library_ends_the_app() -> None:
    names = [node.attr for node in ast.walk(ast.parse((HOME / "app.py").read_text("utf-8"))) if isinstance(node, ast.Attribute)]
    assert not [name for name in names if name.startswith("_") and name != "_exit"]
