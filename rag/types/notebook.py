"""An answer as HTML for a notebook: its sentences with their markers, and below them the paragraphs that they lead to.

It needs no style sheet and no script, and has no words of its own but those of the answer, in the answer's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from uuid import uuid4

from rag.types.citations import Citation
from rag.types.verdicts import Claim

Pieces = Iterable[str | Claim | int]


def render_answer(
    pieces: Pieces, language: str, citations: Sequence[Citation], notice: str | None, bold: tuple[Claim, str] | None
) -> str:
    """An answer as HTML, of the pieces of its text. bold: the claim that has the exact answer, and that answer.

    Ids are new each time: a notebook shows several answers, and one of them twice.
    """
    place = f"kilnmark-{uuid4().hex[:12]}"
    parts = [f'<p lang="{_plain(language)}" dir="auto">{"".join(_link_markers(pieces, place, bold))}</p>']
    if notice:
        parts.append(f'<p lang="{_plain(language)}" dir="auto"><em>{_plain(notice)}</em></p>')
    parts += [_render_citation(citation, language, place) for citation in citations]
    return f"<div>{''.join(parts)}</div>"


def _link_markers(pieces: Pieces, place: str, bold: tuple[Claim, str] | None) -> Iterator[str]:
    """The pieces of a text, its markers as links."""
    for piece in pieces:
        if isinstance(piece, str):
            yield _plain(piece)
        elif isinstance(piece, int):
            yield f' <a href="#{place}-{piece}">[{piece}]</a>'
        else:
            yield _set_apart(piece.text, bold[1] if bold and piece is bold[0] else None)


def _set_apart(sentence: str, short: str | None) -> str:
    """The sentence with the exact answer bold, where there is one in it."""
    before, found, after = sentence.partition(short) if short else (sentence, "", "")
    return f"{_plain(before)}<strong>{_plain(found)}</strong>{_plain(after)}" if found else _plain(sentence)


def _render_citation(citation: Citation, language: str, place: str) -> str:
    """Where a paragraph stands, and the paragraph with the quoted words marked."""
    text, n = citation.paragraph.text, citation.number
    where = (citation.title, citation.outlet, citation.published, citation.paragraph_id)
    head = " · ".join(f"<bdi>{_plain(part)}</bdi>" for part in where if part)
    before, quote, after = text[: citation.start], citation.quote, text[citation.end :]
    shown = f"{_plain(before)}<mark>{_plain(quote)}</mark>{_plain(after)}"
    translated = (
        f'<p lang="{_plain(language)}" dir="auto"><em>{_plain(citation.translation)}</em></p>' if citation.translation else ""
    )
    return (
        f'<div id="{place}-{n}"><small>[{n}] {head}</small>{translated}'
        f'<blockquote lang="{_plain(citation.language)}" dir="auto" style="white-space: pre-line">{shown}</blockquote></div>'
    )


def _plain(text: str) -> str:
    """Text as HTML. A lone surrogate, which no notebook can be saved with, becomes a question mark."""
    return escape(text.encode("utf-8", "replace").decode("utf-8"), quote=True)
