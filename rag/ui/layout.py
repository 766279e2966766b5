"""The components of the page and where they stand; what leads where is `page`."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from rag.ui import frame
from rag.ui.texts import BRAND, TEXTS, get_texts, name_language


@dataclass(frozen=True)
class Talk:
    """The conversation, what can be asked next, the box to ask in, and the foot with the status line and three buttons."""

    chat: gr.Chatbot
    following: gr.HTML
    box: gr.Textbox
    hint: gr.HTML
    line: gr.HTML
    new: gr.Button
    markdown: gr.Button
    as_json: gr.Button


@dataclass(frozen=True)
class EvaluationTab:
    """The Evaluation tab: two plots and a table."""

    bars: gr.BarPlot
    curve: gr.LinePlot
    table: gr.HTML


@dataclass(frozen=True)
class OwnPart:
    """Files of one's own: where they are added, what became of them, those there are, and the batch that is being sent."""

    zone: gr.HTML
    told: gr.HTML
    owned: gr.HTML
    batch: gr.JSON


@dataclass(frozen=True)
class Layout:
    """Everything on the page. `kept` is what the browser keeps, `editing` the turn being edited, `seen` the generation shown;
    `door` is where page.js sends what is pressed in the page's own HTML, `file` what is saved."""

    kept: gr.BrowserState
    editing: gr.State
    seen: gr.State
    head: gr.HTML
    language: gr.Radio
    tabs: tuple[gr.Tab, gr.Tab, gr.Tab]
    talk: Talk
    pane: gr.HTML
    own: OwnPart
    listing: gr.HTML
    evaluation: EvaluationTab
    door: gr.HTML
    notes: gr.HTML
    file: gr.JSON


def lay_out(i18n: gr.I18n) -> Layout:
    """Make the components, in the blocks that are open."""
    # Encrypted by Gradio, for nobody in particular: it never leaves the browser but to be shown.
    kept = gr.BrowserState({}, storage_key="kilnmark", secret="kilnmark")
    editing, seen = gr.State(0), gr.State("")
    with gr.Row(elem_id="km-top"):
        head = gr.HTML(frame.render_header(get_texts("en")), elem_id="km-header")
        language = gr.Radio(
            [(name_language(code), code) for code in TEXTS],
            value="en", show_label=False, container=False, elem_id="km-language", min_width=200,
            label=" / ".join(words.language for words in TEXTS.values()),
        )  # fmt: skip
    with gr.Tabs(elem_id="km-tabs"):
        with gr.Tab(i18n("tab_ask"), id="ask") as tab_ask, gr.Row(elem_id="km-panes", equal_height=True):
            with gr.Column(scale=6, min_width=300, elem_id="km-talk"):
                talk = _lay_out_talk(i18n)
            with gr.Column(scale=5, min_width=300, elem_id="km-side"):
                pane = gr.HTML(elem_id="km-sources")
        with gr.Tab(i18n("tab_articles"), id="articles") as tab_articles:
            zone, told, owned = (gr.HTML(elem_id=f"km-own-{name}") for name in ("zone", "report", "list"))
            own = OwnPart(zone, told, owned, gr.JSON(visible=False))
            listing = gr.HTML(elem_id="km-listing")
        with gr.Tab(i18n("tab_evaluation"), id="evaluation") as tab_evaluation:
            evaluation = _lay_out_evaluation()
    door = gr.HTML(elem_id="km-door", js_on_load="window.kilnmarkDoor = trigger")
    notes, file = gr.HTML(elem_id="km-notes"), gr.JSON(visible=False)
    tabs = (tab_ask, tab_articles, tab_evaluation)
    return Layout(kept, editing, seen, head, language, tabs, talk, pane, own, listing, evaluation, door, notes, file)


def _lay_out_talk(i18n: gr.I18n) -> Talk:
    chat = gr.Chatbot(
        elem_id="km-chat", label=BRAND, show_label=False, container=False, layout="bubble", buttons=[],
        sanitize_html=True, allow_tags=False, latex_delimiters=[], feedback_options=None,
        allow_file_downloads=False, group_consecutive_messages=False, autoscroll=False,
    )  # fmt: skip
    following = gr.HTML(elem_id="km-following")
    box = gr.Textbox(
        elem_id="km-box", label=i18n("placeholder"), show_label=False, placeholder=i18n("placeholder"),
        lines=1, max_lines=6, autofocus=True, submit_btn=True, container=False,
    )  # fmt: skip
    hint = gr.HTML(elem_id="km-hint")
    with gr.Row(elem_id="km-foot"):
        line = gr.HTML(elem_id="km-status")
        buttons = [
            gr.Button(i18n(name), size="sm", variant="secondary", elem_classes="km-foot-button")
            for name in ("new", "save_markdown", "save_json")
        ]
    return Talk(chat, following, box, hint, line, *buttons)


def _lay_out_evaluation() -> EvaluationTab:
    with gr.Row():
        bars = gr.BarPlot(
            x="system", y="share", y_lim=[0, 1], sort="-y", visible=False, height=280, x_label_angle=-12, min_width=320
        )  # fmt: skip
        curve = gr.LinePlot(
            x="confidence", y="right", x_lim=[0, 1], y_lim=[0, 1], visible=False, height=280, min_width=320
        )
    return EvaluationTab(bars, curve, gr.HTML(elem_id="km-report"))
