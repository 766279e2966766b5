"""The views of an evaluation report: what they show, and that nothing in a report can break or become part of them."""

from __future__ import annotations

import copy
import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from evals.document import DocumentError, list_moved, write_tables
from evals.printing import save_page, show_report
from evals.report import list_flips

PARAGRAPH = "The expo opened on Oct 18 in Jingdezhen. It lasts five days."


def score(name: str, value: float | None, group: str = "answers", **more) -> dict:
    low, high = (None, None) if value is None else (max(0.0, value - 0.05), value + 0.05)
    made = {
        "name": name,
        "group": group,
        "value": value,
        "n": 40,
        "low": low,
        "high": high,
        "floor": None,
        "ceiling": None,
        "aim": None,
        "owed": None,
        "reached": None,
    }
    return {**made, "met": None, "about": f"what {name} means", "failed": [], **more}


def question(id: str, right: bool = True, **more) -> dict:
    start = PARAGRAPH.index("opened")
    cited = {"number": 1, "paragraph_id": "expo#p1", "quote": "opened on Oct 18", "translation": None}
    cited |= {"paragraph": PARAGRAPH, "start": start, "end": start + 16}
    made = {
        "id": id,
        "kind": "fact",
        "language": "en",
        "split": "dev",
        "question": f"Asked {id}?",
    }
    made |= {"history": [], "read_as": f"Asked {id}?", "right": right, "status": "answered", "confidence": 0.93}
    made |= {"text": "It opened on Oct 18. [1]", "notice": None, "why": [] if right else ["fact missing: date 10-19"]}
    gold = {"paragraphs": ["expo#p1"], "quotes": ["It lasts five days."], "facts": ["date 10-19"]}
    return {**made, "citations": [cited], "gold": gold, "seconds": 0.041, **more}


@pytest.fixture
def sample() -> dict:
    """Two questions in four are wrong; one floor and one ceiling are met, one floor is not, for the sake of `plain-a`."""
    figure = {"value": 0.9, "n": 40, "low": 0.85, "high": 0.95}
    return {
        "version": 1, "date": "2026-11-22", "commit": "abc1234", "machine": "x86-64, AVX2, 2 cores", "python": "3.11",
        "weights": {"reader": "e82a75ce2805"}, "seconds": 95.2, "model": None,
        "corpus": {"articles": 3, "paragraphs": 50, "generation": "g1"},
        "scores": [
            score("plain: right", 0.9, floor=0.95, met=False, failed=["plain-a"]),
            score("reworded: right", 0.9, floor=0.85, met=True, aim=0.95, owed="2027-02-28", reached=False, failed=["plain-b"]),
            score("false answers", 0.03, "refusing", ceiling=0.05, met=True, aim=0.04, reached=True),
            score("judged | read", None, "languages"),
            score("seconds", 0.041, "time and cost", unit="s"),
        ],
        "baselines": [
            {"name": "Kilnmark", "scores": {"answer correctness": figure}},
            {"name": "copy the top paragraph", "scores": {"answer correctness": figure | {"value": 0.6}}},
        ],
        "reliability": [
            {"low": 0.0, "high": 0.5, "confidence": 0.3, "right": 0.2, "n": 10},
            {"low": 0.5, "high": 1.0, "confidence": 0.9, "right": 0.95, "n": 30},
        ],
        "breaches": ["BELOW THE FLOOR: plain: right: 0.900 < 0.950 (n = 40): plain-a"],
        "flipped": {"worse": ["plain-a"], "better": ["plain-c"], "new": [], "gone": [], "baseline": "2026-11-20 abc0000"},
        "questions": [
            question("plain-a", right=False),
            question("plain-b", right=False, kind="list", language="tr", question="Fuar ne zaman açıldı?"),
            question("plain-c"),
            question("plain-d", kind="list", language="zh", question="博览会何时开幕？"),
        ],
    }  # fmt: skip


def printed(report, **options) -> str:
    console = Console(file=io.StringIO(), width=80)
    show_report(report, console, **options)
    return console.file.getvalue()


# ---------------------------------------------------------------------- the terminal


def test_the_table_shows_every_score_in_eighty_columns(sample):
    text = printed(sample)
    assert all(len(line) <= 80 for line in text.splitlines())
    assert re.search(r"plain: right +0\.900 +0\.850–0\.950 +40 +✗ ≥ 0\.950", text)
    assert re.search(r"false answers .* ≤ 0\.050", text)
    assert "BELOW THE FLOOR: plain: right" in text
    assert "right before, wrong now (1): plain-a" in text
    assert "copy the top" in text


def test_the_table_prints_failures_only_when_asked_and_brackets_as_they_are(sample):
    assert "It opened on Oct 18. [1]" not in printed(sample)
    text = printed(sample, verbose=True)
    assert text.count("It opened on Oct 18. [1]") == 2
    assert "fact missing: date 10-19" in text


def test_what_a_terminal_would_obey_is_not_printed(sample):
    sample["questions"][0]["text"] = "red \x1b[31m and a title \x9d0;x\x07"
    assert not set("\x1b\x07\x9d") & set(printed(sample, verbose=True))


def test_it_names_the_weights_and_what_falls_short_of_its_aim_and_by_when_it_is_owed(sample):
    text = printed(sample)
    assert "weights: reader e82a75ce2805" in text and "1 of 2 aims reached" in text
    assert re.search(r"reworded: right +0\.900 .* ≥ 0\.850 +0\.950 ✗", text)
    assert "SHORT OF THE AIM: reworded: right: 0.900, aim 0.950, owed by 2027-02-28" in " ".join(text.split())


def test_a_report_with_nothing_in_it_is_printed(sample):
    empty = {"scores": [], "baselines": [], "reliability": [], "breaches": [], "questions": [], "flipped": None}
    assert printed(sample | empty, verbose=True)


def test_what_was_not_measured_is_shown_as_such(sample):
    sample["questions"][0] |= {"confidence": None, "seconds": None, "read_as": None}
    sample["baselines"][1]["scores"] = {"length": {"value": 1.5, "n": 4, "low": 1.0, "high": 2.0, "unit": "×"}}
    assert "1.500×" in printed(sample, verbose=True) and "answered, –:" in printed(sample, verbose=True)


def test_the_page_holds_every_failure_and_markup_in_a_report_stays_text(sample, tmp_path: Path):
    sample["questions"][0]["text"] = sample["baselines"][0]["name"] = "<script>alert(1)</script>"
    save_page(sample, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in text and "&lt;script&gt;alert(1)" in text and "Fuar ne zaman açıldı?" in text


# ---------------------------------------------------------------------- docs/results.md


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "results.md"
    path.write_text("# Name\n\n<!-- scores -->\nold\n<!-- /scores -->\n\nMore.\n", encoding="utf-8")
    return path


def test_the_document_gets_the_table_between_its_markers_and_nothing_else_changes(sample, document):
    assert write_tables(sample, document) is True
    assert write_tables(sample, document) is False
    text = document.read_text(encoding="utf-8")
    assert text.startswith("# Name\n\n<!-- scores -->\n") and text.endswith("<!-- /scores -->\n\nMore.\n")
    assert "old" not in text
    assert "4 questions, 2026-11-22, x86-64, AVX2, 2 cores, commit abc1234" in text
    assert "| plain: right | 0.900 | 0.850–0.950 | 40 |" in text
    assert "| judged \\| read | – | – | 40 |" in text
    assert "| answer correctness | 0.900 | 0.600 | 40 |" in text


def test_nothing_has_moved_since_a_document_was_written_but_date_and_time(sample, document):
    write_tables(sample, document)
    later = copy.deepcopy(sample) | {"date": "2027-01-01", "commit": "fffffff", "machine": "arm64"}
    later["scores"][-1]["value"] = 9.0
    later["scores"][0]["low"] = 0.8
    later["scores"][0]["value"] += 0.0004
    assert list_moved(later, document.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            lambda r: r["scores"][0].update(value=0.925),
            "plain: right: the document shows 0.900 (n = 40), it is 0.925 (n = 40)",
        ),
        (lambda r: r["scores"][0].update(n=41), "plain: right: the document shows 0.900 (n = 40), it is 0.900 (n = 41)"),
        (lambda r: r["scores"][3].update(value=0.5), "judged \\| read: the document shows – (n = 40), it is 0.500 (n = 40)"),
        (lambda r: r["scores"][0].update(name="plain"), "plain: not in the document, it is 0.900 (n = 40)"),
        (lambda r: r["scores"].pop(0), "plain: right: the document shows 0.900 (n = 40), it is no longer measured"),
        (
            lambda r: r["baselines"][1]["scores"]["answer correctness"].update(value=0.7),
            "answer correctness, copy the top paragraph: the document shows 0.600 (n = 40), it is 0.700 (n = 40)",
        ),
    ],
)
def test_a_figure_that_moved_since_the_document_is_told(sample, document, change, line):
    write_tables(sample, document)
    change(sample)
    assert line in list_moved(sample, document.read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", ["", "<!-- scores -->", "<!-- /scores -->\n<!-- scores -->"])
def test_a_document_without_its_markers_is_an_error_that_says_what_to_add(sample, document, text):
    document.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=re.escape("<!-- scores -->")):
        write_tables(sample, document)
    with pytest.raises(DocumentError):
        list_moved(sample, text)


# ---------------------------------------------------------------------- what changed


def test_flips_tell_worse_from_better_and_list_what_only_one_report_has(sample):
    before = copy.deepcopy(sample) | {"date": "2026-11-20", "commit": "abc0000"}
    by_id = {q["id"]: q for q in before["questions"]}
    by_id["plain-a"]["right"], by_id["plain-c"]["right"] = True, False
    by_id["plain-d"]["id"] = "plain-z"
    assert list_flips(sample, before) == {
        "worse": ["plain-a"], "better": ["plain-c"], "baseline": "2026-11-20 abc0000", "new": ["plain-d"], "gone": ["plain-z"]
    }  # fmt: skip
