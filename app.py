"""The chat page: `python app.py` and open the address it prints.

The first start ingests the articles beside this file. Exit code 0 when the page is stopped with Ctrl-C or SIGTERM, 130 when
Ctrl-C comes before it is up, 2 when it cannot be served. Answers under way have 20 seconds to end then; whoever asks meanwhile
gets HTTP 503.
The house is imported where it is used: it brings seconds of libraries that `--help` need not wait for, and Gradio must
be told to keep to itself before it is imported.
"""

from __future__ import annotations

import argparse
import atexit
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from rich.console import Console

if TYPE_CHECKING:
    from rag import Assistant, Settings
    from rag.ui.watching import Watch

HOME = Path(__file__).parent
ARTICLES = HOME / "articles"
REPORT = HOME / ".eval" / "report.json"  # of the evaluation; `make eval` writes it
LISTEN_SECONDS = 0.1  # after which a signal is noticed
EXIT_SECONDS = 5.0  # that what is left to do at the very end may take


def main(arguments: Sequence[str] | None = None, program: str = "python app.py") -> int:
    """Serve the page until it is stopped; returns the exit code."""
    options = _parser(program).parse_args(arguments)
    os.environ |= {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1"}
    from rag import RagError, Settings, logs
    from rag.memory import share_arena

    share_arena()
    try:
        settings = Settings(
            **{name: value for name, value in vars(options).items() if value is not None and name != "mcp"}
        )
        # From here on what libraries have to say is written down, too.
        with logs.writing(settings.log, settings.secrets(), settings.log_questions) as lines:
            _serve(_assistant(settings), settings, options.mcp, lines)
    except RagError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename or settings.store}: {error.strerror}.")
    except KeyboardInterrupt:
        return 130
    return 0


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=program, description="Serve the Kilnmark chat page.")
    parser.add_argument("--host", help="address to listen on (default 127.0.0.1, this machine only; or RAG_HOST)")
    parser.add_argument("--port", help="port to listen on (default 7860; or RAG_PORT)")
    parser.add_argument("--store", help="folder of the index (default .store; or RAG_STORE)")
    parser.add_argument("--chroma-url", help="address of a Chroma server that keeps the index (default none; or RAG_CHROMA_URL)")
    parser.add_argument("--insecure", action="store_const", const=True, help="serve other machines without a password")
    parser.add_argument("--mcp", action="store_true", help="offer MCP tools too, at /mcp")
    return parser


def _assistant(settings: Settings) -> Assistant:
    """The assistant over the index. Where nobody named one and none was ever made, one is made of the articles beside this file:
    a mistyped name is not answered with other people's articles."""
    from ingest import ingest_with_progress, print_report
    from rag import Assistant, Settings
    from rag.errors import IndexMissing

    try:
        return Assistant(settings)
    except IndexMissing:
        if settings.chroma_url or settings.store != Settings.model_fields["store"].default or not ARTICLES.is_dir():
            raise
        console = Console()
        console.print("No index yet: ingesting the articles, once.")
        print_report(ingest_with_progress([ARTICLES], settings, console), settings, console)
        return Assistant(settings)


def _serve(assistant: Assistant, settings: Settings, mcp: bool, lines: logging.Handler) -> None:
    """Serve until Ctrl-C or SIGTERM; then answers under way have a while to end, unless it is said a second time."""
    # Gradio asks itself whether it is up; a proxy of the network must not stand in between.
    os.environ["NO_PROXY"] = ",".join(filter(None, (os.environ.get("NO_PROXY"), "127.0.0.1,localhost", settings.host)))
    from rag import feedback
    from rag.ui.internals import add_request_id
    from rag.ui.page import build
    from rag.ui.serving import serve, stop
    from rag.ui.watching import Watch

    watch = Watch(assistant)
    page = build(assistant, REPORT, feedback.beside(settings.store), watch.answering)
    lines.addFilter(add_request_id)
    with _heard_by(watch):
        address = serve(page, settings, mcp, watch)
        Console(soft_wrap=True).print(f"Kilnmark is at {address} (Ctrl-C stops it).", markup=False, highlight=False)
        while not watch.told:
            time.sleep(LISTEN_SECONDS)
        stop(page, watch)


@contextmanager
def _heard_by(watch: Watch) -> Iterator[None]:
    """SIGINT and SIGTERM go to the watch inside."""
    before = {number: signal.signal(number, watch.hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def leave(code: int) -> NoReturn:
    """End the process. Not by Python's own way, which ends threads in the middle of native code, and with them the process by
    SIGABRT; nor is a thread waited for that hangs in a library."""
    end = threading.Timer(EXIT_SECONDS, os._exit, (code,))
    end.daemon = True
    end.start()
    atexit._run_exitfuncs()  # among them that of OpenTelemetry, which sends what it still has
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def _fail(line: str) -> int:
    Console(stderr=True, soft_wrap=True).print(line, markup=False, highlight=False)
    return 2


if __name__ == "__main__":
    leave(main())
