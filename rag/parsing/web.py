"""Web pages through trafilatura: the article in a page, and what the page says of it."""

from __future__ import annotations

from typing import Any

import trafilatura

from rag.parsing.parsed import CannotParse, Parsed

# A date is taken where the page's markup states one, and never guessed from the words of the article.
_DATES = {"original_date": True, "extensive_search": False, "outputformat": "%Y-%m-%d"}


def parse_html(markup: str) -> Parsed:
    """The article in a page with its title, outlet (else who wrote it), date and address. Raises CannotParse."""
    found: Any = trafilatura.bare_extraction(
        markup, include_comments=False, include_tables=True, with_metadata=True, date_extraction_params=_DATES
    )
    fields: dict[str, Any] = found.as_dict() if found else {}
    if not (text := fields.get("text") or ""):
        raise CannotParse("no_article")
    outlet = fields.get("sitename") or fields.get("author")
    return Parsed(
        text, title=fields.get("title"), outlet=outlet, published=fields.get("date"), url=fields.get("url")
    )
