"""The views of an evaluation report: what they show, and that nothing in a report can break or become part of them."""

from __future__ import annotations

import copy
import io
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from rich.console import Console

from evals.gate import Limit
from evals.report import DocumentError, flips, junit, moved, page, rows, show, write, wrong_in
from evals.report.marks import pieces

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&]]>{{ 7*7 }}</details>javascript:"
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
        "article_language": "en",
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
        "weights": {"reader": "e82a75ce2805"}, "seconds": 95.2, "mode": "extractive", "model": None,
        "corpus": {"articles": 3, "paragraphs": 50, "generation": "g1"},
        "scores": [
            score("plain: right", 0.9, floor=0.95, met=False, failed=["plain-a"]),
            score("reworded: right", 0.9, floor=0.85, met=True, failed=["plain-b"]),
            score("false answers", 0.03, "refusing", ceiling=0.05, met=True),
            score("judged | read", None, "languages"),
            score("seconds", 0.041, "time and cost", unit="s"),
        ],
        "baselines": [
            {"name": "Kilnmark", "scores": {"answer correctness": figure}},
            {"name": "copy the top paragraph", "scores": {"answer correctness": figure | {"value": 0.6}}},
        ],
        "heatmap": {
            "questions": ["en", "tr"], "articles": ["en", "zh"],
            "cells": [[{"value": 0.93, "n": 80}, {"value": 0.41, "n": 8}], [{"value": None, "n": 0}, {"value": 1.0, "n": 9}]],
        },
        "reliability": [
            {"low": 0.0, "high": 0.5, "confidence": 0.3, "right": 0.2, "n": 10},
            {"low": 0.5, "high": 1.0, "confidence": 0.9, "right": 0.95, "n": 30},
        ],
        "latency": [{"stage": "embed", "p50": 0.02, "p90": 0.03, "p99": 0.05}],
        "breaches": ["BELOW THE FLOOR: plain: right: 0.900 < 0.950 (n = 40): plain-a"],
        "flipped": {"worse": ["plain-a"], "better": ["plain-c"], "baseline": "2026-11-20 abc0000"},
        "questions": [
            question("plain-a", right=False),
            question("plain-b", right=False, kind="list", language="tr", question="Fuar ne zaman açıldı?"),
            question("plain-c"),
            question("plain-d", kind="list", language="zh", question="博览会何时开幕？"),
        ],
    }  # fmt: skip


@pytest.fixture
def hostile(sample) -> dict:
    """The sample with markup wherever a report holds text of others, and in its own names besides."""
    bad = sample["questions"][0]
    for field in ("question", "read_as", "text", "notice", "kind", "split", "status", "id", "language"):
        bad[field] = HOSTILE
    bad["history"] = bad["why"] = [HOSTILE]
    bad["gold"] = {"paragraphs": [HOSTILE], "quotes": [HOSTILE], "facts": [HOSTILE]}
    bad["citations"][0] |= {
        "paragraph": HOSTILE,
        "paragraph_id": HOSTILE,
        "quote": HOSTILE,
        "translation": HOSTILE,
        "end": 20,
    }
    sample["scores"][0] |= {"about": HOSTILE, "name": HOSTILE, "group": HOSTILE, "failed": [HOSTILE]}
    sample["baselines"][0]["name"] = sample["latency"][0]["stage"] = sample["machine"] = sample["commit"] = HOSTILE
    sample["weights"] = {HOSTILE: HOSTILE}
    sample["heatmap"]["questions"][0] = HOSTILE
    sample["breaches"] = [HOSTILE]
    sample["flipped"]["worse"] = [HOSTILE]
    return sample


class Reader(HTMLParser):
    """Keeps what a browser would act on; complains of tags that do not close what was opened last."""

    void = frozenset({"meta", "input", "br", "hr", "link", "img"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.ids: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in self.void:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.void:
            self._open.pop()

    def handle_endtag(self, tag) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data) -> None:
        self.text += data


def printed(report, **options) -> str:
    console = Console(file=io.StringIO(), width=80)
    show(report, console, **options)
    return console.file.getvalue()


def suites(report) -> dict[str, ElementTree.Element]:
    root = ElementTree.fromstring(junit(report))
    assert root.tag == "testsuites"
    return {suite.get("name"): suite for suite in root}


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


# ---------------------------------------------------------------------- the trained weights


def test_every_view_names_the_weights(sample):
    assert "weights: reader e82a75ce2805" in printed(sample)
    assert "reader e82a75ce2805" in page(sample)
    properties = {p.get("name"): p.get("value") for p in suites(sample)["gate"].iter("property")}
    assert properties["weights"] == "reader e82a75ce2805"


# ---------------------------------------------------------------------- JUnit


def test_a_missed_floor_fails_with_its_questions_and_a_known_wrong_question_passes(sample):
    found = suites(sample)
    gate = {case.get("name"): case for case in found["gate"].iter("testcase")}
    assert set(gate) == {"plain: right", "reworded: right", "false answers"}
    failure = gate["plain: right"].find("failure")
    assert failure.get("message") == sample["breaches"][0]
    assert "Asked plain-a?" in failure.text
    assert gate["reworded: right"].find("failure") is None
    cases = {
        case.get("name"): case for kind in ("fact", "list") for case in found[f"questions: {kind}"].iter("testcase")
    }
    assert cases["plain-a"].find("failure").get("message") == "plain: right: fact missing: date 10-19"
    assert cases["plain-b"].find("failure") is None
    assert "Fuar ne zaman açıldı?" in cases["plain-b"].find("system-out").text
    assert len(cases["plain-c"]) == 0


def test_nothing_fails_when_the_gate_is_open(sample):
    sample["scores"][0] |= {"met": True}
    sample["breaches"] = []
    assert "<failure" not in junit(sample)


def test_a_breach_without_a_score_fails_too(sample):
    sample["breaches"].append("BELOW THE FLOOR: gone: no figure < 0.900 (n = 0)")
    assert suites(sample)["gate"].get("failures") == "2"


def test_suites_count_their_cases_and_have_what_readers_of_junit_require(sample):
    for suite in suites(sample).values():
        assert int(suite.get("tests")) == len(suite.findall("testcase"))
        assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
        assert {"name", "tests", "failures", "errors", "time", "timestamp", "hostname", "id", "package"} <= set(
            suite.keys()
        )
        assert suite[0].tag == "properties"
        assert (suite[-2].tag, suite[-1].tag) == ("system-out", "system-err")
        assert all({"name", "classname", "time"} == set(case.keys()) for case in suite.findall("testcase"))


def test_characters_that_xml_cannot_hold_are_dropped_and_the_rest_is_kept(sample):
    sample["questions"][1]["text"] = "a\x00b\x0bc\x1bd\ufffee\ud800f 景德镇 😀 <&>]]>"
    text = junit(sample)
    text.encode()
    case = ElementTree.fromstring(text).find(".//testcase[@name='plain-b']/system-out")
    assert "abcdef 景德镇 😀 <&>]]>" in case.text


def test_markup_in_a_report_stays_text_in_junit(hostile):
    root = ElementTree.fromstring(junit(hostile))
    assert {element.tag for element in root.iter()} == {
        "testsuites", "testsuite", "properties", "property", "testcase", "failure", "system-out", "system-err"
    }  # fmt: skip
    assert any(HOSTILE in (element.text or "") for element in root.iter("failure"))


# ---------------------------------------------------------------------- the page


def test_the_page_parses_and_holds_every_part(sample):
    read = Reader(page(sample))
    assert len(read.ids) == len(set(read.ids))
    for id in ("scores", "baselines", "languages", "confidence", "time", "failures", "q-plain-a", "q-plain-d"):
        assert id in read.ids
    assert "Gate closed. 1 of 3 floors and ceilings is missed. 2 of 4 questions were not right." in " ".join(
        read.text.split()
    )
    for text in ("0.900", "0.850–0.950", "copy the top paragraph", "20 ms", "abc1234", "fact missing: date 10-19"):
        assert text in read.text
    assert read.tags.count("circle") >= 2


def test_the_page_loads_nothing(sample):
    text = page(sample)
    read = Reader(text)
    assert not re.search(r"(https?:)?//[a-z]|url\(|@import", re.sub(r"^ *//.*$", "", text, flags=re.MULTILINE))
    assert not [a for a in read.attributes if a[1] in ("src", "srcset", "action", "data", "background", "poster")]
    assert all(value.startswith("#") for _, name, value in read.attributes if name in ("href", "xlink:href"))
    assert {"link", "iframe", "object", "img", "base"}.isdisjoint(read.tags)


def test_nothing_in_a_report_becomes_markup_or_script(hostile):
    text = page(hostile)
    read = Reader(text)
    assert read.tags.count("script") == 1
    assert "img" not in read.tags
    assert not [name for _, name, _ in read.attributes if name.startswith("on")]
    assert "<script>alert" not in text
    assert "{{ 7*7 }}" in read.text  # nor does it become a template
    assert read.text.count("<script>alert(1)</script>") > 15


def test_only_the_pages_own_script_may_run(sample):
    policy = next(v for tag, name, v in Reader(page(sample)).attributes if name == "content" and "default-src" in v)
    assert "default-src 'none'" in policy
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/]{43}='", policy)


def test_links_lead_to_questions_on_the_page(sample):
    sample["scores"][0]["failed"] += ["not-there"]
    read = Reader(page(sample))
    targets = {value[1:] for _, name, value in read.attributes if name == "href"}
    assert "q-plain-a" in targets and "q-not-there" not in targets
    assert targets <= set(read.ids)


def test_cited_words_and_gold_words_are_marked_in_their_paragraph(sample):
    text = page(sample)
    assert '<mark class="cite"><sup>1</sup>opened on Oct 18</mark>' in text
    assert '<mark class=" gold">It lasts five days.</mark>' in text


def test_pieces_join_to_the_paragraph_whatever_the_offsets():
    spans = [(0, 5, 1), (3, 9, 2), (8, 99, 3), (-4, 2, 4), (7, 7, 5)]
    found = pieces("abcdefghij", [{"start": a, "end": b, "number": n} for a, b, n in spans], ["def", "no"])
    assert "".join(piece.text for piece in found) == "abcdefghij"
    assert next(piece for piece in found if piece.text == "de").numbers == (1, 2)
    assert [piece.text for piece in found if piece.gold] == ["de", "f"]


def test_chinese_and_turkish_say_their_language(sample):
    text = page(sample)
    assert '<span class="asked" lang="zh">博览会何时开幕？</span>' in text
    assert '<span class="asked" lang="tr">Fuar ne zaman açıldı?</span>' in text


def test_a_report_with_nothing_in_it_still_makes_every_view(sample):
    empty = {
        "scores": [],
        "baselines": [],
        "reliability": [],
        "latency": [],
        "breaches": [],
        "questions": [],
        "flipped": None,
    }
    sample |= empty | {"heatmap": {"questions": [], "articles": [], "cells": []}}
    assert "Every question was right" in page(sample)
    assert suites(sample)["gate"].get("tests") == "0"
    assert printed(sample, verbose=True)
    assert rows(sample).count("\n") == 1


def test_what_was_not_measured_is_shown_as_such(sample):
    sample["questions"][0] |= {"confidence": None, "seconds": None, "read_as": None}
    sample["latency"].append({"stage": "model", "p50": None, "p90": None, "p99": None})
    sample["baselines"][1]["scores"] = {"length": {"value": 1.5, "n": 4, "low": 1.0, "high": 2.0, "unit": "×"}}
    assert "1.500×" in page(sample) and "1.500×" in printed(sample, verbose=True)
    assert suites(sample)["questions: fact"].get("failures") == "1"


# ---------------------------------------------------------------------- docs/results.md


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "results.md"
    path.write_text("# Name\n\n<!-- scores -->\nold\n<!-- /scores -->\n\nMore.\n", encoding="utf-8")
    return path


def test_the_document_gets_the_table_between_its_markers_and_nothing_else_changes(sample, document):
    assert write(sample, document) is True
    assert write(sample, document) is False
    text = document.read_text(encoding="utf-8")
    assert text.startswith("# Name\n\n<!-- scores -->\n") and text.endswith("<!-- /scores -->\n\nMore.\n")
    assert "old" not in text
    assert "4 questions, 2026-11-22, x86-64, AVX2, 2 cores, commit abc1234" in text
    assert "| plain: right | 0.900 | 0.850–0.950 | 40 |" in text
    assert "| judged \\| read | – | – | 40 |" in text
    assert "| answer correctness | 0.900 | 0.600 | 40 |" in text


def test_nothing_has_moved_since_a_document_was_written_but_date_and_time(sample, document):
    write(sample, document)
    later = copy.deepcopy(sample) | {"date": "2027-01-01", "commit": "fffffff", "machine": "arm64"}
    later["scores"][-1]["value"] = 9.0
    later["scores"][0]["low"] = 0.8
    later["scores"][0]["value"] += 0.0004
    assert moved(later, document.read_text(encoding="utf-8")) == []


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
    write(sample, document)
    change(sample)
    assert line in moved(sample, document.read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", ["", "<!-- scores -->", "<!-- /scores -->\n<!-- scores -->"])
def test_a_document_without_its_markers_is_an_error_that_says_what_to_add(sample, document, text):
    document.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=re.escape("<!-- scores -->")):
        write(sample, document)
    with pytest.raises(DocumentError):
        moved(sample, text)


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("| 0.900 | 0.850–0.950 | 40 |", "| 0.970 | 0.850–0.950 | 40 |", "plain: right: 0.970 of n = 40 is not within"),
        ("| 0.900 | 0.850–0.950 | 40 |", "| 0.900 | 0.850–0.950 | 0 |", "plain: right: 0.900 of n = 0 is not within"),
        ("| 0.900 | 0.850–0.950 | 40 |", "| 0.890 | 0.850–0.950 | 40 |", "plain: right: 0.890 is beyond its limit"),
        ("| plain: right |", "| plain |", "plain: right: not there, and has a limit"),
        ("2026-11-22", "today", "no line of questions, date, machine and commit"),
        ("commit abc1234", "commit", "no line of questions, date, machine and commit"),
    ],
)
def test_a_table_that_cannot_be_is_told(sample, document, before, after, line):
    write(sample, document)
    limits, text = {"plain: right": Limit("plain: right", 0.9, None, "", "")}, document.read_text(encoding="utf-8")
    assert wrong_in(text, limits) == []
    assert any(found.startswith(line) for found in wrong_in(text.replace(before, after, 1), limits))


# ---------------------------------------------------------------------- what changed


def test_flips_tell_worse_from_better_and_list_what_only_one_report_has(sample):
    before = copy.deepcopy(sample) | {"date": "2026-11-20", "commit": "abc0000"}
    by_id = {q["id"]: q for q in before["questions"]}
    by_id["plain-a"]["right"], by_id["plain-c"]["right"] = True, False
    by_id["plain-d"]["id"] = "plain-z"
    assert flips(sample, before) == {
        "worse": ["plain-a"], "better": ["plain-c"], "baseline": "2026-11-20 abc0000", "new": ["plain-d"], "gone": ["plain-z"]
    }  # fmt: skip
