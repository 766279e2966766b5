"""The command line: `kilnmark`, and `python -m rag`, which is the same.

`ingest`, `serve` and `eval` hand their arguments on to the scripts `ingest.py`, `app.py` and `python -m evals`, and have their
options. Libraries are imported where they are used: `--help` need not wait for them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from rag.cli import scripts
from rag.errors import RagError, SettingsError

if TYPE_CHECKING:
    from rag import Answer, Assistant, Settings

EXIT_CODES = "Exit code: 0 answered, 1 the articles do not say, 2 something is wrong, 130 stopped."
TIMED_RUNS = 5  # of which the middle one is shown
Store = Annotated[Path | None, typer.Option(help="Folder of the index (default: RAG_STORE or .store).")]
ChromaUrl = Annotated[
    str | None, typer.Option(help="Address of a Chroma server that keeps the index (default: RAG_CHROMA_URL).")
]
Language = Annotated[
    str | None, typer.Option(help="Language of the answer, such as en, zh or tr (default: the question's).")
]
Articles = Annotated[
    list[str] | None, typer.Option("--article", metavar="ID", help="Ask this article alone; may be given again.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]

app = typer.Typer(
    name="kilnmark", help="Ask the indexed articles.", epilog=EXIT_CODES, no_args_is_help=True, add_completion=False,
    rich_markup_mode=None, pretty_exceptions_enable=False,
)  # fmt: skip


def main(arguments: list[str] | None = None, program: str = "kilnmark") -> int:
    """Run a command; 0 when it was answered, 1 when the articles do not say, 2 when something is wrong."""
    try:
        app(args=arguments, prog_name=program)
    except RagError as error:
        print(str(error), file=sys.stderr)  # noqa: T201
        return 2
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    return 0


def run() -> None:
    """Run a command of the console and end the process."""
    sys.exit(main())


@app.callback()
def choose_index(context: typer.Context, store: Store = None, chroma_url: ChromaUrl = None) -> None:
    """Remember which index a command is about."""
    context.obj = {"store": store, "chroma_url": chroma_url}


@app.command()
def ask(
    context: typer.Context, question: str, language: Language = None, article: Articles = None, as_json: AsJson = False,
    timings: Annotated[bool, typer.Option(help="Print seconds by stage, of the middle one of five runs.")] = False,
    store: Store = None, chroma_url: ChromaUrl = None,
) -> None:  # fmt: skip
    """Answer a question, with its sources."""
    from rag.cli.printing import print_answer

    assistant = _open(context, store, chroma_url)
    answer = assistant.ask(question, language=language, articles=article)
    if timings:
        answer = _take_middle(assistant, question, language, article)
    if as_json:
        _print_json(answer.to_dict())
    else:
        print_answer(answer, _console())
    if timings:
        stages = ", ".join(f"{stage} {seconds * 1000:.1f} ms" for stage, seconds in answer.timings.items())
        ratio = answer.timings["total"] / max(answer.timings["embed"], 1e-9)
        print(f"{stages}; total is {ratio:.2f} times embedding the question", file=sys.stderr)  # noqa: T201
    raise typer.Exit(1 if answer.status == "not_found" else 0)


@app.command()
def chat(
    context: typer.Context, language: Language = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print each answer as JSON, on a line of its own.")] = False,
    store: Store = None, chroma_url: ChromaUrl = None,
) -> None:  # fmt: skip
    """Converse: a question a line, follow-ups are understood. Ctrl-D or Ctrl-C ends it."""
    from rag.cli.chatting import converse

    raise typer.Exit(converse(_open(context, store, chroma_url), _console(), language, as_json))


@app.command()
def show(
    context: typer.Context,
    id: Annotated[str, typer.Argument(help="A paragraph's id, such as expo#p3, or an article's, such as expo.")],
    as_json: AsJson = False, store: Store = None, chroma_url: ChromaUrl = None,
) -> None:  # fmt: skip
    """Print a paragraph, or all of an article."""
    from rag.cli.printing import print_paragraph
    from rag.programs.formats import describe_paragraph

    assistant = _open(context, store, chroma_url)
    known = {source.id for source in assistant.articles()}
    paragraphs = assistant.article(id)[1] if id in known else (assistant.paragraph(id),)
    if as_json:
        _print_json([describe_paragraph(paragraph).model_dump() for paragraph in paragraphs])
        return
    for paragraph in paragraphs:
        print_paragraph(paragraph, _console())


@app.command()
def articles(
    context: typer.Context, as_json: AsJson = False, store: Store = None, chroma_url: ChromaUrl = None
) -> None:
    """List what is indexed."""
    from rag.cli.printing import print_source
    from rag.programs.formats import describe_article

    sources = _open(context, store, chroma_url).articles()
    if as_json:
        _print_json([describe_article(source).model_dump() for source in sources])
        return
    for source in sources:
        print_source(source, _console())


@app.command()
def feedback(
    context: typer.Context, as_json: AsJson = False, store: Store = None, chroma_url: ChromaUrl = None
) -> None:
    """List what readers of the chat page made of its answers."""
    from dataclasses import asdict

    from rag.cli.printing import print_feedback
    from rag.feedback import list_verdicts, locate_verdicts

    given = list_verdicts(locate_verdicts(_settings(context, store, chroma_url).store))
    if as_json:
        _print_json([asdict(one) for one in given])
    else:
        print_feedback(given, _console())


@app.command()
def mcp(context: typer.Context, store: Store = None, chroma_url: ChromaUrl = None) -> None:
    """Serve MCP tools on standard input and output; `serve --mcp` does by HTTP."""
    from rag.programs.mcp import build_server, require_mcp

    require_mcp()
    build_server(_open(context, store, chroma_url)).run()


@app.command()
def schema() -> None:
    """Print the JSON Schema of an answer, as `ask --json` gives it."""
    from rag.programs.formats import make_answer_schema

    _print_json(make_answer_schema())


_HANDED_ON: dict[str, Any] = {
    "add_help_option": False, "context_settings": {"allow_extra_args": True, "ignore_unknown_options": True},
}  # fmt: skip


@app.command("ingest", **_HANDED_ON)
def ingest_articles(context: typer.Context) -> None:
    """Index articles; look an index over: see `ingest --help`."""
    raise typer.Exit(scripts.load_script("ingest").main([*_chosen(context), *context.args], context.command_path))


@app.command(**_HANDED_ON)
def serve(context: typer.Context) -> None:
    """Serve the chat page: see `serve --help`."""
    script = scripts.load_script("app")
    arguments = [*_chosen(context), *context.args]
    script.end_with_code(lambda: script.main(arguments, context.command_path))


@app.command("eval", **_HANDED_ON)
def evaluate(context: typer.Context) -> None:
    """Evaluate the assistant on the gold questions: see `eval --help`."""
    if _chosen(context):
        raise SettingsError("The evaluation makes an index of its own.", "Leave out --store and --chroma-url.")
    raise typer.Exit(scripts.load_script("evals.__main__").main(context.args, context.command_path))


def _chosen(context: typer.Context) -> list[str]:
    """The index that was chosen before a command, as arguments of a script."""
    options = {"--store": context.obj["store"], "--chroma-url": context.obj["chroma_url"]}
    return [word for name, given in options.items() if given is not None for word in (name, str(given))]


def _settings(context: typer.Context, store: Path | None, chroma_url: str | None) -> Settings:
    """Settings with the index that was chosen, after the command or before it."""
    import rag

    given = {"store": store or context.obj["store"], "chroma_url": chroma_url or context.obj["chroma_url"]}
    return rag.Settings(**{name: value for name, value in given.items() if value is not None})


def _open(context: typer.Context, store: Path | None, chroma_url: str | None) -> Assistant:
    import rag
    from rag.config import EMBEDDED
    from rag.encoder.embeddings import CentredEmbedder

    settings = _settings(context, store, chroma_url)
    # The encoders load while the rest of the package is imported, which happens at the next name of it.
    if settings.embeddings == EMBEDDED:
        CentredEmbedder().start_loading()
    return rag.Assistant(settings)


def _take_middle(assistant: Assistant, question: str, language: str | None, articles: list[str] | None) -> Answer:
    """The answer of middle duration. The first ones of a process pay for loading; this is what a running chat gives."""
    answers = [assistant.ask(question, language=language, articles=articles) for _ in range(TIMED_RUNS)]
    return sorted(answers, key=lambda answer: answer.timings["total"])[TIMED_RUNS // 2]


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: T201


def _console() -> Console:
    return Console(soft_wrap=True, highlight=False)
