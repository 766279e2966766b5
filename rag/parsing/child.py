"""The process in which files are parsed: it reads one after another from standard input and writes what it made of each.

A request is a line of JSON, {"kind": ".pdf", "size": 123}, and the bytes; a reply is a line of JSON. It opens no file and no
connection, and ends when its input does.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from math import ceil
from typing import Any, BinaryIO

from rag.parsing.parsed import CannotParse, Parsed


def serve_requests() -> None:
    """Serve until the input ends. Arguments: bytes of memory this process may take, seconds of a processor for each file."""
    memory, seconds = map(int, sys.argv[-2:])
    _limit_memory(memory)
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints is no reply
    while line := requests.readline():
        request = json.loads(line)
        _limit_time(seconds)
        reply = _answer(str(request["kind"]), int(request["size"]), requests)
        replies.write(json.dumps(reply).encode() + b"\n")
        replies.flush()


def _answer(kind: str, size: int, requests: BinaryIO) -> dict[str, Any]:
    """What became of one file; any failure of a library is a reason."""
    try:
        return parse_bytes(kind, requests.read(size)).to_dict()
    except CannotParse as problem:
        return {"code": problem.code, "detail": problem.detail}
    except MemoryError:
        return {"code": "memory", "detail": ""}
    except Exception as error:  # of whatever kind: libraries raise their own, and their helpers'
        return {"code": "unreadable", "detail": type(error).__name__}


def parse_bytes(kind: str, data: bytes) -> Parsed:
    """What is in a file of a kind, by its suffix. Raises CannotParse, and whatever the kind's library does."""
    # Each library is imported when the first file of its kind comes.
    if kind == ".pdf":
        from rag.parsing.pdf import parse_pdf

        return parse_pdf(data)
    if kind == ".docx":
        from rag.parsing.office import parse_docx

        return parse_docx(data)
    if kind == ".md":
        from rag.parsing.markdown import parse_markdown

        return parse_markdown(data.decode("utf-8", "surrogatepass"))
    from rag.parsing.web import parse_html

    return parse_html(data.decode("utf-8", "surrogatepass"))


def _limit_time(seconds: int) -> None:
    """Let this process compute for so many seconds from now on, or be ended by the system."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (ceil(time.process_time()) + seconds, hard))


def _limit_memory(limit: int) -> None:
    """Let this process have so many bytes of address space, where the system can hold it to that."""
    with suppress(ImportError, ValueError, OSError):  # Windows has no such limits, macOS refuses this one
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
