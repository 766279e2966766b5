"""T28 to T32 of the fault table in docs/results.md, where a model's server sends without end: what is read of it is bounded in
bytes, and so is the memory it takes; the answer is quoted instead."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr

from rag import Assistant, Settings, models
from rag.errors import ModelError
from rag.messages import word_message
from rag.models import MAX_LINE_BYTES, ChatModel
from tests.fakellm import POURS, Server
from tests.test_modelled import QUESTION

BUFFERS = 8_000_000  # bytes that may be on their way when the client leaves
MEMORY = 50_000_000
REPLY = 400_000  # smaller than it is: a machine makes some megabyte of events a second
LIMITS = {"long line": MAX_LINE_BYTES, "comments": REPLY, "events": REPLY, "gzip": 0}


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(*args: object, **options: object) -> Server:
        servers.append(Server(*args, **options))  # type: ignore[arg-type]
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def asking(settings: Settings, serve: Callable[..., Server]) -> Callable[..., tuple[Assistant, Server]]:
    def start(reply: str | list[str], mode: str = "ok") -> tuple[Assistant, Server]:
        server = serve(lambda messages: reply, mode=mode)
        given = server.settings | {"api_key": SecretStr("sk-secret"), "deadline": 60}
        return Assistant(settings.model_copy(update=given)), server

    return start


@pytest.mark.parametrize("mode", POURS)
def test_t30_a_reply_without_end_is_read_as_far_as_a_reply_can_be_long(
    asking: Callable[..., tuple[Assistant, Server]], mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "MAX_REPLY_BYTES", REPLY)
    model, server = asking("", mode)
    model.ask(QUESTION)  # what is loaded once is loaded
    server.gone.clear()
    before = len(server.bodies)
    tracemalloc.start()
    answer = model.ask(QUESTION)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.mode == "extractive" and word_message("model_unavailable", "en") in answer.notice and answer.citations
    assert server.gone.wait(30) and server.sent <= LIMITS[mode] + BUFFERS
    assert most < MEMORY and len(server.bodies) == before + 1  # it is not asked for the same again


@pytest.mark.parametrize("status", [200, 400])
def test_t30_a_whole_reply_and_an_error_of_forty_megabytes_are_not_read_to_their_end(
    serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(models, "MAX_REPLY_BYTES", 1_000_000)
    monkeypatch.setattr(models, "MAX_LINE_BYTES", 1_000_000)
    monkeypatch.setattr("tests.fakellm.KEY", "k" * 40_000_000)  # stands in the error
    server = serve(lambda messages: "x" * 40_000_000, status)
    with pytest.raises(ModelError) as failure:
        ChatModel(Settings(**server.settings | {"api_key": "sk"})).ask("system", "user")
    assert server.gone.wait(30) and len(str(failure.value)) < 300


@pytest.mark.parametrize("reply", ["\ud800" * 50, ["The expo \ud83d", "\udc00 opened [1]."], "\ud800 [1]. \udfff [2]."])
def test_t24_lone_surrogates_of_a_model_do_not_raise_and_are_not_shown(
    asking: Callable[..., tuple[Assistant, Server]], reply: str | list[str]
) -> None:
    model, _ = asking(reply)
    answer = model.ask(QUESTION)
    for text in (answer.text, str(answer.notice), *(claim.text for claim in answer.claims)):
        text.encode()
