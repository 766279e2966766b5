"""The assistant as MCP tools with structured results: on standard input and output, and by HTTP beside the chat page."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from rag.api.edges import MAX_PASSAGES, check_count
from rag.errors import IndexUnreachable, RagError, SettingsError
from rag.programs.formats import (
    AnswerFormat,
    ArticlesFormat,
    Format,
    ParagraphFormat,
    PassagesFormat,
    VerdictFormat,
    describe_answer,
    describe_article,
    describe_paragraph,
    describe_passages,
    describe_verdict,
)

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

    from rag.api import Assistant

log = logging.getLogger(__name__)

AT_ONCE = 8  # questions worked on at the same time
MAX_RETRIEVED = min(20, MAX_PASSAGES)
INSTRUCTIONS = (
    "Answers questions from a set of articles. Every sentence of an answer is cited; what the articles do not say is not made "
    "up. Keep the markers such as [1] when you repeat a sentence, and name the citation's title, outlet and date."
)

Language = Annotated[
    str | None, Field(description="Code of the answer's language, such as en, zh or tr; the question's own when left out.")
]
Question = Annotated[str, Field(description="The question, in English, Chinese or Turkish.")]


class MessageFormat(Format):
    """Something that was said before."""

    role: Literal["user", "assistant"]
    content: str


def require_mcp() -> None:
    """Check that the package is there. Raises SettingsError."""
    if not find_spec("mcp"):
        raise SettingsError("Serving MCP tools needs another package.", 'Install it with: pip install "kilnmark[mcp]"')


def build_server(assistant: Assistant) -> MCPServer[Any]:
    """The tools over an assistant, not yet served. Raises SettingsError when the package is missing."""
    require_mcp()
    from mcp.server.mcpserver import MCPServer
    from mcp_types import ToolAnnotations

    server: MCPServer[Any] = MCPServer("kilnmark", title="Kilnmark", instructions=INSTRUCTIONS, log_level="WARNING")
    reading = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    tools = Tools(assistant)
    for tool in (tools.ask, tools.verify, tools.retrieve, tools.list_articles, tools.show_paragraph):
        server.tool(annotations=reading, structured_output=True)(tool)
    return server


class Tools:
    """The tools. Each fails in one line that gives nothing away. Programs see their docstrings."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._places = asyncio.Semaphore(AT_ONCE)

    async def ask(
        self, question: Question,
        history: Annotated[list[MessageFormat] | None, Field(description="What was said before, oldest first.")] = None,
        language: Language = None,
    ) -> AnswerFormat:  # fmt: skip
        """Answer a question from the articles, every sentence cited."""
        earlier = [message.model_dump() for message in history or ()]
        with _telling_errors():
            async with self._places:
                return describe_answer(await self._assistant.aask(question, earlier, language))

    def verify(
        self, claim: Annotated[str, Field(description="One sentence.")],
        paragraph_ids: Annotated[list[str], Field(min_length=1, description="Ids such as expo#p3.")],
    ) -> VerdictFormat:  # fmt: skip
        """Check whether indexed paragraphs carry a claim: numbers, dates, names and quoted words exactly, the rest by meaning."""
        with _telling_errors():
            return describe_verdict(self._assistant.verify(claim, paragraph_ids), paragraph_ids)

    def retrieve(
        self, question: Question,
        k: Annotated[int, Field(ge=1, le=MAX_RETRIEVED, description="How many paragraphs.")] = 5,
    ) -> PassagesFormat:  # fmt: skip
        """Find the paragraphs that are nearest to a question, in any language."""
        with _telling_errors():
            return describe_passages(self._assistant.retrieve(question, check_count(k, MAX_RETRIEVED)))

    def list_articles(self) -> ArticlesFormat:
        """List the articles that can be asked about."""
        with _telling_errors():
            return ArticlesFormat(articles=[describe_article(source) for source in self._assistant.articles()])

    def show_paragraph(self, id: Annotated[str, Field(description="A paragraph's id, such as expo#p3.")]) -> ParagraphFormat:
        """Show a whole paragraph, with its translations."""
        with _telling_errors():
            return describe_paragraph(self._assistant.paragraph(id))


@contextmanager
def _telling_errors() -> Iterator[None]:
    """Turn a failure into one line for a program. What is not known to be safe goes to the log, by type and place."""
    from mcp.server.mcpserver.exceptions import ToolError

    try:
        yield
    except IndexUnreachable as error:
        log.error("a tool failed: %s", error)  # where the server is, is nothing for others
        raise ToolError("The index cannot be reached at the moment; try again later.") from None
    except RagError as error:
        raise ToolError(str(error)) from None
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        log.error("a tool failed: %s at %s:%s", type(error).__name__, last.filename, last.lineno)
        raise ToolError("Something went wrong.") from None
