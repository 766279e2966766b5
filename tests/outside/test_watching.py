"""The server seen from outside: requests have names, `/health` says how it is, and it stops without leaving anybody waiting."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from rag.ui import internals, serving
from rag.ui.page import AT_ONCE
from tests.outside.serving import PATIENCE, Served, Waiting, served
from tests.test_app import ENGLISH, Failing


@pytest.fixture
def waiting():
    with served(Waiting()) as page:
        yield page
        page.assistant.go.set()


def until(happened) -> None:
    ends = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_every_response_has_the_name_of_its_request_and_the_log_the_same(waiting: Served) -> None:
    given = httpx.get(waiting.address, headers={"x-request-id": "proxy-12345"})
    odd = httpx.get(waiting.address + "config?q=a+CANARY+question", headers={"x-request-id": "an odd one"})
    assert given.headers.get_list("x-request-id") == ["proxy-12345"] and len(odd.headers["x-request-id"]) == 16
    until(lambda: {"proxy-12345", odd.headers["x-request-id"]} <= {line["request_id"] for line in waiting.lines()})
    (told,) = (line for line in waiting.lines() if line["request_id"] == "proxy-12345")
    assert (told["event"], told["method"], told["path"], told["status"]) == ("request", "GET", "/", 200)
    assert "CANARY" not in waiting.log.getvalue()


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "gradio_api/file=/etc/passwd", {}), ("GET", "no/such/page", {}), ("GET", "", {"host": "evil.example"}),
        ("POST", "gradio_api/queue/join", {}), ("GET", "", {"origin": "https://evil.example"}),
    ],
)  # fmt: skip
def test_an_error_names_its_request_in_its_json(waiting: Served, method: str, path: str, headers: dict) -> None:
    response = httpx.request(method, waiting.address + path, headers=headers)
    assert response.status_code >= 400
    assert response.json()["request_id"] == response.headers["x-request-id"] and response.json()["detail"]


def test_a_failure_of_an_event_is_told_once_with_the_name_of_its_request() -> None:
    failing = Failing(ZeroDivisionError("a CANARY question"))
    with served(failing) as page:
        asked = httpx.post(f"{page.address}gradio_api/call/v2/ask", json={"question": "q"})
        told = httpx.get(f"{page.address}gradio_api/call/v2/ask/{asked.json()['event_id']}", timeout=PATIENCE)
        assert ENGLISH.failed in told.text
        # Gradio itself fails at this: no such event of the page.
        broken = httpx.post(f"{page.address}gradio_api/run/predict", json={"data": [], "fn_index": 999})
        broken_too = httpx.post(f"{page.address}gradio_api/call/v2/none", json={})
        until(lambda: broken_too.headers["x-request-id"] in page.log.getvalue())
    failures = [line for line in page.lines() if "failure" in line]
    assert [line["failure"][0] for line in failures].count("ZeroDivisionError") == 1
    by_id = {line["request_id"]: line["failure"] for line in failures}
    assert by_id[asked.headers["x-request-id"]][0] == "ZeroDivisionError"
    assert broken.status_code >= 400 and broken_too.status_code == 500
    assert broken_too.json()["request_id"] in by_id and "KeyError" in by_id[broken_too.json()["request_id"]][0]
    assert len(failures) == len(by_id) and "CANARY" not in page.log.getvalue()


def test_a_traceback_of_gradio_goes_to_the_log_with_the_name_of_its_request(monkeypatch, capfd) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a CANARY question")

    monkeypatch.setattr("rag.ui.endpoints.conversation.explain_failure", fail)
    with served(Failing(ValueError())) as page:
        asked = httpx.post(f"{page.address}gradio_api/call/v2/ask", json={"question": "q"})
        httpx.get(f"{page.address}gradio_api/call/v2/ask/{asked.json()['event_id']}", timeout=PATIENCE)
        until(lambda: "ZeroDivisionError" in page.log.getvalue())
    (told,) = (line for line in page.lines() if "failure" in line)
    assert told["event"] == "an event failed" and told["request_id"] == asked.headers["x-request-id"]
    assert "CANARY" not in page.log.getvalue() and "Traceback" not in capfd.readouterr().err


def test_no_module_of_gradio_prints_a_traceback_unseen(waiting: Served) -> None:
    modules = {name: vars(module).get("traceback") for name, module in sys.modules.items() if name.startswith("gradio.")}
    assert not [name for name, found in modules.items() if found is traceback]
    assert all(isinstance(modules[f"gradio.{name}"], internals._Told) for name in ("queueing", "routes"))


def test_health_says_how_the_server_is_and_no_secret(waiting: Served) -> None:
    told = httpx.get(waiting.address + "health")
    assert told.status_code == 200 and told.headers["cache-control"] == "no-store"
    known = told.json()
    assert known["status"] == "ok" and known["open"] and known["generation"] == "g1"
    assert known["created"] == Waiting.created and set(known["models"]) == {"encoder", "reader", "checker"}
    assert known["version"] and known["uptime_seconds"] >= 0 and known["answers_under_way"] == 0
    assert set(known) == {
        "status", "open", "generation", "created", "models", "version", "uptime_seconds", "answers_under_way",
    }  # fmt: skip
    assert httpx.get(waiting.address + "health/live").json() == {"status": "ok"}
    assert httpx.head(waiting.address + "health").content == b""


def test_health_needs_no_login_but_the_right_host() -> None:
    with served(Waiting(), auth="potter:kiln-1904") as page:
        assert httpx.get(page.address + "config").status_code == 401
        assert httpx.get(page.address + "health").status_code == 200
        assert httpx.get(page.address + "health", headers={"host": "evil.example"}).status_code == 421


class Broken(Waiting):
    """An assistant whose index cannot be asked any more."""

    @property
    def generation(self) -> str:  # type: ignore[override]
        raise OSError("/a/place")

    def articles(self) -> list:
        return []


def test_health_of_an_index_that_cannot_be_asked_is_503(monkeypatch: pytest.MonkeyPatch) -> None:
    with served(Waiting()) as page:
        page.watch.assistant = Broken()
        told = httpx.get(page.address + "health")
        assert told.status_code == 503 and told.json()["status"] == "unusable" and "place" not in told.text
        assert httpx.get(page.address + "health/live").status_code == 200


def test_health_is_told_while_the_index_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    held = threading.Event()

    class Hanging(Waiting):
        created = property(lambda self: held.wait(PATIENCE) and "later")  # type: ignore[assignment]

    with served(Waiting()) as page:
        assert httpx.get(page.address + "health").json()["open"]
        monkeypatch.setattr("rag.ui.health.LOOK_SECONDS", 0.05)
        page.watch.assistant = Hanging()
        try:
            assert httpx.get(page.address + "health").json()["created"] == Waiting.created  # what was seen before
            assert httpx.get(page.address + "health").status_code == 200
        finally:
            held.set()
        until(lambda: httpx.get(page.address + "health").json()["created"] == "later")


def test_health_is_told_while_32_ask(waiting: Served) -> None:
    with ThreadPoolExecutor(32) as pool:
        answers = [pool.submit(httpx.get, url, timeout=60) for url in map(waiting.event, (f"q{n}" for n in range(32)))]
        until(lambda: httpx.get(waiting.address + "health", timeout=PATIENCE).json()["answers_under_way"] == AT_ONCE)
        assert httpx.get(waiting.address + "health/live", timeout=PATIENCE).status_code == 200
        waiting.assistant.go.set()
        assert all(f"Whole of q{n}." in answer.result().text for n, answer in enumerate(answers))


def test_a_server_that_is_stopped_lets_an_answer_end_and_takes_no_other(waiting: Served) -> None:
    with ThreadPoolExecutor(2) as pool:
        coming = pool.submit(httpx.get, waiting.event("q"), timeout=PATIENCE)
        assert waiting.assistant.begun.acquire(timeout=PATIENCE)
        stopped = pool.submit(serving.stop_page, waiting.page, waiting.watch, PATIENCE)
        until(lambda: waiting.watch.stopping)
        refused = httpx.post(f"{waiting.address}gradio_api/call/v2/ask", json={"question": "late"})
        assert refused.status_code == 503 and refused.headers["retry-after"] == "5"
        assert refused.json()["request_id"] == refused.headers["x-request-id"]
        health = httpx.get(waiting.address + "health")
        assert health.status_code == 503 and health.json()["status"] == "stopping"
        assert health.json()["answers_under_way"] == 1
        assert httpx.get(waiting.address + "health/live").status_code == 200
        waiting.assistant.go.set()
        assert "Whole of q." in coming.result().text and stopped.result()
    with pytest.raises(httpx.ConnectError):
        httpx.get(waiting.address)
    assert [line["event"] for line in waiting.lines() if line["event"].startswith("stop")] == ["stopping", "stopped"]


def test_what_does_not_end_in_time_is_ended_and_told_so(waiting: Served) -> None:
    with ThreadPoolExecutor(2 * AT_ONCE) as pool:
        coming = [pool.submit(httpx.get, waiting.event(f"q{n}"), timeout=PATIENCE) for n in range(AT_ONCE + 2)]
        for _ in range(AT_ONCE):
            assert waiting.assistant.begun.acquire(timeout=PATIENCE)
        assert not serving.stop_page(waiting.page, waiting.watch, 0.1)
        for answer in coming:
            assert "event: error" in answer.result(PATIENCE).text and "Whole" not in answer.result().text
    for _ in range(AT_ONCE):
        assert waiting.assistant.closed.acquire(timeout=PATIENCE)


def test_an_open_page_does_not_keep_a_server_that_is_stopped(waiting: Served) -> None:
    with httpx.stream("GET", waiting.address + "gradio_api/heartbeat/some-page", timeout=PATIENCE) as beating:
        coming = beating.iter_bytes()
        next(coming)
        assert serving.stop_page(waiting.page, waiting.watch, PATIENCE)
        assert list(coming) is not None  # it ended
    assert not waiting.watch._under_way


def test_a_second_signal_waits_for_nothing_more(waiting: Served) -> None:
    with ThreadPoolExecutor(2) as pool:
        coming = pool.submit(httpx.get, waiting.event("q"), timeout=PATIENCE)
        assert waiting.assistant.begun.acquire(timeout=PATIENCE)
        waiting.watch.note_signal()
        assert waiting.watch.told and not waiting.watch.hurried
        stopped = pool.submit(serving.stop_page, waiting.page, waiting.watch, 600)
        until(lambda: waiting.watch.stopping)
        waiting.watch.note_signal()
        assert not stopped.result(PATIENCE) and "event: error" in coming.result().text
