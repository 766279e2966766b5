"""A conversation as a file of the visitor's own: Markdown to read, JSON for programs. Both with the citations."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from urllib.parse import quote

from rag.messages import add_markers, name_page
from rag.types import Answer, Citation, Claim
from rag.ui.conversation import Turn, Turns
from rag.ui.glance import Column, arrange, find_bold, select_short, strip_difference
from rag.ui.markup import make_visible
from rag.ui.saved import dump_turns
from rag.ui.texts import BRAND, get_texts

_MEANS = re.compile(r"([\\`*_{}\[\]<>#|~$&!]|^[-+=])")
_ITEM = re.compile(r"^(\d{1,9})([.)])")
_ESCAPED_ITEM = r"\1\\\2"


def write_markdown(turns: Turns) -> str:
    """The conversation to read elsewhere: questions as headings, answers, and the sources of each."""
    return "\n\n".join([f"# {BRAND}", *(_turn(turn) for turn in turns)]) + "\n"


def _turn(turn: Turn) -> str:
    parts = [f"## {_plain(turn.question)}"]
    if turn.problem:
        parts.append(_plain(turn.problem))
    if turn.answer:
        parts += _answer(turn.answer)
        parts += [_source(cited, turn.answer) for cited in turn.answer.citations]
    return "\n\n".join(parts)


def _answer(found: Answer) -> Iterator[str]:
    """What an answer says, arranged as on the page, and its notice."""
    glance, words = arrange(found), get_texts(found.language)
    if glance is None:
        yield _plain(found.text)
    else:
        if glance.lead.strip():
            yield _plain(glance.lead)
        if (short := select_short(found)) and not glance.columns:
            numbers = "".join(f"[{number}]" for number in glance.main[0].citations[:1])
            yield f"**{_plain(short)}** {_plain(numbers)}"
        if glance.differing:
            yield f"{_plain(words.differ)}:"
        if glance.columns:
            yield _table(found, glance.columns)
        bullet = "- " if len(glance.main) > 1 else ""
        yield from (f"{bullet}{_sentence(found, claim)}" for claim in glance.main)
        if glance.more:
            yield f"{_plain(words.more)}:"
            yield from (f"- {_sentence(found, claim)}" for claim in glance.more)
    if found.notice != found.text and (notice := strip_difference(found, glance)):
        yield f"_{_plain(notice)}_"


def _table(found: Answer, columns: Sequence[Column]) -> str:
    """What several articles say as a table, a column an article."""
    undated = get_texts(found.language).undated
    rows = [[_plain(f"{column.outlet}, {column.source.published or undated}") for column in columns], ["---"] * len(columns)]
    if any(column.figure for column in columns):
        rows.append([f"**{_plain(column.figure)}**" for column in columns])
    said = [[_sentence(found, claim) for claim in column.claims] for column in columns]
    rows += [list(row) for row in zip_longest(*said, fillvalue="")]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _sentence(found: Answer, claim: Claim) -> str:
    """A sentence with its markers, and bold in it what answers, where Markdown can tell that it is."""
    span, text = find_bold(found, claim), claim.text
    if not span or text != " ".join(make_visible(text).split()) or not (text[span[0]] + text[span[1] - 1]).isalnum():
        return _plain(add_markers(text, claim.citations))
    before, bold, after = (_MEANS.sub(r"\\\1", part) for part in (text[: span[0]], text[slice(*span)], text[span[1] :]))
    numbers = _plain(add_markers("", claim.citations))
    return f"{_ITEM.sub(_ESCAPED_ITEM, before)}**{bold}**{after} {numbers}".rstrip()


def _source(cited: Citation, answer: Answer) -> str:
    words = get_texts(answer.language)
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
    return _ITEM.sub(_ESCAPED_ITEM, _MEANS.sub(r"\\\1", " ".join(make_visible(text).split())))


def as_json(turns: Turns) -> str:
    """The conversation as JSON: each turn with its question and the same answer that the endpoint `ask` gives."""
    return json.dumps({"turns": dump_turns(turns)}, ensure_ascii=False, indent=2) + "\n"


def write_plain_text(answer: Answer) -> str:
    """An answer as plain text, with its sources below it."""
    words = get_texts(answer.language)
    lines = [answer.text, ""] if answer.citations else [answer.text]
    for c in answer.citations:
        title = c.title.strip() or f"{words.untitled} ({c.article_id})"
        page = name_page(c.page, answer.language)
        place = ", ".join(filter(None, (title, c.outlet, c.published or words.undated, page, c.paragraph_id)))
        lines.append(f"[{c.number}] {place}: “{' '.join(c.quote.split())}”")
    return "\n".join(lines)
