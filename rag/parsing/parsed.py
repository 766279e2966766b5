"""What comes out of a file: its text, where its blocks and pages begin, and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from rag.types import Block, Kind


class CannotParse(Exception):
    """A file that cannot be used. code: of `rag.file_messages`; detail: what is put into its words."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that stands on its own. kind: what it is, None where its form must tell. pages: (offset in it, number)
    of each page it stands on."""

    text: str
    kind: Kind | None = None
    pages: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as read. blocks: spans of `text`, none where line ends must tell; pages: (offset in `text`, number)."""

    text: str
    blocks: tuple[Block, ...] = ()
    pages: tuple[tuple[int, int], ...] = ()
    title: str | None = None
    outlet: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain JSON values, for `from_dict`."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Parsed:
        """What `to_dict` wrote."""
        blocks = tuple(Block(**block) for block in values["blocks"])
        return cls(**{**values, "blocks": blocks, "pages": tuple((at, page) for at, page in values["pages"])})


def join_pieces(pieces: Iterable[Piece], **known: str | None) -> Parsed:
    """The pieces as one text, a blank line between them; `known` are the other fields of `Parsed`.

    >>> join_pieces([Piece("Kilns", "title"), Piece("One is red.")]).blocks[1].start
    7
    """
    parts: list[str] = []
    blocks: list[Block] = []
    pages: list[tuple[int, int]] = []
    at = 0
    for piece in pieces:
        if not piece.text.strip():
            continue
        blocks.append(Block(at, at + len(piece.text), piece.kind))
        pages += [(at + offset, page) for offset, page in piece.pages if not pages or page != pages[-1][1]]
        parts.append(piece.text)
        at += len(piece.text) + 2
    return Parsed("\n\n".join(parts), tuple(blocks), tuple(pages), **known)
