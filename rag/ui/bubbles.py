"""The conversation as HTML: the visitor's questions and the house's answers.

What leaves here passes through the chat's Markdown and its sanitizer, so every piece of data goes through `literal`, and there
are no attributes but class, id, href, lang and title. What page.js must know beside is in `notes`, which does not pass there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rag.messages import name_page, word_reason
from rag.types import Answer, Citation
from rag.ui.conversation import Turn, Turns
from rag.ui.exporting import copied
from rag.ui.markup import attribute, colour, escape, literal
from rag.ui.texts import Texts, texts

SHOWN_QUESTION = 400  # code points; a pasted book is not repeated on the page
# Confidence from which an answer is called so: of those between, three of four are right, of those below one of three
# (`python -m evals`, reliability, n 464).
SURE, LIKELY = 0.7, 0.5
_MARKER = re.compile(r"\s*\[(\d+)\]")


def question(turn: Turn) -> str:
    """The visitor's message."""
    return f'<div class="km-question" dir="auto">{literal(shortened(turn.question))}</div>'


def shortened(text: str) -> str:
    """A question as it is repeated on the page."""
    text = text.strip()
    return text if len(text) <= SHOWN_QUESTION else text[:SHOWN_QUESTION].rstrip() + "…"


def answer(turn: Turn, words: Texts, last: bool = True) -> str:
    """The house's message: the answer's sentences with their markers, what else to know of it, and what can be done with it.

    words: of the page; what stands in the answer speaks the answer's language. last: whether it can be asked again.
    """
    found = turn.answer
    if turn.problem:
        return (
            f'<div class="km-answer km-problem" role="alert">{literal(turn.problem)}</div>{_tools(turn, words, last)}'
        )
    if found is None and not turn.stopped:
        return f'<div class="km-answer km-reading">{literal(words.reading)}<i></i><i></i><i></i></div>'
    if found is None:
        return f'<div class="km-answer km-refusal">{literal(words.stopped)}</div>{_tools(turn, words, last)}'
    calm = " km-refusal" if found.status == "not_found" else ""
    sentences = "".join(_sentences(found, turn.number))
    notes = "".join(f'<div class="km-notice" role="status">{literal(note)}</div>' for note in _notes(turn, found))
    return (
        f'<div class="km-answer{calm}" lang="{escape(found.language)}" dir="auto">{sentences}</div>'
        f"{notes}{_withheld(found)}{_tools(turn, words, last)}"
    )


def _notes(turn: Turn, found: Answer) -> Iterator[str]:
    words = texts(found.language)
    unread = found.notice == found.text  # it was no question
    if not unread and found.question != " ".join(turn.question.split()):
        yield words.read_as.format(found.question)
    if turn.stopped:
        yield words.stopped
    if found.status == "partial":
        yield words.partial
    if found.notice and not unread:
        yield found.notice
    if found.mode == "extractive" and found.citations and found.status != "not_found" and found.confidence < SURE:
        yield words.likely if found.confidence >= LIKELY else words.unsure


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
        short = found.short if claim is found.claims[0] else None
        language = escape(_language(found, claim.text, claim.citations))
        yield f'<span lang="{language}">{_emphasize(claim.text, short)}</span>'
        for number in claim.citations:
            marker = _MARKER.match(found.text, at)
            if marker and int(marker[1]) == number and number in cited:
                yield _marker(cited[number], turn)
                at = marker.end()
    yield literal(found.text[at:])


def _emphasize(sentence: str, short: str | None) -> str:
    """The sentence with the exact answer bold, where there is one in it."""
    before, found, after = sentence.partition(short) if short else (sentence, "", "")
    if not found:
        return literal(sentence)
    return f'{literal(before)}<strong class="km-short">{literal(found)}</strong>{literal(after)}'


def _language(found: Answer, sentence: str, numbers: Iterable[int]) -> str:
    """A sentence quoted from an article in another language is in that language, not in the answer's."""
    quoted = (c for c in found.citations if c.number in numbers and sentence in c.paragraph.text)
    return next((c.language for c in quoted), found.language)


def _marker(citation: Citation, turn: int) -> str:
    n = citation.number
    return f'<a class="km-marker km-jump {colour(n)}" id="km-{turn}-m{n}" href="#km-{turn}-{n}">&#91;{n}&#93;</a>'


def notes(turns: Turns) -> str:
    """What page.js adds to the conversation: what each marker stands for, and each answer as it is copied. Set as it is."""
    return "".join(_notes_of(turn, turn.answer) for turn in turns if turn.answer)


def _notes_of(turn: Turn, found: Answer) -> str:
    words = texts(found.language)
    rows = [f'<i data-copy="{turn.number}" data-text="{escape(copied(found))}"></i>']
    for c in found.citations:
        title = c.title.strip() or f"{words.untitled} ({c.article_id})"
        page = name_page(c.page, found.language)
        place = " · ".join(filter(None, (c.outlet or title, c.published or words.undated, page)))
        rows.append(
            f'<i data-for="km-{turn.number}-m{c.number}" data-quote="{escape(c.quote)}" data-place="{escape(place)}"'
            f' data-label="{escape(words.source.format(c.number))}: {escape(title)}"></i>'
        )
    return "".join(rows)


def _withheld(found: Answer) -> str:
    """What was not shown, to be unfolded: struck through, with the reasons."""
    withheld = [claim for claim in found.claims if claim.status != "supported"]
    if not withheld:
        return ""
    label = texts(found.language).withheld.format(len(withheld))
    reasons = ("; ".join(word_reason(reason, found.language) for reason in claim.reasons) for claim in withheld)
    rows = "".join(
        f"<li><s>{literal(claim.text)}</s> <span>{literal(why)}</span></li>"
        for claim, why in zip(withheld, reasons, strict=True)
    )
    return f'<details class="km-withheld"><summary>{literal(label)}</summary><ul>{rows}</ul></details>'


def _tools(turn: Turn, words: Texts, last: bool) -> str:
    """Buttons: what they do and to which turn is read from their classes by page.js."""
    buttons = []
    if turn.answer and turn.answer.citations:
        buttons += [_button("copy", words.copy, turn), _button("share", words.share, turn)]
    if turn.answer:
        for verdict in ("good", "bad"):
            buttons.append(_button(verdict, getattr(words, verdict), turn, turn.verdict == verdict))
    if last:
        buttons.append(_button("retry", words.retry, turn))
    buttons.append(_button("edit", words.edit, turn))
    return f'<div class="km-tools">{"".join(buttons)}</div>' if buttons else ""


def _button(do: str, label: str, turn: Turn, pressed: bool = False) -> str:
    classes = f"km-tool km-do km-do-{do} km-turn-{turn.number}{' km-pressed' if pressed else ''}"
    return f'<button type="button" class="{classes}" title="{attribute(label)}"></button>'
