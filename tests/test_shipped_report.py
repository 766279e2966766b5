"""The report that is shipped: the figures of an evaluation alone, shown on the page of a fresh clone, which says so."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest

import evals.__main__ as command
from evals.report import write_summary
from rag.ui.evaluation import COMMAND, SHIPPED, load_evaluation
from rag.ui.texts import TEXTS
from tests.conftest import HOME

NOWHERE = Path("no-such-report.json")


def score(name: str, value: float | None, **more: object) -> dict:
    given = {"group": "answers", "n": 40, "low": 0.85, "high": 0.95, "floor": 0.8, "ceiling": None, "met": True, "about": "?"}
    return {"name": name, "value": value, **given, "failed": ["plain-a"], **more}


@pytest.fixture
def report() -> dict:
    """An evaluation of two questions."""
    figure = {"value": 0.912345, "n": 40, "low": 0.85, "high": 0.95}
    return {
        "version": 1, "date": "2026-11-22", "commit": "abc1234", "machine": "x86-64, 2 cores", "python": "3.11",
        "scores": [score("plain: right", 0.912345), score("judged", None), score("seconds", 0.041, unit="s", met=False)],
        "baselines": [{"name": "Kilnmark", "scores": {"answer correctness": figure, "hit@5": figure}}],
        "reliability": [{"low": 0.5, "high": 1.0, "confidence": 0.9, "right": 0.95, "n": 30}],
        "questions": [{"id": "plain-a"}, {"id": "plain-b"}],
    }  # fmt: skip


@pytest.fixture
def shipped(report, tmp_path) -> Path:
    write_summary(report, tmp_path / "shipped.json")
    return tmp_path / "shipped.json"


@pytest.mark.parametrize("language", TEXTS)
def test_a_fresh_clone_shows_the_shipped_report_and_says_so(language, shipped, tmp_path):
    words = TEXTS[language]
    shown = load_evaluation(NOWHERE, words, shipped)
    release = json.loads(shipped.read_text(encoding="utf-8"))["release"]
    assert html.escape(words.report_shipped.format(release=release, command=COMMAND)) in shown.html and release
    assert html.escape(words.report.format(date="2026-11-22", questions=2, machine="x86-64, 2 cores")) in shown.html
    assert "0.912" in shown.html and "≥ 0.8" in shown.html and shown.html.count("km-broken") == 1
    assert shown.systems == (("Kilnmark", 0.9123),) and shown.curve == ((0.9, 0.95),)


@pytest.mark.parametrize("language", TEXTS)
def test_the_last_evaluation_on_this_machine_goes_before_it(language, report, shipped, tmp_path):
    words = TEXTS[language]
    (tmp_path / "own.json").write_text(json.dumps(report | {"date": "2031-05-06"}), encoding="utf-8")
    shown = load_evaluation(tmp_path / "own.json", words, shipped).html
    assert words.report_own in shown and "2031-05-06" in shown and COMMAND not in shown
    (tmp_path / "own.json").write_text('{"scores": 1}', encoding="utf-8")
    assert "2026-11-22" in load_evaluation(tmp_path / "own.json", words, shipped).html


@pytest.mark.parametrize("broken", ["", "[]", "3", '{"scores": [], "questions": []}'])
def test_a_shipped_report_that_cannot_be_read_is_no_error(broken, tmp_path):
    (tmp_path / "shipped.json").write_text(broken, encoding="utf-8")
    assert TEXTS["en"].no_report in load_evaluation(NOWHERE, TEXTS["en"], tmp_path / "shipped.json").html


def test_the_shipped_report_holds_no_question_and_is_small(report, shipped):
    text = shipped.read_text(encoding="utf-8")
    assert "plain-a" not in text and len(text.splitlines()) < 30 and json.loads(text)["questions"] == 2


def test_the_command_writes_the_file_that_the_page_reads():
    assert command.SHIPPED == SHIPPED == HOME / "docs" / "evaluation.json"


def test_the_file_of_this_release_is_of_the_evaluation_in_the_results():
    if not SHIPPED.exists():
        pytest.skip("not written yet: python -m evals --write")
    told = json.loads(SHIPPED.read_text(encoding="utf-8"))
    assert f"{told['questions']} questions, {told['date']}, {told['machine']}, commit {told['commit']}" in (
        HOME / "docs" / "results.md"
    ).read_text(encoding="utf-8")
    assert told["date"] in load_evaluation(NOWHERE, TEXTS["en"]).html
