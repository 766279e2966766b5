"""The Articles tab: what is indexed, what is known of it, all its paragraphs, and what was left out and why."""

from __future__ import annotations

from rag.types import Paragraph
from rag.ui.conversation import PageAssistant
from rag.ui.markup import escape_html
from rag.ui.reader import describe_source
from rag.ui.texts import Texts, name_language
from rag.ui.titles import head, title_article


def render_catalogue(assistant: PageAssistant, words: Texts) -> str:
    """Every article, to be unfolded. Set as it is."""
    articles = assistant.articles()
    if not articles:
        return f'<p class="km-empty">{escape_html(words.nothing_indexed)}</p>'
    hint = f'<p class="km-empty">{escape_html(words.tick_hint)}</p>' if len(articles) > 1 else ""
    return f'<div class="km-catalogue">{hint}{"".join(_article(assistant, a.id, words) for a in articles)}</div>'


def _article(assistant: PageAssistant, article_id: str, words: Texts) -> str:
    source, paragraphs = assistant.article(article_id)
    record = assistant.about(article_id)
    facts = [words.paragraphs.format(len(paragraphs))]
    others = [name_language(code) for code in record.translations if code != source.language]
    if others:
        facts.append(words.translated.format(", ".join(others)))
    removed = "".join(
        f"<li><span>{escape_html(' '.join(r.text.split()))}</span> <em>{escape_html(r.reason)}</em></li>" for r in record.removed
    )
    repaired = "".join(f"<li><del>{escape_html(r.before)}</del> <ins>{escape_html(r.after)}</ins></li>" for r in record.repairs)
    label = escape_html(words.tick.format(title_article(source, words)))
    tick = f'<input type="checkbox" class="km-tick" checked data-article="{escape_html(source.id)}" aria-label="{label}">'
    return (
        f'<div class="km-ticked">{tick}<details class="km-entry"><summary>'
        f'{head(source, paragraphs, words.code, words, "h2")}</summary>{describe_source(source, words)}'
        f'<p class="km-about"><code>{escape_html(source.id)}</code> · {escape_html(" · ".join(facts))}</p>'
        f'<ol class="km-rows">{"".join(_row(p) for p in paragraphs)}</ol>'
        f"{_listed(words.left_out, removed)}{_listed(words.repaired, repaired)}</details></div>"
    )


def _row(p: Paragraph) -> str:
    return f'<li><code>{escape_html(p.id)}</code><p lang="{escape_html(p.language)}" dir="auto">{escape_html(p.text)}</p></li>'


def _listed(label: str, rows: str) -> str:
    return f'<h3>{escape_html(label)}</h3><ul class="km-left">{rows}</ul>' if rows else ""
