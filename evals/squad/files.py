"""SQuAD 1.1 and 2.0 files -> Articles and questions. Files that are translations share question ids and order of paragraphs."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from rag import Article
from rag.language import detect_language

_CODE = re.compile(r"(?:^|[._-])([a-z]{2})$")
Item = TypeVar("Item")


class NotSquad(SystemExit):
    """A file cannot be used; `str(error)` is the line that says which and why. Where nobody catches it, it ends the command."""


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


def load(paths: Sequence[Path]) -> tuple[list[Article], list[Question]]:
    """Articles and questions of the files. The end of a file's name, as of `en.json` or `xquad.en.json`, is its language; that of
    its first paragraphs where the name has none.

    Raises NotSquad naming the file when one cannot be read, and when two are in one language.
    """
    articles: list[Article] = []
    questions: list[Question] = []
    seen: dict[str, Path] = {}
    for path in paths:
        entries = _entries(path)
        language = _language(path, entries)
        if language in seen:
            raise NotSquad(
                f"{path}: is in the language {language}, and so is {seen[language]}; give one file a language"
            )
        seen[language] = path
        for number, entry in enumerate(entries):
            identity = f"{language}-{number}"
            contexts = [paragraph["context"] for paragraph in entry["paragraphs"]]
            articles.append(
                Article(id=identity, title=entry.get("title") or "", paragraphs=contexts, language=language)
            )
            for place, paragraph in enumerate(entry["paragraphs"], 1):
                questions += [_question(q, paragraph["context"], language, number, place) for q in paragraph["qas"]]
    return articles, questions


def first(questions: Sequence[Question], limit: int | None) -> list[Question]:
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


def _entries(path: Path) -> list[dict[str, Any]]:
    """The checked `data` of a file."""
    try:
        read = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise NotSquad(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise NotSquad(f"{path}: is not UTF-8 (byte {error.start})") from None
    except (ValueError, RecursionError) as error:
        raise NotSquad(f"{path}: is not JSON ({error})") from None
    entries = read.get("data") if isinstance(read, dict) else None
    if not isinstance(entries, list) or not entries:
        raise NotSquad(f'{path}: is not a SQuAD file: no list "data" at the top')
    if problem := next(_problems(entries), ""):
        raise NotSquad(f"{path}: is not a SQuAD file: {problem}")
    return entries


def _problems(entries: Sequence[Any]) -> Iterator[str]:
    """What keeps the entries from being SQuAD's."""
    for number, entry in enumerate(entries, 1):
        paragraphs = entry.get("paragraphs") if isinstance(entry, dict) else None
        if not isinstance(paragraphs, list):
            yield f'article {number} has no list "paragraphs"'
            continue
        for place, paragraph in enumerate(paragraphs, 1):
            where = f"article {number}, paragraph {place}"
            if not isinstance(paragraph, dict) or not isinstance(paragraph.get("context"), str):
                yield f'{where} has no text "context"'
            elif not isinstance(paragraph.get("qas"), list):
                yield f'{where} has no list "qas"'
            else:
                yield from (f"{where}: {wrong}" for asked in paragraph["qas"] for wrong in _wrong(asked))


def _wrong(asked: Any) -> Iterator[str]:  # noqa: ANN401 - whatever the JSON holds
    if not isinstance(asked, dict) or not isinstance(asked.get("question"), str) or "id" not in asked:
        yield 'a question lacks "id" or the text "question"'
        return
    answers = asked.get("answers") or []
    if not isinstance(answers, list) or not all(
        isinstance(a, dict) and isinstance(a.get("text"), str) for a in answers
    ):
        yield f'question {asked["id"]}: "answers" is not a list of answers with a "text"'


def _question(asked: dict[str, Any], context: str, language: str, article: int, place: int) -> Question:
    # SQuAD 2.0 lists "plausible_answers" apart; what "answers" holds of an impossible question is not one.
    possible = not asked.get("is_impossible", False)
    given = [a for a in asked.get("answers") or () if a["text"].strip()] if possible else []
    spans = {span for a in given for span in _span(a["text"], a.get("answer_start"), context)}
    texts = tuple(dict.fromkeys(a["text"] for a in given))
    row = f"{language}-{article}#p{place}"
    return Question(str(asked["id"]), asked["question"], language, article, row, tuple(sorted(spans)), texts, possible)


def _span(text: str, start: Any, context: str) -> Iterator[tuple[int, int]]:  # noqa: ANN401 - whatever the JSON holds
    """Where the answer stands: of the places where it does, the nearest to `start`, which is a bit off in some translations."""
    start = start if isinstance(start, int) else 0
    places = [m.start() for m in re.finditer(re.escape(text), context)]
    if places:
        at = min(places, key=lambda place: abs(place - start))
        yield at, at + len(text)


def _language(path: Path, entries: Sequence[dict[str, Any]]) -> str:
    named = _CODE.search(path.stem.lower())
    if named:
        return named.group(1)
    contexts = [p["context"] for entry in entries for p in entry["paragraphs"]]
    return detect_language(" ".join(contexts)[:1000])
