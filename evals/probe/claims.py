"""Claims: those made from passages by `amounts`, `dates`, `quoted`, `names`, `verbs` and `clauses`, and those written by hand.

A passage that can be had in several languages gives claims in each. Such a claim is put against the passage in its own language,
and against it in one of the others, told from its id; a passage of the articles is put as it stands in its article only.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

import evals.probe.amounts as amounts
import evals.probe.clauses as clauses
import evals.probe.dates as dates
import evals.probe.names as names
import evals.probe.quoted as quoted
import evals.probe.verbs as verbs
from evals.probe.changes import TRUE, Change, Maker, draw, shuffled
from evals.probe.texts import Passage, Sentence, sentences
from rag import Paragraph

FOLDER = Path(__file__).parent.parent / "claims"
EXACT = ("number", "date", "time", "quoted words", "address")  # what no model may overrule
_MAKERS: tuple[Maker, ...] = (
    amounts.wrong_numbers, amounts.same_values, dates.wrong_dates, dates.wrong_times,
    quoted.wrong_quotations, quoted.wrong_addresses,
    names.wrong_names, names.wrong_places, names.swapped, verbs.opposite, verbs.negation, verbs.tense,
    clauses.added, clauses.stitched, clauses.neighbours, clauses.parts,
)  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """A claim in `language` and the paragraphs put to it as evidence, which carry it when its `kind` is one of TRUE.

    origin: "articles", "files" or "by hand". `original`: the sentence it was made from, "" of one by hand. `cites`: ids of the
    paragraphs, which an assistant knows when `indexed`.
    """

    id: str
    kind: str
    way: str
    text: str
    language: str
    cites: tuple[str, ...]
    evidence: tuple[str, ...]
    evidence_language: str
    origin: str
    indexed: bool
    original: str = ""

    @property
    def true(self) -> bool:
        return self.kind in TRUE

    @property
    def same(self) -> bool:
        """Whether it is in the language of what it cites."""
        return self.language == self.evidence_language

    @property
    def split(self) -> str:
        """ "dev" for those by hand that may be looked at while verification is built, else "test"."""
        return "dev" if self.origin == "by hand" and draw_split(self.id) else "test"


def draw_split(identity: str) -> bool:
    """Whether a claim by hand is one of the half to look at."""
    return hashlib.blake2b(identity.encode()).digest()[0] % 2 == 0


def made(passages: Sequence[Passage], origin: str, limit: int | None = None, seed: int = 0) -> list[Claim]:
    """The claims made from passages. limit: so many of each kind, language and relation of the languages, the ways of each kind
    in turn."""
    groups: defaultdict[tuple[str, str, bool], list[Claim]] = defaultdict(list)
    for claim in {claim.id: claim for claim in _all(passages, origin)}.values():
        groups[claim.kind, claim.language, claim.same].append(claim)
    return [claim for key in sorted(groups) for claim in _in_turns(groups[key], str(seed))[:limit]]


def _all(passages: Sequence[Passage], origin: str) -> Iterator[Claim]:
    pool = [s for passage in passages for language in passage.texts for s in sentences(passage, language)]
    for sentence in pool:
        yield from _claims(sentence, Change("sentence", "whole", sentence.text), origin)
        for change in (change for maker in _MAKERS for change in maker(sentence, pool)):
            yield from _claims(sentence, change, origin)
    for passage in passages:
        for language in passage.texts:
            for sentence, change in quoted.of_contact(passage, language):
                yield from _claims(sentence, change, origin)


def _claims(sentence: Sentence, change: Change, origin: str) -> Iterator[Claim]:
    """A change against the sentence's passage in its own language and in one of the others."""
    passage, identity = sentence.passage, f"{sentence.id}/{change.kind}/{change.way}/{draw(change.text) % 10**6}"
    if (change.text == sentence.text) != (change.kind in ("sentence", "address kept")):
        return
    others = [code for code in passage.texts if code != sentence.language]
    against = [passage.own] if passage.own else [sentence.language, *([others[draw(identity) % len(others)]] if others else [])]
    for code in against:
        yield Claim(
            f"{identity}/{code}", change.kind, change.way, change.text, sentence.language, (passage.id,),
            (passage.texts[code],), code, origin, passage.indexed, sentence.text,
        )  # fmt: skip


def _in_turns(claims: Sequence[Claim], seed: str) -> list[Claim]:
    """One claim of each way, then the second of each, and so on, in an order told from the seed."""
    ways: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in sorted(claims, key=lambda claim: draw(f"{seed}/{claim.id}")):
        ways[claim.way].append(claim)
    order = shuffled(sorted(ways), seed)
    most = max(map(len, ways.values()))
    return [ways[way][turn] for turn in range(most) for way in order if turn < len(ways[way])]


def by_hand(paragraphs: Mapping[str, Paragraph]) -> list[Claim]:
    """The claims of `claims/`. Raises ValueError for one that quotes what no paragraph says."""
    return [
        _written(entry, paragraphs)
        for name in ("true", "false")
        for entry in yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    ]


def _written(entry: Mapping[str, Any], paragraphs: Mapping[str, Paragraph]) -> Claim:
    found = [next((p for p in paragraphs.values() if quote in p.text), None) for quote in entry["quotes"]]
    if None in found:
        raise ValueError(f"{entry['id']}: a quote that is in no paragraph")
    cited = list({p.id: p for p in found if p}.values())
    kind = entry.get("kind") or ("paraphrase" if cited[0].language == entry["language"] else "own rendering")
    return Claim(
        entry["id"], kind, "", entry["claim"], entry["language"], tuple(p.id for p in cited), tuple(p.text for p in cited),
        str(cited[0].language), "by hand", True,
    )  # fmt: skip
