"""The articles an answer cites, as pages to read beside it: every paragraph, the cited words marked, original and translation.

What leaves here is set as it is, so every piece of data goes through `escape`.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from rag.messages import name_page
from rag.types import Citation, Paragraph, Source, Span, View
from rag.ui.conversation import Assistant, Turn, Turns
from rag.ui.markup import Mark, colour, escape, highlighted
from rag.ui.texts import LANGUAGES, Texts

AROUND = 40  # paragraphs shown before the first and after the last cited one; a book is not sent whole


def pane(assistant: Assistant, turns: Turns, words: Texts, number: int | None = None) -> str:
    """What stands beside the conversation: the articles that turn `number` cites, of the last turn that cites some when None."""
    last = turns[-1].answer if turns and number is None else None
    if last and not last.citations:
        unread = last.notice == last.text
        return "" if unread else f'<p class="km-empty">{escape(words.no_source)}</p>'
    citing = [turn for turn in turns if turn.answer and turn.answer.citations and number in (None, turn.number)]
    if citing:
        return _cited(assistant, citing[-1], words)
    return "" if turns else welcome(assistant.articles(), words)


def opened(assistant: Assistant, paragraph_id: str, words: Texts) -> str:
    """The article of a paragraph, for a link to it; "" when there is none such."""
    article_id = paragraph_id.rpartition("#p")[0] or paragraph_id
    try:
        source, paragraphs = assistant.article(article_id)
    except KeyError:
        return ""
    shown = _around(paragraphs, {paragraph_id})
    return (
        f'<div class="km-reader" data-show="{escape(paragraph_id)}">{_article(source, shown, [], 0, "", words)}</div>'
    )


def _cited(assistant: Assistant, turn: Turn, words: Texts) -> str:
    assert turn.answer is not None
    by_article: dict[str, list[Citation]] = {}
    for citation in turn.answer.citations:
        by_article.setdefault(citation.article_id, []).append(citation)
    pages, tabs = [], []
    for n, (article_id, cited) in enumerate(by_article.items()):
        try:
            source, paragraphs = assistant.article(article_id)
        except KeyError:  # the index has another generation by now
            source, paragraphs = cited[0].source, ()
        shown = _around(paragraphs, {c.paragraph_id for c in cited})
        page = _article(source, shown, cited, turn.number, turn.answer.language, words)
        label = f'id="km-page-{n}" aria-labelledby="km-tab-{n}" role="tabpanel"' if len(by_article) > 1 else ""
        pages.append(f'<div class="km-page" {label}{" hidden" if n else ""}>{page}</div>')
        chips = "".join(f'<b class="{colour(c.number)}">{c.number}</b>' for c in cited)
        tabs.append(
            f'<button type="button" role="tab" class="km-tab" id="km-tab-{n}" aria-controls="km-page-{n}"'
            f' aria-selected="{str(not n).lower()}" tabindex="{-1 if n else 0}">{chips}'
            f'<span lang="{escape(source.language)}">{escape(titled(source, words))}</span></button>'
        )
    bar = f'<div role="tablist" class="km-tabs" aria-label="{escape(words.sources)}">{"".join(tabs)}</div>'
    note = f'<p class="km-empty">{escape(words.nearest)}</p>' if turn.answer.status == "not_found" else ""
    return (
        f'<div class="km-reader" data-turn="{turn.number}">{note}{bar if len(tabs) > 1 else ""}{"".join(pages)}</div>'
    )


def _article(
    source: Source, paragraphs: Sequence[Paragraph], cited: Sequence[Citation], turn: int, language: str, words: Texts
) -> str:
    """An article, as far as `paragraphs` goes. cited: citations of it. language: of the answer, in which it is read where it is
    translated into it."""
    beside = _beside(paragraphs, source.language, (language, words.code))
    view = "both" if beside and language not in ("", source.language) else "original"
    body = "".join(_paragraph(p, [c for c in cited if c.paragraph == p], turn, beside, words) for p in paragraphs)
    # A paragraph that has changed since it was cited, or is gone, is shown as it was quoted.
    for c in cited:
        if c.paragraph not in paragraphs:
            text = highlighted(c.quote, [Mark(c.number, (0, len(c.quote)))])
            back = _back(c, turn, words)
            body += f'<p class="km-empty">{escape(words.changed)}</p><p class="km-text">{back}{text}</p>'
    return (
        f'<article class="km-article" data-view="{view}"><header>'
        f'<h2 lang="{escape(source.language)}" dir="auto">{escape(titled(source, words))}</h2>{about(source, words)}'
        f"{_views(source, beside, view, words)}</header>{body}</article>"
    )


def _around(paragraphs: Sequence[Paragraph], wanted: set[str]) -> Sequence[Paragraph]:
    at = [n for n, p in enumerate(paragraphs) if p.id in wanted] or [0]
    return paragraphs[max(0, at[0] - AROUND) : at[-1] + AROUND + 1]


def _beside(paragraphs: Sequence[Paragraph], original: str, wanted: Sequence[str]) -> str:
    """The language of the translation shown beside the original: the answer's, else the page's; "" when there is none."""
    there = {view.language for p in paragraphs for view in p.translations if view.language != original}
    return next((language for language in (*wanted, *sorted(there)) if language in there), "")


def _views(source: Source, beside: str, view: str, words: Texts) -> str:
    if not beside:
        return ""
    names = {name: LANGUAGES.get(name, name) for name in (source.language, beside)}
    labels = (
        ("original", f"{words.view_original} ({names[source.language]})"),
        ("translation", f"{words.view_translation} ({names[beside]})"),
        ("both", words.view_both),
    )
    buttons = "".join(
        f'<button type="button" class="km-view" data-view="{name}" aria-pressed="{str(name == view).lower()}">'
        f"{escape(label)}</button>"
        for name, label in labels
    )
    return f'<div class="km-views" role="group" aria-label="{escape(words.reading_in)}">{buttons}</div>'


def _paragraph(p: Paragraph, cited: Sequence[Citation], turn: int, beside: str, words: Texts) -> str:
    number = p.id.rpartition("#p")[2]
    other = p.view(beside) if beside and beside != p.language else None
    parts, at = [], 0
    for i, (start, end) in enumerate(p.sentences):
        here = [c for c in cited if c.start < end and start < c.end]
        first = [c for c in here if c.start >= start or i == 0]
        between = escape(p.text[at:start])
        parts.append(f'<span class="km-o">{between}</span>' if between else "")
        parts.append(_sentence(p, (start, end), other, i, here, first, turn, words))
        at = end
    rest = f'<span class="km-o">{escape(p.text[at:])}</span>' if p.text[at:] else ""
    label = escape(", ".join(filter(None, (words.paragraph.format(number), name_page(p.page_at(0), words.code)))))
    return (
        f'<div class="km-p{" km-cited" if cited else ""} km-{escape(p.kind)}" data-id="{escape(p.id)}">'
        f'<a class="km-num" href="?p={quote(p.id, safe="")}" aria-label="{label}" title="{label}">{escape(number)}</a>'
        f'<p class="km-text" lang="{escape(p.language)}" dir="auto">{"".join(parts)}{rest}</p></div>'
    )


def _sentence(
    p: Paragraph, span: Span, other: View | None, index: int, here: Sequence[Citation], first: Sequence[Citation],
    turn: int, words: Texts,
) -> str:  # fmt: skip
    start, end = span
    marks = [Mark(c.number, (max(c.start, start) - start, min(c.end, end) - start)) for c in here]
    bold = [
        (c.focus[0] - start, c.focus[1] - start) for c in here if c.focus and start <= c.focus[0] < c.focus[1] <= end
    ]
    back = "".join(_back(c, turn, words) for c in first)
    text = f'<span class="km-o">{back}{highlighted(p.text[start:end], marks, bold)}</span>'
    if other is None:
        return f'<span class="km-s">{text}</span>'
    said = other.sentence(index)
    told = highlighted(said, [Mark(m.number, (0, len(said))) for m in marks[:1]])
    gap = "" if other.language in ("zh", "ja") else " "
    return (
        f'<span class="km-s">{text}<span class="km-t" lang="{escape(other.language)}" dir="auto">{back}{told}{gap}</span>'
        "</span>"
    )


def _back(citation: Citation, turn: int, words: Texts) -> str:
    """The link from a highlight to the sentence that cites it; its number is drawn by the style sheet, so that the text of the
    page stays the article's."""
    n = citation.number
    return (
        f'<a class="km-jump km-back {colour(n)}" data-anchor="km-{turn}-{n}" href="#km-{turn}-m{n}" data-n="{n}"'
        f' aria-label="{escape(words.back.format(n))}"></a>'
    )


def about(source: Source, words: Texts) -> str:
    """Outlet, date, language and address of an article."""
    date = escape(source.published or "")
    facts = [
        escape(source.outlet or ""),
        f'<time datetime="{date}">{date}</time>' if date else escape(words.undated),
        escape(LANGUAGES.get(source.language, source.language)),
    ]
    if source.url and source.url.startswith(("http://", "https://")):
        address = escape(source.url)
        facts.append(f'<a href="{address}" target="_blank" rel="noopener noreferrer">{escape(words.original)}</a>')
    return f'<p class="km-about">{"".join(f"<span>{fact}</span>" for fact in facts if fact)}</p>'


def welcome(articles: Sequence[Source], words: Texts) -> str:
    """What stands there before the first question: what it is for, and what can be asked about."""
    rows = "".join(
        f'<li><h3 lang="{escape(source.language)}" dir="auto">{escape(titled(source, words))}</h3>'
        f"{about(source, words)}</li>"
        for source in articles
    )
    return f'<p class="km-empty">{escape(words.welcome)}</p><h2>{escape(words.indexed)}</h2><ul>{rows}</ul>'


def titled(source: Source, words: Texts) -> str:
    """An article's title, or what it is called without one."""
    return source.title.strip() or f"{words.untitled} ({source.id})"
