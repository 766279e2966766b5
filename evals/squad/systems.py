"""Who is asked: the assistant, and the plain recipe. Both rank what they find, and answer from what is left of it in a pool."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from rich.progress import Progress

from evals.recipe import Chunk, PlainRecipe
from rag import Article, Assistant, Passage, Settings, ingest
from rag.answer.quoting import QuotingAnswerer
from rag.errors import QuestionError
from rag.language import detect_language
from rag.paragraphs import sentence_spans

READ = 16  # passages the assistant reads for an answer
# Paragraphs embedded before they are written: what is lost when a run is stopped, some half a minute. Each time the whole store
# is written again, in a twentieth of that, so that the groups of a large one grow with it.
_GROUP, _GROWTH = 20, 0.1


class Located(Protocol):
    """Anything found in a paragraph."""

    @property
    def paragraph_id(self) -> str: ...


Hit = TypeVar("Hit", bound=Located)


@dataclass(frozen=True)
class Reply:
    """An answer: its text, where it stands as (paragraph id, start, end), its length in sentences, and the confidence in it,
    higher for surer. When `refused`, nothing is shown. `best` are the best two sentences, whether shown or not."""

    text: str
    shown: tuple[tuple[str, int, int], ...]
    sentences: int
    confidence: float
    refused: bool = False
    best: tuple[tuple[str, int, int], ...] = ()


class System(Protocol[Hit]):
    """Somebody who can be asked. `embedded`: the number of texts that had to be embedded for the pool."""

    name: str
    embedded: int

    def find(self, question: str, k: int) -> list[Hit]:
        """The `k` best of the whole pool, best first."""

    def reply(self, question: str, found: Sequence[Hit], taken: Collection[str]) -> Reply:
        """The answer from `found`, which is without the paragraphs `taken`."""


class Ours:
    """The assistant over a store in `folder`. What the store holds of these articles already is not embedded again."""

    name = "ours"

    def __init__(self, articles: Sequence[Article], folder: Path) -> None:
        settings = Settings(store=folder, chroma_url=None)
        self.embedded = _ingest(articles, settings)
        self._assistant = Assistant(settings)

    @property
    def answerer(self) -> QuotingAnswerer:
        """What reads the passages."""
        return self._assistant.answerer

    def find(self, question: str, k: int) -> list[Passage]:
        """The passages of `Assistant.retrieve`; none for a question that cannot be read."""
        try:
            return self._assistant.retrieve(question, k)
        except QuestionError:
            return []

    def reply(self, question: str, found: Sequence[Passage], taken: Collection[str]) -> Reply:
        """What the quoting answerer shows of the passages."""
        question = " ".join(question.split())
        language = detect_language(question)
        ranking = self.answerer.rank_sentences(question, language, found[:READ])
        draft = self.answerer.quote_ranking(question, ranking, language)
        best = tuple((c.passage.paragraph_id, *c.sentence) for c in ranking.candidates[:2])
        shown = tuple((e.passage.paragraph_id, e.start, e.end) for claim in draft.claims for e in claim.evidence)
        text = " ".join(claim.text for claim in draft.claims)
        return Reply(text, shown, len(draft.claims), draft.confidence, not draft.claims, best)


class Plain:
    """The plain recipe over a collection in `folder`. Its answer is its best chunk, whatever the question: it never refuses."""

    name = "plain"

    def __init__(self, articles: Sequence[Article], folder: Path) -> None:
        self._recipe = PlainRecipe(articles, folder)
        self.embedded = self._recipe.embedded
        self._texts = paragraphs(articles)

    def find(self, question: str, k: int) -> list[Chunk]:
        """The nearest chunks."""
        return self._recipe.search(question, k)

    def reply(self, question: str, found: Sequence[Chunk], taken: Collection[str]) -> Reply:
        """The best chunk, with its similarity as the confidence."""
        if not found:
            return Reply("", (), 0, 0.0, refused=True)
        best = found[0]
        start = max(self._texts[best.paragraph_id].find(best.text), 0)
        sentences = len(sentence_spans(best.text, language_of(best.paragraph_id)))
        return Reply(best.text, ((best.paragraph_id, start, start + len(best.text)),), sentences, best.similarity)


def paragraphs(articles: Sequence[Article]) -> dict[str, str]:
    """Text of every paragraph by its id."""
    return {f"{a.id}#p{n}": text for a in articles for n, text in enumerate(a.paragraphs or (), 1)}


def fingerprint(articles: Sequence[Article]) -> str:
    """Twelve characters that change with the paragraphs: a kept store is only for the pool it was made of."""
    rows = json.dumps(paragraphs(articles), ensure_ascii=False)
    return hashlib.blake2b(rows.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def language_of(row: str) -> str:
    """Language of the file a paragraph id is from."""
    return row.partition("-")[0]


def _ingest(articles: Sequence[Article], settings: Settings) -> int:
    """Ingest in groups, each kept once it is done; the number of texts embedded."""
    embedded = 0
    with Progress(transient=True) as progress:
        bar = progress.add_task("ours: embedding", total=sum(len(a.paragraphs or ()) for a in articles))
        done = 0
        for group in _groups(articles):
            size = sum(len(a.paragraphs or ()) for a in group)

            def advance(stage: str, n: int, total: int, done: int = done, size: int = size) -> None:
                if stage == "embed":
                    progress.update(bar, completed=done + size * n / max(total, 1))

            embedded += ingest(group, settings, advance).embedded
            done += size
            progress.update(bar, completed=done)
    return embedded


def _groups(articles: Sequence[Article]) -> Iterator[list[Article]]:
    group: list[Article] = []
    done = size = 0
    for article in articles:
        group.append(article)
        size += len(article.paragraphs or ())
        if size >= max(_GROUP, _GROWTH * done):
            yield group
            done, group, size = done + size, [], 0
    if group:
        yield group
