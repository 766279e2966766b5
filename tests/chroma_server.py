"""A real Chroma server on loopback, to be started, stopped, killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

CHROMA = Path(sys.executable).parent / "chroma"
_START_SECONDS = 60


class ChromaServer:
    """`chroma run` over a folder, at the same address each time it is started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(CHROMA), "run", "--path", str(self.folder / "data"), "--host", "127.0.0.1", "--port", str(self.port)],
                stdout=log, stderr=log, cwd=self.folder,
            )  # fmt: skip
        ends = time.monotonic() + _START_SECONDS
        while time.monotonic() < ends:
            try:
                if httpx.get(f"{self.url}/api/v2/heartbeat", timeout=1).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError((self.folder / "server.log").read_text())

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, such as SIGSTOP or SIGCONT."""
        assert self._process
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        """Kill it, as a machine does that loses its power."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def started(folder: Path) -> Iterator[ChromaServer]:
    """A server that runs inside."""
    server = ChromaServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
