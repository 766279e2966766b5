"""`app.py` as a process of its own, as people start it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.conftest import HOME

PATIENCE = 60  # seconds after which what should happen does not happen any more


@dataclass
class AppProcess:
    """The process, and the address of its page. said: all of standard output and error, once it has ended."""

    process: subprocess.Popen[str]
    address: str
    said: list[str] = field(default_factory=list)

    def event(self, question: str) -> str:
        """Ask; the address of the answer."""
        asked = httpx.post(f"{self.address}gradio_api/call/v2/ask", json={"question": question})
        assert asked.status_code == 200, asked.text
        return f"{self.address}gradio_api/call/v2/ask/{asked.json()['event_id']}"

    def signal(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    def wait(self) -> int:
        """Its exit code, once it has ended by itself."""
        self.said += self.process.communicate(timeout=PATIENCE)
        return self.process.returncode

    def children(self) -> list[str]:
        """Ids of the processes that it started."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [child for task in tasks for child in task.read_text().split()]


@contextmanager
def running_app(store: Path, port: int, *arguments: str, **environment: str) -> Iterator[AppProcess]:
    """The app over a store, ready to be asked."""
    command = [sys.executable, str(HOME / "app.py"), "--store", str(store), "--port", str(port), *arguments]
    process = subprocess.Popen(
        command, cwd=HOME, env=os.environ | {"PYTHONPATH": str(HOME)} | environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        line = process.stdout.readline() if process.stdout else ""
        assert line.startswith("Kilnmark is at "), line + str(process.communicate(timeout=PATIENCE))
        yield AppProcess(process, line.split()[3], [line])
    finally:
        if process.poll() is None:
            process.kill()
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()
        process.wait(PATIENCE)
