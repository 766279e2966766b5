"""The report of one evaluation, as plain JSON values; what every view of it reads.

Shares are in [0, 1], times in seconds, offsets in code points. Low and high are the ends of a 95 % interval. None stands
where there is nothing to score.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

VARYING = "time and cost"  # the group whose scores differ from machine to machine and from run to run


class Corpus(TypedDict):
    """What was asked about."""

    articles: int
    paragraphs: int
    generation: str


class Score(TypedDict):
    """A figure, what it must reach (`floor`) or keep under (`ceiling`), and the questions that count against it."""

    name: str
    group: str
    value: float | None
    n: int
    low: float | None
    high: float | None
    floor: float | None
    ceiling: float | None
    met: bool | None
    about: str
    failed: list[str]
    unit: NotRequired[str]  # "", "s" or "×"


class Figure(TypedDict):
    """A score of a baseline."""

    value: float | None
    n: int
    low: float | None
    high: float | None
    unit: NotRequired[str]


class Baseline(TypedDict):
    """A way of answering, to compare with; the first of a report is Kilnmark itself."""

    name: str
    scores: dict[str, Figure]


class Cell(TypedDict):
    """The share of right answers in one field of the heat map."""

    value: float | None
    n: int


class Heatmap(TypedDict):
    """`cells[i][j]`: questions in language `questions[i]` about articles in language `articles[j]`."""

    questions: list[str]
    articles: list[str]
    cells: list[list[Cell]]


class Bin(TypedDict):
    """Answers whose confidence lies in [low, high): their mean confidence, the share of them that are right, how many."""

    low: float
    high: float
    confidence: float | None
    right: float | None
    n: int


class Latency(TypedDict):
    """How long one stage takes: the time that 50, 90 and 99 questions in 100 do not exceed."""

    stage: str
    p50: float | None
    p90: float | None
    p99: float | None


class Flips(TypedDict):
    """Ids of questions that were right and are wrong (`worse`), and the other way round (`better`); see `compare.flips`."""

    worse: list[str]
    better: list[str]
    baseline: str
    new: NotRequired[list[str]]
    gone: NotRequired[list[str]]


class Citation(TypedDict):
    """`paragraph[start:end]` is what is quoted."""

    number: int
    paragraph_id: str
    quote: str
    translation: str | None
    paragraph: str
    start: int
    end: int
    language: NotRequired[str]  # of the paragraph


class Gold(TypedDict):
    """What a right answer cites and states; empty where the articles do not answer."""

    paragraphs: list[str]
    quotes: list[str]
    facts: list[str]


class Question(TypedDict):
    """A question, its answer, and `why` it is not right."""

    id: str
    kind: str
    language: str
    article_language: str | None
    split: str
    question: str
    history: list[str]
    read_as: str | None
    right: bool
    status: str
    confidence: float | None
    text: str
    notice: str | None
    why: list[str]
    citations: list[Citation]
    gold: Gold
    seconds: float | None


class Report(TypedDict):
    """One evaluation."""

    version: int
    date: str
    commit: str
    machine: str
    python: str
    weights: dict[str, str]  # versions of the trained weights, by name
    seconds: float
    mode: str
    model: str | None
    corpus: Corpus
    scores: list[Score]
    baselines: list[Baseline]
    heatmap: Heatmap
    reliability: list[Bin]
    latency: list[Latency]
    breaches: list[str]
    flipped: Flips | None
    questions: list[Question]
