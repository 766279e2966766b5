"""The text of an answer taken apart into its sentences, their markers, and what stands between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.types.verdicts import Claim

if TYPE_CHECKING:
    from rag.types.answers import Answer

_MARKER = re.compile(r"\s*\[(\d+)\]")


def split_text(answer: Answer) -> Iterator[str | Claim | int]:
    """The text in pieces, in order: sentences as their claims, markers as their numbers, anything else as it stands.

    Only markers that follow a claim and are its own are such: a quotation may hold such signs, too.
    """
    cited = {citation.number for citation in answer.citations}
    at = 0
    for claim in answer.claims:
        start = answer.text.find(claim.text, at)
        if claim.status != "supported" or not claim.text or start < 0:
            continue  # a withheld claim is not in the text
        yield answer.text[at:start]
        yield claim
        at = start + len(claim.text)
        for number in claim.citations:
            marker = _MARKER.match(answer.text, at)
            if marker and int(marker[1]) == number and number in cited:
                yield number
                at = marker.end()
    yield answer.text[at:]
