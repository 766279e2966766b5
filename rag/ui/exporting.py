"""A conversation as a file of the visitor's own: Markdown to read, JSON for programs. Both with the citations."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from rag.messages import name_page
from rag.types import Answer, Citation
from rag.ui.conversation import Turn, Turns
from rag.ui.markup import visible
from rag.ui.saved import dump
from rag.ui.texts import BRAND, texts

_MEANS = re.compile(r"([\\`*_{}\[\]<>#|~$&!]|^[-+=])")
_ITEM = re.compile(r"^(\d{1,9})([.)])")


def markdown(turns: Turns) -> str:
    """The conversation to read elsewhere: questions as headings, answers, and the sources of each."""
    return "\n\n".join([f"# {BRAND}", *(_turn(turn) for turn in turns)]) + "\n"


def _turn(turn: Turn) -> str:
    parts = [f"## {_plain(turn.question)}"]
    if turn.problem:
        parts.append(_plain(turn.problem))
    if turn.answer:
        parts.append(_plain(turn.answer.text))
        if turn.answer.notice and turn.answer.notice != turn.answer.text:
            parts.append(f"_{_plain(turn.answer.notice)}_")
        parts += [_source(cited, turn.answer) for cited in turn.answer.citations]
    return "\n\n".join(parts)


def _source(cited: Citation, answer: Answer) -> str:
    words = texts(answer.language)
    title = cited.title.strip() or f"{words.untitled} ({cited.article_id})"
    page = name_page(cited.page, answer.language)
    place = ", ".join(filter(None, (title, cited.outlet, cited.published or words.undated, page, cited.paragraph_id)))
    url = quote(cited.source.url or "", safe=":/?#[]@!$&'()*+,;=%~")
    address = f" <{url}>" if url.startswith(("http://", "https://")) else ""
    lines = [f"\\[{cited.number}\\] {_plain(place)}{address}  ", f"> {_plain(cited.quote)}"]
    if cited.translation:
        lines.append(f">\n> {_plain(words.view_translation)}: {_plain(cited.translation)}")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Text on one line that Markdown reads as it stands."""
    return _ITEM.sub(r"\1\\\2", _MEANS.sub(r"\\\1", " ".join(visible(text).split())))


def as_json(turns: Turns) -> str:
    """The conversation as JSON: each turn with its question and the same answer that the endpoint `ask` gives."""
    return json.dumps({"turns": dump(turns)}, ensure_ascii=False, indent=2) + "\n"


def copied(answer: Answer) -> str:
    """An answer as plain text, with its sources below it."""
    words = texts(answer.language)
    lines = [answer.text, ""] if answer.citations else [answer.text]
    for c in answer.citations:
        title = c.title.strip() or f"{words.untitled} ({c.article_id})"
        page = name_page(c.page, answer.language)
        place = ", ".join(filter(None, (title, c.outlet, c.published or words.undated, page, c.paragraph_id)))
        lines.append(f"[{c.number}] {place}: “{' '.join(c.quote.split())}”")
    return "\n".join(lines)
