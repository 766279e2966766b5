"""Trials: a question, the sentences found for it in one pool, and which of them hold the answer.

From parallel SQuAD-format files, each question is put to five pools: its own language's paragraphs with and without
the gold one, and all languages' with the gold paragraph in one other language or in none. What is taken out of a pool is
taken out of everything that is computed on it, down to the frequencies of words, or it would show. From the gold questions
over the articles, those that are not held out are put to the index as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.progress import track

from evals import gold
from evals.squad import Question, load
from evals.squad.systems import without
from rag import Assistant, Passage, Settings, ingest
from rag.extractive import Candidate, ExtractiveAnswerer
from rag.language import tokens

ARTICLES = Path(__file__).parent.parent.parent / "articles"
FOLDS = 5
_DEEP, _PASSAGES, _READ = 60, 12, 16
_KINDS_LEFT_OUT = ("overview",)


@dataclass(frozen=True, eq=False)
class Trial:
    """A question put to one pool. `pool` says where its answer is: "own" or "foreign" language, or "none"."""

    question: str
    language: str
    side: str  # whose candidates compete: "own" or "foreign"
    pool: str
    fold: int
    candidates: list[Candidate]
    holding: frozenset[tuple[str, int]]  # (paragraph id, index of the sentence)
    answers: tuple[str, ...] = ()  # as written in the question's language
    articles: bool = False  # of the gold questions over the articles

    def holds(self, candidate: Candidate) -> bool:
        """Whether the candidate is the gold sentence."""
        return (candidate.passage.paragraph_id, candidate.index) in self.holding

    def contains(self, candidate: Candidate) -> bool:
        """Whether the candidate has the gold answer in it, wherever it stands."""
        return self.holds(candidate) or any(answer in candidate.text for answer in self.answers)


def squad(paths: Sequence[Path]) -> list[Trial]:
    """The trials of parallel SQuAD-format files, one language each."""
    articles, questions = load(paths)
    by_key = {(q.id, q.language): q for q in questions}
    languages = sorted({q.language for q in questions})
    texts = {f"{a.id}#p{n}": text for a in articles for n, text in enumerate(a.paragraphs or (), 1)}
    trials: list[Trial] = []
    with TemporaryDirectory() as folder:
        settings = Settings(store=Path(folder) / "store")
        ingest(articles, settings)
        assistant = Assistant(settings)
        for question in track(questions, "asking"):
            versions = [by_key[question.id, code] for code in languages]
            trials += _pools(assistant, question, versions, assistant.retrieve(question.text, _DEEP), texts)
    return trials


def _pools(
    assistant: Assistant, question: Question, versions: Sequence[Question], found: list[Passage], texts: dict[str, str]
) -> Iterator[Trial]:
    everywhere = {v.paragraph_id for v in versions}
    own = [p for p in found if p.language == question.language]
    others = {q.paragraph_id for q in versions if q.language != question.language}
    yield _trial(assistant, question, question, "own", own, others, texts)
    yield _trial(assistant, question, None, "own", own, everywhere, texts)
    for gold_ in [*(v for v in versions if v.language != question.language), None]:
        taken = everywhere - ({gold_.paragraph_id} if gold_ else set())
        yield _trial(assistant, question, gold_, "foreign", found, taken, texts)


def _trial(
    assistant: Assistant, question: Question, gold_: Question | None, side: str, found: Sequence[Passage],
    taken: set[str], texts: dict[str, str],
) -> Trial:  # fmt: skip
    """The trial of a question in the pool without the paragraphs `taken`."""
    answerer = assistant.answerer
    words = [frozenset(t.key for t in tokens(texts[row], question.language)) for row in sorted(taken)]
    weight = without(answerer.weight, words)
    passages = [p for p in found if p.paragraph_id not in taken][:_PASSAGES]
    candidates = ExtractiveAnswerer(weight).candidates(question.text, question.language, passages)
    candidates = [c for c in candidates if c.side == side]
    holding = {
        (c.passage.paragraph_id, c.index)
        for c in candidates
        if gold_ and c.passage.paragraph_id == gold_.paragraph_id
        for s in [c.passage.sentences[c.index]]
        if any(s.start <= a and b <= s.end for a, b in gold_.answers)
    }
    answers = tuple(texts[question.paragraph_id][a:b] for a, b in question.answers) if gold_ is question else ()
    pool = side if gold_ else "none"
    fold = question.article % FOLDS
    return Trial(question.text, question.language, side, pool, fold, candidates, frozenset(holding), answers)


def over_articles(take: Callable[[gold.Item], bool]) -> list[Trial]:
    """The trials of the gold questions over `articles/` that `take` accepts."""
    trials: list[Trial] = []
    with TemporaryDirectory() as folder:
        settings = Settings(store=Path(folder) / "store")
        ingest([ARTICLES], settings)
        assistant = Assistant(settings)
        paragraphs = {p.id: p for s in assistant.articles() for p in assistant.article(s.id)[1]}
        for item in gold.load({row: p.text for row, p in paragraphs.items()}):
            if item.kind not in _KINDS_LEFT_OUT and take(item):
                trials += _of_item(assistant, item)
    return trials


def _of_item(assistant: Assistant, item: gold.Item) -> Iterator[Trial]:
    """The trial of a gold question; none for one that asks several things, whose parts have no gold of their own."""
    history: list[tuple[str, str]] = []
    for earlier in item.history:
        history.append((earlier, assistant.ask(earlier, history).text))
    question, *more = assistant.readings(item.question, history)
    if more:
        return
    passages = assistant.retrieve(question, _READ)
    candidates = [c for c in assistant.answerer.candidates(question, item.language, passages) if c.side == "own"]
    holding = {
        (c.passage.paragraph_id, c.index)
        for c in candidates
        if item.answerable and any(quote in c.original for quote in item.quotes)
    }
    pool = "own" if item.answerable else "none"
    fold = hashlib.blake2b(question.encode(), digest_size=1).digest()[0] % FOLDS
    yield Trial(question, item.language, "own", pool, fold, candidates, frozenset(holding), articles=True)
