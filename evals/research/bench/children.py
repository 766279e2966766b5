"""Measurements, each in a fresh process with a clean environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parents[3]


class MeasurementFailed(Exception):
    """A measuring process ended without a result; the message is its last line."""


@dataclass(frozen=True)
class Measured:
    """What a process measured, how long all of it took, and lines that it said of it."""

    values: dict[str, float]
    seconds: float
    notes: tuple[str, ...] = ()


def measure(
    step: str,
    options: Mapping[str, Any],
    python: Path | None = None,
    on_progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
    more: Mapping[str, str] | None = None,
) -> Measured:
    """Run a step, "module.function" of this folder, in a process of its own. Raises MeasurementFailed.

    python: the interpreter; this one when None. more: environment variables beside those that are there.
    """
    begun = time.perf_counter()
    command = [str(python or sys.executable), "-m", "evals.research.bench.child"]
    pipes: dict[str, Any] = {name: subprocess.PIPE for name in ("stdin", "stdout", "stderr")}
    process = subprocess.Popen(command, cwd=HOME, env=clean_environment(os.environ) | dict(more or {}), text=True, **pipes)
    errors: list[str] = []
    reader = threading.Thread(target=lambda: errors.extend(process.stderr or ()), daemon=True)
    reader.start()
    try:
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps({"step": step, "options": dict(options)}))
        process.stdin.close()
        values: dict[str, float] | None = None
        notes: list[str] = []
        for line in process.stdout:
            message = _read_message(line)
            if "progress" in message:
                on_progress(*message["progress"])
            if "note" in message:
                notes.append(str(message["note"]))
            values = message.get("result", values)
        code = process.wait()
    finally:
        process.kill()
        process.wait()
        reader.join(5)
        for pipe in filter(None, (process.stdin, process.stdout, process.stderr)):
            pipe.close()
    if values is None:
        last = [line.strip() for line in errors if line.strip()][-1:] or [f"it ended with exit code {code}"]
        raise MeasurementFailed(f"{step}: {last[0]}")
    return Measured(values, time.perf_counter() - begun, tuple(notes))


def _read_message(line: str) -> dict[str, Any]:
    """A line of the protocol; nothing of what libraries print."""
    try:
        message = json.loads(line)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without settings of ours and of model servers, and with libraries told to keep to themselves."""
    kept = {k: v for k, v in environment.items() if not k.startswith(("RAG_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_"))}
    own = {"ANONYMIZED_TELEMETRY": "False", "GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1"}
    return kept | own | {"PYTHONPATH": str(HOME)}
