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
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from rich.console import Console

if TYPE_CHECKING:
    from rag import Assistant, Settings
    from rag.ui.watching import RequestWatch

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
        with logs.write_logs(settings.log, settings.list_secrets(), settings.log_questions) as lines:
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
    from rag.api.own_files import OwnFiles
    from rag.ui.internals import add_request_id
    from rag.ui.page import build_page
    from rag.ui.serving import serve_page, stop_page
    from rag.ui.watching import RequestWatch

    watch = RequestWatch(assistant)
    own = OwnFiles(settings)
    page = build_page(assistant, REPORT, feedback.locate_verdicts(settings.store), watch.answering, own)
    lines.addFilter(add_request_id)
    with _note_signals(watch):
        address = serve_page(page, settings, mcp, watch, own)
        Console(soft_wrap=True).print(f"Kilnmark is at {address} (Ctrl-C stops it).", markup=False, highlight=False)
        while not watch.told:
            time.sleep(LISTEN_SECONDS)
        stop_page(page, watch)


@contextmanager
def _note_signals(watch: RequestWatch) -> Iterator[None]:
    """Have the watch note SIGINT and SIGTERM that come inside."""
    before = {number: signal.signal(number, watch.note_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_with_code(run: Callable[[], int]) -> NoReturn:
    """Run, and end the process with the code that it returns, after all that libraries have asked to be called at the end.

    Not by the rest of Python's own way, which ends threads in the middle of native code, and with them the process by SIGABRT;
    nor is a thread waited for long that hangs in a library.
    """
    codes: list[int] = []
    atexit.register(_end_at_once, codes)  # before libraries register theirs, and so called after them
    codes.append(run())
    end = threading.Timer(EXIT_SECONDS, _end_at_once, (codes,))
    end.daemon = True
    end.start()
    _send_spans()
    sys.exit(codes[0])


def _end_at_once(codes: Sequence[int]) -> None:
    """End the process, unless it failed before it had a code."""
    if codes:
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):  # nobody reads it any more
                stream.flush()
        os._exit(codes[0])


def _send_spans() -> None:
    """Send what OpenTelemetry still has now: at the end, a thread that hangs may leave it no time."""
    if telemetry := sys.modules.get("rag.telemetry"):
        telemetry.send_rest()


def _fail(line: str) -> int:
    Console(stderr=True, soft_wrap=True).print(line, markup=False, highlight=False)
    return 2


if __name__ == "__main__":
    end_with_code(main)
