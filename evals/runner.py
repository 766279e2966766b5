"""Index `articles/` afresh, and ask the gold questions of the assistant and of the systems beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zlib import crc32

from rich.progress import track

from evals import gold
from evals.claims import DOORS, Claim, put_claims, read_made
from evals.metrics import Score
from evals.recipe import PlainRecipe
from evals.results import Result, results
from evals.scores import K, list_scores, list_unseen_scores
from evals.systems import Response, ask, list_baselines
from rag import Article, Assistant, Paragraph, Settings, ingest

HOME = Path(__file__).parent.parent
ARTICLES = HOME / "articles"
UNSEEN = Path(__file__).parent / "unseen"  # articles/ and gold/, on which nothing is chosen
# For a quoted answer: a busy machine reads as many paragraphs as any other, and scores do not depend on the clock.
MAX_READING_SECONDS = 3600.0
CLAIMS = 3  # for the gate, of each kind and language, against the same language and another: all would take too long


@dataclass(frozen=True)
class Run:
    """What one evaluation found. `others` are the baselines' results by name, `unseen` those of unseen articles."""

    results: list[Result]
    probes: dict[Claim, bool]
    others: dict[str, list[Result]]
    unseen: Sequence[Result] = ()

    def scores(self) -> list[Score]:
        """Every figure of the gate."""
        return [*list_scores(self.results, self.probes), *list_unseen_scores(self.unseen)]


@contextmanager
def indexed(settings: Settings | None = None, articles: Path = ARTICLES) -> Iterator[Assistant]:
    """An assistant over a fresh index of a folder of articles, in a temporary folder."""
    with TemporaryDirectory() as folder:
        given = settings or Settings()
        own = {
            "store": Path(folder) / "store", "chroma_name": name_collections(given.chroma_name, articles),
            "reading_seconds": given.reading_seconds if given.model else MAX_READING_SECONDS,
        }  # fmt: skip
        chosen = given.model_copy(update=own)
        ingest([articles], chosen)
        yield Assistant(chosen)


def name_collections(name: str, articles: Path) -> str:
    """What collections on a Chroma server begin with that hold a folder's articles: beside those that readers use, which have
    `name`, and beside those of another folder."""
    return f"{name[:16]}eval{crc32(str(articles).encode()):08x}"


def of_articles(assistant: Assistant) -> dict[str, Paragraph]:
    """All paragraphs of an assistant by id."""
    return {p.id: p for source in assistant.articles() for p in assistant.article(source.id)[1]}


def run(
    assistant: Assistant, beside: bool = True, take: Callable[[gold.Item], bool] = lambda item: True, claims: bool = True
) -> Run:
    """Ask the gold questions that `take` accepts. beside: ask the baselines too. claims: put claims to verification too."""
    paragraphs = of_articles(assistant)
    items = [item for item in gold.load({row: p.text for row, p in paragraphs.items()}) if take(item)]
    responses = _ask_items(assistant, items, "asking")
    return Run(
        results(items, responses, paragraphs),
        _probe(assistant, paragraphs) if claims else {},
        _ask_beside(items, responses, paragraphs) if beside else {},
    )


def ask_unseen() -> list[Result]:
    """The results of the questions about articles that nothing was chosen on, quoted."""
    with indexed(Settings(model=None), UNSEEN / "articles") as assistant:
        paragraphs = of_articles(assistant)
        items = gold.load({row: p.text for row, p in paragraphs.items()}, UNSEEN / "gold")
        responses = _ask_items(assistant, items, "unseen articles")
        return results(items, responses, paragraphs)


def _ask_items(assistant: Assistant, items: Sequence[gold.Item], title: str) -> dict[str, Response]:
    """The responses by the items' ids."""
    return {item.id: ask(assistant, item) for item in track(items, title, transient=True)}


def _probe(assistant: Assistant, paragraphs: Mapping[str, Paragraph]) -> dict[Claim, bool]:
    """Of some claims made from the articles, whether the assistant does with each what it should."""
    claims = [claim for claim in read_made(paragraphs, CLAIMS) if claim.indexed]
    return {row.claim: row.right for row in put_claims(claims, assistant, DOORS[1:])}


def _ask_beside(
    items: Sequence[gold.Item], responses: Mapping[str, Response], paragraphs: Mapping[str, Paragraph]
) -> dict[str, list[Result]]:
    """The baselines' results for every item."""
    articles = sorted({p.article_id for p in paragraphs.values()})
    texts = {a: [p.text for p in paragraphs.values() if p.article_id == a] for a in articles}
    with TemporaryDirectory() as folder:
        recipe = PlainRecipe([Article(id=a, title=a, paragraphs=texts[a]) for a in articles], Path(folder))
        found: dict[str, list[Result]] = {}
        for name, answer in list_baselines(paragraphs, recipe.retrieve, 2 * K).items():
            given = {item.id: answer(item, responses[item.id]) for item in track(items, name, transient=True)}
            found[name] = results(items, given, paragraphs)
        return found


def spread(limit: int | None) -> Callable[[gold.Item], bool]:
    """Accepts about `limit` gold questions, evenly over all of them; every one when None."""
    items = gold.load()
    step = max(1, len(items) // limit) if limit else 1
    taken = {item.id for item in items[::step]}
    return lambda item: item.id in taken
