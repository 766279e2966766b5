"""What a reader of the page makes of an answer, written down beside the index."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import rag.feedback as feedback
from rag.errors import FeedbackError
from rag.ui.conversation import Turn, explain_failure
from rag.ui.texts import Texts

LONGEST_WORD = 200  # characters of a word on a verdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on a turn, "good" or "bad", and a word on why. conversation: its name. generation: of the index."""

    turn: Turn
    verdict: str
    word: str
    conversation: str
    generation: str


def keep_judgement(file: Path, given: Judgement, words: Texts) -> str:
    """Write a judgement down. Returns what the page says to that; "" where there is no answer to judge."""
    answer = given.turn.answer
    if answer is None:
        return ""
    cited = tuple(dict.fromkeys(c.paragraph_id for c in answer.citations))
    word = given.word[:LONGEST_WORD]
    row = feedback.Feedback(
        given.conversation, given.turn.number, given.verdict, given.turn.question, answer.text, cited, given.generation, word
    )
    try:
        feedback.keep_verdict(file, row)
    except FeedbackError as error:
        return explain_failure(error, words)
    return words.thanks
