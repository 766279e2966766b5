"""What stands beside the assistant's figures, so that no number stands alone: three simple systems that never refuse.

The plain LangChain recipe answers with the paragraph of its nearest chunk. The other two stand on the assistant's own
retrieval: they copy its first paragraph, or that paragraph's first sentence. Copying a passage scores high on citations and on
facts stated; what it costs shows in the length of the answer and in what is answered that should be refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from evals.gold import Item
from evals.responses import Response
from rag import Paragraph

Baseline = Callable[[Item, Response], Response]


def copied(ranked: Sequence[str], paragraphs: Mapping[str, Paragraph], first_sentence: bool = False) -> Response:
    """The first paragraph of the list, or its first sentence, as the answer; refused only when nothing was found."""
    if not ranked:
        return Response("", refused=True, status="not_found")
    best = paragraphs[ranked[0]]
    start, end = best.sentences[0] if first_sentence and best.sentences else (0, len(best.text))
    quote = best.text[start:end]
    return Response(quote, (best.id,), ((start, end),), (quote,), tuple(ranked), language=best.language)


def baselines(
    paragraphs: Mapping[str, Paragraph], plain: Callable[[str, int], list[str]], k: int
) -> dict[str, Baseline]:
    """The baselines by name; each gets the item and the assistant's response to it.

    plain: the plain recipe's retrieval. k: how many chunks it reads.
    """

    def recipe(item: Item, ours: Response) -> Response:
        # Where nothing is gold, all that is scored is that it answers; it need not be searched for.
        return copied([*dict.fromkeys(plain(item.question, k))], paragraphs) if item.quotes else Response("a passage")

    return {
        "plain LangChain recipe": recipe,
        "copy the top paragraph": lambda item, ours: copied(ours.retrieved, paragraphs),
        "first sentence of the top paragraph": lambda item, ours: copied(
            ours.retrieved, paragraphs, first_sentence=True
        ),
    }
