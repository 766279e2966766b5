"""The labels of one language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Texts:
    """The labels of one language. What is in `{}` is filled by the caller."""

    code: str  # of the language
    tagline: str
    tab_ask: str
    tab_articles: str
    tab_evaluation: str
    language: str
    placeholder: str
    send: str
    stop: str
    new: str
    save_markdown: str
    save_json: str
    talks: str
    talks_close: str
    talks_search: str
    talks_none: str
    talks_unfound: str
    talks_kept: str
    talk_questions: str
    talk_rename: str
    talk_delete: str
    talk_deleted: str
    talk_undo: str
    talk_full: str
    tick: str
    tick_hint: str
    chosen: str
    chosen_all: str
    share: str
    share_link: str
    share_markdown: str
    share_picture: str
    share_note: str
    share_copied: str
    share_long: str
    share_drawn: str
    shared: str
    shared_ask: str
    shared_broken: str
    editing_earlier: str
    examples: str
    next: str
    empty_question: str
    editing: str
    reading: str
    failed: str
    unreachable: str
    stopped: str
    retry: str
    edit: str
    copy: str
    good: str
    bad: str
    why: str
    thanks: str
    no_model: str
    by_model: str
    articles: str
    index: str
    likely: str
    unsure: str
    sources: str
    close: str
    welcome: str
    indexed: str
    no_source: str
    nearest: str
    changed: str
    reading_in: str
    view_original: str
    view_translation: str
    view_both: str
    paragraph: str
    undated: str
    untitled: str
    original: str
    source: str
    back: str
    partial: str
    read_as: str
    withheld: str
    left_out: str
    repaired: str
    paragraphs: str
    translated: str
    nothing_indexed: str
    report: str
    no_report: str
    score: str
    measure: str
    interval: str
    limit: str
    calibration: str
    confidence: str
    right: str
    compared: str
