"""A scripted OpenAI-compatible server on loopback, that can also fail in the ways real ones do."""

from __future__ import annotations

import gzip
import json
import select
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "sk-secret"
USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
# What a stream does after the words of its reply, but for "ok"; those in SILENT do it without a word.
SILENT = ("html", "empty", "slow headers")
# What is sent without an end, instead of a reply: a line, lines that say nothing, one event after the other, compressed nothing.
POURS = {
    "long line": b'data: {"choices": "' + b"x" * 65536, "comments": b": nothing\n\n" * 6000, "events": b"", "gzip": b"",
}  # fmt: skip
MODES = (
    "ok", "bad json", "error event", "reset", "no finish", "stall", "drip", "keep-alives", "stall after finish", "stall after done",
    *SILENT, *POURS,
)  # fmt: skip
# Where a stalled stream comes to a halt: before its first byte, after the words of its reply, when it said that it is whole.
STALLS = ("slow headers", "stall", "stall after finish", "stall after done")


class Server(ThreadingHTTPServer):
    """Answers every chat completion with `reply(messages)`, or with `status` when that is not 200.

    mode: one of MODES; where it streams, what goes wrong after the reply. finish: the finish_reason.
    retry_after: the header sent with a status. times: how many requests fail, all when None; later ones are answered.
    refuses: a field of the request that is answered with 400.
    asked: the messages of each request; bodies, headers: the requests; gone: set when a client left a reply that went on, and
    left: how many did. sent: bytes of what has no end, of the last reply.
    """

    def __init__(self, reply, status=200, mode="ok", *, finish="stop", retry_after=None, times=None, refuses=None):
        assert mode in MODES
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply, self.status, self.mode, self.finish = reply, status, mode, finish
        self.retry_after, self.times, self.refuses = retry_after, times, refuses
        self.asked, self.bodies, self.headers, self.sent = [], [], [], 0
        self.gone, self.closed, self.left = threading.Event(), threading.Event(), 0
        self.counting = threading.Lock()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def settings(self) -> dict[str, str]:
        return {"base_url": f"http://127.0.0.1:{self.server_port}/v1", "model": "scripted", "api_key": KEY}

    def close(self):
        self.closed.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        """A client that left is no news, only a fact."""
        self.count_leaver()

    def count_leaver(self):
        with self.counting:
            self.left += 1
        self.gone.set()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        server = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.asked.append(body["messages"])
        server.bodies.append(body)
        server.headers.append(dict(self.headers))
        fails = server.times is None or len(server.bodies) <= server.times
        if server.refuses in body:
            self.refuse(400, f"unknown field {server.refuses}")
        elif server.status != 200 and fails:
            self.refuse(server.status, f"Incorrect API key provided: {KEY}")
        elif body.get("stream"):
            self.stream(body, server.mode if fails else "ok")
        else:
            self.whole(body)

    def refuse(self, status, message):
        self.send_json(status, {"error": {"message": message}})

    def whole(self, body):
        content = self.server.reply(body["messages"])
        message = {
            "index": 0,
            "finish_reason": self.server.finish,
            "message": {"role": "assistant", "content": content},
        }
        facts = {"id": "1", "object": "chat.completion", "created": 1, "model": "m"}
        self.send_json(200, facts | {"choices": [message], "usage": USAGE})

    def send_json(self, status, value):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if status != 200 and self.server.retry_after is not None:
            self.send_header("Retry-After", str(self.server.retry_after))
        self.end_headers()
        self.wfile.write(data)

    def stream(self, body, mode):
        if mode == "slow headers":
            self.go_on(b"")
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if mode == "html" else "text/event-stream")
        if mode == "gzip":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if mode in POURS:
            self.pour(mode)
            return
        if mode == "html":
            self.wfile.write(b"<!doctype html><title>Log in</title>" + KEY.encode())
        if mode in SILENT:
            return
        content = self.server.reply(body["messages"])
        # A list is sent in the pieces it has, text word by word.
        for piece in content if isinstance(content, list) else content.replace(" ", " \0").split("\0"):
            self.event({"role": "assistant", "content": piece})
        self.end(body, mode)

    def end(self, body, mode):
        if mode in ("ok", "stall after finish", "stall after done"):
            self.event({}, finish=self.server.finish)
            if mode != "stall after finish" and body.get("stream_options", {}).get("include_usage"):
                self.event(None, usage=USAGE)
            if mode != "stall after finish":
                self.write(b"data: [DONE]\n\n")
            if mode != "ok":
                self.go_on(b"")
        elif mode == "bad json":
            self.write(b'data: {"choices": [{"del\n\n')
        elif mode == "error event":
            self.write(b'data: {"error": {"message": "overloaded %s", "code": 500}}\n\n' % KEY.encode())
        elif mode == "reset":
            time.sleep(0.1)  # or the client drops what it has not read yet
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.wfile.close()
            self.connection.close()
        elif mode == "drip":
            self.go_on(self.chunk({"content": "x"}))
        elif mode in ("stall", "keep-alives"):
            self.go_on(b": keep-alive\n\n" if mode == "keep-alives" else b"")

    def go_on(self, data):
        """Send `data` over and over until the client leaves; b"" is silence."""
        while not self.server.closed.is_set():
            try:
                if select.select([self.connection], [], [], 0.1)[0] and not self.connection.recv(1):
                    raise ConnectionError
                self.write(data)
            except OSError:
                self.server.count_leaver()
                return

    def pour(self, mode):
        """Send over and over, as fast as it is read, until the client leaves."""
        data = POURS[mode] or (gzip.compress(bytes(10_000_000)) if mode == "gzip" else self.chunk({"role": "assistant"}) * 400)
        self.server.sent = 0
        try:
            self.connection.settimeout(60)
            while not self.server.closed.is_set():
                self.write(data)
                self.server.sent += len(data)
        except OSError:
            self.server.count_leaver()

    def event(self, delta, finish=None, usage=None):
        self.write(self.chunk(delta, finish, usage))

    def chunk(self, delta, finish=None, usage=None):
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
        facts = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices}
        return b"data: " + json.dumps(facts | {"usage": usage}).encode() + b"\n\n"

    def write(self, data):
        self.wfile.write(data)
        self.wfile.flush()

    def log_message(self, *args):
        pass
