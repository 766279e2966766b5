"""What stands around the conversation: head, status line, hints, questions to ask, the empty page."""

from __future__ import annotations

from collections.abc import Sequence

from rag.ui.markup import escape_html, escape_markdown
from rag.ui.texts import BRAND, Texts

# Words that the page's scripts use.
SCRIPTED = (
    "send", "stop", "close", "why", "new", "talks", "talks_close", "talks_search", "talks_none", "talks_unfound", "talks_kept",
    "talk_questions", "talk_rename", "talk_delete", "talk_deleted", "talk_undo", "talk_full",
    "share", "share_link", "share_markdown", "share_picture", "share_note", "share_copied", "share_long", "share_drawn",
)  # fmt: skip


def render_header(words: Texts) -> str:
    """The page's head: what opens the conversations, the mark, the name, one sentence; and the words that the scripts need."""
    said = "".join(f' data-{name}="{escape_html(getattr(words, name))}"' for name in SCRIPTED)
    label = escape_html(words.talks)
    menu = f'<button type="button" class="km-menu" aria-haspopup="dialog" aria-label="{label}" title="{label}"></button>'
    return f'<header class="km-head"{said}>{menu}{MARK}<div><h1>{BRAND}</h1><p>{escape_html(words.tagline)}</p></div></header>'


def render_placeholder(words: Texts, about: str, questions: Sequence[str]) -> str:
    """What stands in the empty conversation: the mark, what the articles are about, and questions to begin with. It passes
    through Markdown."""
    asks = "".join(_ask(question) for question in questions)
    label = f"<p>{escape_markdown(words.examples)}</p>" if questions else ""
    line = f'<p class="km-start-about" dir="auto">{escape_markdown(about)}</p>' if about else ""
    return f'<div class="km-start">{MARK}{line}{label}<div class="km-asks">{asks}</div></div>'


def render_following(words: Texts, questions: Sequence[str]) -> str:
    """Questions to ask next; "" when there are none."""
    if not questions:
        return ""
    return f'<div class="km-next"><span>{escape_html(words.next)}</span>{"".join(_ask(question) for question in questions)}</div>'


def _ask(question: str) -> str:
    return f'<button type="button" class="km-ask km-do km-do-ask">{escape_markdown(question)}</button>'


def render_status(
    articles: int, generation: str, created: str, model: str | None, words: Texts, asked: int | None = None
) -> str:  # fmt: skip
    """The line under the conversation: who answers, over how many articles, from which index of when. asked: how many of the
    articles are asked, all when None."""
    who = words.by_model.format(model) if model else words.no_model
    facts = [who, words.articles.format(articles), words.index.format(generation), created[:10]]
    some = ""
    if asked is not None and asked < articles:
        told, button = escape_html(words.chosen.format(asked, articles)), escape_html(words.chosen_all)
        some = f'<strong class="km-some">{told} <button type="button" class="km-all">{button}</button></strong>'
        del facts[1]
    return f'<p class="km-status">{some}{"".join(f"<span>{escape_html(fact)}</span>" for fact in facts if fact)}</p>'


def render_hint(text: str) -> str:
    """A gentle line under the input box; "" clears it."""
    return f'<p class="km-hint" role="status">{escape_html(text)}</p>' if text else ""


def shared(words: Texts, question: str, held: int, quoted: int) -> str:
    """What stands over an answer that came with a link: what it is, how many of the `quoted` sentences the articles hold, and its
    question to ask; no question when it is ""."""
    told = f"<p>{escape_html(words.shared.format(held, quoted))}</p>"
    asks = f"<p>{escape_html(words.shared_ask)} {_ask(question)}</p>" if question else ""
    return f'<div class="km-shared" role="note">{told}{asks}</div>'


# Two rings, as round the reign mark on the foot of a bowl, and a bowl within.
MARK = (
    '<svg class="km-mark" viewBox="0 0 48 48" aria-hidden="true" fill="none" stroke="currentColor">'
    '<circle cx="24" cy="24" r="21.5" stroke-width="2.2"/><circle cx="24" cy="24" r="17.6" stroke-width="1.1"/>'
    '<path d="M13.6 19.4h20.8c0 7-4 11.4-8 12.5v2h-4.8v-2c-4-1.1-8-5.5-8-12.5z" fill="currentColor" stroke="none"/>'
    '<path d="M24 10.5c2.6 2.3 2.6 4.1 0 6.4c-2.6-2.3-2.6-4.1 0-6.4z" fill="currentColor" stroke="none"/>'
    "</svg>"
)
