"""Rows -> token ids, and batches of examples of like length."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.encoder.engine import shared_engine
from training.rows import Row, Span

MAX_QUESTION_TOKENS = 64
MAX_CONTEXT_TOKENS = 1000  # of a tokenised context; a window of it is trained on
Ids = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Ids of a text with its first and last special token, and for each whether an answer may begin or end there."""

    ids: Ids
    allowed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Example:
    """Indexes of the question and of the context, and the first and last token of the answer, or None."""

    question: int
    context: int
    answer: Span | None


@dataclass(frozen=True)
class Dataset:
    """Examples over texts that are stored once."""

    questions: list[Ids]
    contexts: list[Tokens]
    examples: list[Example]

    def length(self, example: Example, window: int) -> int:
        """Tokens of an example when its context is cut to a window."""
        return len(self.questions[example.question]) + min(window + 1, len(self.contexts[example.context].ids))


def tokenize(rows: Sequence[Row]) -> Dataset:
    """Tokenise rows; an answer that no token covers is dropped with its row."""
    tokenizer = shared_engine().tokenizer
    questions: dict[str, int] = {}
    contexts: dict[str, tuple[int, NDArray[np.int32]]] = {}
    data = Dataset([], [], [])
    for row in rows:
        if row.question not in questions:
            questions[row.question] = len(data.questions)
            data.questions.append(tokenizer.encode(row.question).ids[:MAX_QUESTION_TOKENS])
        if row.context not in contexts:
            text = tokenizer.encode(row.context)
            spans = np.column_stack([text.starts, text.ends])[:MAX_CONTEXT_TOKENS]
            contexts[row.context] = len(data.contexts), spans
            data.contexts.append(Tokens(text.ids[:MAX_CONTEXT_TOKENS], spans[:, 1] > spans[:, 0]))
        at, spans = contexts[row.context]
        answer = None
        if row.answer:
            inside = (spans[:, 1] > row.answer[0]) & (spans[:, 0] < row.answer[1])
            covered = np.flatnonzero(inside & (spans[:, 1] > spans[:, 0]))
            if not len(covered):
                continue
            answer = int(covered[0]), int(covered[-1])
        data.examples.append(Example(questions[row.question], at, answer))
    return data


@dataclass(frozen=True, slots=True)
class Item:
    """One example as the model reads it: ids of both sides, where an answer may stand, and the answer in the context side."""

    question: Ids
    context: Ids
    allowed: NDArray[np.bool_]
    answer: Span | None


def cut_window(data: Dataset, example: Example, window: int, end_id: int, rng: random.Random) -> Item:
    """The example with its context cut to at most `window` tokens that hold the answer; the first token becomes the separator."""
    tokens = data.contexts[example.context]
    n = len(tokens.ids)
    low, high = 1, n
    if n > window + 1:
        if example.answer is None:
            low = rng.randint(1, n - window)
        else:
            latest = max(1, min(example.answer[0], n - window))
            earliest = min(max(1, example.answer[1] + 1 - window), latest)
            low = rng.randint(earliest, latest)
        high = min(n, low + window)
    ids = np.concatenate([[end_id], tokens.ids[low:high]]).astype(np.int32)
    allowed = np.concatenate([[False], tokens.allowed[low:high]])
    answer = None
    if example.answer is not None:
        first, last = (min(max(t - low + 1, 1), len(ids) - 1) for t in example.answer)
        answer = first, last
    return Item(data.questions[example.question], ids, allowed, answer)


def make_batches(
    data: Dataset, window: int, max_tokens: int, rng: random.Random, pool: int = 800
) -> Iterator[list[Example]]:
    """Batches of examples of like length, of at most `max_tokens` tokens with padding, without end; shuffled anew each round."""
    order = list(data.examples)
    while True:
        rng.shuffle(order)
        for at in range(0, len(order), pool):
            part = sorted(order[at : at + pool], key=lambda e: data.length(e, window))
            batches: list[list[Example]] = [[]]
            for example in part:
                if batches[-1] and (len(batches[-1]) + 1) * data.length(example, window) > max_tokens:
                    batches.append([])
                batches[-1].append(example)
            rng.shuffle(batches)
            yield from batches
