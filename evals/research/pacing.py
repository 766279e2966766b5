"""`python -m evals pace`: how much later than the endpoint has written it a reader sees the first sentence of an answer.

The reader's time counts from the call of `Assistant.stream` to the first answer that shows text: reading the question, finding
the paragraphs, the request, the sentence, its check. The endpoint's own time counts from the request to the end of that sentence.
An endpoint of our own on loopback writes at the pace of hosted models and knows its own time: sentences in the words of a
paragraph, and sentences that open with words of their own, which the checker has to read.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from rich.console import Console
from rich.progress import track
from rich.table import Table

from evals.gold import LANGUAGES, Item, load
from evals.metrics import percentile
from evals.report import name_machine
from evals.research.endpoint import RATE, START, Endpoint, quote_sentences, serve_endpoint
from evals.runner import indexed, of_articles
from rag import Assistant, Settings

AIM = 1.15  # the reader's time over the endpoint's own
QUESTIONS_EACH = 7  # in each language
OPENINGS = {"en": "Reports confirm that ", "zh": "报道证实", "tr": "Haberlere bakılırsa "}


@dataclass(frozen=True)
class Pair:
    """Seconds to the first sentence of one answer: the endpoint's own, and the reader's."""

    own: float
    reader: float


def add_arguments(parser: ArgumentParser) -> None:
    """There are none."""


def main(chosen: Namespace, console: Console) -> None:
    """Measure and print."""
    endpoint = Endpoint(lambda prompt: [])
    with serve_endpoint(endpoint), indexed(Settings(**endpoint.settings)) as assistant:
        for words, openings in (("in a paragraph's words", {}), ("opening with words of its own", OPENINGS)):
            pairs = measure_pairs(assistant, endpoint, openings)
            how = f"{words}, {START:g} s to the first token, then {RATE:g} tokens a second"
            console.print(f"Time to the first sentence, {how}; {name_machine()}", highlight=False)
            console.print(make_table(pairs))


def spread_questions(items: Iterable[Item]) -> list[Item]:
    """Some twenty questions about the articles in three languages, over all the gold set, their languages taking turns."""
    asked = [item for item in items if item.answerable and not item.history and item.kind != "overview"]
    by = [[item for item in asked if item.language == code] for code in LANGUAGES]
    some = [own[:: max(1, len(own) // QUESTIONS_EACH)][:QUESTIONS_EACH] for own in by]
    return [item for turn in zip(*some, strict=False) for item in turn]


def time_reader(assistant: Assistant, question: str) -> float | None:
    """Seconds until a reader sees a sentence by the model; None when none is shown."""
    begun = time.perf_counter()
    with closing(assistant.stream(question)) as answers:
        for answer in answers:
            if answer.text:
                written = answer.mode == "model" and answer.status != "not_found"
                return time.perf_counter() - begun if written else None
    return None


def measure_pairs(assistant: Assistant, endpoint: Endpoint, openings: Mapping[str, str]) -> list[Pair]:
    """The pairs of all questions of which a sentence was written and shown; the first one is asked twice, to warm up."""
    paragraphs, items = of_articles(assistant).values(), spread_questions(load())
    found: list[Pair] = []
    for at, item in enumerate(track([items[0], *items], "asking", transient=True)):
        opening = openings.get(item.language, "")
        endpoint.reply = partial(quote_sentences, paragraphs=paragraphs, language=item.language, opening=opening)
        number = len(endpoint.asked) + 1
        reader, own = time_reader(assistant, item.question), endpoint.seconds.get(number)
        if at and own and reader:
            found.append(Pair(own, reader))
    return found


def make_table(pairs: Sequence[Pair]) -> Table:
    """n, median and 90th percentile of both times and of their ratio, question by question."""
    made = Table("", "n", "median", "90th percentile")
    for name, values, unit in (
        ("endpoint", [pair.own for pair in pairs], " s"),
        ("reader", [pair.reader for pair in pairs], " s"),
        (f"reader / endpoint, aim {AIM}", [pair.reader / pair.own for pair in pairs], ""),
    ):
        figures = (percentile(values, at) for at in (50, 90))
        made.add_row(name, str(len(values)), *("–" if f is None else f"{f:.3f}{unit}" for f in figures))
    return made
