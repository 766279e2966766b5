"""The child process that parses files, seen from the one that asks: started for the first file, and anew when one ended it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from rag.parsing.parsed import CannotParse, Parsed

_ROOT = Path(__file__).parent.parent.parent  # what the package is imported from
WAIT = 5
_BYTES_A_CHARACTER = 8  # of JSON, which writes most of those beyond ASCII in six, and says where blocks begin
_START = "import sys; sys.path.insert(0, sys.argv[1]); from rag.parsing.child import serve_requests; serve_requests()"


@dataclass(frozen=True, slots=True)
class Limits:
    """What parsing one file may take: seconds of a processor, bytes of address space, and characters of the text that comes out.

    A machine that is busy with other things may take longer, up to `WAIT` times the seconds.
    """

    seconds: int = 120
    memory: int = 1_500_000_000
    characters: int = 20_000_000


class Parser:
    """Parses files in a child process, one after another. A context manager, or to be closed."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Parser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def parse_file(self, kind: str, data: bytes) -> Parsed:
        """What is in a file. kind: its suffix, such as ".pdf"; Markdown and HTML come as UTF-8. Raises CannotParse."""
        child = self._child or self._start()
        late = threading.Event()

        def end_late() -> None:
            late.set()
            child.kill()

        timer = threading.Timer(WAIT * self.limits.seconds, end_late)
        timer.daemon = True
        timer.start()
        try:
            reply = _exchange(child, kind, data, _BYTES_A_CHARACTER * self.limits.characters)
        finally:
            timer.cancel()
        if reply is None:
            self.close()
            if late.is_set() or child.returncode == -getattr(signal, "SIGXCPU", 0):
                raise CannotParse("time", str(self.limits.seconds))
            raise CannotParse("crashed")
        if "code" in reply:
            if reply["code"] == "memory":
                self.close()  # what is left of its memory may not be enough for the next
                raise CannotParse("memory", f"{self.limits.memory // 1_000_000}")
            if "unread" in reply:
                self.close()  # the rest of what it says is not read
            raise CannotParse(reply["code"], reply["detail"])
        if len(reply.get("text", "")) > self.limits.characters:
            raise CannotParse("too_large_inside")
        try:
            return Parsed.from_dict(reply)
        except (KeyError, TypeError, ValueError):  # a file has taken the child over, if it can
            self.close()
            raise CannotParse("crashed") from None

    def close(self) -> None:
        """End the child, whatever it is doing."""
        child, self._child = self._child, None
        if child:
            child.kill()  # does nothing where it has ended by itself
            with suppress(OSError, ValueError):  # what was not sent yet cannot be
                child.communicate()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", "-c", _START, str(_ROOT), str(self.limits.memory), str(self.limits.seconds)]
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        return self._child


def _exchange(child: subprocess.Popen[bytes], kind: str, data: bytes, most: int) -> dict[str, Any] | None:
    """The child's reply to one file; None when it ended instead. most: bytes of a reply that is read."""
    assert child.stdin and child.stdout
    try:
        child.stdin.write(json.dumps({"kind": kind, "size": len(data)}).encode() + b"\n" + data)
        child.stdin.flush()
        line = child.stdout.readline(most)
        if len(line) == most:
            return {"code": "too_large_inside", "detail": "", "unread": True}
        return dict(json.loads(line)) if line.endswith(b"\n") else None
    except (OSError, ValueError):
        return None
