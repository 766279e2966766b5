"""Who is asked: the assistant, and simple systems beside it that never refuse, so that no number stands alone.

The plain LangChain recipe answers with the paragraph of its nearest chunk. The other two stand on the assistant's own
retrieval: they copy its first paragraph, or that paragraph's first sentence. Copying a passage scores high on citations and on
facts stated; what it costs shows in the length of the answer and in what is answered that should be refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from evals.gold import Item
from rag import Answer, Assistant, Paragraph


@dataclass(frozen=True)
class Response:
    """An answer as it is scored. `cited` are ids of paragraphs in order of use, `spans` the `(start, end)` quoted of each;
    `retrieved` are ids of paragraphs, best first; `sentences` are those shown, each with the numbers of what it cites; `claims`
    counts those that were proposed; `deadline` is how many seconds it had, where a language model was asked."""

    text: str
    cited: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    quotes: tuple[str, ...] = ()
    retrieved: tuple[str, ...] = ()
    refused: bool = False
    short: str | None = None
    status: str = "answered"
    language: str | None = None
    confidence: float | None = None
    notice: str | None = None
    read_as: str | None = None
    model: str | None = None
    tokens: tuple[int, int] | None = None
    cost: float | None = None
    deadline: float | None = None
    sentences: tuple[tuple[str, tuple[int, ...]], ...] = ()
    claims: int = 0
    timings: Mapping[str, float] = field(default_factory=dict)
    citations: tuple[Mapping[str, Any], ...] = ()
    weights: Mapping[str, str] = field(default_factory=dict)  # versions of the trained weights, by name

    @property
    def said(self) -> str:
        """All that a reader sees: the answer and the sentences it quotes."""
        return " ".join([self.text, *self.quotes])


def of_answer(answer: Answer) -> Response:
    """The assistant's answer as a response. What a refusal says is near is no citation of an answer."""
    refused = answer.status == "not_found"
    shown = () if refused else answer.citations
    return Response(
        text=answer.text,
        cited=tuple(c.paragraph_id for c in shown),
        spans=tuple((c.start, c.end) for c in shown),
        quotes=tuple(c.quote for c in shown),
        retrieved=answer.retrieved,
        refused=refused,
        status=answer.status,
        language=answer.language,
        confidence=answer.confidence,
        notice=answer.notice,
        read_as=answer.question,
        model=answer.model,
        tokens=answer.tokens,
        cost=answer.cost,
        sentences=tuple((c.text, c.citations) for c in answer.claims if c.status == "supported"),
        claims=len(answer.claims),
        short=answer.short,
        timings=dict(answer.timings),
        weights=dict(answer.weights),
        citations=tuple({**c.to_dict(), "paragraph": c.paragraph.text} for c in answer.citations),
    )


def ask(assistant: Assistant, item: Item) -> Response:
    """Put an item to the assistant, after the questions asked before it."""
    history: list[tuple[str, str]] = []
    for earlier in item.history:
        history.append((earlier, assistant.ask(earlier, history).text))
    settings = assistant.settings
    return replace(
        of_answer(assistant.ask(item.question, history)), deadline=settings.deadline if settings.model else None
    )


def valid(response: Response, paragraphs: Mapping[str, str]) -> Sequence[bool]:
    """Of each citation, also of a refusal's, whether its quote is what stands at its offsets in the stored paragraph."""
    return [
        paragraphs.get(c["paragraph_id"], "")[c["start"] : c["end"]] == c["quote"] != "" for c in response.citations
    ]


def copy_first(ranked: Sequence[str], paragraphs: Mapping[str, Paragraph], first_sentence: bool = False) -> Response:
    """The first paragraph of the list, or its first sentence, as the answer; refused only when nothing was found."""
    if not ranked:
        return Response("", refused=True, status="not_found")
    best = paragraphs[ranked[0]]
    start, end = best.sentences[0] if first_sentence and best.sentences else (0, len(best.text))
    quote = best.text[start:end]
    return Response(quote, (best.id,), ((start, end),), (quote,), tuple(ranked), language=best.language)


Baseline = Callable[[Item, Response], Response]


def list_baselines(
    paragraphs: Mapping[str, Paragraph], plain: Callable[[str, int], list[str]], k: int
) -> dict[str, Baseline]:
    """The baselines by name; each gets the item and the assistant's response to it.

    plain: the plain recipe's retrieval. k: how many chunks it reads.
    """

    def recipe(item: Item, ours: Response) -> Response:
        # Where nothing is gold, all that is scored is that it answers; it need not be searched for.
        return copy_first([*dict.fromkeys(plain(item.question, k))], paragraphs) if item.quotes else Response("a passage")

    return {
        "plain LangChain recipe": recipe,
        "copy the top paragraph": lambda item, ours: copy_first(ours.retrieved, paragraphs),
        "first sentence of the top paragraph": lambda item, ours: copy_first(ours.retrieved, paragraphs, True),
    }
