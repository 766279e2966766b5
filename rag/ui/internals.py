"""What only Gradio knows: to which request an event belongs, whether who asked has left, and the tracebacks it prints.

None of this has a public way, so each is looked for where Gradio 6 keeps it and done without where it is not; tests notice.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import ModuleType
from typing import Any

from gradio.context import LocalContext

import rag.logs as logs
from rag.ui.watching import ID_HEADER


def has_left() -> bool:
    """Whether the one who asked for what this thread works on has closed the connection on which the answer was to go."""
    page, event = LocalContext.blocks.get(None), LocalContext.event_id.get(None)
    jobs = getattr(getattr(page, "_queue", None), "active_jobs", ())
    return any(job._id == event and not job.alive for jobs_of_one in jobs for job in jobs_of_one or ())


def add_request_id(record: logging.LogRecord) -> bool:
    """A filter of log records: names the request that an event of the page belongs to. Keeps all."""
    if not hasattr(record, "request_id"):
        record.request_id = _find_name(LocalContext.request.get(None)) or _find_in_frames(getattr(record, "failure", None))
    return True


def tell_tracebacks() -> None:
    """Have the tracebacks that Gradio's modules print written down instead."""
    for name, module in list(sys.modules.items()):
        if name.startswith("gradio.") and vars(module).get("traceback") is traceback:
            vars(module)["traceback"] = _Told("traceback")


class _Told(ModuleType):
    """Stands for the module `traceback` in Gradio's modules."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever is there
        return getattr(traceback, name)

    def print_exc(self, *given: object, **named: object) -> None:
        """Write down the error that is being handled."""
        if error := sys.exception():
            logs.tell_failure("an event failed", error)


def _find_name(request: object) -> str:
    """The name of a request as Gradio hands it on; empty where there is none."""
    try:
        return str(getattr(request, "headers", {}).get(ID_HEADER) or "")
    except AttributeError:
        return ""


def _find_in_frames(error: BaseException | None) -> str:
    """The name of the request that an error met: Gradio runs its queue in tasks of its own."""
    for frame, _ in traceback.walk_tb(error.__traceback__ if error else None):
        for name in ("gr_request", "request"):
            if found := _find_name(frame.f_locals.get(name)):
                return found
    return ""
