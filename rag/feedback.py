"""What readers made of answers: a local SQLite file beside the index.

The chat page writes it, `python -m rag feedback` lists it, and nothing of it leaves the machine.
A later verdict on the same answer takes the place of the earlier one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag.errors import FeedbackError
from rag.language.invisible import remove_invisible

LONGEST = 2000  # characters kept of a question, an answer or a word
MOST = 10_000  # rows; a page open to many must not fill a disk
_TABLE = """
CREATE TABLE IF NOT EXISTS feedback (
    conversation TEXT NOT NULL, turn INTEGER NOT NULL, at TEXT NOT NULL, verdict TEXT NOT NULL, word TEXT NOT NULL,
    question TEXT NOT NULL, answer TEXT NOT NULL, paragraphs TEXT NOT NULL, generation TEXT NOT NULL,
    PRIMARY KEY (conversation, turn)
)"""


@dataclass(frozen=True, slots=True)
class Feedback:
    """A verdict, "good" or "bad", on an answer, and a word on why. `paragraphs` are the ids it cited; `at` is UTC."""

    conversation: str
    turn: int
    verdict: str
    question: str
    answer: str
    paragraphs: tuple[str, ...] = ()
    generation: str = ""
    word: str = ""
    at: str = ""


def locate_verdicts(store: Path) -> Path:
    """The file of a store: beside its folder, so that indexing afresh keeps it."""
    return store.with_name(f"{store.name or 'store'}-feedback.sqlite")


def keep_verdict(file: Path, given: Feedback) -> None:
    """Write a verdict down, without characters that a terminal would obey.

    Raises FeedbackError when the file cannot be written."""
    now = given.at or datetime.now(UTC).isoformat(timespec="seconds")
    short = [remove_invisible(text[:LONGEST]) for text in (given.word, given.question, given.answer)]
    row = (given.conversation, given.turn, now, given.verdict, *short, " ".join(given.paragraphs), given.generation)
    with _opened(file) as database:
        if database.execute("SELECT count(*) FROM feedback").fetchone()[0] >= MOST:
            raise FeedbackError(f"{file} is full.", "Move it away.")
        database.execute(
            "INSERT INTO feedback (conversation, turn, at, verdict, word, question, answer, paragraphs, generation)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at, verdict = excluded.verdict,"
            " word = excluded.word",
            row,
        )


def list_verdicts(file: Path) -> list[Feedback]:
    """Every verdict, the latest first; none when nobody gave one. Raises FeedbackError when the file cannot be read."""
    if not file.exists():
        return []
    with _opened(file) as database:
        rows = database.execute(
            "SELECT paragraphs, conversation, turn, verdict, question, answer, generation, word, at FROM feedback"
            " ORDER BY at DESC, rowid DESC"
        ).fetchall()
    names = ("conversation", "turn", "verdict", "question", "answer", "generation", "word", "at")
    # Cleaned once more: a file may come from an earlier version, or from somebody else.
    clean: list[list[Any]] = [[remove_invisible(v) if isinstance(v, str) else v for v in row] for row in rows]
    return [Feedback(paragraphs=tuple(cited.split()), **dict(zip(names, row, strict=True))) for cited, *row in clean]


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        database = sqlite3.connect(file, timeout=5)
        try:
            with database:
                database.execute(_TABLE)
                yield database
        finally:
            database.close()
    except sqlite3.Error as error:
        raise FeedbackError(
            f"{file} cannot be used ({error}).", "Move it away, or give this user the right to it."
        ) from None
