"""The tables of scores in docs/results.md: written by a command, its form and its limits checked, and what moved since told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from evals.gate import Limit
from evals.report.schema import VARYING, Baseline, Report
from evals.report.wording import clean, figure, grouped, interval, number

START, END = "<!-- scores -->", "<!-- /scores -->"
_ROW = re.compile(r"^\|(.+)\|$", re.MULTILINE)
_HEADLINE = re.compile(r"^\d+ questions, 20\d\d-[01]\d-[0-3]\d, \w.*, commit [0-9a-f]{7}\+?$", re.MULTILINE)
# A score with its interval and its n.
_SCORE = re.compile(r"^\| (.+?) \| (\d+\.\d{3})\S* \| (\d+\.\d{3})–(\d+\.\d{3}) \| (\d+) \|$", re.MULTILINE)
_CELL = re.compile(r"(?<!\\)\|")  # not the escaped bars of a name


class DocumentError(ValueError):
    """The document has no place for the scores; the message says what to put there."""


def rows(report: Report) -> str:
    """The scores as one Markdown table, each group under its name."""
    lines = [_line(["score", "value", "95 %", "n"]), "| --- | ---: | ---: | ---: |"]
    for group, own in grouped(clean(report["scores"])):
        lines.append(_line([f"**{group}**", "", "", ""]))
        for score in own:
            value = number(score["value"], score.get("unit", ""))
            ends = interval(score["low"], score["high"])
            lines.append(_line([score["name"], value, ends, str(score["n"])]))
    return "\n".join(lines)


def write(report: Report, document: Path) -> bool:
    """Put the scores between the two markers of the file; whether that changed it. Raises DocumentError."""
    text = document.read_text(encoding="utf-8")
    before, _, after = _split(text)
    parts = [_headline(report), rows(report)]
    if report["baselines"]:
        parts += ["The same questions, answered in other ways:", _baselines(clean(report["baselines"]))]
    new = "\n\n".join([before + START, *parts, END + after])
    if new != text:
        document.write_text(new, encoding="utf-8")
    return new != text


def wrong_in(text: str, limits: Mapping[str, Limit]) -> list[str]:
    """A line for everything about the tables of a document that cannot be. Raises DocumentError.

    That is: no date, machine or commit; a figure that is none or not within its interval, without its n, or beyond its limit; a
    limit without a figure.
    """
    between = _split(text)[1]
    lines = [] if _HEADLINE.search(between) else ["no line of questions, date, machine and commit"]
    shown: dict[str, float] = {}
    for found in _SCORE.finditer(between):
        name, value, low, high, n = found.groups()
        if not (float(low) <= float(value) <= float(high) and int(n)):
            lines.append(f"{name}: {value} of n = {n} is not within {low}–{high}")
        shown[name] = float(value)
    lines += [f"{name}: not there, and has a limit" for name in limits if name not in shown]
    return lines + [
        f"{name}: {shown[name]:.3f} is beyond its limit"
        for name, limit in limits.items()
        if name in shown and not limit.met(shown[name])
    ]


def moved(report: Report, text: str) -> list[str]:
    """A line for every figure that the document shows otherwise, lacks, or shows without need.

    Compared are name, value to three decimals and n, of scores and baselines. Not compared: intervals, date, machine and commit,
    and the group "time and cost". Raises DocumentError.
    """
    shown = dict(_figures(_split(text)[1]))
    lines = [_headline(report), rows(report), "", _baselines(clean(report["baselines"]))]
    now = dict(_figures("\n".join(lines)))
    differing = [name for name in now if name in shown and now[name] != shown[name]]
    return [
        *(f"{name}: the document shows {shown[name]}, it is {now[name]}" for name in differing),
        *(f"{name}: not in the document, it is {now[name]}" for name in now if name not in shown),
        *(f"{name}: the document shows {shown[name]}, it is no longer measured" for name in shown if name not in now),
    ]


def _headline(report: Report) -> str:
    report = clean(report)
    return f"{len(report['questions'])} questions, {report['date']}, {report['machine']}, commit {report['commit']}"


def _baselines(baselines: list[Baseline]) -> str:
    names = [baseline["name"] for baseline in baselines]
    lines = [_line(["", *names, "n"]), "| --- |" + " ---: |" * (len(names) + 1)]
    for name in dict.fromkeys(name for baseline in baselines for name in baseline["scores"]):
        figures = [baseline["scores"].get(name) for baseline in baselines]
        counts = sorted({own["n"] for own in figures if own})
        n = f"{counts[0]}–{counts[-1]}" if len(counts) > 1 else str(counts[0])
        lines.append(_line([name, *(figure(own) for own in figures), n]))
    return "\n".join(lines)


def _figures(text: str) -> Iterator[tuple[str, str]]:
    """The name and "value (n = count)" of every row of the tables of `rows` and `_baselines`, without the varying group."""
    group, columns = "", []
    for found in _ROW.finditer(text):
        cells = [cell.strip() for cell in _CELL.split(found[1])]
        name, *values = cells
        if name in ("score", "") and cells[-1] == "n":
            group, columns = "", values[:-1]
        elif name.startswith("**"):
            group = name.strip("*")
        elif group != VARYING and not name.startswith("---") and columns:
            n = values[-1]
            if columns[0] == "value":
                yield name, f"{values[0]} (n = {n})"
            else:
                yield from ((f"{name}, {c}", f"{v} (n = {n})") for c, v in zip(columns, values[:-1], strict=False))


def _split(text: str) -> tuple[str, str, str]:
    before, start, rest = text.partition(START)
    between, end, after = rest.partition(END)
    if not (start and end):
        raise DocumentError(f"docs/results.md needs a line {START} and, below it, a line {END}: the scores go between them")
    return before, between, after


def _line(cells: Iterable[str]) -> str:
    # A bar would end the cell, a line break the table.
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"
