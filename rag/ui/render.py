"""Answers and sources as HTML. Text of articles, questions and models is data: nothing of it is set but by `markup`.

Two kinds of HTML leave this file. `sources`, `welcome` and `status` are set as they are, so data in them goes through
`escape`. `question` and `answer` pass through the chat's Markdown first, so data in them goes through `literal`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from rag.types import Answer, Citation, Source
from rag.ui.conversation import Turn, Turns
from rag.ui.markup import colour, escape, highlighted, literal
from rag.ui.texts import BRAND, LANGUAGES, Texts, texts

SHOWN_QUESTION = 400  # code points; a pasted book is not repeated on the page
_MARKER = re.compile(r"\s*\[(\d+)\]")


def question(turn: Turn) -> str:
    """The visitor's message."""
    text = turn.question.strip()
    cut = text if len(text) <= SHOWN_QUESTION else text[:SHOWN_QUESTION].rstrip() + "…"
    return f'<div class="km-question" dir="auto">{literal(cut)}</div>'


def answer(turn: Turn, words: Texts) -> str:
    """The house's message: the answer's sentences with their markers, a notice if there is one, and who answers."""
    found = turn.answer
    if turn.problem:
        return f'<div class="km-answer km-problem" role="alert">{literal(turn.problem)}</div>'
    if found is None:
        return f'<div class="km-answer km-reading">{literal(words.reading)}<i></i><i></i><i></i></div>'
    words = texts(found.language)
    calm = " km-refusal" if found.status == "not_found" else ""
    notes = [found.notice] if found.notice and found.notice != found.text else []
    if found.status == "partial":
        notes.insert(0, words.partial)
    if found.notice != found.text and found.question != " ".join(turn.question.split()):
        notes.insert(0, words.read_as.format(found.question))
    lines = "".join(f'<div class="km-notice" role="status">{literal(note)}</div>' for note in notes)
    sentences = "".join(_sentences(found, turn.number))
    return f'<div class="km-answer{calm}" lang="{escape(found.language)}" dir="auto">{sentences}</div>{lines}'


def _sentences(found: Answer, turn: int) -> Iterator[str]:
    """The answer's text in pieces; only markers that follow a claim and are its own become links."""
    cited = {citation.number: citation for citation in found.citations}
    at = 0
    for claim in found.claims:
        start = found.text.find(claim.text, at)
        if claim.status != "supported" or not claim.text or start < 0:
            continue  # a withheld claim is not in the text
        yield literal(found.text[at:start])
        at = start + len(claim.text)
        yield f'<span lang="{escape(_language(found, claim.text, claim.citations))}">{literal(claim.text)}</span>'
        for number in claim.citations:
            marker = _MARKER.match(found.text, at)
            if marker and int(marker[1]) == number and number in cited:
                yield _marker(cited[number], turn, found.language)
                at = marker.end()
    yield literal(found.text[at:])


def _language(found: Answer, sentence: str, numbers: Iterable[int]) -> str:
    """A sentence quoted from an article in another language is in that language, not in the answer's."""
    quoted = (c for c in found.citations if c.number in numbers and sentence in c.paragraph.text)
    return next((c.language for c in quoted), found.language)


def _marker(citation: Citation, turn: int, language: str) -> str:
    n, words = citation.number, texts(language)
    says = literal(f"{words.source.format(n)}: {_title(citation.source, words)}, {citation.paragraph_id}")
    return (
        f'<a class="km-marker km-jump {colour(n)}" id="km-{turn}-m{n}" href="#km-{turn}-{n}" title="{says}"'
        f' aria-label="{says}">&#91;{n}&#93;</a>'
    )


def sources(turns: Turns, words: Texts, articles: Sequence[Source] = ()) -> str:
    """The sources pane: the last answer's paragraphs, those of earlier ones folded below, so every marker leads on."""
    if not turns:
        return welcome(articles, words)
    *earlier, last = turns
    folded = "".join(
        f'<details class="km-earlier"><summary><b>{escape(words.earlier)}</b> <span dir="auto">'
        f"{escape(turn.question.strip()[:SHOWN_QUESTION])}</span></summary>{_cards(turn)}</details>"
        for turn in reversed(earlier)
        if turn.answer and turn.answer.citations
    )
    return f"<div>{_cards(last)}{folded}</div>"


def _cards(turn: Turn) -> str:
    found = turn.answer
    if found is None:
        return ""
    words = texts(found.language)
    if not found.citations:
        searched = found.status == "not_found" and found.notice != found.text  # else the question was not readable
        return f'<p class="km-empty">{escape(words.no_source)}</p>' if searched else ""
    by_paragraph: dict[str, list[Citation]] = {}
    for citation in found.citations:
        by_paragraph.setdefault(citation.paragraph_id, []).append(citation)
    head = f'<p class="km-empty">{escape(words.nearest)}</p>' if found.status == "not_found" else ""
    return head + "".join(card(cited, turn.number, words) for cited in by_paragraph.values())


def card(cited: Sequence[Citation], turn: int, words: Texts) -> str:
    """One paragraph with everything cited from it. `cited` holds citations of that paragraph, at least one."""
    paragraph, source = cited[0].paragraph, cited[0].source
    chips = "".join(
        f'<a class="km-marker km-jump {colour(c.number)}" href="#km-{turn}-m{c.number}"'
        f' aria-label="{escape(words.back.format(c.number))}">[{c.number}]</a>'
        for c in cited
    )
    body = highlighted(paragraph.text, [(c.number, (c.start, c.end)) for c in cited], f"km-{turn}")
    translations = "".join(
        f'<p class="km-translation {colour(c.number)}"><b>{escape(words.translation)} [{c.number}]</b> '
        f'<span dir="auto">{escape(c.translation)}</span></p>'
        for c in cited
        if c.translation
    )
    return (
        f'<article class="km-card"><header>{chips}<h3 lang="{escape(source.language)}" dir="auto">'
        f"{escape(_title(source, words))}</h3>{_about(source, words, paragraph.id, paragraph.language)}</header>"
        f'<p class="km-paragraph" lang="{escape(paragraph.language)}" dir="auto">{body}</p>{translations}</article>'
    )


def _about(source: Source, words: Texts, paragraph_id: str = "", language: str = "") -> str:
    date = escape(source.published or "")
    facts = [
        escape(source.outlet or ""),
        f'<time datetime="{date}">{date}</time>' if date else escape(words.undated),
        escape(LANGUAGES.get(language or source.language, language or source.language)),
        f"<code>{escape(paragraph_id)}</code>" if paragraph_id else "",
    ]
    if source.url and source.url.startswith(("http://", "https://")):
        address = escape(source.url)
        facts.append(f'<a href="{address}" target="_blank" rel="noopener noreferrer">{escape(words.original)}</a>')
    return f'<p class="km-about">{"".join(f"<span>{fact}</span>" for fact in facts if fact)}</p>'


def welcome(articles: Sequence[Source], words: Texts) -> str:
    """What the sources pane shows before the first question: what it is for, and what can be asked about."""
    rows = "".join(
        f'<li><h3 lang="{escape(source.language)}" dir="auto">{escape(_title(source, words))}</h3>'
        f"{_about(source, words)}</li>"
        for source in articles
    )
    return f'<p class="km-empty">{escape(words.welcome)}</p><h4>{escape(words.indexed)}</h4><ul>{rows}</ul>'


def header(words: Texts) -> str:
    """The page's head: the mark, the name, one sentence."""
    return f'<header class="km-head">{MARK}<div><h1>{BRAND}</h1><p>{escape(words.tagline)}</p></div></header>'


def placeholder(words: Texts) -> str:
    """What stands in the empty conversation, above the example questions."""
    return f'<div class="km-start">{MARK}<p>{literal(words.examples)}</p></div>'


def status(articles: int, generation: str, model: str | None, words: Texts) -> str:
    """The line under the conversation: who answers, over how many articles, from which index."""
    who = words.by_model.format(model) if model else words.no_model
    facts = [who, words.articles.format(articles), words.index.format(generation)]
    return f'<p class="km-status">{"".join(f"<span>{escape(fact)}</span>" for fact in facts)}</p>'


def hint(text: str) -> str:
    """A gentle line under the input box; "" clears it."""
    return f'<p class="km-hint" role="status">{escape(text)}</p>' if text else ""


def _title(source: Source, words: Texts) -> str:
    return source.title.strip() or f"{words.untitled} ({source.id})"


# Two rings, as round the reign mark on the foot of a bowl, and a bowl within.
MARK = (
    '<svg class="km-mark" viewBox="0 0 48 48" aria-hidden="true" fill="none" stroke="currentColor">'
    '<circle cx="24" cy="24" r="21.5" stroke-width="2.2"/><circle cx="24" cy="24" r="17.6" stroke-width="1.1"/>'
    '<path d="M13.6 19.4h20.8c0 7-4 11.4-8 12.5v2h-4.8v-2c-4-1.1-8-5.5-8-12.5z" fill="currentColor" stroke="none"/>'
    '<path d="M24 10.5c2.6 2.3 2.6 4.1 0 6.4c-2.6-2.3-2.6-4.1 0-6.4z" fill="currentColor" stroke="none"/>'
    "</svg>"
)
