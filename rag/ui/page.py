"""The page itself: Gradio's blocks and which event leads where. What they show is made elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api

from rag.ui import frame
from rag.ui.conversation import Assistant
from rag.ui.endpoints import Endpoints
from rag.ui.events import Events
from rag.ui.texts import BRAND, I18N, TEXTS, texts

AT_ONCE = 8  # answers worked on at the same time
WAITING = 64  # requests in the queue; one more is told that it is full
LOOK = 20  # seconds after which a page looks for a new generation of the index
_LANGUAGES = [("English", "en"), ("中文", "zh"), ("Türkçe", "tr")]


def build(assistant: Assistant, report: Path, verdicts: Path) -> gr.Blocks:
    """The page over an assistant, not yet served. report: the evaluation's report.json. verdicts: the file of feedback."""
    i18n, events = gr.I18n(**I18N), Events(assistant, report, verdicts)
    with gr.Blocks(title=BRAND, analytics_enabled=False, fill_height=True, fill_width=True) as page:
        # Encrypted by Gradio, for nobody in particular: it never leaves the browser but to be shown.
        kept = gr.BrowserState({}, storage_key="kilnmark", secret="kilnmark")
        editing, seen = gr.State(0), gr.State("")
        with gr.Row(elem_id="km-top"):
            head = gr.HTML(frame.header(texts("en")), elem_id="km-header")
            language = gr.Radio(
                _LANGUAGES, value="en", show_label=False, container=False, elem_id="km-language", min_width=200,
                label=" / ".join(words.language for words in TEXTS.values()),
            )  # fmt: skip
        with gr.Tabs(elem_id="km-tabs"):
            with gr.Tab(i18n("tab_ask"), id="ask") as tab_ask, gr.Row(elem_id="km-panes", equal_height=True):
                with gr.Column(scale=6, min_width=300, elem_id="km-talk"):
                    chat = gr.Chatbot(
                        elem_id="km-chat", label=BRAND, show_label=False, container=False, layout="bubble", buttons=[],
                        sanitize_html=True, allow_tags=False, latex_delimiters=[], feedback_options=None,
                        allow_file_downloads=False, group_consecutive_messages=False,
                    )  # fmt: skip
                    following = gr.HTML(elem_id="km-following")
                    box = gr.Textbox(
                        elem_id="km-box", label=i18n("placeholder"), show_label=False, placeholder=i18n("placeholder"),
                        lines=1, max_lines=6, autofocus=True, submit_btn=True, container=False,
                    )  # fmt: skip
                    hint = gr.HTML(elem_id="km-hint")
                    with gr.Row(elem_id="km-foot"):
                        line = gr.HTML(elem_id="km-status")
                        save = [
                            gr.Button(i18n(name), size="sm", variant="secondary", elem_classes="km-foot-button")
                            for name in ("new", "save_markdown", "save_json")
                        ]
                with gr.Column(scale=5, min_width=300, elem_id="km-side"):
                    pane = gr.HTML(elem_id="km-sources")
            with gr.Tab(i18n("tab_articles"), id="articles") as tab_articles:
                listing = gr.HTML(elem_id="km-listing")
            with gr.Tab(i18n("tab_evaluation"), id="evaluation") as tab_evaluation:
                with gr.Row():
                    bars = gr.BarPlot(
                        x="system", y="share", y_lim=[0, 1], sort="-y", visible=False, height=280, x_label_angle=-12
                    )
                    curve = gr.LinePlot(
                        x="confidence", y="right", x_lim=[0, 1], y_lim=[0, 1], visible=False, height=280
                    )
                table = gr.HTML(elem_id="km-report")
        # What is pressed in the page's own HTML comes through here, sent by page.js.
        door = gr.HTML(elem_id="km-door", js_on_load="window.kilnmarkDoor = trigger")
        notes, file = gr.HTML(elem_id="km-notes"), gr.JSON(visible=False)

        view = [kept, chat, pane, line, following, notes]
        answered = [*view, box, hint, editing]
        slow: dict[str, Any] = {
            "outputs": answered, "show_progress": "hidden", "concurrency_limit": AT_ONCE, "concurrency_id": "answers",
            "api_visibility": "private",
        }  # fmt: skip
        quick: dict[str, Any] = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}
        # What is typed and sent while an answer comes is asked next and not lost; what is pressed is asked now.
        box.submit(events.typed, [box, kept, editing, language], trigger_mode="always_last", **slow)
        door.submit(events.pressed, [kept, language], trigger_mode="multiple", **slow)
        # Not by Gradio's `cancels`: its client cancels one event after the other, and with them what is asked meanwhile.
        box.stop(events.stopped, None, None, **quick)
        door.click(events.acted, [kept, language], [kept, chat, pane, box, hint, editing], **quick)
        new, markdown, as_json = save
        # Through the queue, behind the last that an answer under way has to show.
        new.click(events.cleared, [kept, language], answered, **(quick | {"queue": True}))
        for button, event in ((markdown, events.markdown), (as_json, events.as_json)):
            button.click(event, [kept], file, **quick).then(
                None, file, None, js="(file) => window.kilnmark.save(...file)"
            )
        whole = [*view, head, box, *save, tab_ask, tab_articles, tab_evaluation]
        language.input(events.switched, [kept, language], whole, **quick)
        opened = page.load(
            events.arrived, [kept], [seen, language, *whole], js="(kept) => window.kilnmark.arrive(kept)", **quick
        )
        asked = opened.then(events.linked, [kept, language], **slow)
        asked.then(None, js="() => window.kilnmark.asked()", api_visibility="private")
        gr.on([tab_articles.select, language.input], events.listed, [language], listing, **quick)
        tab_evaluation.select(events.evaluated, [language], [table, bars, curve], **quick)
        gr.Timer(LOOK).tick(events.ticked, [seen, language], [seen, line, listing], **quick)
        programs = Endpoints(assistant)
        for function in (programs.ask, programs.retrieve):
            api(function, api_name=function.__name__, concurrency_limit=AT_ONCE, concurrency_id="answers")
    page.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE)
    built: gr.Blocks = page
    return built
