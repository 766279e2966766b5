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
    more: str
    differ: str
    about: str
    unknown: str
