"""The report of one evaluation as plain JSON values, what changed since another one, and the few figures of it that are shipped.

Shares are in [0, 1], times in seconds, offsets in code points. Low and high are the ends of a 95 % interval. None stands where
there is nothing to score.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from evals import gate
from evals.metrics import Score, reliability
from evals.results import Result
from evals.runner import HOME, Run
from evals.scores import list_headline

Report = dict[str, Any]
OURS = "Kilnmark"
_COMPARED = "answer correctness"  # by which ways of answering are compared on the page
_DIGITS = 4  # more differ from processor to processor


class ReportError(Exception):
    """A file is no report of this evaluation; the message names it."""


def make_report(run: Run, seconds: float = 0.0) -> Report:
    """Everything about a run: its scores with their limits, the baselines, the reliability curve, every question."""
    scores, paragraphs = run.scores(), run.results[0].paragraphs if run.results else {}
    first = run.results[0].response if run.results else None
    told = [r for r in run.results if not r.refused and r.response.confidence is not None]
    curve = reliability([float(r.response.confidence or 0) for r in told], [r.right for r in told])
    return {
        "version": 1, "date": f"{datetime.now(UTC):%Y-%m-%d}", "commit": name_commit(), "machine": name_machine(),
        "python": platform.python_version(), "weights": dict(first.weights) if first else {}, "seconds": round(seconds, 1),
        "model": next((r.response.model for r in run.results if r.response.model), None),
        "corpus": {"articles": len({p.article_id for p in paragraphs.values()}), "paragraphs": len(paragraphs)},
        "scores": list_scores(scores),
        "baselines": [
            {"name": name, "scores": {s.name: _figure(s) for s in list_headline(part)}}
            for name, part in {OURS: run.results, **run.others}.items()
        ],
        "reliability": [bin_._asdict() for bin_ in curve],
        "breaches": gate.list_breaches(scores, gate.read_limits()),
        "flipped": None,
        "questions": [_question(result) for result in (*run.results, *run.unseen)],
    }  # fmt: skip


def list_scores(scores: Sequence[Score]) -> list[Report]:
    """Scores as they stand in a report, each with its limit and its aim."""
    limits, none = gate.read_limits(), dict.fromkeys(("floor", "ceiling", "met", "aim", "owed", "reached"))
    return [
        {
            "name": score.name, "group": score.group, "about": score.about, **_figure(score), **none,
            **(limits[score.name].describe(score.value) if score.name in limits else {}), "failed": list(score.failed),
        }
        for score in scores
    ]  # fmt: skip


def _figure(score: Score) -> Report:
    low, high = score.interval or (None, None)
    return {"value": score.value, "n": score.n, "low": low, "high": high, "unit": score.unit}


def _question(result: Result) -> Report:
    item, response = result.item, result.response
    return {
        "id": item.id, "kind": item.kind, "language": item.language, "split": item.split, "question": item.question,
        "history": list(item.history), "read_as": response.read_as, "right": result.right, "status": response.status,
        "confidence": response.confidence, "text": response.text, "notice": response.notice, "why": result.why(),
        "citations": list(response.citations),
        "gold": {
            "paragraphs": sorted(result.gold), "quotes": list(item.quotes),
            "facts": [str(fact) for fact in (*item.facts, *item.reading)],
        },
        "seconds": response.timings.get("total"),
    }  # fmt: skip


def read_report(file: Path) -> Report:
    """An earlier report. Raises ReportError when it is none."""
    try:
        found: Report = json.loads(file.read_text(encoding="utf-8"))
        if found["version"] != 1 or "questions" not in found:
            raise ValueError("another version of the report")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReportError(f"{file}: not a report of this evaluation ({error})") from None
    return found


def list_flips(report: Report, baseline: Report) -> Report:
    """What changed since `baseline`: ids in the order of the report. Questions only in one of the two are `new` or `gone`."""
    now, before = ({q["id"]: q["right"] for q in of["questions"]} for of in (report, baseline))
    return {
        "worse": [id for id, right in now.items() if before.get(id) is True and not right],
        "better": [id for id, right in now.items() if before.get(id) is False and right],
        "baseline": f"{baseline['date']} {baseline['commit']}",
        "new": [id for id in now if id not in before],
        "gone": [id for id in before if id not in now],
    }


def summarize_report(report: Report) -> Report:
    """Date, machine, release and figures of a report, without its questions: what the page shows where nothing was measured."""
    fields = ("name", "value", "unit", "n", "low", "high", "floor", "ceiling", "met", "aim", "owed", "reached")
    try:
        release = version("kilnmark")
    except PackageNotFoundError:
        release = ""
    return {
        "version": report["version"], "release": release, "date": report["date"], "commit": report["commit"],
        "machine": report["machine"], "questions": len(report["questions"]),
        "scores": [{name: _round(score.get(name)) for name in fields} for score in report["scores"]],
        "baselines": [
            {"name": row["name"], "scores": {_COMPARED: {"value": _round(row["scores"][_COMPARED]["value"])}}}
            for row in report["baselines"]
        ],
        "reliability": [{name: _round(value) for name, value in bin_.items()} for bin_ in report["reliability"]],
    }  # fmt: skip


def write_summary(report: Report, file: Path) -> None:
    """Write the figures of a report into a file, one score a line."""
    parts = []
    for name, value in summarize_report(report).items():
        told = json.dumps(value, ensure_ascii=False)
        if isinstance(value, list) and value:
            told = "[\n" + ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in value) + "\n ]"
        parts.append(f"{json.dumps(name)}: {told}")
    file.write_text("{\n " + ",\n ".join(parts) + "\n}\n", encoding="utf-8")


def _round(value: object) -> object:
    return round(value, _DIGITS) if isinstance(value, float) else value


def name_commit() -> str:
    """The short hash of the commit that is checked out, with "+" when files differ from it; "" outside a repository."""
    try:
        said = [
            subprocess.run(["git", "-C", str(HOME), *words], capture_output=True, text=True, check=True).stdout.strip()
            for words in (["rev-parse", "--short=7", "HEAD"], ["status", "--porcelain", "--untracked-files=no"])
        ]
    except (OSError, subprocess.CalledProcessError):
        return ""
    return said[0] + ("+" if said[1] else "")


def name_machine() -> str:
    """The machine's class: architecture, the vector instructions that matter to the encoders, cores."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        flags = ""
    wide = "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else ""
    return ", ".join(filter(None, (platform.machine(), wide, f"{os.cpu_count()} cores")))
