"""A page served over an assistant whose answers end when a test says so."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

import rag.logs as logs
from rag import Settings
from rag.api.streaming import AnswerStream
from rag.cancellation import CancellationToken
from rag.types import Answer, Source
from rag.ui import serving
from rag.ui.internals import add_request_id
from rag.ui.page import build_page
from rag.ui.watching import RequestWatch
from tests.test_app import NOWHERE, free_port

PATIENCE = 20  # seconds after which what should happen does not happen any more


class Waiting:
    """An assistant whose answers have a first half at once, and the second when `go` is set or they are closed."""

    generation, created, model, reachable = "g1", "2026-01-01T00:00:00Z", None, True

    def __init__(self) -> None:
        self.go, self.begun, self.closed = threading.Event(), threading.Semaphore(0), threading.Semaphore(0)

    def stream(self, question: str, *, history: object = (), language: object = None, **_: object) -> AnswerStream:
        def answers(token: CancellationToken):
            token.register(self.closed.release)
            ended = threading.Event()
            token.register(ended.set)
            yield Answer(question, "Half.", "answered", "en", 0.5)
            self.begun.release()
            while not (self.go.is_set() or ended.is_set()):
                self.go.wait(0.02)
            yield Answer(question, f"Whole of {question}.", "answered", "en", 0.5)

        return AnswerStream(answers)

    def articles(self) -> list[Source]:
        return []


@dataclass
class Served:
    """A page that is served, its log, and who is asking it."""

    assistant: object
    watch: RequestWatch
    address: str
    page: object
    log: io.StringIO = field(default_factory=io.StringIO)

    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]

    def event(self, question: str) -> str:
        """Ask; the address of the answer."""
        asked = httpx.post(f"{self.address}gradio_api/call/v2/ask", json={"question": question})
        assert asked.status_code == 200, asked.text
        return f"{self.address}gradio_api/call/v2/ask/{asked.json()['event_id']}"


@contextmanager
def served(assistant: object, **given: object) -> Iterator[Served]:
    settings = Settings(store="/no/such/store", port=free_port(), **given)
    watch, log = RequestWatch(assistant), io.StringIO()
    page = build_page(assistant, NOWHERE, NOWHERE, watch.answering)
    with logs.write_logs("json", settings.list_secrets(), settings.log_questions, log) as handler:
        handler.addFilter(add_request_id)
        address = serving.serve_page(page, settings, watch=watch)
        try:
            yield Served(assistant, watch, address, page, log)
        finally:
            page.close(verbose=False)
