"""Ask the gold questions of a fresh index of `articles/`, score the answers, and close the gate when a floor is missed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import track
from rich.table import Table

from evals import gold
from evals.metrics import holds_facts, share
from rag import Answer, Assistant, Settings, ingest

HOME = Path(__file__).parent
_NOWHERE = 1_000_000
LANGUAGES = {"en": "English", "zh": "Chinese", "tr": "Turkish"}  # of the questions of gold/languages.yaml


@dataclass(frozen=True)
class Result:
    """An item, its answer, and what came of it. Scores are None where there is nothing to score."""

    item: gold.Item
    answer: Answer
    rank: int | None  # of the best gold paragraph among those retrieved, from 1; a large number when it is not
    cited: bool | None  # the answer cites a gold paragraph
    stated: bool | None  # the answer, or what it quotes, holds the gold facts
    language: bool  # the answer is in the question's language, or quotes the article and says so

    @property
    def refused(self) -> bool:
        return self.answer.status == "not_found"

    @property
    def right(self) -> bool:
        """Refused when it should be, else answered with all facts and a gold paragraph cited. A wrong premise may be refused, or
        met with what the articles do say. What can be asked of the assistant itself needs no citation."""
        item = self.item
        if any(word in self.answer.text for word in item.never):
            return False
        if item.kind == "wrong-premise":
            return self.refused or bool(self.cited)
        if item.kind == "overview" and not item.quotes:
            return not self.refused
        return bool(self.cited and self.stated) and not self.refused if item.answerable else self.refused

    def within(self, first: int) -> bool:
        """Whether a gold paragraph is among the first so many."""
        return self.rank is not None and self.rank <= first

    @property
    def same_language(self) -> bool:
        """Whether question and article are in one language: `expo` and `iznik` are English, `store` is Chinese."""
        return self.item.answerable and self.item.language == {"store": "zh"}.get(self.item.article, "en")


def run(assistant: Assistant, items: Sequence[gold.Item], paragraphs: dict[str, str]) -> list[Result]:
    """Ask every item."""
    return [
        _result(assistant, item, gold.gold_paragraphs(item, paragraphs))
        for item in track(items, "asking", transient=True)
    ]


def _result(assistant: Assistant, item: gold.Item, paragraphs: set[str]) -> Result:
    history: list[tuple[str, str]] = []
    for earlier in item.history:
        history.append((earlier, assistant.ask(earlier, history).text))
    answer = assistant.ask(item.question, history)
    said = " ".join([answer.text, *(c.quote for c in answer.citations)])
    ranks = [n for n, p in enumerate(assistant.retrieve(answer.question, 5), 1) if p.paragraph_id in paragraphs]
    rank = min(ranks, default=_NOWHERE) if paragraphs and item.answerable else None
    shown = {c.paragraph_id for c in answer.citations} & paragraphs
    articles = {row.partition("#")[0] for row in paragraphs}
    cited = ({row.partition("#")[0] for row in shown} == articles if item.both else bool(shown)) if paragraphs else None
    stated = holds_facts(said, item.facts)
    if item.reading:
        stated = stated is not False and any(form in f"{answer.text} {answer.notice}" for form in item.reading)
    # An answer all of whose facts are its citations has none to state.
    stated = cited if stated is None else stated
    return Result(item, answer, rank, cited, stated, answer.language == item.language)


def scores(results: Sequence[Result]) -> dict[str, tuple[float | None, int]]:
    """Every figure of the gate with the number of questions behind it. "right": see `Result.right`; "held out": the third of all
    questions that nothing was tuned on."""
    plain = [r for r in results if r.item.file == "plain"]
    reworded = [r for r in results if r.item.file.startswith("reworded")]
    asked = {code: [r for r in results if r.item.file == "languages" and r.item.language == code] for code in LANGUAGES}

    def right(part: Sequence[Result]) -> tuple[float | None, int]:
        return share([r.right for r in part]), len(part)

    def answerable(part: Sequence[Result], yes: bool) -> list[Result]:
        return [r for r in part if r.item.answerable == yes]

    def of(*kinds: str) -> list[Result]:
        return [r for r in results if r.item.kind in kinds and r.item.file == r.item.kind]

    quotes = [c.paragraph.text[c.start : c.end] == c.quote for r in results for c in r.answer.citations]
    everything = answerable(results, True)
    other = [r for r in everything if not r.same_language]
    declined = of("near-miss", "off-topic") + [r for r in results if r.item.kind == "injection"]
    held_out = [r for r in results if r.item.held_out]
    return {
        "plain: right": right(answerable(plain, True)),
        "plain: unanswerable refused": right(answerable(plain, False)),
        "reworded: right": right(answerable(reworded, True)),
        "reworded: unanswerable refused": right(answerable(reworded, False)),
        **{f"{LANGUAGES[code]}: right": right(part) for code, part in asked.items()},
        **{f"{LANGUAGES[code]}: paragraph in first three": (share([r.within(3) for r in part]), len(part))
           for code, part in asked.items()},
        "other language than the article: right": right(other),
        **{f"{kind}: right": right(answerable(of(kind), True))
           for kind in ("fact", "list", "join", "conflict", "time", "follow-up")},
        "overview: right": right(of("overview")),
        "near miss: refused": right(of("near-miss")),
        "off-topic and instructions: refused": right([r for r in declined if r.item.kind != "near-miss"]),
        "wrong premise: not affirmed": right(of("wrong-premise")),
        "held out: right": right(answerable(held_out, True)),
        "held out: refused": right([r for r in held_out if not r.item.answerable and r.item.kind != "overview"]),
        "answerable: not refused": (share([not r.refused for r in everything]), len(everything)),
        "any language: paragraph in first five": (share([r.within(5) for r in everything]), len(everything)),
        "answer in the question's language": (share([r.language for r in results]), len(results)),
        "quotes that stand in their paragraph": (share(quotes), len(quotes)),
    }  # fmt: skip


def main(console: Console, verbose: bool = False) -> int:
    """Print the table; 1 when a floor of `thresholds.toml` is missed or has no figure, else 0."""
    floors = tomllib.loads((HOME / "thresholds.toml").read_text(encoding="utf-8"))["floor"]
    with TemporaryDirectory() as folder:
        settings = Settings(store=Path(folder) / "store")
        report = ingest([HOME.parent / "articles"], settings)
        assistant = Assistant(settings)
        paragraphs = {p.id: p.text for s in assistant.articles() for p in assistant.article(s.id)[1]}
        results = run(assistant, gold.load(paragraphs), paragraphs)
    console.print(
        f"{report.articles} articles, {report.paragraphs} paragraphs, {len(results)} questions, {datetime.now(UTC):%Y-%m-%d}; "
        f"ingestion took {report.seconds / report.embedding_seconds:.2f} times its embedding"
    )
    found = scores(results)
    console.print(_table(found, floors))
    if verbose:
        for line in failures(results):
            console.print(line, markup=False, highlight=False)
    missed = list(breaches(found, floors))
    for line in missed:
        console.print(line, markup=False)
    return 1 if missed else 0


def breaches(found: dict[str, tuple[float | None, int]], floors: Iterable[dict[str, object]]) -> Iterable[str]:
    """One line for every floor that is missed; a figure that is not there misses its floor."""
    for floor in floors:
        name, least = str(floor["name"]), float(str(floor["least"]))
        value, n = found.get(name, (None, 0))
        if value is None or value < least:
            yield f"BELOW THE FLOOR: {name}: {'no figure' if value is None else f'{value:.3f}'} < {least:.3f} (n = {n})"


def failures(results: Sequence[Result]) -> Iterable[str]:
    """One block for every question whose answer is not right."""
    for r in results:
        if not r.right:
            cited = ", ".join(c.paragraph_id for c in r.answer.citations)
            yield f"\n{r.item.id} [{r.item.language}, {r.item.kind}] {r.item.question}"
            yield f"  {r.answer.confidence:.2f} {r.answer.text} ({cited})"
            if r.item.answerable:
                yield f"  gold: {r.item.quotes} {r.item.facts}"


def _table(found: dict[str, tuple[float | None, int]], floors: Sequence[dict[str, object]]) -> Table:
    least = {str(f["name"]): float(str(f["least"])) for f in floors}
    table = Table("score", "value", "n", "floor")
    for name, (value, n) in found.items():
        floor = f"{least[name]:.3f}" if name in least else ""
        table.add_row(name, "-" if value is None else f"{value:.3f}", str(n), floor)
    return table
