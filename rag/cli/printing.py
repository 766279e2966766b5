"""What commands print for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from rag.feedback import Feedback
from rag.messages import name_page
from rag.types import Answer, Paragraph, Source


def print_answer(answer: Answer, console: Console) -> None:
    """Print an answer, what else a reader should know, and its citations."""
    console.print(Text(answer.text, style="bold"))
    if answer.notice and answer.notice != answer.text:
        console.print(Text(answer.notice, style="italic"))
    for c in answer.citations:
        page = name_page(c.page, answer.language)
        place = " · ".join(part for part in (c.title, c.outlet, c.published, page, c.paragraph_id) if part)
        console.print(
            Text.assemble("\n", (f"[{c.number}] ", "cyan"), (place, "dim"), f"\n    {' '.join(c.quote.split())}")
        )


def print_paragraph(paragraph: Paragraph, console: Console) -> None:
    """Print a paragraph with its id, its kind and its language."""
    about = f"{paragraph.kind} {paragraph.language}"
    console.print(Text.assemble((f"{paragraph.id} ", "cyan"), (about, "dim"), f"\n{paragraph.text}\n"))


def print_source(source: Source, console: Console) -> None:
    """Print what is known of an article."""
    known = (source.language, source.title, source.outlet, source.published, source.url)
    console.print(Text.assemble((f"{source.id} ", "cyan"), " · ".join(part for part in known if part)))


def print_feedback(given: Sequence[Feedback], console: Console) -> None:
    """Print the verdicts of readers."""
    if not given:
        console.print("Nobody has judged an answer yet.")
    for one in given:
        style = "green" if one.verdict == "good" else "red"
        word = f" “{one.word}”" if one.word else ""
        console.print(Text.assemble((f"{one.at} ", "dim"), (one.verdict, style), word, f"\n  {one.question}"))
        console.print(Text(f"  {one.answer} ({' '.join(one.paragraphs)})\n", style="dim"))
