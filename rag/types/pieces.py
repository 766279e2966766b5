"""The text of an answer taken apart into its sentences, their markers, and what stands between."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from rag.types.verdicts import Claim

_MARKER = re.compile(r"\s*\[(\d+)\]")


def split_text(text: str, claims: Sequence[Claim], cited: Collection[int]) -> Iterator[str | Claim | int]:
    """The text of an answer in pieces, in order: sentences as their claims, markers as their numbers, anything else as it stands.

    cited: the numbers of the answer's citations.
    Only markers that follow a claim and are its own are such: a quotation may hold such signs, too.
    """
    at = 0
    for claim in claims:
        start = text.find(claim.text, at)
        if claim.status != "supported" or not claim.text or start < 0:
            continue  # a withheld claim is not in the text
        yield text[at:start]
        yield claim
        at = start + len(claim.text)
        for number in claim.citations:
            marker = _MARKER.match(text, at)
            if marker and int(marker[1]) == number and number in cited:
                yield number
                at = marker.end()
    yield text[at:]
