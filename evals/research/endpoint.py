"""An OpenAI-compatible endpoint on loopback that writes at a steady pace, for measuring what is added to it."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

from rag import Paragraph
from rag.paragraphs import sentence_spans
from rag.prompts import CANNOT_ANSWER, clean_text

START, RATE = 0.5, 50.0  # seconds to the first token, tokens a second: those of a mid-sized hosted model
_NUMBERED = re.compile(r'<paragraph number="(\d+)"[^>]*>\n(.*?)\n</paragraph>', re.DOTALL)
_TOKEN = re.compile(r"\s?(?:[a-zA-Z\u00c0-\u024f]{1,4}|\d{1,3}|\S)|\s+")

Message = Mapping[str, str]


class Endpoint(ThreadingHTTPServer):
    """An OpenAI-compatible server on loopback that streams two sentences at a steady pace, whoever asks.

    reply: the two sentences of a prompt. start: seconds to the first token. rate: tokens a second; a token is up to four Latin
    letters, three digits or one other character. asked: the messages of each request. seconds: by its number, from 1, those from
    the request to the end of the first sentence.
    """

    daemon_threads = True

    def __init__(self, reply: Callable[[str], Sequence[str]], start: float = START, rate: float = RATE) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.reply, self.start, self.rate = reply, start, rate
        self.seconds: dict[int, float] = {}
        self.asked: list[Sequence[Message]] = []

    @property
    def settings(self) -> dict[str, str]:
        """What leads an assistant here."""
        return {"model": "paced", "base_url": f"http://127.0.0.1:{self.server_port}/v1", "api_key": "none"}

    def handle_error(self, request: object, client_address: object) -> None:
        """A reader that has seen enough leaves."""


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Answer a chat completion, token by token."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        received, server = time.perf_counter(), cast(Endpoint, self.server)
        server.asked.append(body["messages"])
        number = len(server.asked)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        sent = 0
        for count, sentence in enumerate(server.reply(body["messages"][-1]["content"])):
            for token in _TOKEN.findall(" " * bool(count) + sentence):
                time.sleep(max(0.0, received + server.start + sent / server.rate - time.perf_counter()))
                self._event({"content": token})
                sent += 1
            if not count:
                server.seconds[number] = time.perf_counter() - received
        self._event({}, "stop")
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, delta: Message, finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        facts = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "paced", "choices": [choice]}
        self.wfile.write(b"data: " + json.dumps(facts).encode() + b"\n\n")
        self.wfile.flush()

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serve_endpoint(endpoint: Endpoint) -> Iterator[Endpoint]:
    """The endpoint, answering until the end of the block."""
    threading.Thread(target=endpoint.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield endpoint
    finally:
        endpoint.shutdown()
        endpoint.server_close()


def quote_sentences(prompt: str, paragraphs: Iterable[Paragraph], language: str, opening: str = "") -> Sequence[str]:
    """Two sentences of the first paragraph of a prompt that has as many, in a language it can be read in, with markers. What is
    stored as one sentence and would be read as two is passed over.

    opening: what each begins with.
    """
    views = {
        clean_text(p.text).strip(): next((v for v in p.views if v.language == language), p.original) for p in paragraphs
    }
    for number, text in _NUMBERED.findall(prompt):
        view = views.get(text)
        every = [view.sentence(i) for i in range(len(view.sentences))] if view else []
        plain = [said for said in every if len(sentence_spans(said, language)) == 1]
        if len(plain) > 1:
            return [f"{opening}{said.rstrip('.。')} [{number}]{'。' if language == 'zh' else '.'}" for said in plain[:2]]
    return [CANNOT_ANSWER]
