"""Markdown, with its front matter, through markdown-it-py: CommonMark, tables and struck-out text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml
from markdown_it import MarkdownIt

from rag.parsing.markup import read_pieces
from rag.parsing.parsed import Parsed, join_pieces

_FRONT = re.compile(r"\A(?:---[ \t]*\n(.*?)\n(?:---|\.\.\.)|\+\+\+[ \t]*\n(.*?)\n\+\+\+)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELDS = {
    "title": ("title",),
    "outlet": ("outlet", "publisher", "publication", "site_name", "site", "source", "author"),
    "published": ("published", "date", "pubdate"),
    "url": ("url", "canonical_url", "link"),
    "language": ("language", "lang"),
}  # the first that a file has is used
_MAX_CHARS = 300


def parse_markdown(text: str) -> Parsed:
    """A Markdown file as pieces, and what its front matter says of it."""
    front = _FRONT.match(text)
    known = _read_front_matter(front) if front else {}
    markup = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text[front.end() if front else 0 :])
    pieces = read_pieces(markup)
    first = next((piece.text for piece in pieces if piece.kind == "title"), None)
    return join_pieces(pieces, **{**known, "title": known.get("title") or first})


def _read_front_matter(front: re.Match[str]) -> dict[str, str | None]:
    """Fields of `Parsed`; none when the front matter is neither YAML nor TOML."""
    try:
        values = yaml.safe_load(front[1]) if front[1] is not None else tomllib.loads(front[2])
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError):
        return {}
    if not isinstance(values, Mapping):
        return {}
    lowered = {str(name).lower(): value for name, value in values.items()}
    found = {field: _first(lowered, names) for field, names in _FIELDS.items()}
    if (day := found["published"]) and not re.match(r"\d{4}-\d\d-\d\d", day):
        found["published"] = None
    found["published"] = (found["published"] or "")[:10] or None
    found["language"] = re.split(r"[-_]", (found["language"] or "").lower())[0] or None
    return found


def _first(values: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    for name in names:
        value = values.get(name)
        if isinstance(value, str | date) and (text := " ".join(str(value).split())):
            return text[:_MAX_CHARS]
    return None
