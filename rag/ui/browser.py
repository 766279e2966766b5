"""What comes from a visitor's browser, which may be anything, as values the page can rely on."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any
from uuid import uuid4

import gradio as gr

from rag.ui.texts import TEXTS

Kept = dict[str, Any]  # what the browser keeps of a conversation


def select_own(kept: Kept) -> Kept:
    """What is ours of what the browser kept: Gradio takes a dict with keys of its own for an instruction."""
    return {name: kept[name] for name in ("id", "language", "turns", "articles") if name in kept}


def read_action(event: gr.EventData) -> Mapping[str, Any]:
    """What page.js sent; {} when it is no action."""
    data = event._data
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except ValueError:
            return {}
    return data if isinstance(data, Mapping) else {}


def read_turn_number(action: Mapping[str, Any]) -> int:
    """The turn that an action is about; 0 when it names none."""
    try:
        return int(action.get("turn", 0))
    except (TypeError, ValueError):
        return 0


def read_articles(kept: Kept, known: Collection[str]) -> tuple[str, ...] | None:
    """Ids of the articles that were ticked, of those `known`; None for all."""
    given = kept.get("articles")
    chosen = tuple(name for name in known if name in given) if isinstance(given, list) else ()
    return chosen if 0 < len(chosen) < len(known) else None


def name_conversation(kept: Kept) -> Kept:
    """With a random name of the conversation, under which its verdicts are kept."""
    known = kept.get("id")
    return kept if isinstance(known, str) and 0 < len(known) <= 64 else kept | {"id": uuid4().hex}


def choose_language(request: gr.Request) -> str:
    """The first language of the browser that the house has."""
    wanted = request.headers.get("accept-language", "").split(",")
    accepted = (part.partition(";")[0].strip().lower().partition("-")[0] for part in wanted)
    return next((tag for tag in accepted if tag in TEXTS), "en")
