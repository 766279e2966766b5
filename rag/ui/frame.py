"""What stands around the conversation: head, status line, hints, questions to ask, the empty page."""

from __future__ import annotations

from collections.abc import Sequence

from rag.ui.markup import escape, literal
from rag.ui.texts import BRAND, Texts


def header(words: Texts) -> str:
    """The page's head: the mark, the name, one sentence; and the words that page.js needs."""
    said = "".join(f' data-{name}="{escape(getattr(words, name))}"' for name in ("send", "stop", "close", "why"))
    return f'<header class="km-head"{said}>{MARK}<div><h1>{BRAND}</h1><p>{escape(words.tagline)}</p></div></header>'


def placeholder(words: Texts, about: str, questions: Sequence[str]) -> str:
    """What stands in the empty conversation: the mark, what the articles are about, and questions to begin with. It passes
    through Markdown."""
    asks = "".join(_ask(question) for question in questions)
    label = f"<p>{literal(words.examples)}</p>" if questions else ""
    line = f'<p class="km-start-about" dir="auto">{literal(about)}</p>' if about else ""
    return f'<div class="km-start">{MARK}{line}{label}<div class="km-asks">{asks}</div></div>'


def following(words: Texts, questions: Sequence[str]) -> str:
    """Questions to ask next; "" when there are none."""
    if not questions:
        return ""
    return f'<div class="km-next"><span>{escape(words.next)}</span>{"".join(_ask(question) for question in questions)}</div>'


def _ask(question: str) -> str:
    return f'<button type="button" class="km-ask km-do km-do-ask">{literal(question)}</button>'


def status(articles: int, generation: str, created: str, model: str | None, words: Texts) -> str:
    """The line under the conversation: who answers, over how many articles, from which index of when."""
    who = words.by_model.format(model) if model else words.no_model
    facts = [who, words.articles.format(articles), words.index.format(generation), created[:10]]
    return f'<p class="km-status">{"".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)}</p>'


def hint(text: str) -> str:
    """A gentle line under the input box; "" clears it."""
    return f'<p class="km-hint" role="status">{escape(text)}</p>' if text else ""


# Two rings, as round the reign mark on the foot of a bowl, and a bowl within.
MARK = (
    '<svg class="km-mark" viewBox="0 0 48 48" aria-hidden="true" fill="none" stroke="currentColor">'
    '<circle cx="24" cy="24" r="21.5" stroke-width="2.2"/><circle cx="24" cy="24" r="17.6" stroke-width="1.1"/>'
    '<path d="M13.6 19.4h20.8c0 7-4 11.4-8 12.5v2h-4.8v-2c-4-1.1-8-5.5-8-12.5z" fill="currentColor" stroke="none"/>'
    '<path d="M24 10.5c2.6 2.3 2.6 4.1 0 6.4c-2.6-2.3-2.6-4.1 0-6.4z" fill="currentColor" stroke="none"/>'
    "</svg>"
)
