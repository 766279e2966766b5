"""The report as one HTML page that needs nothing else: no network, no fonts, no libraries; whole without its script."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from evals.report.charts import HEAT, drawn, percent, points, warmth, x, y
from evals.report.marks import passages, spoken
from evals.report.schema import Report, Score
from evals.report.wording import (
    bound,
    breach,
    clean,
    duration,
    figure,
    grouped,
    interval,
    language,
    number,
    sureness,
    unclaimed,
    weights,
    wrong,
)

_HERE = Path(__file__).parent


def page(report: Report) -> str:
    """A page that explains the whole report. Everything in the report is text: none of it can become markup or script."""
    report = clean(report)
    script, style = ((_HERE / name).read_text(encoding="utf-8") for name in ("page.js", "page.css"))
    return _environment().get_template("page.html.j2").render(
        report=report,
        gate=_gate(report),
        groups=grouped(report["scores"]),
        known={question["id"] for question in report["questions"]},
        names=list(dict.fromkeys(name for baseline in report["baselines"] for name in baseline["scores"])),
        points=points(report["reliability"]),
        slowest=max((stage["p99"] or 0.0 for stage in report["latency"]), default=0.0) or 1.0,
        wrong=wrong(report),
        right=[question for question in report["questions"] if question["right"]],
        kinds=_kinds(report, "kind"),
        languages=_kinds(report, "language"),
        splits=_kinds(report, "split"),
        style=Markup(style),  # ours, not the report's
        script=Markup(script),
        digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )  # fmt: skip


def _gate(report: Report) -> dict[str, Any]:
    bounded = [score for score in report["scores"] if score["met"] is not None]
    # What follows the count are the ids of the questions, which the page links to.
    lines = [(_before_ids(breach(report, s), s), s["failed"]) for s in bounded if s["met"] is False]
    lines += [(line, []) for line in unclaimed(report)]
    return {"closed": bool(lines), "bounds": len(bounded), "missed": lines}


def _before_ids(line: str, score: Score) -> str:
    head, count, _ = line.partition(f"(n = {score['n']})")
    return head + count


def _kinds(report: Report, field: str) -> list[str]:
    return list(dict.fromkeys(question[field] for question in report["questions"]))  # type: ignore[literal-required]


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for helper in (
        number,
        interval,
        bound,
        duration,
        figure,
        sureness,
        language,
        weights,
        percent,
        drawn,
        warmth,
        x,
        y,
        passages,
        spoken,
    ):
        made.filters[helper.__name__] = helper
    made.globals.update(edges=HEAT)
    return made
