"""The articles an answer cites, as pages to read beside it: every paragraph, the cited words marked, original and translation.

What leaves here is set as it is, so every piece of data goes through `escape`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from rag.locales import has_spaces
from rag.messages import name_page
from rag.types import Answer, Citation, Paragraph, ParagraphId, Source, View
from rag.ui.conversation import PageAssistant, Turn, Turns
from rag.ui.glance import find_short_in_translation
from rag.ui.markup import Mark, choose_colour, escape_html, highlight_spans
from rag.ui.texts import Texts, name_language
from rag.ui.titles import MOST, head, shorten, title_article, translate_title

RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}  # languages whose paragraphs have their number on the right
AROUND = 40  # paragraphs shown before the first and after the last cited one; a book is not sent whole


def render_pane(assistant: PageAssistant, turns: Turns, words: Texts, number: int | None = None) -> str:
    """What stands beside the conversation: the articles that turn `number` cites, of the last turn that cites some when None."""
    last = turns[-1].answer if turns and number is None else None
    if last and not last.citations:
        if last.notice == last.text:  # it was no question
            return ""
        if last.status == "answered":  # small talk
            return render_welcome(assistant, words)
        return f'<p class="km-empty">{escape_html(words.no_source)}</p>'
    citing = [turn for turn in turns if turn.answer and turn.answer.citations and number in (None, turn.number)]
    if citing:
        return _cited(assistant, citing[-1], words)
    return "" if turns else render_welcome(assistant, words)


def open_article(assistant: PageAssistant, paragraph_id: str, words: Texts) -> str:
    """The article of a paragraph, for a link to it; where there is none such, that this is so."""
    article_id = ParagraphId(paragraph_id).article_id
    try:
        source, paragraphs = assistant.article(article_id)
    except KeyError:
        return f'<div class="km-reader" data-show="">{_unknown(paragraph_id, words)}</div>'
    known = paragraph_id == article_id or paragraph_id in {p.id for p in paragraphs}
    article = _article(source, paragraphs, {paragraph_id}, [], None, words)
    return (
        f'<div class="km-reader" data-show="{escape_html(paragraph_id) if known else ""}">'
        f"{'' if known else _unknown(paragraph_id, words)}{article}</div>"
    )


def _unknown(paragraph_id: str, words: Texts) -> str:
    said = escape_html(words.unknown.format(shorten(paragraph_id)))
    return f'<p class="km-empty km-unknown" role="status">{said}</p>'


def _cited(assistant: PageAssistant, turn: Turn, words: Texts) -> str:
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
        page = _article(source, paragraphs, {c.paragraph_id for c in cited}, cited, turn, words)
        label = f'id="km-page-{n}" aria-labelledby="km-tab-{n}" role="tabpanel"' if len(by_article) > 1 else ""
        pages.append(f'<div class="km-page" {label}{" hidden" if n else ""}>{page}</div>')
        chips = "".join(f'<b class="{choose_colour(c.number)}">{c.number}</b>' for c in cited)
        tabs.append(
            f'<button type="button" role="tab" class="km-tab" id="km-tab-{n}" aria-controls="km-page-{n}"'
            f' aria-selected="{str(not n).lower()}" tabindex="{-1 if n else 0}">{chips}'
            f"{_name(source, paragraphs, turn.answer.language, words)}</button>"
        )
    bar = f'<div role="tablist" class="km-tabs" aria-label="{escape_html(words.sources)}">{"".join(tabs)}</div>'
    note = f'<p class="km-empty">{escape_html(words.nearest)}</p>' if turn.answer.status == "not_found" else ""
    return (
        f'<div class="km-reader" data-turn="{turn.number}">{note}{bar if len(tabs) > 1 else ""}{"".join(pages)}</div>'
    )


def _article(
    source: Source, whole: Sequence[Paragraph], wanted: set[str], cited: Sequence[Citation], turn: Turn | None, words: Texts
) -> str:
    """An article, around the paragraphs that are wanted. cited: citations of it. turn: whose answer cites it; the article is read
    in the language of the answer where it is translated into it."""
    found = turn.answer if turn else None
    language, paragraphs = found.language if found else "", _around(whole, wanted)
    others = _others(paragraphs, source.language, (language, words.code))
    view = "both" if others and language not in ("", source.language) else "original"
    marking = _Marking(turn.number if turn else 0, found, tuple(others), words)
    body = "".join(_paragraph(p, [c for c in cited if c.paragraph == p], marking) for p in paragraphs)
    # A paragraph that has changed since it was cited, or is gone, is shown as it was quoted.
    for c in cited:
        if c.paragraph not in paragraphs:
            text = highlight_spans(c.quote, [Mark(c.number, (0, len(c.quote)))])
            back = marking.back(c)
            body += f'<p class="km-empty">{escape_html(words.changed)}</p><p class="km-text">{back}{text}</p>'
    return (
        f'<article class="km-article" data-view="{view}"><header>'
        f"{head(source, whole, language or words.code, words, 'h2')}{describe_source(source, words)}"
        f"{_views(source, others, view, words)}</header>{body}</article>"
    )


def _name(source: Source, paragraphs: Sequence[Paragraph], language: str, words: Texts) -> str:
    """The title of an article on its tab."""
    translated = translate_title(source, paragraphs, language)
    code = language if translated else source.language
    return f'<span lang="{escape_html(code)}">{escape_html(translated or title_article(source, words))}</span>'


def _around(paragraphs: Sequence[Paragraph], wanted: set[str]) -> Sequence[Paragraph]:
    at = [n for n, p in enumerate(paragraphs) if p.id in wanted] or [0]
    return paragraphs[max(0, at[0] - AROUND) : at[-1] + AROUND + 1]


def _others(paragraphs: Sequence[Paragraph], original: str, wanted: Sequence[str]) -> list[str]:
    """The languages that the article is translated into: the answer's first, then the page's."""
    there = {view.language for p in paragraphs for view in p.translations if view.language != original}
    return [*dict.fromkeys(language for language in (*wanted, *sorted(there)) if language in there)]


def _views(source: Source, others: Sequence[str], view: str, words: Texts) -> str:
    """How the article is read: as it was written, in one of the languages it is translated into, or both side by side."""
    if not others:
        return ""
    named = [(code, name_language(code)) for code in (source.language, *others)]
    labels = [("original", "", f"{words.view_original} ({named[0][1]})")]
    labels += [("translation", code, name) for code, name in named[1:]]
    labels += [("both", "", words.view_both)]
    buttons = "".join(
        f'<button type="button" class="km-view" data-view="{name}" data-into="{escape_html(code)}"'
        f' aria-pressed="{str(name == view).lower()}">{escape_html(label)}</button>'
        for name, code, label in labels
    )
    return f'<div class="km-views" role="group" aria-label="{escape_html(words.reading_in)}">{buttons}</div>'


@dataclass(frozen=True)
class _Marking:
    """What is marked in an article: for which turn and answer, and which translations stand beside it, the one shown first."""

    turn: int
    answer: Answer | None
    others: tuple[str, ...]
    words: Texts

    def back(self, citation: Citation) -> str:
        """The link from a highlight to the sentence that cites it; its number is drawn by the style sheet, so that the text of
        the page stays the article's."""
        n = citation.number
        return (
            f'<a class="km-jump km-back {choose_colour(n)}" data-anchor="km-{self.turn}-{n}" href="#km-{self.turn}-m{n}"'
            f' data-n="{n}" aria-label="{escape_html(self.words.back.format(n))}"></a>'
        )

    def translated(self, view: View, index: int, here: Sequence[Citation], back: str, hidden: bool) -> str:
        """A sentence as a translation has it: marked where the original is, and the exact answer bold where it has it."""
        said = view.sentence(index)
        spans = [find_short_in_translation(self.answer, c, said) for c in here] if self.answer else []
        own = self.answer is not None and view.language == self.answer.language
        bold = [span for span in spans if span] if own else []
        told = highlight_spans(said, [Mark(c.number, (0, len(said))) for c in here[:1]], bold[:1])
        gap = " " if has_spaces(view.language) else ""
        lang = f'lang="{escape_html(view.language)}" dir="auto"{" hidden" if hidden else ""}'
        return f'<span class="km-t" {lang}>{back}{told}{gap}</span>'


def _paragraph(p: Paragraph, cited: Sequence[Citation], marking: _Marking) -> str:
    number = str(ParagraphId(p.id).number)
    parts, at = [], 0
    for i, (start, end) in enumerate(p.sentences):
        here = [c for c in cited if c.start < end and start < c.end]
        first = [c for c in here if c.start >= start or i == 0]
        between = escape_html(p.text[at:start])
        parts.append(f'<span class="km-o">{between}</span>' if between else "")
        parts.append(_sentence(p, i, here, first, marking))
        at = end
    rest = f'<span class="km-o">{escape_html(p.text[at:])}</span>' if p.text[at:] else ""
    page = name_page(p.page_at(0), marking.words.code)
    label = escape_html(", ".join(filter(None, (marking.words.paragraph.format(number), page))))
    side = ' dir="rtl"' if p.language in RIGHT_TO_LEFT else ""
    return (
        f'<div class="km-p{" km-cited" if cited else ""} km-{escape_html(p.kind)}" data-id="{escape_html(p.id)}"{side}>'
        f'<a class="km-num" href="?p={quote(p.id, safe="")}" aria-label="{label}" title="{label}">{escape_html(number)}</a>'
        f'<p class="km-text" lang="{escape_html(p.language)}" dir="auto">{"".join(parts)}{rest}</p></div>'
    )


def _sentence(
    p: Paragraph, index: int, here: Sequence[Citation], first: Sequence[Citation], marking: _Marking
) -> str:
    """A sentence with its translations. here: what cites of it; first: what begins to."""
    start, end = p.sentences[index]
    marks = [Mark(c.number, (max(c.start, start) - start, min(c.end, end) - start)) for c in here]
    bold = [
        (c.focus[0] - start, c.focus[1] - start) for c in here if c.focus and start <= c.focus[0] < c.focus[1] <= end
    ]
    back = "".join(map(marking.back, first))
    text = f'<span class="km-o">{back}{highlight_spans(p.text[start:end], marks, bold)}</span>'
    views = [(code, p.view(code)) for code in marking.others if code != p.language]
    told = "".join(
        marking.translated(view, index, here, back, code != marking.others[0]) for code, view in views if view
    )
    return f'<span class="km-s">{text}{told}</span>'


def describe_source(source: Source, words: Texts) -> str:
    """Outlet, date, language and address of an article."""
    date = escape_html(source.published or "")
    facts = [
        escape_html(source.outlet or ""),
        f'<time datetime="{date}">{date}</time>' if date else escape_html(words.undated),
        escape_html(name_language(source.language)),
    ]
    if source.url and source.url.startswith(("http://", "https://")):
        address = escape_html(source.url)
        facts.append(f'<a href="{address}" target="_blank" rel="noopener noreferrer">{escape_html(words.original)}</a>')
    return f'<p class="km-about">{"".join(f"<span>{fact}</span>" for fact in facts if fact)}</p>'


def render_welcome(assistant: PageAssistant, words: Texts) -> str:
    """What stands there before the first question: what it is for, and what can be asked about."""
    rows = []
    for n, source in enumerate(assistant.articles()):
        translated = n < MOST and source.language != words.code
        paragraphs = assistant.article(source.id)[1] if translated else ()
        rows.append(f"<li>{head(source, paragraphs, words.code, words, 'h3')}{describe_source(source, words)}</li>")
    return f'<p class="km-empty">{escape_html(words.welcome)}</p><h2>{escape_html(words.indexed)}</h2><ul>{"".join(rows)}</ul>'
