"""The MCP tools by HTTP, on the page's server: at `/mcp`, behind its guard, with its password.

One request, one JSON reply: no session is kept and no stream is held open.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from typing import TYPE_CHECKING, Any

from rag.ui.guard import App, Receive, Scope, Send, WrongLogins

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

PATHS = ("/mcp", "/gradio_api/mcp")


class McpDoor:
    """ASGI middleware. login: "user:password" that has to come with each request, by HTTP Basic; "" for none."""

    def __init__(self, app: App, server: MCPServer[Any], login: str = "") -> None:
        from mcp.server.transport_security import TransportSecuritySettings

        self.app, self._login = app, login
        self._wrong = WrongLogins()
        # Hosts and origins are the guard's matter.
        unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        server.streamable_http_app(json_response=True, stateless_http=True, transport_security=unchecked)
        self._sessions = server.session_manager

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            async with self._sessions.run():
                await self.app(scope, receive, send)
            return
        if scope["type"] != "http" or str(scope["path"]).rstrip("/") not in PATHS:
            await self.app(scope, receive, send)
            return
        address = (scope.get("client") or ("",))[0]
        if scope["method"] != "POST":
            await _refuse(send, 405, "MCP requests are sent by POST.")
        elif self._login and self._wrong.are_too_many(address):
            await _refuse(send, 429, "Too many wrong passwords; try again in a minute.")
        elif not self._is_let_in(scope):
            self._wrong.add(address)
            await _refuse(send, 401, "A user and a password are needed, by HTTP Basic.")
        else:
            await self._sessions.asgi_app(scope, receive, send)

    def _is_let_in(self, scope: Scope) -> bool:
        """Whether a request has the login, where there is one."""
        if not self._login:
            return True
        header = next((value for name, value in scope["headers"] if name.lower() == b"authorization"), b"")
        kind, _, given = header.partition(b" ")
        try:
            login = base64.b64decode(given, validate=True)
        except (binascii.Error, ValueError):
            return False
        return kind.lower() == b"basic" and hmac.compare_digest(login, self._login.encode())


async def _refuse(send: Send, status: int, reason: str) -> None:
    body = json.dumps({"detail": reason}).encode()
    headers = {"content-type": "application/json", "content-length": str(len(body)), "allow": "POST"}
    if status == 401:
        headers["www-authenticate"] = 'Basic realm="Kilnmark"'
    head = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})
