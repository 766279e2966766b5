"""Written claims -> false ones that only reading the whole paragraph tells from true ones, and true ones that look false.

A checker trained on claims about their own paragraph alone learns to look for what was changed. It lets a claim pass that another
paragraph carries, and one that begins as a true claim and ends as another sentence. And it calls a near copy of a sentence false:
people write a false claim by changing one word of a sentence, and a true one in words of their own.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from training.falsify import shorten, stitch
from training.near_misses import split_sentences
from training.neighbours import nearest_contexts
from training.rows import ClaimRow

NEIGHBOURS = 4  # the nearest contexts of which one is drawn
SHARE_SHORTENED = 0.5  # of the sentences repeated


def put_elsewhere(
    claims: Sequence[ClaimRow], pools: Mapping[str, Iterable[str]], share: float, rng: random.Random
) -> Iterator[ClaimRow]:
    """A share of the true claims, each put to a paragraph near its own. pools: the paragraphs of each language."""
    by_language: defaultdict[str, list[ClaimRow]] = defaultdict(list)
    for claim in claims:
        if claim.carried and rng.random() < share:
            by_language[claim.context_language].append(claim)
    for language, own in by_language.items():
        pool = sorted(set(pools[language]))
        asked = sorted({claim.context for claim in own})
        nearest = dict(zip(asked, nearest_contexts(asked, pool, language, NEIGHBOURS + 1), strict=True))
        for claim in own:
            others = [pool[i] for i in nearest[claim.context] if pool[i] != claim.context]
            yield replace(claim, context=rng.choice(others), carried=False, kind="elsewhere", span=None)


def stitch_claims(claims: Sequence[ClaimRow], share: float, rng: random.Random) -> Iterator[ClaimRow]:
    """Claims that begin as a true claim of a paragraph and end as another sentence of it, put to it in each of its languages.
    share: of the true claims whose paragraph is there in their own language."""
    together: defaultdict[str, list[ClaimRow]] = defaultdict(list)
    for claim in claims:
        if claim.carried:
            together[claim.claim].append(claim)
    for text, own in together.items():
        context = next((claim.context for claim in own if claim.claim_language == claim.context_language), None)
        if context is None or rng.random() >= share:
            continue
        language = own[0].claim_language
        # The sentence most like the claim may say the same: its end would keep the claim true.
        ends = sorted((context[a:b].strip() for a, b in split_sentences(context)), key=lambda end: share_pairs(text, end))[:-1]
        made = stitch(text, rng.choice(ends), language) if ends else None
        if made and made != text:
            yield from (replace(claim, claim=made, carried=False, kind="stitched", span=None) for claim in own)


def repeat_sentences(claims: Sequence[ClaimRow], share: float, rng: random.Random) -> Iterator[ClaimRow]:
    """The sentences that a share of the false claims are most like, as they stand or with a part left out: true of their
    paragraph in each of its languages. A claim whose paragraph is not there in its own language gives none."""
    together: defaultdict[str, list[ClaimRow]] = defaultdict(list)
    for claim in claims:
        if not claim.carried:
            together[claim.claim].append(claim)
    for text, own in together.items():
        context = next((claim.context for claim in own if claim.claim_language == claim.context_language), None)
        if context is None or rng.random() >= share:
            continue
        language = own[0].claim_language
        sentences = sorted((context[a:b].strip() for a, b in split_sentences(context)), key=lambda one: share_pairs(text, one))
        sentence = sentences[-1]
        short = shorten(sentence, language, rng) if rng.random() < SHARE_SHORTENED else None
        yield from (replace(claim, claim=short or sentence, carried=True, kind="repeated", span=None) for claim in own)


def share_pairs(claim: str, sentence: str) -> int:
    """How many pairs of neighbouring characters two texts share."""
    return len(set(pairwise(claim.casefold())) & set(pairwise(sentence.casefold())))
