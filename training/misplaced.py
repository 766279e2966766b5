"""Written claims -> false ones that only reading the whole paragraph tells from true ones, and true ones that look false; and
written questions -> the same about a paragraph that is like theirs and does not answer them.

A checker trained on claims about their own paragraph alone learns to look for what was changed. It lets a claim pass that another
paragraph carries, and one that begins as a true claim and ends as another sentence. And it calls a near copy of a sentence false:
people write a false claim by changing one word of a sentence, and a true one in words of their own.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from training.falsify import shorten, stitch
from training.near_misses import split_sentences
from training.neighbours import nearest_contexts
from training.rows import WITHOUT_SPACES, ClaimRow, Row

NEIGHBOURS = 4  # the nearest contexts of which one is drawn
STEM_CHARS, MIN_STEM_CHARS = 6, 4  # of a word that is looked for: Turkish names have endings
MAX_SHARE_WITH_STEM = 0.02  # of the contexts, for a word that tells which one is meant
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


def ask_elsewhere(rows: Sequence[Row], share: float, rng: random.Random) -> Iterator[Row]:
    """A share of the answered questions, each put to a paragraph near its own and to the same one in other languages.

    Only questions with a word that tells which paragraph is meant, such as a name: "Who signed it?" is answered by many. The word
    stands in the question's own paragraph, in few others, and not in the one that the question is put to.
    """
    views: defaultdict[str, dict[str, Row]] = defaultdict(dict)  # of each paragraph, by its key
    for row in rows:
        views[row.id][row.context_language] = row
    asked = {(row.id, row.question): row for row in rows if row.answer and row.question_language in views[row.id]}
    for language in sorted({row.question_language for row in asked.values()}):
        keys = sorted(key for key in views if language in views[key])
        pool = [views[key][language].context for key in keys]
        stems = [stem_words(context, language) for context in pool]
        place = {key: number for number, key in enumerate(keys)}
        common = Counter(stem for own in stems for stem in own)
        drawn = [row for row in asked.values() if row.question_language == language and rng.random() < share]
        nearest = nearest_contexts([row.question for row in drawn], pool, language, NEIGHBOURS + 1)
        for row, near in zip(drawn, nearest, strict=True):
            telling = stem_words(row.question, language) & stems[place[row.id]]
            telling = {stem for stem in telling if common[stem] <= max(1, MAX_SHARE_WITH_STEM * len(pool))}
            others = [n for n in near if keys[n] != row.id and telling - stems[n]]
            if not others:
                continue
            for read in views[keys[rng.choice(others)]].values():
                yield replace(read, question_language=language, question=row.question, answer=None, kind="neighbour")


def ask_same_article(rows: Sequence[Row], share: float, rng: random.Random) -> Iterator[Row]:
    """A share of the answered questions whose article has other paragraphs, each put to one of them, which does not answer it.

    Paragraphs of one title are of one article. One that holds the words of the answer is left out: it may answer too.
    """
    articles: defaultdict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for row in rows:
        if row.title:
            articles[row.title, row.context_language][row.id] = row
    for row in rows:
        if row.answer and row.title and rng.random() < share:
            beside = articles[row.title, row.context_language]
            told = row.answer_text.casefold()
            others = [key for key, other in beside.items() if key != row.id and told not in other.context.casefold()]
            if others:
                yield replace(row, id=(key := rng.choice(others)), context=beside[key].context, answer=None, kind="same article")


def stem_words(text: str, language: str) -> set[str]:
    """Beginnings of the longer words of a text; of a text without spaces, its pairs of characters."""
    if language in WITHOUT_SPACES:
        return {a + b for a, b in pairwise(text) if a.isalnum() and b.isalnum()}
    words = (word.strip(".,;:!?\"'()").casefold() for word in text.replace("’", "'").replace("'", " ").split())
    return {word[:STEM_CHARS] for word in words if len(word) >= MIN_STEM_CHARS}


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
