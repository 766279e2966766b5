"""What a question is put to: a pool of paragraphs, without some of them.

own    each language's paragraphs are a pool, and its questions are put to it.
mixed  the paragraphs of all files, translations of one another, are one pool. For each question and each language of its gold
       paragraph, the versions of it in other languages are left out, so that the only paragraph that answers is in that
       language and the nearest distractors are in all of them. "alone" is the question with all other languages left
       out: what it loses in the mixed pool is the crowding-out.

In both, the gold paragraph can be removed, in every language: then the question must be refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from evals.squad.files import NotSquad, Question
from evals.squad.systems import READ, language_of
from rag import Article

Kind = Literal["in", "alone", "removed", "impossible"]
_DEEP = 60  # ranked in the mixed pool: enough for five in the question's language, and for all the assistant reads


@dataclass(frozen=True)
class Case:
    """A question put to a pool without the paragraphs `taken`. `gold`: the version of the question whose paragraph answers it."""

    kind: Kind
    gold: Question | None = None
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Pool:
    """Articles, and the questions put to them, each with its cases. deep: how many passages to rank."""

    name: str
    articles: Sequence[Article]
    asked: Sequence[tuple[Question, Sequence[Case]]]
    deep: int


def own(
    articles: Sequence[Article], gold: Sequence[Question], asked: Sequence[Question], removed: bool
) -> Iterator[Pool]:
    """A pool for each language that is asked in. Questions of languages without a pool are put to every pool that has a version
    of theirs. gold: all questions of the pools' files; asked: those to put; removed: also without the gold paragraph."""
    by_key = {(q.id, q.language): q for q in gold}
    languages = list(dict.fromkeys(a.language or "" for a in articles))
    for code in languages:
        put = [
            (q, version)
            for q in asked
            if q.language == code or q.language not in languages
            if (version := by_key.get((q.id, code)))
        ]
        if put:
            cases = [(q, list(_own_cases(version, removed))) for q, version in put]
            yield Pool(f"own-{code}", [a for a in articles if a.language == code], cases, READ + 1)


def _own_cases(version: Question, removed: bool) -> Iterator[Case]:
    if not version.possible:
        yield Case("impossible")
        return
    yield Case("in", version)
    if removed:
        yield Case("removed", taken=frozenset({version.paragraph_id}))


def mixed(articles: Sequence[Article], gold: Sequence[Question], asked: Sequence[Question], removed: bool) -> Pool:
    """One pool of all languages; arguments as of `own`. Raises NotSquad when the files are not translations of one another."""
    languages = list(dict.fromkeys(a.language or "" for a in articles))
    _translations(articles, gold, languages)
    by_key = {(q.id, q.language): q for q in gold}
    rows = [f"{a.id}#p{n}" for a in articles for n in range(1, len(a.paragraphs or ()) + 1)]
    others = {code: frozenset(row for row in rows if language_of(row) != code) for code in languages}
    put = []
    for question in asked:
        versions = [version for code in languages if (version := by_key.get((question.id, code)))]
        if versions:
            cases = list(_mixed_cases(question, versions, languages, removed))
            if question.possible and question.language in languages:
                cases.append(Case("alone", question, others[question.language]))
            put.append((question, cases))
    return Pool("mixed", articles, put, _DEEP)


def _mixed_cases(
    question: Question, versions: Sequence[Question], languages: Sequence[str], removed: bool
) -> Iterator[Case]:
    if not versions[0].possible:
        yield Case("impossible")
        return
    place = versions[0].paragraph_id.partition("-")[2]
    everywhere = frozenset(f"{code}-{place}" for code in languages)
    for version in versions:
        yield Case("in", version, everywhere - {version.paragraph_id})
    if removed:
        yield Case("removed", taken=everywhere)


def _translations(articles: Sequence[Article], gold: Sequence[Question], languages: Sequence[str]) -> None:
    """Raises NotSquad saying where files differ that should have the same paragraphs in the same places."""
    why = "a mixed pool needs files that are translations of one another; use --pool own"
    sizes = {code: [len(a.paragraphs or ()) for a in articles if a.language == code] for code in languages}
    first = languages[0]
    places = {q.id: q.paragraph_id.partition("-")[2] for q in gold if q.language == first}
    for code in languages[1:]:
        if len(sizes[first]) != len(sizes[code]):
            raise NotSquad(f"{len(sizes[first])} articles in {first} and {len(sizes[code])} in {code}: {why}")
        for number, (one, other) in enumerate(zip(sizes[first], sizes[code], strict=True), 1):
            if one != other:
                raise NotSquad(f"article {number} has {one} paragraphs in {first} and {other} in {code}: {why}")
        shared = [q for q in gold if q.language == code and q.id in places]
        if not shared:
            raise NotSquad(f"{first} and {code} have no question id in common: {why}")
        moved = Counter(q.paragraph_id.partition("-")[2] != places[q.id] for q in shared)[True]
        if moved:
            raise NotSquad(
                f"{moved} of {len(shared)} questions are of other paragraphs in {first} than in {code}: {why}"
            )
