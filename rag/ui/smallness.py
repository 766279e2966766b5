"""The page made small on its way: Gradio compresses its scripts and style sheets, but not the page with ours inside it."""

from __future__ import annotations

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

LEVEL = 6  # of 9, zlib's own choice


class SmallPage:
    """Compresses the page, in which no question and no answer stands yet. What holds some goes as it is: how well that can be
    compressed could tell something of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._compressed = app, GZipMiddleware(app, compresslevel=LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_page = scope["type"] == "http" and scope["path"] == "/"
        await (self._compressed if is_page else self._app)(scope, receive, send)
