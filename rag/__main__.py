"""The assistant on the command line: `python -m rag ask "question"`, `show expo#p3`, `articles`, `feedback`."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

import rag
from rag import feedback
from rag.config import EMBEDDED
from rag.encoder.embeddings import CentredEmbedder
from rag.errors import RagError

if TYPE_CHECKING:
    from rag import Answer, Assistant


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when it was answered, 1 when the articles do not say, 2 when something is wrong."""
    chosen = _parser().parse_args(arguments)
    console = Console(soft_wrap=True, highlight=False)
    try:
        settings = rag.Settings(
            **{name: given for name in ("store", "chroma_url") if (given := getattr(chosen, name)) is not None}
        )
        if chosen.command == "feedback":
            return _feedback(feedback.listed(feedback.beside(settings.store)), chosen.json, console)
        # The encoders load while the rest of the package is imported, which happens at the next name of it.
        if settings.embeddings == EMBEDDED:
            CentredEmbedder().start_loading()
        assistant = rag.Assistant(settings)
        if chosen.command == "ask":
            return _ask(assistant, chosen, console)
        return _show(assistant, chosen.id, console) if chosen.command == "show" else _articles(assistant, console)
    except RagError as error:
        print(str(error), file=sys.stderr)  # noqa: T201
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rag", description="Ask the indexed articles, from the command line."
    )
    parser.add_argument("--store", type=Path, help="folder of the index (default: RAG_STORE or .store)")
    parser.add_argument("--chroma-url", help="address of a Chroma server that keeps the index (default: RAG_CHROMA_URL)")
    commands = parser.add_subparsers(dest="command", required=True)
    ask = commands.add_parser("ask", help="answer a question, with its sources")
    ask.add_argument("question")
    ask.add_argument("--language", help="language of the answer, such as en, zh or tr (default: the question's)")
    ask.add_argument(
        "--article", action="append", dest="articles", metavar="ID", help="ask this article alone; may be given again"
    )
    ask.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    ask.add_argument("--timings", action="store_true", help="print seconds by stage, of the middle one of five runs")
    show = commands.add_parser("show", help="print a paragraph, or all of an article")
    show.add_argument("id", help="a paragraph's id, such as expo#p3, or an article's, such as expo")
    commands.add_parser("articles", help="list what is indexed")
    given = commands.add_parser("feedback", help="list what readers of the chat page made of its answers")
    given.add_argument("--json", action="store_true", help="print everything as JSON")
    return parser


def _ask(assistant: Assistant, chosen: argparse.Namespace, console: Console) -> int:
    answer = assistant.ask(chosen.question, language=chosen.language, articles=chosen.articles)
    if chosen.timings:
        # The first answers of a process pay for loading; the middle one of five is what a running chat gives.
        again = [assistant.ask(chosen.question, language=chosen.language, articles=chosen.articles) for _ in range(5)]
        answer = sorted(again, key=lambda a: a.timings["total"])[2]
    if chosen.json:
        print(json.dumps(answer.to_dict(), ensure_ascii=False, indent=2))  # noqa: T201
    else:
        _print_answer(answer, console)
    if chosen.timings:
        stages = ", ".join(f"{stage} {seconds * 1000:.1f} ms" for stage, seconds in answer.timings.items())
        ratio = answer.timings["total"] / max(answer.timings["embed"], 1e-9)
        print(f"{stages}; total is {ratio:.2f} times embedding the question", file=sys.stderr)  # noqa: T201
    return 1 if answer.status == "not_found" else 0


def _print_answer(answer: Answer, console: Console) -> None:
    console.print(Text(answer.text, style="bold"))
    if answer.notice and answer.notice != answer.text:
        console.print(Text(answer.notice, style="italic"))
    for c in answer.citations:
        place = " · ".join(part for part in (c.title, c.outlet, c.published, c.paragraph_id) if part)
        console.print(
            Text.assemble("\n", (f"[{c.number}] ", "cyan"), (place, "dim"), f"\n    {' '.join(c.quote.split())}")
        )


def _show(assistant: Assistant, identity: str, console: Console) -> int:
    known = {source.id for source in assistant.articles()}
    try:
        paragraphs = assistant.article(identity)[1] if identity in known else (assistant.paragraph(identity),)
    except KeyError:
        print(f"There is no paragraph {identity}. Articles: {', '.join(sorted(known))}.", file=sys.stderr)  # noqa: T201
        return 2
    for p in paragraphs:
        console.print(Text.assemble((f"{p.id} ", "cyan"), (f"{p.kind} {p.language}", "dim"), f"\n{p.text}\n"))
    return 0


def _articles(assistant: Assistant, console: Console) -> int:
    for s in assistant.articles():
        known = " · ".join(part for part in (s.language, s.title, s.outlet, s.published, s.url) if part)
        console.print(Text.assemble((f"{s.id} ", "cyan"), known))
    return 0


def _feedback(given: list[feedback.Feedback], as_json: bool, console: Console) -> int:
    if as_json:
        print(json.dumps([asdict(one) for one in given], ensure_ascii=False, indent=2))  # noqa: T201
    elif not given:
        console.print("Nobody has judged an answer yet.")
    else:
        for one in given:
            style = "green" if one.verdict == "good" else "red"
            word = f" “{one.word}”" if one.word else ""
            console.print(Text.assemble((f"{one.at} ", "dim"), (one.verdict, style), word, f"\n  {one.question}"))
            console.print(Text(f"  {one.answer} ({' '.join(one.paragraphs)})\n", style="dim"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
