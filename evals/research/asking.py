"""`python -m evals squad FILE…`: questions of SQuAD-format files put to a store of their paragraphs, by the assistant and by the
plain recipe, side by side."""

from __future__ import annotations

import hashlib
import json
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.progress import track

from evals.recipe import Chunk, PlainRecipe
from evals.research.overlap import best_f1, contains
from evals.research.squad import (
    READ,
    Case,
    NotSquad,
    Pool,
    Question,
    language_of,
    load_files,
    make_mixed_pool,
    make_own_pools,
    take_questions,
)
from evals.research.tables import Row, compute_figures, show_figures
from rag import Article, Assistant, Passage, RagError, Settings, ingest
from rag.answer.ranking import Ranking
from rag.language import detect_language
from rag.paragraphs import sentence_spans

Span = tuple[str, int, int]  # paragraph id, start, end


@dataclass(frozen=True)
class Reply:
    """An answer: its text, where it stands, its length in sentences, and the confidence in it, higher for surer. When `refused`,
    nothing is shown. `best` are the best two sentences, whether shown or not."""

    text: str
    shown: tuple[Span, ...]
    sentences: int
    confidence: float
    refused: bool = False
    best: tuple[Span, ...] = ()


class Ours:
    """The assistant over a store in `folder`. What the store holds of these articles already is not embedded again."""

    name = "ours"

    def __init__(self, articles: Sequence[Article], folder: Path) -> None:
        settings = Settings(store=folder, chroma_url=None)
        self.embedded = ingest(articles, settings).embedded
        self._assistant = Assistant(settings)

    def find(self, question: str, k: int) -> list[Passage]:
        """The passages of `Assistant.retrieve`; none for a question that cannot be read."""
        try:
            return self._assistant.retrieve(question, k)
        except RagError:
            return []

    def rank_sentences(self, question: str, language: str, found: Sequence[Passage]) -> Ranking:
        """The sentences of the passages that the assistant would read."""
        return self._assistant.answerer.rank_sentences(question, language, found[:READ])

    def reply(self, question: str, found: Sequence[Passage]) -> Reply:
        """What the quoting answerer shows of the passages."""
        question = " ".join(question.split())
        language = detect_language(question)
        ranking = self.rank_sentences(question, language, found)
        draft = self._assistant.answerer.quote_ranking(question, ranking, language)
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
        self._texts = {f"{a.id}#p{n}": text for a in articles for n, text in enumerate(a.paragraphs or (), 1)}

    def find(self, question: str, k: int) -> list[Chunk]:
        """The nearest chunks."""
        return self._recipe.search(question, k)

    def reply(self, question: str, found: Sequence[Chunk]) -> Reply:
        """The best chunk, with its similarity as the confidence."""
        if not found:
            return Reply("", (), 0, 0.0, refused=True)
        best = found[0]
        start = max(self._texts[best.paragraph_id].find(best.text), 0)
        sentences = len(sentence_spans(best.text, language_of(best.paragraph_id)))
        return Reply(best.text, ((best.paragraph_id, start, start + len(best.text)),), sentences, best.similarity)


def ask_all(system: Any, pool: Pool) -> Iterator[Row]:  # noqa: ANN401 - Ours or Plain, whose finds differ
    """The rows of all questions of a pool."""
    for question, cases in track(pool.asked, f"{system.name}: asking {pool.name}", transient=True):
        found = system.find(question.text, pool.deep)
        for case in cases:
            yield _ask(system, question, case, [hit for hit in found if hit.paragraph_id not in case.taken])


def _ask(system: Any, question: Question, case: Case, left: Sequence[Any]) -> Row:  # noqa: ANN401
    gold = case.gold
    rank = next((n for n, hit in enumerate(left, 1) if gold and hit.paragraph_id == gold.paragraph_id), None)
    language = gold.language if gold else ""
    row = (system.name, case.kind, question.id, question.language, language, question.text, rank)
    if case.kind == "alone":
        return Row(*row)
    reply = system.reply(question.text, left)
    answered = bool(gold and gold.answers)
    return Row(
        *row,
        answer=reply.text,
        confidence=reply.confidence,
        refused=reply.refused,
        sentence=_overlaps(reply.shown, gold) if answered else None,
        first=_overlaps(reply.best[:1], gold) if answered and reply.best else None,
        second=_overlaps(reply.best[:2], gold) if answered and reply.best else None,
        contained=contains(reply.text, gold.texts, language) if gold else None,
        f1=best_f1(reply.text, gold.texts, language) if gold else None,
        sentences=reply.sentences,
    )


def _overlaps(shown: Sequence[Span], gold: Question | None) -> bool:
    """Whether one of the spans is, in part, a gold answer."""
    spans = gold.answers if gold else ()
    return any(row == gold.paragraph_id and start < b and a < end for row, start, end in shown for a, b in spans if gold)


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of `main`."""
    add = parser.add_argument
    add("files", nargs="+", type=Path, metavar="FILE", help="the paragraphs of the pools, and questions")
    add("--ask", nargs="+", type=Path, default=[], metavar="FILE", help="more questions, in other languages")
    add("--pool", choices=["own", "mixed"], default="mixed", help="each language's paragraphs apart, or all (default)")
    add("--questions", type=lambda text: text.lower().split(","), metavar="en,zh", help="put only these languages' questions")
    add("--gold-removed", action="store_true", help="put each question without its gold paragraph too")
    add("--limit", type=_positive, metavar="N", help="N questions a language, from all articles in turn")
    add("--articles", nargs="+", type=_positive, metavar="N", help="ask only about these articles of each file, from 1")
    add("--json", type=Path, metavar="OUT", help="write all figures and what came of each question")
    add("--store", type=Path, metavar="FOLDER", help="keep what was embedded, for a second run")


def _positive(text: str) -> int:
    if int(text) < 1:
        raise ArgumentTypeError(f"{text} is not 1 or more")
    return int(text)


def main(chosen: Namespace, console: Console) -> int:
    """Ask, print the tables. Raises NotSquad when a file cannot be used."""
    pools = _make_pools(chosen)
    rows: list[Row] = []
    embedded: dict[str, int] = {"ours": 0, "plain": 0}
    with ExitStack() as stack:
        folder = chosen.store or Path(stack.enter_context(TemporaryDirectory()))
        for pool in pools:
            # A kept store is only for the pool it was made of.
            texts = json.dumps([a.paragraphs for a in pool.articles]).encode("utf-8", "surrogatepass")
            place = folder / f"{pool.name}-{hashlib.blake2b(texts, digest_size=6).hexdigest()}"
            for system in (Ours(pool.articles, place / "ours"), Plain(pool.articles, place / "plain")):
                embedded[system.name] += system.embedded
                rows += ask_all(system, pool)
    found = compute_figures(rows)
    show_figures(found, console)
    articles = [a for pool in pools for a in pool.articles]
    settings: dict[str, Any] = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}", "pool": chosen.pool, "files": " ".join(path.name for path in chosen.files),
        "asked too": " ".join(path.name for path in chosen.ask) or "-", "questions": sum(len(pool.asked) for pool in pools),
        "languages": " ".join(dict.fromkeys(q.language for pool in pools for q, _ in pool.asked)),
        "limit": chosen.limit or "none", "gold removed": "yes" if chosen.gold_removed else "no", "articles": len(articles),
        "paragraphs": sum(len(a.paragraphs or ()) for a in articles),
        **{f"embedded for {name}": count for name, count in embedded.items()},
    }  # fmt: skip
    if chosen.json:
        whole = {"settings": settings, "figures": [asdict(f) for f in found], "rows": [asdict(row) for row in rows]}
        chosen.json.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")
    console.print(", ".join(f"{name} {value}" for name, value in settings.items()), highlight=False)
    return 0


def _make_pools(chosen: Namespace) -> list[Pool]:
    """The pools asked for. Raises NotSquad."""
    articles, gold = load_files(chosen.files)
    if chosen.json and not chosen.json.absolute().parent.is_dir():
        raise NotSquad(f"{chosen.json}: its folder is not there")
    put = [[q for q in of if not chosen.articles or q.article + 1 in chosen.articles] for of in (gold, load_files(chosen.ask)[1])]
    asked = [question for of in put for question in take_questions(of, chosen.limit)]
    there = sorted({q.language for q in asked})
    if missing := [code for code in chosen.questions or () if code not in there]:
        raise NotSquad(f"--questions: none in {', '.join(missing)}; the files have {', '.join(there)}")
    asked = [q for q in asked if not chosen.questions or q.language in chosen.questions]
    make = make_own_pools if chosen.pool == "own" else lambda *given: [make_mixed_pool(*given)]
    pools = list(make(articles, gold, asked, chosen.gold_removed))
    if not any(pool.asked for pool in pools):
        raise NotSquad("There is no question to ask of these files.")
    return pools
