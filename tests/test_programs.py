"""What programs get: the published JSON Schema holds for real answers, and MCP tools give structured results, by HTTP and stdio."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import MISSING, fields
from pathlib import Path

import httpx
import mcp
import pytest
from jsonschema import Draft202012Validator, ValidationError

from rag import Assistant, Settings
from rag.programs.formats import describe_answer, describe_paragraph, describe_verdict, make_answer_schema
from rag.types import Answer, Claim
from rag.types.reasons import REASONS
from rag.ui import serving
from rag.ui.page import build_page
from rag.ui.watching import RequestWatch
from tests.conftest import HOME

PUBLISHED = HOME / "docs" / "answer.schema.json"
EXPO, SIGNED = "When did the expo open?", "Who signed the agreement?"
TOOLS = {"ask", "verify", "retrieve", "list_articles", "show_paragraph"}


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    published = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(published)
    return Draft202012Validator(published)


def without_times(answer: dict) -> dict:
    return answer | {"timings": None, "confidence": round(answer["confidence"], 5)}


def test_the_published_schema_is_what_the_code_gives():
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == make_answer_schema(), "kilnmark schema > docs/answer.schema.json"


@pytest.mark.parametrize(
    ("question", "language", "status"),
    [
        (EXPO, None, "answered"), ("伊斯坦布尔店是第几家官方旗舰店？", "tr", "answered"),
        ("What is the capital of France?", None, "not_found"), ("", None, "not_found"), ("Teşekkürler!", None, "answered"),
        ("How many years of ceramics history does Jingdezhen have?", None, "answered"),
        ("Which articles do you have?", "zh", "answered"),
    ],
)  # fmt: skip
def test_real_answers_are_as_the_schema_says(assistant, validator, question, language, status):
    """Quoted, translated, refused, unreadable, small talk, sources that differ, about the collection."""
    answer = assistant.ask(question, language=language)
    validator.validate(json.loads(json.dumps(answer.to_dict())))
    assert answer.status == status
    assert describe_answer(answer).model_dump(mode="json") == json.loads(json.dumps(answer.to_dict()))


@pytest.mark.parametrize("code", REASONS)
def test_a_sentence_withheld_for_any_reason_is_as_the_schema_says(validator, code):
    kind = REASONS[code]
    reason = kind(*(3 if field.type == "int" else "words" for field in fields(kind) if field.default is MISSING))
    claim = Claim("It rained.", (), "unsupported", (reason,), 0.25)
    answer = Answer("?", "No.", "not_found", "en", 0.0, "model", "small", claims=(claim,), tokens=(10, 2), cost=0.5)
    validator.validate(json.loads(json.dumps(answer.to_dict())))


@pytest.mark.parametrize(
    "change", [{"status": "maybe"}, {"confidence": 1.5}, {"more": 1}, {"tokens": [1]}, {"language": "English"}, {"claims": [{}]}]
)
def test_what_is_no_answer_is_told(validator, change):
    answer = Answer("?", "No.", "not_found", "en", 0.0).to_dict()
    validator.validate(answer)
    with pytest.raises(ValidationError):
        validator.validate(answer | change)


@pytest.fixture(scope="module")
def served(assistant: Assistant, settings: Settings, tmp_path_factory) -> Iterator[str]:
    """Address of the page with its MCP tools, behind a password."""
    built = build_page(assistant, Path("no-such-report.json"), tmp_path_factory.mktemp("feedback") / "feedback.sqlite")
    own = Settings(store=settings.store, port=find_port(), auth="potter:kiln")
    yield serving.serve_page(built, own, mcp=True, watch=RequestWatch(assistant)).rstrip("/")
    built.close(verbose=False)


def find_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def by_http(address: str):
    """A client of the MCP tools of a page."""
    from mcp.client.streamable_http import streamable_http_client
    from mcp.shared._httpx_utils import create_mcp_http_client

    login = base64.b64encode(b"potter:kiln").decode()
    async with (
        create_mcp_http_client(headers={"Authorization": f"Basic {login}"}) as connection,
        mcp.Client(streamable_http_client(f"{address}/mcp", http_client=connection)) as client,
    ):
        yield client


def by_stdio(settings: Settings):
    """A client of the MCP tools of a process of its own."""
    command = ["-m", "rag", "mcp", "--store", str(settings.store)]
    return mcp.Client(mcp.StdioServerParameters(command=sys.executable, args=command, cwd=str(HOME)))


async def visit(connection) -> tuple:
    """Call every tool; the last two calls are wrong."""
    async with connection as client:
        listed = (await client.list_tools()).tools
        history = [{"role": "user", "content": EXPO}, {"role": "assistant", "content": "On October 18."}]
        calls = [
            ("ask", {"question": EXPO}), ("ask", {"question": "And how many exhibitors came to it?", "history": history}),
            ("verify", {"claim": "The expo opened on Oct 19.", "paragraph_ids": ["expo#p3", "expo#p4"]}),
            ("list_articles", {}), ("show_paragraph", {"id": "store#p5"}), ("retrieve", {"question": EXPO, "k": 2}),
            ("show_paragraph", {"id": "store#p999"}), ("ask", {"question": EXPO, "language": "english"}),
        ]  # fmt: skip
        return listed, [await client.call_tool(name, given) for name, given in calls]


def check_visit(assistant: Assistant, listed, results) -> None:
    """That every tool gave what the assistant gives, as its schema says, and that what was wrong was told in one line."""
    assert {tool.name for tool in listed} == TOOLS
    schemas = {tool.name: tool.output_schema for tool in listed}
    answer, followed, verdict, articles, paragraph, passages, *wrong = results
    for name, result in zip(("ask", "ask", "verify", "list_articles", "show_paragraph", "retrieve"), results, strict=False):
        assert not result.is_error, result.content
        Draft202012Validator(schemas[name]).validate(result.structured_content)
        assert json.loads(result.content[0].text) == result.structured_content
    assert without_times(answer.structured_content) == without_times(assistant.ask(EXPO).to_dict())
    assert EXPO in followed.structured_content["question"] and followed.structured_content["citations"]
    ids = ["expo#p3", "expo#p4"]
    own = describe_verdict(assistant.verify("The expo opened on Oct 19.", ids), ids)
    assert verdict.structured_content["status"] == own.status == "unsupported"
    assert verdict.structured_content["reasons"] == own.model_dump()["reasons"]
    assert [article["id"] for article in articles.structured_content["articles"]] == [s.id for s in assistant.articles()]
    assert paragraph.structured_content == describe_paragraph(assistant.paragraph("store#p5")).model_dump()
    assert set(paragraph.structured_content["translations"]) == {"en", "tr"}
    assert len(passages.structured_content["passages"]) == 2
    for result, said in zip(wrong, ("The article store has store#p1 to", "en, zh, tr"), strict=True):
        assert result.is_error and said in result.content[0].text and "Traceback" not in result.content[0].text


def test_an_mcp_client_gets_structured_results_by_http(served, assistant):
    check_visit(assistant, *asyncio.run(visit(by_http(served))))


def test_an_mcp_client_gets_structured_results_over_stdio(settings, assistant):
    check_visit(assistant, *asyncio.run(visit(by_stdio(settings))))


def test_mcp_by_http_needs_the_password_of_the_page(served):
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    for auth in (None, ("potter", "clay"), ("", "")):
        for path in ("/mcp", "/gradio_api/mcp/"):
            assert httpx.post(f"{served}{path}", json=body, auth=auth).status_code == 401
    assert httpx.get(f"{served}/mcp", auth=("potter", "kiln")).status_code == 405
    other_site = {"origin": "https://example.org"}
    assert httpx.post(f"{served}/mcp", json=body, auth=("potter", "kiln"), headers=other_site).status_code == 403
    assert [httpx.post(f"{served}/mcp", json=body).status_code for _ in range(5)][-1] == 429  # no more guesses for a while


def test_a_failure_of_a_tool_gives_nothing_away(caplog):
    from rag.programs.mcp import build_server

    class Broken:
        def articles(self):
            raise RuntimeError("a secret of the house")

    async def call():
        async with mcp.Client(build_server(Broken())) as client:
            return await client.call_tool("list_articles", {})

    result = asyncio.run(call())
    assert result.is_error and "secret" not in result.content[0].text and "went wrong" in result.content[0].text
    assert "RuntimeError at" in caplog.text and "secret" not in caplog.text
