"""Why a file is not used as an article, by language: a message for every code."""

from __future__ import annotations

from typing import Literal

from rag.wording import find_text

# Each is a key of the section "files" of `data/messages/xx.toml`.
FileMessage = Literal[
    "missing", "outside", "unreachable", "no_file", "nothing_in_folder", "unknown_kind", "readme", "too_large", "empty", "binary",
    "encoding_unknown", "encoding_wrong", "same_text", "same_id", "no_paragraph", "unreadable", "encrypted", "no_text", "garbled",
    "no_article", "too_large_inside", "time", "memory", "crashed", "not_received", "no_room", "other",
]  # fmt: skip


def word_file_reason(code: str, detail: str = "", language: str = "en") -> str:
    """Why a file is not used, in `language`, in English when we do not have it.

    >>> word_file_reason("too_large", "20", "tr")
    '20 MB’den büyük'
    """
    return find_text("files", code, language).format(detail=detail)
