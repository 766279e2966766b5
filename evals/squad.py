"""SQuAD 1.1 files -> Articles and questions. Parallel files, one language each, share question ids and paragraph order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag import Article


@dataclass(frozen=True)
class Question:
    """A question and where its answer is: `(start, end)` spans of the paragraph `paragraph_id`."""

    id: str
    text: str
    language: str
    article: int
    paragraph_id: str
    answers: tuple[tuple[int, int], ...]


def load(paths: Sequence[Path]) -> tuple[list[Article], list[Question]]:
    """Articles and questions of the files; the name of a file, such as `en.json`, is its language.

    Raises SystemExit naming the file when one cannot be read.
    """
    articles: list[Article] = []
    questions: list[Question] = []
    for path in paths:
        language = path.stem.rpartition(".")[2][:2]
        try:
            data = json.loads(path.read_text(encoding="utf-8"))["data"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SystemExit(f"{path}: not a SQuAD file ({error})") from None
        for number, entry in enumerate(data):
            identity = f"{language}-{number}"
            contexts = [p["context"] for p in entry["paragraphs"]]
            articles.append(Article(id=identity, title=entry.get("title", ""), paragraphs=contexts, language=language))
            questions.extend(_questions(entry, identity, language, number))
    return articles, questions


def _questions(entry: dict[str, Any], identity: str, language: str, number: int) -> Iterator[Question]:
    for place, paragraph in enumerate(entry["paragraphs"], 1):
        for asked in paragraph["qas"]:
            spans = {(a["answer_start"], a["answer_start"] + len(a["text"])) for a in asked.get("answers", ())}
            yield Question(
                asked["id"], asked["question"], language, number, f"{identity}#p{place}", tuple(sorted(spans))
            )
