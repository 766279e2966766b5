"""The page itself: Gradio's blocks, their events, and how they are served. What they show is made elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api
from gradio.exceptions import ServerFailedToStartError
from starlette.middleware import Middleware

from rag.config import Settings
from rag.errors import SettingsError
from rag.ui import conversation, render
from rag.ui.conversation import Assistant, Turns
from rag.ui.guard import LOOPBACK, Guard
from rag.ui.texts import BRAND, EXAMPLES, I18N, Texts, texts
from rag.ui.theme import HEAD, theme

HERE = Path(__file__).parent
AT_ONCE = 8  # answers worked on at the same time
WAITING = 64  # requests in the queue; one more is told that it is full
SESSIONS = 500  # visitors whose conversation is kept in memory


def build(assistant: Assistant) -> gr.Blocks:
    """The page over an assistant, not yet served."""
    i18n = gr.I18n(**I18N)
    with gr.Blocks(title=BRAND, analytics_enabled=False, fill_height=True, fill_width=True) as page:
        turns = gr.State(())
        head = gr.HTML(render.header(texts("en")), elem_id="km-header")
        with gr.Row(elem_id="km-panes", equal_height=True):
            with gr.Column(scale=7, min_width=320, elem_id="km-talk"):
                chat = gr.Chatbot(
                    elem_id="km-chat", label=BRAND, show_label=False, container=False, layout="bubble", buttons=[],
                    sanitize_html=True, allow_tags=False, latex_delimiters=[], feedback_options=None,
                    allow_file_downloads=False, group_consecutive_messages=False,
                    examples=[{"text": example} for example in EXAMPLES],
                )  # fmt: skip
                box = gr.Textbox(
                    elem_id="km-box", label=i18n("placeholder"), show_label=False, placeholder=i18n("placeholder"),
                    lines=1, max_lines=6, autofocus=True, submit_btn=True, container=False,
                )  # fmt: skip
                hint = gr.HTML(elem_id="km-hint")
                with gr.Row(elem_id="km-foot"):
                    line = gr.HTML(elem_id="km-status")
                    new = gr.Button(i18n("new"), size="sm", variant="secondary", elem_id="km-new")
            with gr.Column(scale=5, min_width=320, elem_id="km-side"):
                pane = gr.HTML(elem_id="km-sources")
        events = Events(assistant)
        outputs = [turns, chat, pane, line, box, hint]
        answering: dict[str, Any] = {
            "outputs": outputs, "show_progress": "hidden", "concurrency_limit": AT_ONCE, "concurrency_id": "answers",
            "api_visibility": "private",
        }  # fmt: skip
        quick: dict[str, Any] = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}
        box.submit(events.typed, [box, turns], **answering)
        chat.example_select(events.picked, [turns], **answering)
        gr.on([new.click, chat.clear], events.cleared, None, outputs, **quick)
        page.load(events.arrived, None, [head, chat, pane, line], js="() => window.kilnmark?.name()", **quick)
        api(events.ask, api_name="ask", concurrency_limit=AT_ONCE, concurrency_id="answers")
    page.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE)
    built: gr.Blocks = page
    return built


def serve(page: gr.Blocks, settings: Settings) -> str:
    """Serve a page in the background and return its address. Raises SettingsError when it cannot listen there."""
    user, _, password = settings.auth.get_secret_value().partition(":") if settings.auth else ("", "", "")
    hosts = LOOPBACK if settings.host in LOOPBACK else frozenset[str]()
    launch = partial(
        page.launch,
        server_name=settings.host, server_port=settings.port, auth=(user, password) if user else None,
        prevent_thread_lock=True, quiet=True, share=False, inbrowser=False, show_error=False, ssr_mode=False,
        mcp_server=False, pwa=False, enable_monitoring=False, run_history=False, footer_links=[],
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
    return str(address)


class Events:
    """What happens when something is typed, picked, cleared or opened, as values of the page's components."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant

    def typed(self, question: str, turns: Turns, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """The page while a question is answered; a hint alone when there is none. Outputs are those of `build`."""
        words = _words(request)
        if not question.strip():
            yield (*[gr.skip()] * 5, render.hint(words.empty_question))
            return
        box: object = ""  # cleared once; what is typed while the answer comes in stays
        for now in conversation.respond(self.assistant, turns, question, words):
            yield (now, *self._view(now, words), box, "")
            box = gr.skip()

    def picked(self, turns: Turns, request: gr.Request, event: gr.SelectData) -> Iterator[tuple[Any, ...]]:
        yield from self.typed(event.value["text"], turns, request)

    def cleared(self, request: gr.Request) -> tuple[Any, ...]:
        return ((), *self._view((), _words(request)), "", "")

    def arrived(self, request: gr.Request) -> tuple[Any, ...]:
        words = _words(request)
        _, pane, line = self._view((), words)
        return render.header(words), gr.Chatbot(placeholder=render.placeholder(words)), pane, line

    def ask(self, question: str) -> dict[str, Any]:
        """The answer to one question, as JSON: text, status, claims, citations with their quotes and offsets."""
        try:
            return conversation.ask(self.assistant, question)
        except Exception as error:
            raise gr.Error(conversation.explain(error, texts("en")), print_exception=False) from None

    def _view(self, turns: Turns, words: Texts) -> tuple[list[dict[str, str]], str, str]:
        """Messages, sources pane and status line of a conversation."""
        messages = [
            {"role": role, "content": content}
            for turn in turns
            for role, content in (("user", render.question(turn)), ("assistant", render.answer(turn, words)))
        ]
        articles = self.assistant.articles()
        model = next((turn.answer.model for turn in reversed(turns) if turn.answer), None)
        line = render.status(len(articles), self.assistant.generation, model, words)
        return messages, render.sources(turns, words, articles), line


def _words(request: gr.Request) -> Texts:
    """The labels in the first language of the browser that the house has."""
    wanted = request.headers.get("accept-language", "").split(",")
    accepted = (part.partition(";")[0].strip().lower() for part in wanted)
    return texts(next((tag for tag in accepted if tag.partition("-")[0] in I18N), "en"))
