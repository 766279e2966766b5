"""The page on its way to a browser: compressed where the browser can read that, and nothing else is."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from rag.ui.smallness import SmallPage

TEXT = "The kiln is lit. " * 500


async def tell(request: object) -> PlainTextResponse:
    return PlainTextResponse(TEXT)


@pytest.mark.parametrize(
    ("path", "accepted", "compressed"), [("/", "gzip, br", True), ("/", "identity", False), ("/gradio_api/run", "gzip, br", False)]
)
def test_the_page_alone_is_compressed_and_only_for_who_can_read_it(path: str, accepted: str, compressed: bool) -> None:
    app = SmallPage(Starlette(routes=[Route("/{rest:path}", tell)]))

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://page") as client:
            return await client.get(path, headers={"accept-encoding": accepted})

    answer = asyncio.run(ask())
    assert answer.text == TEXT and ("content-encoding" in answer.headers) == compressed
    assert (int(answer.headers["content-length"]) < len(TEXT) / 5) == compressed
