"""Chunk and embed articles into the index: `python ingest.py [PATH…] [--store DIR | --chroma-url URL] [--translate tr,zh]`, or
look the index over: `python ingest.py --check [--store DIR | --chroma-url URL]`. With `--watch` it follows the paths.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from rag import IngestReport, RagError, Settings, ingest
from rag.api import check_store, follow_files, list_other_files, plan_translations, repair_store, tell_changes
from rag.corpus.documents import SUFFIXES
from rag.errors import SettingsError
from rag.models import ChatModel
from rag.translating import translate_article
from rag.types import StoreReport

Done = TypeVar("Done")

ARTICLES = Path(__file__).parent / "articles"
_STAGES = {"read": "reading files", "embed": "embedding texts", "store": "writing rows", "check": "looking for each row"}
_EXIT_CODES = """\
exit code:
  0   everything was indexed; with --check or --repair: nothing is wrong
  1   something was skipped; with --check or --repair: questions are answered, but something should be done
  2   nothing usable; with --check or --repair: questions cannot be answered from the index
  130 it was stopped; the index is as it was
"""
_SPEED_SECONDS = 120  # of the past that rate and time left are reckoned from


def main(arguments: list[str] | None = None, program: str = "python ingest.py") -> int:
    """Ingest what the arguments say and print the table."""
    parser = argparse.ArgumentParser(
        prog=program, description="Chunk and embed articles into the index.", epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help=f"files or folders: {', '.join(SUFFIXES)} (default: articles/)"
    )
    parser.add_argument("--store", type=Path, help="folder of the index (default: RAG_STORE or .store)")
    parser.add_argument(
        "--chroma-url", help="address of a Chroma server that keeps the index instead (default: RAG_CHROMA_URL or none)"
    )
    parser.add_argument(
        "--translate", metavar="LANGUAGES", help="have the configured language model (RAG_MODEL) translate the articles "
        "first, sentence by sentence, into these languages, such as tr,zh; a stopped run goes on where it was",
    )  # fmt: skip
    parser.add_argument(
        "--yes", action="store_true", help="do not ask: whether a translation may cost what it costs, nor whether most of the "
        "indexed articles are to be removed, whose files are gone",
    )  # fmt: skip
    parser.add_argument(
        "--check", action="store_true", help="ingest nothing: say what is wrong with the index, what would be lost, and "
        "which command mends it",
    )  # fmt: skip
    parser.add_argument(
        "--repair", action="store_true", help="ingest nothing new: mend what --check finds, from the files of the articles "
        "that were indexed",
    )  # fmt: skip
    parser.add_argument(
        "--watch", action="store_true", help="go on after that: ingest again whenever something in the paths changes, a line a "
        "change, until Ctrl-C",
    )  # fmt: skip
    chosen = parser.parse_args(arguments)
    console = Console(stderr=False)
    try:
        settings = Settings(
            **{name: given for name in ("store", "chroma_url") if (given := getattr(chosen, name)) is not None}
        )
        if chosen.check or chosen.repair:
            return look_over(settings, console, chosen.repair, chosen.yes)
        if chosen.translate and not translate_first(
            chosen.paths or [ARTICLES], chosen.translate, settings, console, chosen.yes
        ):
            return 2
        if chosen.watch:
            return watch_files(chosen.paths or [ARTICLES], settings, console, chosen.yes)
        report = ingest_with_progress(chosen.paths or [ARTICLES], settings, console, chosen.yes)
    except RagError as error:
        print(str(error), file=sys.stderr)  # noqa: T201
        return 2
    except OSError as error:
        print(f"{error.filename or settings.store}: {error.strerror}. The index is as it was.", file=sys.stderr)  # noqa: T201
        return 2
    except KeyboardInterrupt:
        print("Stopped. The index is as it was.", file=sys.stderr)  # noqa: T201
        return 130
    print_report(report, settings, console)
    return 2 if not report.articles or not any(r.change != "kept" for r in report.rows) else 1 if report.skipped else 0


def translate_first(paths: list[Path], languages: str, settings: Settings, console: Console, yes: bool) -> bool:
    """Show what translating would take, ask, and do it; False when the answer is no. Raises RagError."""
    codes = [code.strip().lower() for code in languages.split(",") if code.strip()]
    if wrong := [code for code in codes if not re.fullmatch(r"[a-z]{2,3}", code)]:
        raise SettingsError(f"{wrong[0]!r} is not a language code.", "Write, for example: --translate tr,zh")
    model = ChatModel(settings)
    jobs = plan_translations(paths, codes)
    if not jobs:
        console.print("Everything is translated already.", highlight=False)
        return True
    table = Table("article", "into", "paragraphs", "sentences", "tokens, about", header_style="bold")
    for job in jobs:
        table.add_row(job.article_id, job.language, f"{len(job.paragraphs)}", f"{job.sentences}", f"{job.tokens}")
    console.print(table)
    console.print(
        f"{model.name} at {model.where}: about {sum(job.tokens for job in jobs)} tokens in all.", highlight=False
    )
    if not yes and not (sys.stdin.isatty() and console.input("Translate? [y/N] ").strip().lower() in ("y", "yes")):
        print("Nothing was sent. Add --yes to translate.", file=sys.stderr)  # noqa: T201
        return False
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        for job in jobs:
            task = bar.add_task(f"{job.article_id} into {job.language}", total=job.sentences)
            for problem in translate_article(job, model, lambda done, task=task: bar.update(task, completed=done)):  # type: ignore[misc]
                console.print(
                    f"not translated: {problem}", style="yellow", markup=False, highlight=False, soft_wrap=True
                )
    console.print(f"Translated; {model.tokens[0]} tokens read, {model.tokens[1]} written.", highlight=False)
    return True


def look_over(settings: Settings, console: Console, mend: bool, yes: bool) -> int:
    """Say what is wrong with the index, mend it if that is wanted, and return the exit code. Raises RagError."""
    found = with_progress(lambda progress: check_store(settings, progress), console)
    print_findings(found, console)
    if mend and found.command:
        if report := with_progress(lambda progress: repair_store(settings, found, progress, shrink=yes), console):
            print_report(report, settings, console)
        found = with_progress(lambda progress: check_store(settings, progress), console)
        print_findings(found, console)
    return 2 if not found.serves else 1 if found.findings else 0


def print_findings(found: StoreReport, console: Console) -> None:
    """What is wrong with an index, what would be lost with it, and what mends it."""
    lines = [f"Index {found.store}, generation {found.generation or 'none'}, {found.articles} articles."]
    lines += [f"{'warning' if finding.serves else 'error'}: {finding.message}" for finding in found.findings]
    if found.lost:
        lines.append(f"Could not be made again, but from their articles: {', '.join(found.lost)}.")
    if found.articles and not found.lost:
        lines.append("Nothing can be lost: the files of all articles are there.")
    if not found.serves:
        lines.append("Questions cannot be answered from it.")
    elif not found.findings:
        lines.append("Nothing is wrong with it.")
    if found.command:
        lines.append(f"Run: {found.command}")
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


class RateColumn(ProgressColumn):
    """Shows how many things a second are done."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.3g}/s" if speed else "", style="progress.data.speed")


def ingest_with_progress(paths: list[Path], settings: Settings, console: Console, shrink: bool = False) -> IngestReport:
    """`ingest` with a progress bar."""
    return with_progress(lambda progress: ingest(paths, settings, progress, shrink=shrink), console)


def with_progress(work: Callable[[Callable[[str, int, int], None]], Done], console: Console) -> Done:
    """What `work` returns, which reports to a progress bar with rate and time left on the console."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), RateColumn(),
        TimeRemainingColumn(), TextColumn("left"),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True, speed_estimate_period=_SPEED_SECONDS) as bar:
        tasks = {stage: bar.add_task(label, total=None, visible=False) for stage, label in _STAGES.items()}

        def show(stage: str, done: int, total: int) -> None:
            bar.update(tasks[stage], completed=done, total=total, visible=total > 0)

        return work(show)


def print_report(report: IngestReport, settings: Settings, console: Console) -> None:
    """What is searchable now, an article a row, and what was skipped."""
    table = Table("article", "language", "paragraphs", "sentences", "removed lines", "repairs", "", header_style="bold")
    for column in table.columns[2:6]:
        column.justify = "right"
    for row in report.rows:
        counts = (row.paragraphs, row.sentences, row.removed, row.repairs)
        table.add_row(
            row.id, " ".join([row.language, *(f"+{code}" for code in row.translations)]), *map(str, counts), row.change
        )
    console.print(table)
    # Below the table, since long names would squeeze its columns on a narrow terminal.
    if named := ", ".join(f"{Path(row.file).name} ({row.id})" for row in report.rows if row.file):
        console.print(f"files: {named}", markup=False, highlight=False, soft_wrap=True)
    if report.notice:
        console.print(report.notice, style="yellow", markup=False, highlight=False, soft_wrap=True)
    for path, reason in report.skipped:
        console.print(f"skipped {path}: {reason}", style="yellow", markup=False, highlight=False, soft_wrap=True)
    for line in list_other_files(report):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    for identity in report.dropped:
        console.print(f"removed {identity}: its file is gone", style="yellow", markup=False, highlight=False)
    console.print(
        f"{report.embedded} texts embedded in {report.embedding_seconds:.1f} s, {report.reused} reused; "
        f"{report.seconds:.1f} s in all. Index {settings.index}, generation {report.generation or 'none'}.",
        highlight=False, soft_wrap=True,
    )  # fmt: skip


def watch_files(paths: list[Path], settings: Settings, console: Console, shrink: bool) -> int:
    """Follow files and folders until Ctrl-C, and return the exit code. Raises OSError when one is not there."""
    skipped: set[tuple[str, str]] = set()
    first = True
    try:
        for came in follow_files(paths, settings, shrink=shrink):
            if isinstance(came, RagError):
                print(str(came), file=sys.stderr, flush=True)  # noqa: T201
                continue
            if first:
                print_report(came, settings, console)
                print(f"Following {', '.join(map(str, paths))}; Ctrl-C ends it.", flush=True)  # noqa: T201
            else:
                for line in tell_changes(came, skipped):
                    print(line, flush=True)  # noqa: T201
            first, skipped = False, set(came.skipped)
    except KeyboardInterrupt:
        print("Stopped. The index is as it was after the last line.", flush=True)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
