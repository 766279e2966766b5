"""Every question put to a system -> rows: what came of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.progress import track

from evals.overlap import best_f1, contains
from evals.squad.files import Question
from evals.squad.pools import Case, Kind, Pool
from evals.squad.systems import Hit, System


@dataclass(frozen=True)
class Row:
    """A question put to a system. What there is nothing to score of is None.

    asked, paragraph: languages of the question and of its gold paragraph, "" when that is not in the pool. rank: of the gold
    paragraph from 1, None when it is not among those ranked. sentence: a sentence shown overlaps the gold answer; first, second:
    the best one does, one of the best two, shown or not; contained: what is
    shown holds an accepted answer; f1: of what is shown with it.
    """

    system: str
    kind: Kind
    id: str
    asked: str
    paragraph: str
    question: str
    rank: int | None = None
    answer: str = ""
    confidence: float = 0.0
    refused: bool = False
    sentence: bool | None = None
    first: bool | None = None
    second: bool | None = None
    contained: bool | None = None
    f1: float | None = None
    sentences: int = 0

    def within(self, first: int) -> bool:
        """Whether the gold paragraph is among the first so many."""
        return self.rank is not None and self.rank <= first


def ask(system: System[Hit], pool: Pool) -> Iterator[Row]:
    """The rows of all questions of a pool."""
    for question, cases in track(pool.asked, f"{system.name}: asking {pool.name}", transient=True):
        found = system.find(question.text, pool.deep)
        for case in cases:
            yield _row(system, question, case, found)


def _row(system: System[Hit], question: Question, case: Case, found: Sequence[Hit]) -> Row:
    left = [hit for hit in found if hit.paragraph_id not in case.taken]
    gold = case.gold
    rank = next((n for n, hit in enumerate(left, 1) if gold and hit.paragraph_id == gold.paragraph_id), None)
    language = gold.language if gold else ""
    row = Row(system.name, case.kind, question.id, question.language, language, question.text, rank)
    if case.kind == "alone":
        return row
    reply = system.reply(question.text, left, case.taken)
    return Row(
        *(row.system, row.kind, row.id, row.asked, row.paragraph, row.question, row.rank),
        answer=reply.text,
        confidence=reply.confidence,
        refused=reply.refused,
        sentence=_overlaps(reply.shown, gold) if gold and gold.answers else None,
        first=_overlaps(reply.best[:1], gold) if gold and gold.answers and reply.best else None,
        second=_overlaps(reply.best[:2], gold) if gold and gold.answers and reply.best else None,
        contained=contains(reply.text, gold.texts, language) if gold else None,
        f1=best_f1(reply.text, gold.texts, language) if gold else None,
        sentences=reply.sentences,
    )


def _overlaps(shown: Sequence[tuple[str, int, int]], gold: Question) -> bool:
    """Whether one of the spans is, in part, a gold answer."""
    return any(
        row == gold.paragraph_id and start < b and a < end for row, start, end in shown for a, b in gold.answers
    )
