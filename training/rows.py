"""Files of questions -> rows: one question, one context, and where the context answers it, if it does.

Two formats are read: SQuAD JSON (1.1 and 2.0), and gzip'd JSON lines with `question`, `context`, `answers` and `set`.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

Span = tuple[int, int]
WITHOUT_SPACES = {"zh", "ja", "th"}  # languages whose words are not separated by spaces


@dataclass(frozen=True, slots=True)
class Row:
    """A question put to a context. `answer` is a span of the context in code points; None means that it is not answered.

    kind: how the row was made: "given", "neighbour", "removed", "swapped", "inverted". title: of the article, read before the
    context; empty where there is none.
    """

    source: str
    id: str
    question_language: str
    context_language: str
    question: str
    context: str
    answer: Span | None
    kind: str = "given"
    title: str = ""

    @property
    def answer_text(self) -> str:
        """The answer as the context has it; empty when there is none."""
        return self.context[slice(*self.answer)] if self.answer else ""


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim put to a context. span: the sentence that carries it, when it is known which; kind: how the claim was made."""

    claim: str
    claim_language: str
    context: str
    context_language: str
    carried: bool
    kind: str
    span: Span | None = None


def read_squad(path: Path, language: str) -> list[tuple[int, int, Row]]:
    """Rows of a SQuAD file, each with the index of its article and of the paragraph in it. Raises ValueError when an answer
    is not where the file says."""
    rows = []
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    for a, article in enumerate(articles):
        title = article.get("title", "").replace("_", " ")
        for p, paragraph in enumerate(article["paragraphs"]):
            for qa in paragraph["qas"]:
                span = None
                if qa.get("answers") and not qa.get("is_impossible"):
                    first = qa["answers"][0]
                    span = first["answer_start"], first["answer_start"] + len(first["text"])
                    if paragraph["context"][slice(*span)] != first["text"]:
                        raise ValueError(f"{path}: the answer of {qa['id']} is not at {span[0]}")
                row = Row(path.stem, qa["id"], language, language, qa["question"], paragraph["context"], span, title=title)
                rows.append((a, p, row))
    return rows


def read_lines(path: Path) -> Iterator[Row]:
    """Rows of a gzip'd file of JSON lines, named after the language: `tr.jsonl.gz`. In `x.jsonl.gz` question and context
    differ in language, and the name of the set tells both: "mlqa-dev-context-en-question-zh"."""
    language = path.name.partition(".")[0]
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            parts = row["set"].split("-")
            context_language = parts[parts.index("context") + 1] if language == "x" else language
            question_language = parts[parts.index("question") + 1] if language == "x" else language
            span = None
            if row["answerable"]:
                start = row["answers"][0]["start"]
                span = start, start + len(row["answers"][0]["text"])
            yield Row(row["set"], row["id"], question_language, context_language, row["question"], row["context"], span)
