"""How the page is served: to this machine unless told otherwise, with the guard before it, and nothing from elsewhere."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec
from pathlib import Path

import gradio as gr
from gradio.exceptions import ServerFailedToStartError
from starlette.middleware import Middleware

from rag.config import Settings
from rag.errors import SettingsError
from rag.ui.connections import watch_connections
from rag.ui.guard import LOOPBACK, Guard
from rag.ui.texts import I18N
from rag.ui.theme import HEAD, theme

HERE = Path(__file__).parent
SESSIONS = 500  # visitors of whom the server remembers which question they edit


def serve(page: gr.Blocks, settings: Settings, mcp: bool = False) -> str:
    """Serve a page in the background and return its address. mcp: serve the endpoints as MCP tools too.

    Raises SettingsError when it cannot listen there, cannot speak MCP, or would answer other machines without a password.
    """
    if settings.host not in LOOPBACK and not settings.auth and not settings.insecure:
        raise SettingsError(
            f"Anybody who reaches {settings.host}:{settings.port} could ask.",
            "Set a password, RAG_AUTH=user:password, or start with --insecure.",
        )
    if mcp and not find_spec("mcp"):
        raise SettingsError("Serving MCP tools needs another package.", 'Install it with: pip install "kilnmark[mcp]"')
    user, _, password = settings.auth.get_secret_value().partition(":") if settings.auth else ("", "", "")
    hosts = LOOPBACK if settings.host in LOOPBACK else frozenset[str]()
    launch = partial(
        page.launch,
        server_name=settings.host, server_port=settings.port, auth=(user, password) if user else None,
        prevent_thread_lock=True, quiet=True, share=False, inbrowser=False, show_error=False, ssr_mode=False,
        mcp_server=mcp, pwa=False, enable_monitoring=False, run_history=False, footer_links=[],
        allowed_paths=[], blocked_paths=[str(settings.store.absolute())], max_file_size="1kb",
        state_session_capacity=SESSIONS, app_kwargs={"middleware": [Middleware(Guard, hosts=hosts)]},
        theme=theme(), css_paths=HERE / "style.css", js=(HERE / "page.js").read_text(encoding="utf-8"), head=HEAD,
        i18n=gr.I18n(**I18N),
    )  # fmt: skip
    try:
        _, address, _ = launch()
    except (OSError, ServerFailedToStartError):
        raise SettingsError(
            f"Cannot listen on {settings.host}:{settings.port}.", "Another program may hold it; choose one with --port."
        ) from None
    watch_connections(page.server.config)
    return str(address)
