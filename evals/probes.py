"""Sentences of the articles with a number changed, put to verification as if an answerer had written them.

A quoted sentence cannot be wrong, so answering the gold questions with quotes does not show whether verification works. These
sentences do: each says something other than the sentence it cites, and must be withheld.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rag import Paragraph
from rag.types import Draft, DraftClaim, Evidence, Passage, Source
from rag.verification import answer

_NUMBER = re.compile(r"\d+(?:[.,]\d{3})*")


@dataclass(frozen=True)
class Probe:
    """A sentence in `language` that the span it cites does not carry."""

    id: str
    claim: str
    language: str
    paragraph: Paragraph
    start: int
    end: int


def probes(paragraphs: Mapping[str, Paragraph]) -> Iterator[Probe]:
    """Every sentence that has a number, in every language it can be read in, with its first number another one."""
    for paragraph in paragraphs.values():
        for index, (start, end) in enumerate(paragraph.sentences):
            for view in paragraph.views:
                sentence = view.sentence(index)
                found = _NUMBER.search(sentence)
                if not found:
                    continue
                other = _another(found.group())
                if other not in paragraph.text[start:end]:
                    claim = f"{sentence[: found.start()]}{other}{sentence[found.end() :]}"
                    yield Probe(
                        f"{paragraph.id}/{index + 1}/{view.language}", claim, view.language, paragraph, start, end
                    )


def _another(number: str) -> str:
    """A number written alike, its first digit one higher: "18" becomes "28", "140,000" becomes "240,000"."""
    return f"{int(number[0]) % 9 + 1}{number[1:]}"


def withheld(probe: Probe) -> bool:
    """Whether verification lets nothing of the sentence through."""
    passage = Passage(probe.paragraph, Source(probe.paragraph.article_id, "", probe.paragraph.language), 1.0)
    evidence = Evidence(passage, probe.start, probe.end)
    draft = Draft((DraftClaim(probe.claim, (evidence,)),), 1.0)
    return answer(draft, "?", probe.language, refusal="-").status == "not_found"
