"""Nothing leaves the machine: every look-up and connection but loopback's fails, and everything works."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.conftest import HOME

GUARD = """
import socket
tried = []
def allowed(host): return host in (None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", b"localhost")
look_up, connect = socket.getaddrinfo, socket.socket.connect
def guarded_look_up(host, *rest, **more):
    if not allowed(host):
        tried.append(host); raise OSError(f"no network: {host}")
    return look_up(host, *rest, **more)
def guarded_connect(self, address):
    if self.family != socket.AF_UNIX and not allowed(address[0]):
        tried.append(address); raise OSError(f"no network: {address}")
    return connect(self, address)
socket.getaddrinfo, socket.socket.connect = guarded_look_up, guarded_connect
"""
SCRIPT = """
import sys, time, urllib.request
from rag import Article, Assistant, Settings, ingest, verify
settings = Settings(store=sys.argv[1], port=int(sys.argv[2]))
ingest([Article(id="k", language="en", paragraphs=["The kiln was lit in 1987."])], settings)
assistant = Assistant(settings)
assert assistant.ask("When was the kiln lit?").status == "answered"
assert verify("The kiln was lit in 1987.", ["The kiln was lit in 1987."]).status == "supported"
from rag.ui import page, serving
address = serving.serve_page(page.build_page(assistant, settings.store / 'none', settings.store / 'none'), settings)
assert b"Kilnmark" in urllib.request.urlopen(address).read()
time.sleep(2)  # what a library does in the background shows by now
print("TRIED", tried)
"""


def test_ingesting_asking_and_the_page_need_no_network_and_try_none(tmp_path, unused_port):
    environment = os.environ | {"GRADIO_ANALYTICS_ENABLED": "False", "NO_PROXY": "127.0.0.1,localhost"}
    command = [sys.executable, "-c", GUARD + SCRIPT, str(tmp_path / "store"), str(unused_port)]
    done = subprocess.run(command, cwd=HOME, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert "TRIED []" in done.stdout, done.stdout + done.stderr[-3000:]
