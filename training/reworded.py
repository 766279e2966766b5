"""Data by path -> claims in words of their own, for a second, shorter run of the checker.

A checker trained on the claims of `training.claims` alone calls many rewordings false: there, what differs from the context by a
word was mostly changed to be false. Here true claims are reworded as often as false ones: entailments that people wrote, put
among other sentences so that they have to be found; answers stated as sentences, also across languages; several parts left out of
a sentence; openings such as "According to the article" before true and false ones; and parallel help pages of LibreOffice.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from training.claims import (
    MAX_PUT_CHARS,
    ClaimMaker,
    find_plausible,
    make_makers,
    make_matched,
    make_own,
    make_parallel,
    make_validation,
    read_nli,
    read_paraphrases,
)  # fmt: skip
from training.falsify import shorten, state_answer
from training.help_pages import read_help_pages
from training.mixture import LANGUAGES, MAX_ROWS, VALIDATION_ARTICLES, answer_kind, read_parallel, simplify
from training.near_misses import split_sentences
from training.rows import ClaimRow, Row, read_lines

# The first three and the last of each of our languages.
MAX_ROWS_OF_KIND = {"own": 9000, "stated": 7000, "unanswerable": 3000, "help": 20_000, "parallel": 20_000, "composed": 5000}
MAX_NLI_ROWS = {"en": 14_000, "tr": 9000, "id": 12_000, "fa": 8000, "ko": 3000, "ja": 1500}
MAX_PARAPHRASES = 16_000
MAX_CONTEXT_CHARS = 900  # of a premise among other sentences
SHARE_AMONG_OTHERS, SHARE_OPENED, SHARE_TWICE_SHORTENED = 0.6, 0.10, 0.5
HELD_OUT_SHARE = 0.02  # of each kind of claim, for calibration
_OPENINGS = {
    "en": (
        "According to the article, ", "According to the text, ", "The article says that ", "The text states that ",
        "It is reported that ", "As reported, ", "The report notes that ", "The paragraph mentions that ", "Reportedly, ",
    ),
    "zh": ("据报道，", "文章称，", "根据文章，", "文中提到，", "据介绍，", "报道指出，", "文章指出", "据文中所述，"),
    "tr": (
        "Makaleye göre ", "Habere göre, ", "Metne göre ", "Yazıda belirtildiğine göre ", "Haberde ", "Metinde yazdığına göre, ",
        "Bildirildiğine göre ",
    ),
}  # fmt: skip
_WHO = re.compile(r"^(?P<name>[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*)*), (?:who|which) (?P<rest>[^,]{15,}),")
_APPOSITION = re.compile(r"^(?P<name>[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*)+), (?P<rest>(?:an?|the) [^,]{8,}),")


def open_claim(claim: str, language: str, rng: random.Random) -> str:
    """The claim after words that say where it comes from; in other languages than ours, as it is."""
    openings = _OPENINGS.get(language)
    if not openings or not claim:
        return claim
    opening = rng.choice(openings)
    joined = claim.split(" ", 1)[0]
    low = language != "zh" and joined in ("The", "A", "An", "In", "On", "At", "It", "This", "Bu", "Bir", "Her", "O")
    return opening + (claim[0].lower() + claim[1:] if low else claim)


def extract_clause(sentence: str) -> str | None:
    """What an English sentence says of its subject by the way, as a sentence: "Ada, who fired it, left." -> "Ada fired it." """
    if found := _WHO.match(sentence):
        return f"{found['name']} {found['rest']}."
    if found := _APPOSITION.match(sentence):
        return f"{found['name']} is {found['rest']}."
    return None


def put_among(row: ClaimRow, pool: Sequence[str], rng: random.Random) -> ClaimRow:
    """The row with its context among sentences of others, at any place."""
    others: list[str] = []
    size = len(row.context)
    for other in rng.sample(pool, min(rng.randint(1, 5), len(pool))):
        if other != row.context and size + len(other) < MAX_CONTEXT_CHARS:
            others.append(other)
            size += len(other)
    at = rng.randint(0, len(others))
    parts = [*others[:at], row.context, *others[at:]]
    start = sum(len(part) + 1 for part in parts[:at])
    span = (start, start + len(row.context)) if row.carried else None
    return replace(row, context=" ".join(parts), span=span)


def make_entailed(folder: Path, rng: random.Random) -> Iterator[ClaimRow]:
    """Entailment sets and paraphrases, most of them among the sentences of other pairs."""
    by_language: defaultdict[str, list[ClaimRow]] = defaultdict(list)
    for row in read_nli(folder, rng):
        by_language[row.claim_language].append(row)
    for language, rows in by_language.items():
        rng.shuffle(rows)
        yield from _among(rows[: MAX_NLI_ROWS[language]], [row.context for row in rows], rng)
    paraphrases = list(read_paraphrases(folder, rng))
    rng.shuffle(paraphrases)
    pools: defaultdict[str, list[str]] = defaultdict(list)
    for row in paraphrases:
        pools[row.context_language].append(row.context)
    for language, pool in pools.items():
        yield from _among([row for row in paraphrases[:MAX_PARAPHRASES] if row.context_language == language], pool, rng)


def _among(rows: Sequence[ClaimRow], pool: Sequence[str], rng: random.Random) -> Iterator[ClaimRow]:
    for row in rows:
        yield put_among(row, pool, rng) if rng.random() < SHARE_AMONG_OTHERS else row


def make_stated(rows: Sequence[Row], plausible: Mapping[tuple[str, str], str], rng: random.Random) -> Iterator[ClaimRow]:
    """Answers stated as sentences: right ones, other ones of the same kind, and what is plausible where nothing is said."""
    alike: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        if row.answer:
            alike[row.context, answer_kind(row)].add(row.answer_text.strip())
    for row in rows:
        given = row.answer_text.strip() or plausible.get((row.question, row.context), "")
        stated = state_answer(row.question, given[:MAX_PUT_CHARS], row.question_language) if given else None
        if not stated:
            continue
        base = ClaimRow(stated, row.question_language, row.context, row.context_language, bool(row.answer), "stated")
        if not row.answer:
            yield replace(base, kind="stated unanswerable")
            continue
        assert row.answer
        span = next((s for s in split_sentences(row.context) if s[0] <= row.answer[0] < s[1]), None)
        yield replace(base, span=span)
        others = [x for x in alike[row.context, answer_kind(row)] if x not in given and given not in x]
        if others and (wrong := state_answer(row.question, rng.choice(sorted(others)), row.question_language)):
            yield replace(base, claim=wrong, carried=False, kind="stated otherwise")


def make_stated_across(parallel: dict[str, list[tuple[int, int, Row]]], rng: random.Random) -> Iterator[ClaimRow]:
    """Answers of the parallel files stated in one of our languages, against the same paragraph in another."""
    for language in [*LANGUAGES] * 3:
        own = [(n, row) for n, (article, _, row) in enumerate(parallel[language]) if article not in VALIDATION_ARTICLES]
        first_of = {row.context: n for n, row in reversed(own)}
        for stated in make_stated([row for _, row in own], {}, rng):
            n = first_of[stated.context]
            others = [lang for lang in parallel if lang != language]
            into = rng.choice([*[lang for lang in LANGUAGES if lang != language] * 3, rng.choice(others)])
            yield replace(
                stated, context=parallel[into][n][2].context, context_language=into, span=None, kind=f"{stated.kind} across"
            )


def make_shortened(maker: ClaimMaker, contexts: Sequence[str], rng: random.Random) -> Iterator[ClaimRow]:
    """Claims of `make_own`, and sentences with several parts left out, true, or with one thing changed, false."""
    yield from make_own(maker, contexts, {})
    pool = [context[a:b].strip() for context in contexts for a, b in maker.split(context)]
    for context in contexts:
        for a, b in maker.split(context)[:4]:
            sentence = context[a:b].strip()
            short = shorten(sentence, maker.language, rng)
            clause = extract_clause(sentence) if maker.language == "en" else None
            if short and rng.random() < SHARE_TWICE_SHORTENED:
                short = shorten(short, maker.language, rng) or short
            for claim in (clause, short):
                if not claim or claim == sentence or len(claim) < 8:
                    continue
                base = ClaimRow(claim, maker.language, context, maker.language, True, "said by the way", (a, b))
                yield base
                false = list(maker.falsify(claim, context, pool))
                for kind, wrong in rng.sample(false, min(1, len(false))):
                    yield replace(base, claim=wrong, carried=False, kind=kind, span=None)


def read_reworded(
    data: Path, help_pages: Path | None, composed: dict[str, list[tuple[int, int, Row]]], rng: random.Random
) -> tuple[list[ClaimRow], list[ClaimRow]]:
    """Claims to train on and claims to calibrate on, both shuffled. data: holds `reading/` and `xquad-dev/`; help_pages: with a
    folder of LibreOffice's help for each language, or None; composed: more parallel paragraphs, by language."""
    parallel = read_parallel(data / "xquad-dev")
    barred = {row.context.strip() for own in parallel.values() for a, _, row in own if a in VALIDATION_ARTICLES}
    rows: dict[str, list[Row]] = {}
    for language in LANGUAGES:
        read = [simplify(r) if r.source.startswith("drcd") else r for r in read_lines(data / "reading" / f"{language}.jsonl.gz")]
        # Other questions on the articles of the parallel files may be on those that are held out.
        read = [row for row in read if not row.source.endswith("-xdev") and row.context.strip() not in barred]
        rng.shuffle(read)
        rows[language] = [row for row in read if row.source not in MAX_ROWS or rng.random() < 0.5]
    matched = list(read_lines(data / "reading" / "x.jsonl.gz"))
    matched += [row for own in rows.values() for row in own if row.source == "mlqa-dev"]
    makers = make_makers([row for own in rows.values() for row in own], rng)
    made = [*make_entailed(data / "reading", rng), *make_stated_across(parallel, rng), *make_matched(makers, matched, rng)]
    for language, maker in makers.items():
        own = [row for row in rows[language] if not row.source.startswith(("qamr", "squadshifts-amazon", "squadshifts-reddit"))]
        contexts = sorted({row.context for row in own})
        rng.shuffle(contexts)
        made += _some(list(make_shortened(maker, [c for c in contexts[:2500] if len(maker.split(c)) > 1], rng)), "own", rng)
        answered = [row for row in rows[language] if row.answer]
        made += _some(list(make_stated(answered, {}, rng)), "stated", rng)
        unanswered = [row for row in rows[language] if not row.answer][: MAX_ROWS_OF_KIND["unanswerable"]]
        made += list(make_stated(unanswered, find_plausible(unanswered), rng))
    trained = frozenset(a for a, _, _ in parallel["en"]) - VALIDATION_ARTICLES
    made += _some(list(make_parallel(makers, parallel, rng, trained, rounds=8)), "parallel", rng)
    if help_pages:
        pages = read_help_pages(help_pages)
        every = frozenset(a for a, _, _ in pages["en"])
        made += _some(list(make_parallel(makers, pages, rng, every, rounds=2)), "help", rng)
    if composed:
        every = frozenset(a for a, _, _ in composed["en"])
        made += list(make_parallel(makers, composed, rng, every, rounds=3))
        for language, maker in makers.items():
            made += _some(list(make_own(maker, [row.context for _, _, row in composed[language]], {})), "composed", rng)
    made = [row for row in made if len(row.claim) > 3 and len(row.context) > 3]
    made = [
        replace(row, claim=open_claim(row.claim, row.claim_language, rng)) if rng.random() < SHARE_OPENED else row for row in made
    ]
    rng.shuffle(made)
    held_out = made[: int(len(made) * HELD_OUT_SHARE)]
    ours = [row for row in held_out if {row.claim_language, row.context_language} <= set(LANGUAGES)]
    return made[len(held_out) :], [*ours, *make_validation(makers, parallel, rng)[: len(ours)]]


def _some(rows: list[ClaimRow], kind: str, rng: random.Random) -> list[ClaimRow]:
    rng.shuffle(rows)
    return rows[: MAX_ROWS_OF_KIND[kind]]
