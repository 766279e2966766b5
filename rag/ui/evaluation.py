"""The Evaluation tab: the report of the last evaluation on this machine, else the one that is shipped, as tables and as points to
draw; how to make one if there is none.

A report is a file of plain JSON (`python -m evals --report .eval`); of the shipped one, its figures alone
(`python -m evals --write`). Nothing of the evaluation is imported here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from rag.ui.markup import escape_html
from rag.ui.texts import Texts

COMMAND = "python -m evals --report .eval"
SHIPPED = Path(__file__).parents[2] / "docs" / "evaluation.json"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the tab shows. `systems` are (name, share of answers with the right facts); `curve` (confidence, share right)."""

    html: str
    systems: tuple[tuple[str, float], ...] = ()
    curve: tuple[tuple[float, float], ...] = ()


def load_evaluation(file: Path, words: Texts, shipped: Path = SHIPPED) -> Evaluation:
    """The report in `file`, else the shipped one; how to make one when neither can be read."""
    for report, origin in ((file, words.report_own), (shipped, words.report_shipped)):
        try:
            return _show(json.loads(report.read_text(encoding="utf-8")), origin, words)
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return Evaluation(f'<p class="km-empty">{escape_html(words.no_report)} <code>{escape_html(COMMAND)}</code></p>')


def draw_evaluation(found: Evaluation, words: Texts) -> tuple[str, gr.BarPlot, gr.LinePlot]:
    """The components of the tab: the tables, bars of systems, the curve of calibration."""
    import pandas

    bars = pandas.DataFrame(found.systems, columns=["system", "share"])
    curve = pandas.DataFrame(found.curve, columns=["confidence", "right"])
    return (
        found.html,
        gr.BarPlot(bars, visible=bool(found.systems), title=words.compared, x_title=" ", y_title=words.right),
        gr.LinePlot(
            curve, visible=bool(found.curve), title=words.calibration, x_title=words.confidence, y_title=words.right
        ),
    )


def _show(report: dict[str, Any], origin: str, words: Texts) -> Evaluation:
    """What the tab shows of a report. origin: which one it is."""
    systems = tuple((str(row["name"]), float(row["scores"]["answer correctness"]["value"])) for row in report["baselines"])
    curve = tuple((float(b["confidence"]), float(b["right"])) for b in report["reliability"] if b["n"])
    which = escape_html(origin.format(release=report.get("release", ""), command=COMMAND))
    return Evaluation(f'<p class="km-empty"><strong>{which}</strong></p>{_table(report, words)}', systems, curve)


def _table(report: dict[str, Any], words: Texts) -> str:
    questions = report["questions"]  # one by one, or how many
    count = questions if isinstance(questions, int) else len(questions)
    about = words.report.format(date=report["date"], questions=count, machine=report["machine"])
    heads = "".join(
        f"<th scope=col>{escape_html(h)}</th>" for h in (words.measure, words.score, words.interval, "n", words.limit)
    )
    rows = "".join(_row(score) for score in report["scores"] if score["value"] is not None)
    return (
        f'<p class="km-empty">{escape_html(about)}</p><table class="km-scores"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(score: dict[str, Any]) -> str:
    low, high = score.get("low"), score.get("high")
    between = f"{low:.3f} – {high:.3f}" if low is not None and high is not None else ""
    kept = "" if score.get("met", True) is not False else ' class="km-broken"'
    limits = ((score.get("floor"), "≥"), (score.get("ceiling"), "≤"))
    bound = " ".join(f"{sign} {limit:g}" for limit, sign in limits if limit is not None)
    cells = [f"{score['value']:.3f}{score.get('unit') or ''}", between, str(score["n"]), bound]
    row = "".join(f"<td>{escape_html(cell)}</td>" for cell in cells)
    return f"<tr{kept}><th scope=row>{escape_html(str(score['name']))}</th>{row}</tr>"
