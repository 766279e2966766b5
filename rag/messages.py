"""What the assistant says in its own voice, by language, and the form of a citation marker. Everything else it says is quoted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rag.file_messages import word_file_reason
from rag.types import Reason, Source
from rag.wording import find_text

# Each is a key of the section "answers" of `data/messages/xx.toml`.
Message = Literal[
    "not_found", "foreign", "translated", "empty", "too_long", "unreadable", "question_cut", "too_busy", "out_of_time",
    "nearest", "elsewhere", "differ", "variants", "undated", "dated_time", "undated_time", "recent", "reckoned", "counted",
    "part", "abilities", "greeting", "thanks", "farewell", "assent", "wellbeing", "identity", "ask_about",
    "page", "model_unavailable", "model_unsupported", "model_cut", "model_length", "withheld",
]  # fmt: skip

__all__ = ["Message", "add_markers", "name_page", "word_file_reason", "word_message", "word_reason"]


def word_message(message: Message, language: str, **values: object) -> str:
    """A message in `language`, in English when we do not have it."""
    return find_text("answers", message, language).format(**values)


def word_difference(figures: Sequence[tuple[Source, int | None, str]], language: str) -> str:
    """What articles that differ say, side by side: each with where and when it was published, and on which page.

    >>> bowls = Source("b", "Bowls", "en", "Xinhua", "2025-05-14")
    >>> word_difference([(Source("a", "Kilns", "en"), None, "12"), (bowls, 3, "15")], "en")
    'The sources differ. Kilns (undated): 12; Xinhua (2025-05-14, p. 3): 15.'
    """
    rows = []
    for source, page, figure in figures:
        known = ", ".join(filter(None, (source.published or word_message("undated", language), name_page(page, language))))
        rows.append(f"{source.outlet or source.title or source.id} ({known}): {figure}")
    return word_message("differ", language, sources="; ".join(rows))


def word_reason(reason: Reason, language: str) -> str:
    """Why a claim is withheld, in `language`, in English when we do not have it.

    >>> from rag.types.reasons import NumberDiffers
    >>> word_reason(NumberDiffers("Oct 19", "Oct 18"), "en")
    'says Oct 19; the paragraph says Oct 18'
    """
    return find_text("reasons", reason.code, language).format(**reason.to_dict())


def name_page(page: int | None, language: str) -> str:
    """The page on which a quote stands, in words, "" where there are no pages.

    >>> name_page(4, "zh")
    '第4页'
    """
    return word_message("page", language, page=page) if page else ""


def add_markers(text: str, numbers: tuple[int, ...]) -> str:
    """A sentence with its markers.

    >>> add_markers("Kilns glow.", (1, 2))
    'Kilns glow. [1][2]'
    """
    return f"{text} {''.join(f'[{n}]' for n in numbers)}".rstrip()
