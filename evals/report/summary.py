"""The figures of a report without its questions: the file that is shipped. The page shows it where nothing was measured yet."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from evals.report.schema import Report

SHOWN = "answer correctness"  # by which ways of answering are compared
_DIGITS = 4  # more differ from processor to processor


def summarize(report: Report) -> dict[str, Any]:
    """Date, machine, release and figures of a report, as plain JSON values."""
    fields = ("name", "value", "unit", "n", "low", "high", "floor", "ceiling", "met")
    return {
        "version": report["version"], "release": _find_release(), "date": report["date"], "commit": report["commit"],
        "machine": report["machine"], "questions": len(report["questions"]),
        "scores": [{name: _round(score.get(name)) for name in fields} for score in report["scores"]],
        "baselines": [
            {"name": row["name"], "scores": {SHOWN: {"value": _round(row["scores"][SHOWN]["value"])}}}
            for row in report["baselines"]
        ],
        "reliability": [{name: _round(value) for name, value in bin_.items()} for bin_ in report["reliability"]],
    }  # fmt: skip


def write_summary(report: Report, file: Path) -> None:
    """Write the figures of a report into a file, one score a line."""
    whole = summarize(report)
    parts = []
    for name, value in whole.items():
        if isinstance(value, list):
            rows = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in value)
            parts.append(f"{json.dumps(name)}: [\n{rows}\n ]" if rows else f"{json.dumps(name)}: []")
        else:
            parts.append(f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}")
    file.write_text("{\n " + ",\n ".join(parts) + "\n}\n", encoding="utf-8")


def _round(value: object) -> object:
    return round(value, _DIGITS) if isinstance(value, float) else value


def _find_release() -> str:
    try:
        return version("kilnmark")
    except PackageNotFoundError:
        return ""
