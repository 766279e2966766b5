"""Spans of OpenTelemetry: how long an answer and an ingestion took, and each stage of it, for whoever collects such things.

Only OpenTelemetry's own interface is used, which does nothing until a program sets up an exporter, as `opentelemetry-instrument`
does. The numbers and states of what was done are attributes; no text is.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from opentelemetry import trace
from opentelemetry.context import Context, get_current
from opentelemetry.trace import Status, StatusCode

__all__ = ["Context", "get_current", "record_answer", "send_rest"]

MAX_SENDING_SECONDS = 3.0
Fact = str | bool | int | float
_TRACER = trace.get_tracer("kilnmark")
_NANO = 1_000_000_000


def record_answer(
    name: str,
    seconds: float,
    stages: Mapping[str, float],
    facts: Mapping[str, Fact | None],
    failed: str = "",
    within: Context | None = None,
) -> None:
    """Record what has just ended as a span with a child for each stage.

    seconds: it took. stages: seconds by stage, in the order in which they begin; a stage may come back, so that a child is as
    long as all of its stage together and begins where the one before it ends. failed: type of the error it ended with.
    within: context of the span that this one belongs to.
    """
    ended = time.time_ns()
    begun = at = ended - int(seconds * _NANO)
    span = _TRACER.start_span(name, within, start_time=begun)
    if span.is_recording():
        span.set_attributes({f"kilnmark.{key}": value for key, value in facts.items() if value is not None})
        if failed:
            span.set_attribute("error.type", failed)
            span.set_status(Status(StatusCode.ERROR))
        inner = trace.set_span_in_context(span, within)
        for stage, length in stages.items():
            child = _TRACER.start_span(f"{name}.{stage}", inner, start_time=at)
            at = min(ended, at + int(length * _NANO))
            child.end(at)
    span.end(ended)


def send_rest() -> None:
    """Have what collects spans send those that it still has, where anything does."""
    flush = getattr(trace.get_tracer_provider(), "force_flush", None)  # of OpenTelemetry's SDK, not of its interface
    if flush:
        flush(int(MAX_SENDING_SECONDS * 1000))
