"""The page itself: which event leads where. Its components are laid out in `layout`; what they show is made elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.events import api

from rag.api.own_files import OwnFiles
from rag.ui.answering import Answering
from rag.ui.conversation import PageAssistant
from rag.ui.endpoints import Endpoints
from rag.ui.events import Events
from rag.ui.layout import Layout, lay_out
from rag.ui.own import OwnEvents, connect_own
from rag.ui.talks import Talks
from rag.ui.texts import BRAND, list_labels

AT_ONCE = 8  # answers worked on at the same time
WAITING = 64  # requests in the queue; one more is told that it is full
LOOK = 20  # seconds after which a page looks for a new generation of the index
_QUICK: dict[str, Any] = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}


def build_page(
    assistant: PageAssistant, report: Path, verdicts: Path, answering: Answering | None = None, own: OwnFiles | None = None
) -> gr.Blocks:  # fmt: skip
    """The page over an assistant, not yet served. report: the evaluation's report.json. verdicts: the file of feedback.
    answering: where the answers under way are noted. own: files that visitors add, none when None."""
    answering = Answering() if answering is None else answering
    i18n, events = gr.I18n(**list_labels()), Events(assistant, report, verdicts, answering)
    with gr.Blocks(title=BRAND, analytics_enabled=False, fill_height=True, fill_width=True) as page:
        layout = lay_out(i18n)
        _connect_conversation(layout, events)
        _connect_opening(page, layout, events)
        _connect_talks(layout, events)
        _connect_tabs(layout, events)
        if own:
            connect_own(layout, OwnEvents(events, own))
        programs = Endpoints(assistant, answering)
        for function in (programs.ask, programs.retrieve):
            api(function, api_name=function.__name__, concurrency_limit=AT_ONCE, concurrency_id="answers")
    page.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE)
    built: gr.Blocks = page
    return built


def _list_view(layout: Layout) -> list[Component]:
    """What shows a conversation."""
    talk = layout.talk
    return [layout.kept, talk.chat, layout.pane, talk.line, talk.following, layout.notes]


def _list_answered(layout: Layout) -> list[Component]:
    """What a question changes."""
    return [*_list_view(layout), layout.talk.box, layout.talk.hint, layout.editing]


def _answering(layout: Layout) -> dict[str, Any]:
    """How an event that answers a question is run."""
    return {
        "outputs": _list_answered(layout), "show_progress": "hidden", "concurrency_limit": AT_ONCE,
        "concurrency_id": "answers", "api_visibility": "private",
    }  # fmt: skip


def _connect_conversation(layout: Layout, events: Events) -> None:
    """What is typed, pressed, stopped, begun anew and saved."""
    kept, language, talk, door = layout.kept, layout.language, layout.talk, layout.door
    slow = _answering(layout)
    # What is typed and sent while an answer comes is asked next and not lost; what is pressed is asked now.
    talk.box.submit(events.on_typed, [talk.box, kept, layout.editing, language], trigger_mode="always_last", **slow)
    door.submit(events.on_pressed, [kept, language], trigger_mode="multiple", **slow)
    # Not by Gradio's `cancels`: its client cancels one event after the other, and with them what is asked meanwhile.
    talk.box.stop(events.on_stopped, None, None, **_QUICK)
    acted = [kept, talk.chat, layout.pane, talk.box, talk.hint, layout.editing]
    door.click(events.on_acted, [kept, language], acted, **_QUICK)
    # Through the queue, behind the last that an answer under way has to show.
    talk.new.click(events.on_cleared, [kept, language], _list_answered(layout), **(_QUICK | {"queue": True}))
    for button, event in ((talk.markdown, events.export_markdown), (talk.as_json, events.as_json)):
        button.click(event, [kept], layout.file, **_QUICK).then(
            None, layout.file, None, js="(file) => window.kilnmark.save(...file)"
        )


def _connect_opening(page: gr.Blocks, layout: Layout, events: Events) -> None:
    """The page when it is opened, a link with a question, and another language."""
    kept, language, talk = layout.kept, layout.language, layout.talk
    whole = [*_list_view(layout), layout.head, talk.box, talk.new, talk.markdown, talk.as_json, *layout.tabs]
    language.input(events.on_switched, [kept, language], whole, **_QUICK)
    opened = page.load(
        Talks(events).arrived, [kept], [layout.seen, language, *whole, talk.hint],
        js="(kept) => window.kilnmark.arrive(kept)", **_QUICK,
    )  # fmt: skip
    asked = opened.then(events.on_linked, [kept, language], **_answering(layout))
    asked.then(None, js="() => window.kilnmark.asked()", api_visibility="private")


def _connect_talks(layout: Layout, events: Events) -> None:
    """What the browser keeps, and another conversation of it in the place of the one that is shown."""
    kept, language = layout.kept, layout.language
    # Gradio's own entry in the browser's storage is one for all tabs; page and scripts keep every conversation apart.
    kept.change(None, [kept], None, js="(kept) => window.kilnmark.keep(kept)", api_visibility="private")
    layout.door.edit(
        Talks(events).choose, [kept, language], [kept, layout.talk.line],
        js="(...given) => window.kilnmark.choose(...given)", **_QUICK,
    )  # fmt: skip
    layout.door.input(Talks(events).save_answer, [kept], layout.file, **_QUICK).then(
        None, layout.file, None, js="(file) => window.kilnmark.save(...file)", api_visibility="private"
    )
    layout.door.select(
        Talks(events).turned, [kept, language], _list_answered(layout),
        js="(...given) => window.kilnmark.turn(...given)", **(_QUICK | {"queue": True}),
    )  # fmt: skip


def _connect_tabs(layout: Layout, events: Events) -> None:
    """The tabs beside the conversation, made when they are opened, and a new generation of the index."""
    _, tab_articles, tab_evaluation = layout.tabs
    language, listing, shown = layout.language, layout.listing, layout.evaluation
    gr.on([tab_articles.select, language.input], events.listed, [language], listing, **_QUICK)
    tab_evaluation.select(events.on_evaluated, [language], [shown.table, shown.bars, shown.curve], **_QUICK)
    gr.Timer(LOOK).tick(
        events.on_ticked, [layout.seen, language, layout.kept], [layout.seen, layout.talk.line, listing],
        js="(...given) => window.kilnmark.look(...given)", **_QUICK,
    )  # fmt: skip
