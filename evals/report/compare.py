"""Two reports of the same questions: which were right in one and wrong in the other."""

from __future__ import annotations

from evals.report.schema import Flips, Report


def flips(report: Report, baseline: Report) -> Flips:
    """What changed since `baseline`: ids in the order of the report. Questions only in one of the two are `new` or `gone`."""
    now = {question["id"]: question["right"] for question in report["questions"]}
    before = {question["id"]: question["right"] for question in baseline["questions"]}
    return {
        "worse": [id for id, right in now.items() if before.get(id) is True and not right],
        "better": [id for id, right in now.items() if before.get(id) is False and right],
        "baseline": f"{baseline['date']} {baseline['commit']}",
        "new": [id for id in now if id not in before],
        "gone": [id for id in before if id not in now],
    }
