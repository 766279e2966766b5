"""`python -m evals squad FILE…`: does a question find its paragraph whatever language either is in? Ours and the plain recipe.

The files are translations of one another, one language each. All their paragraphs are one pool. For every question and
every language of the gold paragraph, its versions in the other languages are left out, so that the only paragraph that
answers is in that language and the nearest distractors are in all of them. Hit@5 is the share of questions with the gold
paragraph among the first five left. "alone" is the same-language figure with all other languages left out: what it loses
in the mixed pool is the crowding-out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import track
from rich.table import Table

from evals.baselines import PlainRecipe
from evals.metrics import share
from evals.squad import Question, load
from rag import Assistant, Settings, ingest

_FIRST, _DEEP = 5, 60
Retrieve = Callable[[str, int], list[str]]
Hits = dict[tuple[str, str], list[bool]]  # by language of the question and of the gold paragraph ("alone": see above)


def main(pool: Sequence[Path], asking: Sequence[Path], console: Console) -> None:
    """Print Hit@5 by language of question and paragraph, ours and the plain recipe's, on the same pool.

    pool: files whose paragraphs are the pool, and whose questions are asked. asking: files of which only the questions are.
    """
    articles, questions = load(pool)
    _, more = load(asking)
    languages = list(dict.fromkeys(q.language for q in questions))
    with TemporaryDirectory() as folder:
        settings = Settings(store=Path(folder) / "ours")
        with console.status("ours: embedding"):
            ingest(articles, settings)
        assistant = Assistant(settings)

        def ours(question: str, k: int) -> list[str]:
            return [passage.paragraph_id for passage in assistant.retrieve(question, k)]

        found = hits(questions + more, languages, ours)
        plain = hits(questions + more, languages, PlainRecipe(articles, Path(folder) / "plain").retrieve)
    n = len(articles[0].paragraphs or ()), len(articles)
    console.print(
        f"{n[1]} articles in {', '.join(languages)}, {len(questions)} questions, {datetime.now(UTC):%Y-%m-%d}"
    )
    table = Table("question", "paragraph", "ours", "plain recipe", "n", title="Hit@5 in the mixed pool")
    for (asked, gold), mine in found.items():
        theirs = plain[asked, gold]
        table.add_row(asked, gold, f"{share(mine):.3f}", f"{share(theirs):.3f}", str(len(mine)))
    console.print(table)
    for code in languages:
        lost = (share(found[code, "alone"]) or 0) - (share(found[code, code]) or 0)
        console.print(f"crowding-out, {code}: {100 * lost:.1f} points (target: at most 1)")


def hits(questions: Sequence[Question], languages: Sequence[str], retrieve: Retrieve) -> Hits:
    """Whether each question finds its paragraph, in each language it can be in."""
    found: Hits = defaultdict(list)
    for question in track(questions, "asking", transient=True):
        deep = retrieve(question.text, _DEEP)
        versions = {code: f"{code}{question.paragraph_id[len(question.language) :]}" for code in languages}
        for code, gold in versions.items():
            left = [row for row in deep if row == gold or row not in versions.values()]
            found[question.language, code].append(gold in left[:_FIRST])
        if question.language in languages:
            own = [row for row in deep if row.startswith(f"{question.language}-")]
            found[question.language, "alone"].append(question.paragraph_id in own[:_FIRST])
    return found
