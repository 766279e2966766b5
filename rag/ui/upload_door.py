"""The one way a file comes in: `POST /own-files`, its bytes as they are, named in the query.

It takes what belongs to a batch, and a batch has a name that only a page is told that may add files (`rag.ui.own`), so that
no other login is needed here. Nothing is fetched, unpacked or handed out. What a file is refused for stays with its batch,
for the report.
"""

from __future__ import annotations

import json
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from rag.api.own_files import OwnFiles
from rag.errors import ArticleError
from rag.ui.guard import UPLOADS, App, Receive, Scope, Send


class UploadDoor:
    """ASGI middleware."""

    def __init__(self, app: App, own: OwnFiles) -> None:
        self.app, self.own = app, own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != UPLOADS or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        status, told = await self._receive_file(scope, receive)
        body = json.dumps(told).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _receive_file(self, scope: Scope, receive: Receive) -> tuple[int, MutableMapping[str, Any]]:
        """Status and body of the response."""
        try:
            given = {name: values[0] for name, values in parse_qs(scope["query_string"].decode(), strict_parsing=True).items()}
            number, size = int(given["number"]), int(given["size"])
            path = self.own.expect_file(given["batch"], number, given["name"], size)
        except ArticleError as error:
            return 200, {"received": False, "code": error.code}
        except (KeyError, ValueError):
            return 403, {"detail": "Files are added on the page."}
        try:
            return 200, {"received": await _write_body(receive, path, size)}
        except OSError:
            path.unlink(missing_ok=True)
            return 200, {"received": False, "code": "not_received"}


async def _write_body(receive: Receive, path: Path, most: int) -> bool:
    """Whether the body came whole; what is written of one that does not is shorter or longer than it should be."""
    with path.open("xb") as file:
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return False
            file.write(message.get("body", b"")[: most + 1 - file.tell()])
            if not message.get("more_body", False):
                return file.tell() == most
