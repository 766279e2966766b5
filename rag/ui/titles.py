"""What articles are called: their titles, translated where the article's own title is."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Paragraph, Source
from rag.ui.conversation import PageAssistant
from rag.ui.markup import escape_html
from rag.ui.texts import Texts

OPENING = 4  # paragraphs among which an article has its title
MOST = 12  # articles of a list whose titles are translated; each has to be fetched
CUT = "…"  # ends a title that is the beginning of a text
AT_ONCE = 3  # titles in one line


def title_article(source: Source, words: Texts) -> str:
    """An article's title, or what it is called without one."""
    return source.title.strip() or f"{words.untitled} ({source.id})"


def translate_title(source: Source, paragraphs: Sequence[Paragraph], language: str) -> str:
    """The title in a language, as the article's translation has it; "" when it is in that language or not translated.

    >>> from rag.types import View
    >>> p = Paragraph("a#p1", "a", "Kilns glow - X", "en", ((0, 14),), translations=(View("tr", "Işır - X", ((0, 8),)),))
    >>> translate_title(Source("a", "Kilns glow", "en"), [p], "tr")
    'Işır'
    """
    core = source.title.strip().removesuffix(CUT)
    if language == source.language or not core:
        return ""
    for paragraph in paragraphs[:OPENING]:
        view = paragraph.view(language)
        if view is None or not paragraph.sentences or not paragraph.text.startswith(core):
            continue
        said = view.sentence(0)
        if source.title.strip().endswith(CUT):
            return shorten(said)
        # "title - outlet": the outlet stands beside the title in any case.
        rest = paragraph.original.sentence(0)[len(core) :]
        return said.rpartition(" - ")[0] if rest.startswith(" - ") and " - " in said else said
    return ""


def shorten(text: str, room: int = 80) -> str:
    """The beginning of a text, cut at a word where it has words."""
    if len(text) <= room:
        return text
    cut = text[:room].rsplit(" ", 1)[0] if " " in text[room // 2 : room] else text[: room // 2]
    return cut.rstrip(",.;，。 ") + CUT


def head(source: Source, paragraphs: Sequence[Paragraph], language: str, words: Texts, level: str) -> str:
    """The title as a heading, in a language where it is translated into it, and then the original beneath."""
    title, own = escape_html(title_article(source, words)), escape_html(source.language)
    translated = translate_title(source, paragraphs, language)
    if not translated:
        return f'<{level} lang="{own}" dir="auto">{title}</{level}>'
    return (
        f'<{level} lang="{escape_html(language)}" dir="auto">{escape_html(translated)}</{level}>'
        f'<p class="km-title-original" lang="{own}" dir="auto">{title}</p>'
    )


def list_titles(assistant: PageAssistant, words: Texts) -> str:
    """What the articles are about, in one line: how many they are, and the titles of the first."""
    sources = assistant.articles()
    shown = []
    for source in sources[:AT_ONCE]:
        paragraphs = assistant.article(source.id)[1] if source.language != words.code else ()
        title = translate_title(source, paragraphs, words.code) or title_article(source, words)
        shown.append(shorten(title, 60) if len(sources) > 1 else title)
    more = CUT if len(sources) > AT_ONCE else ""
    return words.about.format(len(sources), "; ".join([*shown, more] if more else shown)) if sources else ""
