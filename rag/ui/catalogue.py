"""The Articles tab: what is indexed, what is known of it, all its paragraphs, and what was left out and why."""

from __future__ import annotations

from rag.types import Paragraph
from rag.ui.conversation import Assistant
from rag.ui.markup import escape
from rag.ui.reader import about
from rag.ui.texts import LANGUAGES, Texts
from rag.ui.titles import head, titled


def catalogue(assistant: Assistant, words: Texts) -> str:
    """Every article, to be unfolded. Set as it is."""
    articles = assistant.articles()
    if not articles:
        return f'<p class="km-empty">{escape(words.nothing_indexed)}</p>'
    hint = f'<p class="km-empty">{escape(words.tick_hint)}</p>' if len(articles) > 1 else ""
    return f'<div class="km-catalogue">{hint}{"".join(_article(assistant, a.id, words) for a in articles)}</div>'


def _article(assistant: Assistant, article_id: str, words: Texts) -> str:
    source, paragraphs = assistant.article(article_id)
    record = assistant.about(article_id)
    facts = [words.paragraphs.format(len(paragraphs))]
    others = [LANGUAGES.get(code, code) for code in record.translations if code != source.language]
    if others:
        facts.append(words.translated.format(", ".join(others)))
    removed = "".join(
        f"<li><span>{escape(' '.join(r.text.split()))}</span> <em>{escape(r.reason)}</em></li>" for r in record.removed
    )
    repaired = "".join(f"<li><del>{escape(r.before)}</del> <ins>{escape(r.after)}</ins></li>" for r in record.repairs)
    label = escape(words.tick.format(titled(source, words)))
    tick = f'<input type="checkbox" class="km-tick" checked data-article="{escape(source.id)}" aria-label="{label}">'
    return (
        f'<div class="km-ticked">{tick}<details class="km-entry"><summary>'
        f'{head(source, paragraphs, words.code, words, "h2")}</summary>{about(source, words)}'
        f'<p class="km-about"><code>{escape(source.id)}</code> · {escape(" · ".join(facts))}</p>'
        f'<ol class="km-rows">{"".join(_row(p) for p in paragraphs)}</ol>'
        f"{_listed(words.left_out, removed)}{_listed(words.repaired, repaired)}</details></div>"
    )


def _row(p: Paragraph) -> str:
    return f'<li><code>{escape(p.id)}</code><p lang="{escape(p.language)}" dir="auto">{escape(p.text)}</p></li>'


def _listed(label: str, rows: str) -> str:
    return f'<h3>{escape(label)}</h3><ul class="km-left">{rows}</ul>' if rows else ""
