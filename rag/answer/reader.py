"""A question read together with paragraphs: the span of each sentence that answers best, and the chance that it is right.

1. Question and paragraph go as one sequence through the joint layers; long paragraphs in windows that overlap.
2. Every token gets a score for beginning and for ending the answer, the pair a score for "nothing is said".
3. The best span of each sentence is found (`rag.answer.spans`).
4. Scores become chances by a scale and an offset fitted on articles that were never trained on, one pair for a question in
   the paragraph's language and one for another. They are part of the weights' file.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np

from rag.answer.spans import SpanScore, TokenScores, find_best_spans
from rag.encoder.joint import JointModel
from rag.encoder.tokenizer import TokenizedText
from rag.types import Span

MAX_QUESTION_TOKENS = 64
MAX_WINDOW_TOKENS = 440  # of a paragraph; with the question below the 512 positions of the layers
WINDOW_OVERLAP_TOKENS = 100
MAX_TITLE_CHARS = 200  # of an article's title that is read before its paragraphs
WEIGHTS = "reader.npz"
TRIMMED = ".,;:!?。，、；：！？"  # stands at the end of a sentence, not of an answer


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph to read: its text, its language (ISO 639-1), the spans of its sentences, and the title of its article, under
    which it is read: in a paragraph of news "the five-day event" is named by its title alone. No span lies in the title."""

    text: str
    language: str
    sentences: Sequence[Span]
    title: str = ""


class Reader:
    """The trained reader; safe to use from several threads."""

    def __init__(self, model: JointModel) -> None:
        self._model = model
        self._calibration: dict[str, tuple[float, float]] = {
            kind: (fitted["scale"], fitted["offset"]) for kind, fitted in model.meta["calibration"].items()
        }

    def read_spans(self, question: str, paragraphs: Sequence[Text]) -> list[list[SpanScore]]:
        """The best span of each sentence of each paragraph with its raw score, in order."""
        asked = _truncate(self._model.tokenize(question), MAX_QUESTION_TOKENS)
        leads = [make_lead(paragraph.title) for paragraph in paragraphs]
        tokenized = [self._model.tokenize(lead + paragraph.text) for lead, paragraph in zip(leads, paragraphs, strict=True)]
        windows = [cut_windows(text) for text in tokenized]
        scored = iter(self._model.score([(asked, window) for own in windows for window in own]))
        found = []
        for paragraph, lead, own in zip(paragraphs, map(len, leads), windows, strict=True):
            scores = [
                TokenScores(result.start, result.end, result.nothing, window.starts - lead, window.ends - lead)
                for window, result in zip(own, scored, strict=False)
            ]
            spans = find_best_spans(scores, paragraph.sentences)
            found.append([replace(best, span=_trim(paragraph.text, best.span)) for best in spans])
        return found

    def chance(self, score: float, same_language: bool) -> float:
        """Chance, in [0, 1], that the sentence of a span with this score holds the answer."""
        scale, offset = self._calibration["same" if same_language else "cross"]
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, scale * score + offset))))


_loading = threading.Lock()


def shipped_model(name: str) -> JointModel:
    """A set of weights that ships; loaded once a process. Raises EncoderError when it is missing or damaged."""
    with _loading:  # two first callers load it once
        return _load_shipped(name)


@cache
def _load_shipped(name: str) -> JointModel:
    return JointModel.load(Path(str(resources.files("rag") / "weights" / name)))


@cache
def shipped_reader() -> Reader:
    """The reader of the weights that ship. Raises EncoderError when they are missing or damaged."""
    return Reader(shipped_model(WEIGHTS))


def start_loading_reader() -> None:
    """Load the shipped reader in the background. What goes wrong there is raised by the first question that is read."""

    def load() -> None:
        with suppress(Exception):
            shipped_reader()

    threading.Thread(target=load, name="load-reader", daemon=True).start()


def make_lead(title: str) -> str:
    """What stands before a paragraph where it is read under its article's title. A long one is cut: it costs every reading."""
    return f"{title[:MAX_TITLE_CHARS]}. " if title else ""


def cut_windows(text: TokenizedText) -> list[TokenizedText]:
    """The text as it is, or, when it is longer than a window, windows that overlap; each with <s> and </s>."""
    inner = len(text) - 2
    room = MAX_WINDOW_TOKENS - 2
    if inner <= room:
        return [text]
    step = room - WINDOW_OVERLAP_TOKENS
    firsts = [*range(0, inner - room, step), inner - room]
    return [_take(text, np.r_[0, 1 + first : 1 + first + room, len(text) - 1]) for first in firsts]


def _trim(text: str, span: Span) -> Span:
    """The span without white space and closing punctuation at its ends; as it is when it holds nothing else."""
    start, end = span
    while end > start and (text[end - 1].isspace() or text[end - 1] in TRIMMED):
        end -= 1
    while start < end and (text[start].isspace() or text[start] in TRIMMED):
        start += 1
    return (start, end) if start < end else span


def _truncate(text: TokenizedText, tokens: int) -> TokenizedText:
    return text if len(text) <= tokens else _take(text, np.r_[0 : tokens - 1, len(text) - 1])


def _take(text: TokenizedText, rows: np.ndarray) -> TokenizedText:
    return TokenizedText(text.ids[rows], text.starts[rows], text.ends[rows])
