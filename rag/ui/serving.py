"""How the page is served: to this machine unless told otherwise, with the guard before it, and nothing from elsewhere."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, cast

import gradio as gr
from gradio.exceptions import ServerFailedToStartError
from starlette.middleware import Middleware

import rag.logs as logs
from rag.api.own_files import MAX_FILE_BYTES, OwnFiles
from rag.config import Settings
from rag.errors import SettingsError
from rag.programs.mcp import build_server, require_mcp
from rag.ui.connections import watch_connections
from rag.ui.guard import LOOPBACK, Guard
from rag.ui.health import Health
from rag.ui.internals import tell_tracebacks
from rag.ui.mcp_door import McpDoor
from rag.ui.own import find_obstacle
from rag.ui.smallness import SmallPage
from rag.ui.texts import list_labels
from rag.ui.theme import HEAD, make_theme
from rag.ui.upload_door import UploadDoor
from rag.ui.watching import RequestWatch, Watched

HERE = Path(__file__).parent
STOP_SECONDS = 20.0
SESSIONS = 500  # visitors of whom the server remembers which question they edit

# In the order in which they are run.
SCRIPTS = ("page.js", "talks.js", "talklist.js", "picture.js", "sharing.js", "choosing.js", "own.js")
STYLES = ("style.css", "talks.css", "own.css")


def serve_page(
    page: gr.Blocks, settings: Settings, mcp: bool = False, watch: RequestWatch | None = None, own: OwnFiles | None = None
) -> str:  # fmt: skip
    """Serve a page in the background and return its address. mcp: serve MCP tools too, over the watch's assistant. watch: what
    the server does is noted there. own: files that visitors add, where the settings let them; the same as of the page.

    Raises SettingsError when it cannot listen there, cannot speak MCP, or would answer other machines without a password.
    """
    if settings.host not in LOOPBACK and not settings.auth and not settings.insecure:
        raise SettingsError(
            f"Anybody who reaches {settings.host}:{settings.port} could ask.",
            "Set a password, RAG_AUTH=user:password, or start with --insecure.",
        )
    if mcp:
        require_mcp()
    user, _, password = settings.auth.get_secret_value().partition(":") if settings.auth else ("", "", "")
    hosts = LOOPBACK if settings.host in LOOPBACK else frozenset[str]()
    watch = watch or RequestWatch()
    largest = MAX_FILE_BYTES if own and not find_obstacle(settings, own) else 0
    guard = Middleware(Guard, hosts=hosts, largest_file=largest)
    middleware = [Middleware(Watched, watch=watch), guard, Middleware(Health, watch=watch)]
    if own and largest:
        middleware.append(Middleware(UploadDoor, own=own))
    if mcp:
        login = settings.auth.get_secret_value() if settings.auth else ""
        middleware.append(Middleware(McpDoor, server=build_server(cast(Any, watch.assistant)), login=login))
    middleware.append(Middleware(SmallPage))
    tell_tracebacks()
    launch = partial(
        page.launch,
        server_name=settings.host, server_port=settings.port, auth=(user, password) if user else None,
        prevent_thread_lock=True, quiet=True, share=False, inbrowser=False, show_error=False, ssr_mode=False,
        mcp_server=False, pwa=False, enable_monitoring=False, run_history=False, footer_links=[],
        allowed_paths=[], blocked_paths=[str(settings.store.absolute())], max_file_size="1kb",
        state_session_capacity=SESSIONS, app_kwargs={"middleware": middleware},
        theme=make_theme(), css_paths=[HERE / name for name in STYLES], js=_read_scripts(), head=HEAD,
        i18n=gr.I18n(**list_labels()),
    )  # fmt: skip
    try:
        _, address, _ = launch()
    except (OSError, ServerFailedToStartError):
        raise SettingsError(
            f"Cannot listen on {settings.host}:{settings.port}.", "Another program may hold it; choose one with --port."
        ) from None
    watch_connections(page.server.config)
    logs.take_over()
    return str(address)


def stop_page(page: gr.Blocks, watch: RequestWatch, seconds: float = STOP_SECONDS) -> bool:
    """Stop serving a page. seconds: that answers under way have to end. Returns whether all of them ended by themselves."""
    whole = watch.stop(seconds)
    page.close(verbose=False)
    return whole


def _read_scripts() -> str:
    """The page's scripts as the one function that Gradio runs."""
    parts = "\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    return f"(() => {{\n{parts}\n}})();"
