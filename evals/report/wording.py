"""How figures and questions are written, the same in every view: the terminal, the page, CI and the tables of docs/results.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, TypeVar

from evals.report.schema import Figure, Question, Report, Score

Value = TypeVar("Value")
LANGUAGES = {"en": "English", "zh": "Chinese", "tr": "Turkish"}
NOTHING = "–"
# What XML 1.0 cannot hold, not even escaped (its section 2.2); a terminal would obey some of it. C1 controls go too.
_CONTROLS = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(value: Value, instead: str = "\N{REPLACEMENT CHARACTER}") -> Value:
    """The same JSON value with every character that no text should hold replaced, one for one, so that offsets stay.

    >>> clean({"text": ["a\\x1b[31m", 1]}, instead="")
    {'text': ['a[31m', 1]}
    """
    return _clean(value, instead)  # type: ignore[no-any-return]


def _clean(value: Any, instead: str) -> Any:  # noqa: ANN401
    if isinstance(value, str):
        return _CONTROLS.sub(instead, value)
    if isinstance(value, Mapping):
        return {_clean(key, instead): _clean(entry, instead) for key, entry in value.items()}
    return [_clean(entry, instead) for entry in value] if isinstance(value, list) else value


def number(value: float | None, unit: str = "") -> str:
    """A figure to three decimals, with its unit.

    >>> number(0.95), number(0.0412, "s"), number(1.5, "×"), number(None)
    ('0.950', '0.041 s', '1.500×', '–')
    """
    if value is None:
        return NOTHING
    return f"{value:.3f}{' ' if unit.isalpha() else ''}{unit}"


def interval(low: float | None, high: float | None) -> str:
    """Both ends to three decimals.

    >>> interval(0.88, 1.0), interval(None, None)
    ('0.880–1.000', '–')
    """
    return NOTHING if low is None or high is None else f"{low:.3f}–{high:.3f}"


def figure(of: Figure | None) -> str:
    """What a baseline's score shows; of a baseline without that score, nothing."""
    return number(of["value"], of.get("unit", "")) if of else NOTHING


def sureness(confidence: float | None) -> str:
    """A confidence to two decimals.

    >>> sureness(0.93), sureness(None)
    ('0.93', '–')
    """
    return NOTHING if confidence is None else f"{confidence:.2f}"


def bound(score: Score) -> str:
    """The floor or the ceiling, with its sign: `≥ 0.950`; empty without one."""
    if score["floor"] is not None:
        return f"≥ {score['floor']:.3f}"
    return "" if score["ceiling"] is None else f"≤ {score['ceiling']:.3f}"


def duration(seconds: float | None) -> str:
    """A time at a glance.

    >>> duration(0.0004), duration(0.0412), duration(1.25), duration(95.2)
    ('0.4 ms', '41 ms', '1.2 s', '95 s')
    """
    if seconds is None:
        return NOTHING
    if seconds < 1:
        return f"{seconds * 1000:.{1 if seconds < 0.01 else 0}f} ms"
    return f"{seconds:.{1 if seconds < 10 else 0}f} s"


def weights(versions: Mapping[str, str]) -> str:
    """The trained weights with their versions.

    >>> weights({"reader": "e82a75ce2805"}), weights({})
    ('reader e82a75ce2805', '–')
    """
    return ", ".join(f"{name} {version}" for name, version in versions.items()) or NOTHING


def language(code: str | None) -> str:
    """The English name of a language; the code itself when it has none here."""
    return LANGUAGES.get(code or "", code or NOTHING)


def grouped(scores: Iterable[Score]) -> list[tuple[str, list[Score]]]:
    """The scores by group, both in the order they come in."""
    return [(name, list(own)) for name, own in groupby(scores, key=lambda score: score["group"])]


def wrong(report: Report) -> list[Question]:
    """The questions whose answer is not right, in the order of the report."""
    return [question for question in report["questions"] if not question["right"]]


def breach(report: Report, score: Score) -> str:
    """The line that says how a score misses its bound; empty when it does not."""
    if score["met"] is not False:
        return ""
    of_it = (line for line in report["breaches"] if line.partition(": ")[2].startswith(f"{score['name']}: "))
    return next(of_it, f"{score['name']}: {number(score['value'])}, not {bound(score)} (n = {score['n']})")


def unclaimed(report: Report) -> list[str]:
    """The breaches that are of no score in the report: a floor may name one that is no longer there."""
    claimed = {breach(report, score) for score in report["scores"]}
    return [line for line in report["breaches"] if line not in claimed]


def block(question: Question) -> str:
    """A question with its answer, gold and faults, as lines of plain text."""
    about = ", ".join((question["language"], question["kind"], question["split"]))
    lines = [f"{question['id']} [{about}]"]
    lines += [f"  earlier:  {earlier}" for earlier in question["history"]]
    lines.append(f"  question: {question['question']}")
    if question["read_as"] not in (None, "", question["question"]):
        lines.append(f"  read as:  {question['read_as']}")
    lines.append(f"  answer:   {question['status']}, {sureness(question['confidence'])}: {question['text']}")
    if question["notice"]:
        lines.append(f"  notice:   {question['notice']}")
    lines += [f"  cited:    [{c['number']}] {c['paragraph_id']} «{c['quote']}»" for c in question["citations"]]
    gold = question["gold"]
    lines += [f"  gold:     {', '.join(gold['paragraphs'])} «{quote}»" for quote in gold["quotes"]]
    lines += [f"  fact:     {fact}" for fact in gold["facts"]]
    return "\n".join(lines + [f"  why:      {reason}" for reason in question["why"]])
