"""Claims made from passages by `amounts`, `dates`, `quoted`, `names`, `verbs` and `clauses`.

A passage that can be had in several languages gives claims in each. Such a claim is put against the passage in its own language,
and against it in one of the others, told from its id; a passage of the articles is put as it stands in its article only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import evals.research.falsifying.amounts as amounts
import evals.research.falsifying.clauses as clauses
import evals.research.falsifying.dates as dates
import evals.research.falsifying.names as names
import evals.research.falsifying.quoted as quoted
import evals.research.falsifying.verbs as verbs
from evals.claims import Claim
from evals.research.falsifying.changes import Change, Maker, draw, shuffled
from evals.research.falsifying.texts import Passage, Sentence, sentences

_MAKERS: tuple[Maker, ...] = (
    amounts.wrong_numbers, amounts.same_values, dates.wrong_dates, dates.wrong_times,
    quoted.wrong_quotations, quoted.wrong_addresses,
    names.wrong_names, names.wrong_places, names.swapped, verbs.opposite, verbs.negation, verbs.tense,
    clauses.added, clauses.stitched, clauses.neighbours, clauses.parts,
)  # fmt: skip


def make_claims(passages: Sequence[Passage], origin: str, limit: int | None = None, seed: int = 0) -> list[Claim]:
    """The claims made from passages. limit: so many of each kind, language and relation of the languages, the ways of each kind
    in turn."""
    groups: defaultdict[tuple[str, str, bool], list[Claim]] = defaultdict(list)
    for claim in {claim.id: claim for claim in _make_all(passages, origin)}.values():
        groups[claim.kind, claim.language, claim.same].append(claim)
    return [claim for key in sorted(groups) for claim in _in_turns(groups[key], str(seed))[:limit]]


def _make_all(passages: Sequence[Passage], origin: str) -> Iterator[Claim]:
    pool = [s for passage in passages for language in passage.texts for s in sentences(passage, language)]
    for sentence in pool:
        yield from _put_change(sentence, Change("sentence", "whole", sentence.text), origin)
        for change in (change for maker in _MAKERS for change in maker(sentence, pool)):
            yield from _put_change(sentence, change, origin)
    for passage in passages:
        for language in passage.texts:
            for sentence, change in quoted.of_contact(passage, language):
                yield from _put_change(sentence, change, origin)


def _put_change(sentence: Sentence, change: Change, origin: str) -> Iterator[Claim]:
    """A change against the sentence's passage in its own language and in one of the others."""
    passage, identity = sentence.passage, f"{sentence.id}/{change.kind}/{change.way}/{draw(change.text) % 10**6}"
    if (change.text == sentence.text) != (change.kind in ("sentence", "address kept")):
        return
    others = [code for code in passage.texts if code != sentence.language]
    against = [passage.own] if passage.own else [sentence.language, *([others[draw(identity) % len(others)]] if others else [])]
    for code in against:
        yield Claim(
            f"{identity}/{code}", change.kind, change.way, change.text, sentence.language, (passage.id,),
            (passage.texts[code],), code, origin, passage.indexed,
        )  # fmt: skip


def _in_turns(claims: Sequence[Claim], seed: str) -> list[Claim]:
    """One claim of each way, then the second of each, and so on, in an order told from the seed."""
    ways: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in sorted(claims, key=lambda claim: draw(f"{seed}/{claim.id}")):
        ways[claim.way].append(claim)
    order = shuffled(sorted(ways), seed)
    most = max(map(len, ways.values()))
    return [ways[way][turn] for turn in range(most) for way in order if turn < len(ways[way])]
