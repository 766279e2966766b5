"""The chat page: `python app.py` and open the address it prints.

The first start ingests the articles beside this file. Exit code 0 after Ctrl-C, 2 when the page cannot be served.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from rag import Assistant, IngestReport, Settings, ingest
from rag.errors import IndexMissing, RagError

ARTICLES = Path(__file__).parent / "articles"


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the page until it is stopped; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        settings = Settings(**{name: value for name, value in vars(options).items() if value is not None})
        assistant = _assistant(settings)
        _serve(assistant, settings)
    except RagError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        _say("Stopped.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Serve the Kilnmark chat page.")
    parser.add_argument("--host", help="address to listen on (default 127.0.0.1, this machine only; or RAG_HOST)")
    parser.add_argument("--port", help="port to listen on (default 7860; or RAG_PORT)")
    parser.add_argument("--store", help="folder of the index (default .store; or RAG_STORE)")
    return parser


def _assistant(settings: Settings) -> Assistant:
    """The assistant over the index; over a new one of the articles beside this file when there is none yet."""
    try:
        return Assistant(settings)
    except IndexMissing:
        _say("No index yet: ingesting the articles.")
        report = _ingest(settings)
        for name, reason in report.skipped:
            _say(f"Skipped {name}: {reason}")
        _say(f"{report.articles} articles, {report.paragraphs} paragraphs in {report.seconds:.1f} s.")
        return Assistant(settings)


def _ingest(settings: Settings) -> IngestReport:
    """Ingest with a bar for each stage in the terminal; the bars are gone when it is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage.capitalize(), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        return ingest([str(ARTICLES)], settings=settings, progress=progress)


def _serve(assistant: Assistant, settings: Settings) -> None:
    """Serve until Ctrl-C. Gradio is imported here, after it is told to keep to itself, and so that --help is quick."""
    os.environ |= {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1"}
    # Gradio asks itself whether it is up; a proxy of the network must not stand in between.
    os.environ["NO_PROXY"] = ",".join(filter(None, (os.environ.get("NO_PROXY"), "127.0.0.1,localhost", settings.host)))
    from rag.ui import page

    address = page.serve(page.build(assistant), settings)
    _say(f"Kilnmark is at {address} (Ctrl-C stops it).")
    threading.Event().wait()


def _say(line: str) -> None:
    Console(soft_wrap=True).print(line, markup=False, highlight=False)


def _fail(line: str) -> int:
    Console(stderr=True, soft_wrap=True).print(line, markup=False, highlight=False)
    return 2


if __name__ == "__main__":
    sys.exit(main())
