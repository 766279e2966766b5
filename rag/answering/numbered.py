"""The paragraphs of a prompt, numbered, as many as have room."""

from __future__ import annotations

from collections.abc import Sequence

from rag.prompts import clean_text, escape_tag_value
from rag.types import Passage

# Tokens, about, that the paragraphs of a prompt may take: many small servers read 4,096, and some drop the beginning of a
# longer prompt without a word, and with it what the model is told.
_ROOM = 3_000


def number_paragraphs(passages: Sequence[Passage]) -> str:
    """The paragraphs as a model reads them, numbered from 1, with their outlets and dates; no text can end its paragraph.

    As many as have room: the last one may end before its end, with a sentence, and those after it are left out.
    """
    parts, room = list[str](), float(_ROOM)
    for number, passage in enumerate(passages, 1):
        text = _fitting(passage, room) or passage.text[: _ROOM if number == 1 else 0]
        if text:
            parts.append(_paragraph(number, passage, text))
        if len(text) < len(passage.text):
            break
        room -= _size(text)
    return "\n\n".join(parts)


def _fitting(passage: Passage, room: float) -> str:
    """The sentences at the beginning of a paragraph that have room."""
    fits = at = 0
    for _, end in (*passage.paragraph.sentences, (0, len(passage.text))):
        room -= _size(passage.text[at:end])
        if room < 0:
            break
        fits = at = end
    return passage.text[:fits]


def _size(text: str) -> float:
    """Tokens of a text, about: one for each Chinese character, one for three letters."""
    return sum(1.0 if c >= "\u2e80" else 1 / 3 for c in text)


def _paragraph(number: int, passage: Passage, text: str) -> str:
    known = {"outlet": passage.source.outlet, "date": passage.source.published}
    facts = "".join(f' {name}="{escape_tag_value(value)}"' for name, value in known.items() if value)
    return f'<paragraph number="{number}"{facts}>\n{clean_text(text).strip()}\n</paragraph>'
