"""The report as JUnit XML, which GitHub, GitLab and Jenkins show beside a change.

Red exactly when the gate is closed: a question that is wrong while the scores it counts for are met is known, so it passes, with
what went wrong as its output. In the dialect of Jenkins' `junit-10.xsd`.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from evals.report.schema import Question, Report, Score
from evals.report.wording import block, bound, breach, clean, interval, number, unclaimed, weights


def junit(report: Report) -> str:
    """A suite "gate" with a case for every floor and ceiling, then a suite for every kind of question with a case for each."""
    report = clean(report, instead="")
    root = Element("testsuites")
    _gate(root, report)
    broken = {id: score["name"] for score in report["scores"] if score["met"] is False for id in score["failed"]}
    for kind in dict.fromkeys(question["kind"] for question in report["questions"]):
        _kind(root, report, kind, broken)
    for suite in root:
        suite.set("tests", str(len(suite.findall("testcase"))))
        suite.set("failures", str(len(suite.findall("testcase/failure"))))
        # The schema of Ant wants both, at the end and even when they are empty.
        SubElement(suite, "system-out")
        SubElement(suite, "system-err")
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _gate(root: Element, report: Report) -> None:
    suite = _suite(root, report, "gate", report["seconds"])
    wrong = {question["id"]: block(question) for question in report["questions"] if not question["right"]}
    for score in report["scores"]:
        if score["met"] is None:
            continue
        case = _case(suite, score["name"], "gate", 0)
        if line := breach(report, score):
            _fail(case, line, "\n\n".join([line, *(wrong[id] for id in score["failed"] if id in wrong)]))
        else:
            SubElement(case, "system-out").text = _figure(score)
    for line in unclaimed(report):
        _fail(_case(suite, line, "gate", 0), line, line)


def _kind(root: Element, report: Report, kind: str, broken: dict[str, str]) -> None:
    own: list[Question] = [question for question in report["questions"] if question["kind"] == kind]
    suite = _suite(root, report, f"questions: {kind}", sum(question["seconds"] or 0 for question in own))
    for question in own:
        case = _case(suite, question["id"], f"questions.{kind}", question["seconds"] or 0)
        if question["right"]:
            continue
        if question["id"] in broken:
            reasons = "; ".join(question["why"]) or "not right"
            _fail(case, f"{broken[question['id']]}: {reasons}", block(question))
        else:
            SubElement(case, "system-out").text = f"Known: not right.\n{block(question)}"


def _suite(root: Element, report: Report, name: str, seconds: float) -> Element:
    suite = SubElement(root, "testsuite", name=name, id=str(len(root)), package="evals", hostname="localhost")
    suite.attrib |= {"tests": "0", "failures": "0", "errors": "0", "skipped": "0", "time": f"{seconds:.3f}"}
    suite.set("timestamp", f"{report['date'][:10]}T00:00:00")
    properties = SubElement(suite, "properties")
    for key in ("commit", "machine", "python", "mode", "model"):
        SubElement(properties, "property", name=key, value=str(report[key] or ""))
    SubElement(properties, "property", name="weights", value=weights(report["weights"]))
    return suite


def _case(suite: Element, name: str, classname: str, seconds: float) -> Element:
    return SubElement(suite, "testcase", name=name, classname=classname, time=f"{seconds:.3f}")


def _fail(case: Element, message: str, text: str) -> None:
    SubElement(case, "failure", message=message, type="gate").text = text


def _figure(score: Score) -> str:
    value = number(score["value"], score.get("unit", ""))
    return f"{value} {bound(score)} (95 %: {interval(score['low'], score['high'])}, n = {score['n']})"
