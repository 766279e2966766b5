"""`python -m evals pace`: how much later than the endpoint has written it a reader sees the first sentence of an answer.

The reader's time counts from the call of `Assistant.stream` to the first answer that shows text: reading the question, finding
the paragraphs, the request, the sentence, its check. The endpoint's own time counts from the request to the end of that sentence.

Without a model, an endpoint of our own on loopback writes at the pace of hosted models and knows its own time: sentences in the
words of a paragraph, and sentences that open with words of their own, which have to be embedded for their check. With one, the
endpoint is asked directly as well, with the same messages; who goes first alternates, since a server remembers what it has read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from evals.endpoint import RATE, START, Endpoint, Message, quoted, serving
from evals.gold import Item, load
from evals.metrics import percentile
from evals.runner import indexed, machine, of_articles
from rag import Assistant, Settings
from rag.answering import number_paragraphs
from rag.api.modelled import PARAGRAPHS
from rag.claims import ReplyBuffer
from rag.models import ChatModel, refuses_options
from rag.paragraphs import sentence_spans
from rag.prompts import CANNOT_ANSWER, HUMAN, SYSTEM, clean_text, language_name

AIM = 1.1  # the reader's time over the endpoint's own
_EACH = 7  # questions in each language
# Words of its own that a sentence opens with.
_OPENINGS = {"en": "Reports confirm that ", "zh": "报道证实", "tr": "Haberlere bakılırsa "}

Measure = Callable[[Item, int], "tuple[float | None, float | None]"]


@dataclass(frozen=True)
class Pair:
    """Seconds to the first sentence of one answer: the endpoint's own, and the reader's."""

    own: float
    reader: float


def spread(items: Iterable[Item]) -> list[Item]:
    """Some twenty questions about the articles in three languages, over all the gold set, their languages taking turns."""
    asked = [item for item in items if item.answerable and not item.history and item.kind != "overview"]
    by = [[item for item in asked if item.language == code] for code in ("en", "zh", "tr")]
    some = [own[:: max(1, len(own) // _EACH)][:_EACH] for own in by]
    return [item for turn in zip(*some, strict=False) for item in turn]


def messages(assistant: Assistant, item: Item) -> list[Message]:
    """What the assistant sends to a model for a question."""
    values = {
        "language": language_name(item.language),
        "paragraphs": number_paragraphs(assistant.retrieve(item.question, PARAGRAPHS)),
        "question": clean_text(assistant.readings(item.question)[0]).strip(),
    }
    return [
        {"role": "system", "content": SYSTEM.format(**values)},
        {"role": "user", "content": HUMAN.format(**values)},
    ]


def seen(assistant: Assistant, question: str) -> float | None:
    """Seconds until a reader sees a sentence by the model; None when none is shown."""
    begun = time.perf_counter()
    with closing(assistant.stream(question)) as answers:
        for answer in answers:
            if answer.text:
                written = answer.mode == "model" and answer.status != "not_found"
                return time.perf_counter() - begun if written else None
    return None


def whole(pieces: Iterable[tuple[float, str]], language: str) -> float | None:
    """The time of the piece that ends the first sentence of a streamed reply, without the reasoning before it.

    pieces: seconds and text, in order.

    >>> whole([(0.5, "It gl"), (0.6, "ows [1]."), (0.7, " It"), (0.8, " cools.")], "en")
    0.6
    """
    reply, text, times = ReplyBuffer(language, sentence_spans), "", list[float]()
    for seconds, piece in pieces:
        for c in piece:
            if not text.startswith("<think>") and reply.add(c):
                return times[len(text.rstrip()) - 1]
            text += c
            times.append(seconds)
            if text.endswith("</think>"):
                reply, text, times = ReplyBuffer(language, sentence_spans), "", []
    return times[len(text.rstrip()) - 1] if text.strip() else None


def direct(settings: Settings) -> Callable[[Sequence[Message], str], float | None]:
    """Asks the endpoint of the settings without the assistant: messages and their language -> seconds to the first sentence.
    Raises ModelError when it does not answer."""
    import openai

    named = ChatModel(settings)
    key = settings.api_key.get_secret_value() if settings.api_key else "none"
    client = openai.OpenAI(api_key=key, base_url=settings.base_url, timeout=settings.deadline, max_retries=0)
    options: dict[str, Any] = {"temperature": 0}

    def ask(asked: Sequence[Message], language: str) -> float | None:
        """Seconds to the end of the first sentence."""
        begun = time.perf_counter()
        try:
            create: Any = client.chat.completions.create
            with create(messages=asked, model=settings.model, stream=True, **options) as chunks:
                texts = (chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
                return whole(((time.perf_counter() - begun, text) for text in texts), language)
        except Exception as error:  # whatever the libraries let through
            if not (options and refuses_options(error)):
                raise named.explain(error, settings.deadline) from None
            options.clear()
            return ask(asked, language)

    return ask


def main(model: str | None, console: Console) -> None:
    """Measure and print. Raises RagError when the settings are wrong."""
    if model:
        with indexed(Settings(model=model)) as assistant:
            found = {f"asked of {model} and of the assistant in turn": measure(assistant, _both_ways(assistant))}
    else:
        endpoint = Endpoint(lambda prompt: [CANNOT_ANSWER])
        with serving(endpoint), indexed(Settings(**endpoint.settings)) as assistant:
            found = {
                f"{words}, {START:g} s to the first token, then {RATE:g} tokens a second": measure(
                    assistant, _paced(assistant, endpoint, openings)
                )
                for words, openings in (("in a paragraph's words", {}), ("opening with words of its own", _OPENINGS))
            }
    for how, pairs in found.items():
        console.print(f"Time to the first sentence, {how}; {machine()}", highlight=False)
        console.print(table(pairs))


def measure(assistant: Assistant, times: Measure) -> list[Pair]:
    """The pairs of all questions of which a sentence was written and shown; the first one is asked twice, to warm up."""
    items = spread(load())
    times(items[0], 0)
    found = [times(item, at) for at, item in enumerate(track(items, "asking", transient=True))]
    return [Pair(own, reader) for own, reader in found if own and reader]


def _paced(assistant: Assistant, endpoint: Endpoint, openings: Mapping[str, str]) -> Measure:
    paragraphs = of_articles(assistant).values()

    def times(item: Item, at: int) -> tuple[float | None, float | None]:
        opening = openings.get(item.language, "")
        endpoint.reply = partial(quoted, paragraphs=paragraphs, language=item.language, opening=opening)
        number = len(endpoint.asked) + 1
        reader = seen(assistant, item.question)
        return endpoint.seconds.get(number), reader

    return times


def _both_ways(assistant: Assistant) -> Measure:
    ask = direct(assistant.settings)

    def times(item: Item, at: int) -> tuple[float | None, float | None]:
        asked = messages(assistant, item)
        if at % 2:
            reader = seen(assistant, item.question)
            return ask(asked, item.language), reader
        return ask(asked, item.language), seen(assistant, item.question)

    return times


def table(pairs: Sequence[Pair]) -> Table:
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
