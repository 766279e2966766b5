"""SQuAD 1.1 and 2.0 files -> articles and questions, and the pools of paragraphs that a question is put to.

own    each language's paragraphs are a pool, and its questions are put to it.
mixed  the paragraphs of all files, translations of one another, are one pool. For each question and each language of its gold
       paragraph, the versions of it in other languages are left out, so that the only paragraph that answers is in that
       language and the nearest distractors are in all of them. "alone" is the question with all other languages left
       out: what it loses in the mixed pool is the crowding-out.

In both, the gold paragraph can be removed, in every language: then the question must be refused.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from rag import Article, RagError

_CODE = re.compile(r"(?:^|[._-])([a-z]{2})$")
DEEP = 60  # ranked in the mixed pool: enough for five in the question's language, and for all the assistant reads
READ = 16  # passages the assistant reads for an answer
Kind = Literal["in", "alone", "removed", "impossible"]
Item = TypeVar("Item")


class NotSquad(RagError):
    """A file cannot be used; the message says which and why."""


class _Answer(BaseModel):
    text: str
    answer_start: Any = 0


class _Asked(BaseModel):
    id: str | int
    question: str
    answers: list[_Answer] | None = None
    is_impossible: bool = False


class _Paragraph(BaseModel):
    context: str
    qas: list[_Asked]


class _Entry(BaseModel):
    title: str = ""
    paragraphs: list[_Paragraph]


class _File(BaseModel):
    data: list[_Entry] = Field(min_length=1)


@dataclass(frozen=True)
class Question:
    """A question and where its answer is: `(start, end)` spans of the paragraph `paragraph_id`, and the accepted `texts`.

    `possible` is False for one that its paragraph does not answer (SQuAD 2.0).
    """

    id: str
    text: str
    language: str
    article: int
    paragraph_id: str
    answers: tuple[tuple[int, int], ...]
    texts: tuple[str, ...] = ()
    possible: bool = True


def load_files(paths: Sequence[Path]) -> tuple[list[Article], list[Question]]:
    """Articles and questions of the files. The end of a file's name, as of `en.json` or `xquad.en.json`, is its language.

    Translations share the ids of questions and the order of paragraphs. Raises NotSquad naming the file when one cannot be read,
    and when two are in one language.
    """
    articles: list[Article] = []
    questions: list[Question] = []
    seen: dict[str, Path] = {}
    for path in paths:
        named = _CODE.search(path.stem.lower())
        if not named:
            raise NotSquad(f"{path}: its name has to end with its language, as en.json does")
        language = named[1]
        if language in seen:
            raise NotSquad(f"{path}: is in the language {language}, and so is {seen[language]}; give one file a language")
        seen[language] = path
        for number, entry in enumerate(_read(path).data):
            contexts = [paragraph.context for paragraph in entry.paragraphs]
            title = entry.title.replace("_", " ")  # as it stands in the address of its page
            articles.append(Article(id=f"{language}-{number}", title=title, paragraphs=contexts, language=language))
            for place, paragraph in enumerate(entry.paragraphs, 1):
                questions += [_question(q, paragraph.context, language, number, place) for q in paragraph.qas]
    return articles, questions


def _read(path: Path) -> _File:
    try:
        return _File.model_validate_json(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise NotSquad(f"{path}: cannot be read ({error.strerror})") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise NotSquad(f"{path}: is not a SQuAD file: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except ValueError as error:
        raise NotSquad(f"{path}: is not UTF-8 ({error})") from None


def _question(asked: _Asked, context: str, language: str, article: int, place: int) -> Question:
    # SQuAD 2.0 lists "plausible_answers" apart; what "answers" holds of an impossible question is not one.
    given = [a for a in asked.answers or () if a.text.strip() and not asked.is_impossible]
    spans = {span for answer in given for span in _span(answer, context)}
    texts = tuple(dict.fromkeys(a.text for a in given))
    row = f"{language}-{article}#p{place}"
    spans_ = tuple(sorted(spans))
    return Question(str(asked.id), asked.question, language, article, row, spans_, texts, not asked.is_impossible)


def _span(answer: _Answer, context: str) -> Iterator[tuple[int, int]]:
    """Where the answer stands: of the places where it does, the nearest to its start, which is a bit off in some translations."""
    start = answer.answer_start if isinstance(answer.answer_start, int) else 0
    places = [m.start() for m in re.finditer(re.escape(answer.text), context)]
    if places:
        at = min(places, key=lambda place: abs(place - start))
        yield at, at + len(answer.text)


def take_questions(questions: Sequence[Question], limit: int | None) -> list[Question]:
    """The first `limit` questions of each language, in order: one of each article in turn, and within it one of each paragraph.

    Translations of one another give the same questions. All of them when `limit` is None.
    """
    if limit is None:
        return list(questions)
    kept: list[Question] = []
    for language in dict.fromkeys(q.language for q in questions):
        of: defaultdict[int, list[Question]] = defaultdict(list)
        for question in (q for q in questions if q.language == language):
            of[question.article].append(question)
        turns = {n: _in_turns((q.paragraph_id, q) for q in own) for n, own in of.items()}
        chosen = {(q.paragraph_id, q.id) for q in _in_turns((n, q) for n, own in turns.items() for q in own)[:limit]}
        kept += [q for own in of.values() for q in own if (q.paragraph_id, q.id) in chosen]
    return kept


def _in_turns(items: Iterable[tuple[Hashable, Item]]) -> list[Item]:
    """The first item of each group, then the second of each, and so on. items: with their groups."""
    count: defaultdict[Hashable, int] = defaultdict(int)
    rounds: defaultdict[int, list[Item]] = defaultdict(list)
    for group, item in items:
        rounds[count[group]].append(item)
        count[group] += 1
    return [item for turn in sorted(rounds) for item in rounds[turn]]


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


def make_own_pools(
    articles: Sequence[Article], gold: Sequence[Question], asked: Sequence[Question], removed: bool
) -> Iterator[Pool]:
    """A pool for each language that is asked in. Questions of languages without a pool are put to every pool that has a version
    of theirs. gold: all questions of the pools' files; asked: those to put; removed: also without the gold paragraph."""
    by_key = {(q.id, q.language): q for q in gold}
    languages = list(dict.fromkeys(a.language or "" for a in articles))
    for code in languages:
        mine = [q for q in asked if q.language == code or q.language not in languages]
        put = [(q, version) for q in mine if (version := by_key.get((q.id, code)))]
        if put:
            cases = [(q, _cases([version], [code], removed)) for q, version in put]
            yield Pool(f"own-{code}", [a for a in articles if a.language == code], cases, READ + 1)


def make_mixed_pool(
    articles: Sequence[Article], gold: Sequence[Question], asked: Sequence[Question], removed: bool
) -> Pool:
    """One pool of all languages; arguments as of `make_own_pools`. Raises NotSquad when the files are no translations."""
    languages = list(dict.fromkeys(a.language or "" for a in articles))
    _check_translations(articles, gold, languages)
    by_key = {(q.id, q.language): q for q in gold}
    rows = [f"{a.id}#p{n}" for a in articles for n in range(1, len(a.paragraphs or ()) + 1)]
    put = []
    for question in asked:
        if versions := [version for code in languages if (version := by_key.get((question.id, code)))]:
            cases = _cases(versions, languages, removed)
            if question.possible and question.language in languages:
                others = frozenset(row for row in rows if language_of(row) != question.language)
                cases.append(Case("alone", question, others))
            put.append((question, cases))
    return Pool("mixed", articles, put, DEEP)


def _cases(versions: Sequence[Question], languages: Sequence[str], removed: bool) -> list[Case]:
    if not versions[0].possible:
        return [Case("impossible")]
    place = versions[0].paragraph_id.partition("-")[2]
    everywhere = frozenset(f"{code}-{place}" for code in languages)
    cases = [Case("in", version, everywhere - {version.paragraph_id}) for version in versions]
    return [*cases, Case("removed", taken=everywhere)] if removed else cases


def language_of(row: str) -> str:
    """Language of the file a paragraph id is from."""
    return row.partition("-")[0]


def _check_translations(articles: Sequence[Article], gold: Sequence[Question], languages: Sequence[str]) -> None:
    """Raises NotSquad where files differ that should have the same paragraphs in the same places."""
    why = "a mixed pool needs files that are translations of one another; use --pool own"
    sizes = {code: [len(a.paragraphs or ()) for a in articles if a.language == code] for code in languages}
    first = languages[0]
    places = {q.id: q.paragraph_id.partition("-")[2] for q in gold if q.language == first}
    for code in languages[1:]:
        if sizes[first] != sizes[code]:
            raise NotSquad(f"the articles have {sizes[first]} paragraphs in {first} and {sizes[code]} in {code}: {why}")
        shared = [q for q in gold if q.language == code and q.id in places]
        moved = sum(q.paragraph_id.partition("-")[2] != places[q.id] for q in shared)
        if moved or not shared:
            raise NotSquad(f"{moved} of {len(shared)} questions are of other paragraphs in {first} than in {code}: {why}")
