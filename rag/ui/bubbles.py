"""The conversation as HTML: the visitor's questions and the house's answers.

What leaves here passes through the chat's Markdown and its sanitizer, so every piece of data goes through `literal`, and there
are no attributes but class, id, href, lang and title. What page.js must know beside is in `notes`, which does not pass there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rag.messages import name_page, word_reason
from rag.types import Answer, Claim
from rag.ui.conversation import Turn, Turns
from rag.ui.exporting import write_plain_text
from rag.ui.glance import LIKELY, Glance, arrange, find_bold, is_sure, select_short, strip_difference
from rag.ui.markup import choose_colour, escape_attribute, escape_html, escape_markdown
from rag.ui.texts import Texts, get_texts

SHOWN_QUESTION = 400  # code points; a pasted book is not repeated on the page


def render_question(turn: Turn) -> str:
    """The visitor's message."""
    return f'<div class="km-question" dir="auto">{escape_markdown(shorten_question(turn.question))}</div>'


def shorten_question(text: str) -> str:
    """A question as it is repeated on the page."""
    text = text.strip()
    return text if len(text) <= SHOWN_QUESTION else text[:SHOWN_QUESTION].rstrip() + "…"


def render_bubble(turn: Turn, words: Texts, last: bool = True) -> str:
    """The house's message: the answer's sentences with their markers, what else to know of it, and what can be done with it.

    words: of the page; what stands in the answer speaks the answer's language. last: whether it can be asked again.
    """
    found = turn.answer
    if turn.problem:
        return (
            f'<div class="km-answer km-problem" role="alert">{escape_markdown(turn.problem)}</div>{_tools(turn, words, last)}'
        )
    if found is None and not turn.stopped:
        return f'<div class="km-answer km-reading">{escape_markdown(words.reading)}<i></i><i></i><i></i></div>'
    if found is None:
        return f'<div class="km-answer km-refusal">{escape_markdown(words.stopped)}</div>{_tools(turn, words, last)}'
    calm = " km-refusal" if found.status == "not_found" else ""
    sentences = _sentences(found, turn.number)
    notes = "".join(f'<div class="km-notice" role="status">{escape_markdown(note)}</div>' for note in _notes(turn, found))
    return (
        f'<div class="km-answer{calm}" lang="{escape_html(found.language)}" dir="auto">{sentences}</div>'
        f"{notes}{_more(found, turn.number)}{_withheld(found)}{_tools(turn, words, last)}"
    )


def _notes(turn: Turn, found: Answer) -> Iterator[str]:
    words = get_texts(found.language)
    unread = found.notice == found.text  # it was no question
    if not unread and found.question != " ".join(turn.question.split()):
        yield words.read_as.format(found.question)
    if turn.stopped:
        yield words.stopped
    if found.status == "partial":
        yield words.partial
    if not is_sure(found):
        yield words.likely if found.confidence >= LIKELY else words.unsure
    notice = strip_difference(found, arrange(found))
    if notice and not unread:
        yield notice


def _sentences(found: Answer, turn: int) -> str:
    """What the answer says: the exact answer first, and each sentence with its markers."""
    glance, markers = arrange(found), _Markers(found, turn)
    if glance is None:
        return "".join(_as_written(found, markers))
    lead = f"<div>{escape_markdown(glance.lead.strip())}</div>" if glance.lead.strip() else ""
    rows = [_claim(found, claim, markers) for claim in glance.main]
    listed = f'<ul class="km-list">{"".join(f"<li>{row}</li>" for row in rows)}</ul>'
    main = listed if len(rows) > 1 else "".join(f'<div class="km-main">{row}</div>' for row in rows)
    return f"{lead}{_short(found, glance, markers)}{_columns(found, glance, markers)}{main}"


def _short(found: Answer, glance: Glance, markers: _Markers) -> str:
    """The exact answer, large, with the marker of the sentence it stands in."""
    short = select_short(found)
    if not short or glance.columns:
        return ""
    first = glance.main[0]
    language = escape_html(_language(found, first.text, first.citations))
    links = "".join(markers.link(number) for number in first.citations[:1])
    return f'<div class="km-glance"><span lang="{language}">{escape_markdown(short)}</span>{links}</div>'


def _columns(found: Answer, glance: Glance, markers: _Markers) -> str:
    """What several articles say, side by side, below where and when each was published."""
    words, columns = get_texts(found.language), []
    for column in glance.columns:
        place = escape_markdown(f"{column.outlet} · {column.source.published or words.undated}")
        figure = f"<span>{escape_markdown(column.figure)}</span>{markers.link(column.claims[0].citations[0])}"
        large = f'<div class="km-glance">{figure}</div>' if column.figure else ""
        said = "".join(f'<div class="km-main">{_claim(found, claim, markers)}</div>' for claim in column.claims)
        columns.append(f'<div class="km-column"><div class="km-place">{place}</div>{large}{said}</div>')
    label = f'<div class="km-differ">{escape_markdown(words.differ)}</div>' if glance.differing else ""
    return f'{label}<div class="km-columns">{"".join(columns)}</div>' if columns else ""


def _more(found: Answer, turn: int) -> str:
    """What else the articles say, to be unfolded; in sight where it is not certain that the first sentence answers."""
    glance = arrange(found)
    if glance is None or not glance.more:
        return ""
    markers = _Markers(found, turn, {n for claim in glance.proper for n in claim.citations})
    rows = "".join(f"<li>{_claim(found, claim, markers)}</li>" for claim in glance.more)
    label, lang = escape_markdown(get_texts(found.language).more), f'lang="{escape_html(found.language)}"'
    listed = f'<ul class="km-list">{rows}</ul>'
    if is_sure(found):
        return f'<details class="km-more" {lang}><summary>{label}</summary>{listed}</details>'
    return f'<div class="km-more" {lang}><div>{label}</div>{listed}</div>'


class _Markers:
    """The markers of an answer as links. The first of each citation is where its highlight leads back to."""

    def __init__(self, found: Answer, turn: int, used: Iterable[int] = ()) -> None:
        self.cited = {citation.number for citation in found.citations}
        self._turn, self._used = turn, set(used)

    def link(self, number: int) -> str:
        """A link that nothing leads back to."""
        return self._link(number, "") if number in self.cited else ""

    def anchored(self, number: int) -> str:
        """A link that its highlight leads back to, when it is the first."""
        first = number not in self._used
        self._used.add(number)
        return self._link(number, f' id="km-{self._turn}-m{number}"' if first else "")

    def _link(self, number: int, name: str) -> str:
        href = f"#km-{self._turn}-{number}"
        return f'<a class="km-marker km-jump {choose_colour(number)}"{name} href="{href}">&#91;{number}&#93;</a>'


def _claim(found: Answer, claim: Claim, markers: _Markers) -> str:
    """A sentence, the exact answer in it bold, and its markers."""
    links = "".join(markers.anchored(number) for number in claim.citations if number in markers.cited)
    return _emphasize(found, claim) + links


def _as_written(found: Answer, markers: _Markers) -> Iterator[str]:
    """The answer's text in pieces, its markers as links."""
    for piece in found.list_pieces():
        if isinstance(piece, str):
            yield escape_markdown(piece)
        else:
            yield markers.anchored(piece) if isinstance(piece, int) else _emphasize(found, piece)


def _emphasize(found: Answer, claim: Claim) -> str:
    """The sentence, with the exact answer bold where there is one in it."""
    text = claim.text
    span = find_bold(found, claim)
    start, end = span or (len(text), len(text))
    bold = f'<strong class="km-short">{escape_markdown(text[start:end])}</strong>' if span else ""
    language = escape_html(_language(found, text, claim.citations))
    return f'<span lang="{language}">{escape_markdown(text[:start])}{bold}{escape_markdown(text[end:])}</span>'


def _language(found: Answer, sentence: str, numbers: Iterable[int]) -> str:
    """A sentence quoted from an article in another language is in that language, not in the answer's."""
    quoted = (c for c in found.citations if c.number in numbers and sentence in c.paragraph.text)
    return next((c.language for c in quoted), found.language)


def render_notes(turns: Turns) -> str:
    """What page.js adds to the conversation: what each marker stands for, and each answer as it is copied. Set as it is."""
    return "".join(_notes_of(turn, turn.answer) for turn in turns if turn.answer)


def _notes_of(turn: Turn, found: Answer) -> str:
    words = get_texts(found.language)
    rows = [f'<i data-copy="{turn.number}" data-text="{escape_html(write_plain_text(found))}"></i>']
    for c in found.citations:
        title = c.title.strip() or f"{words.untitled} ({c.article_id})"
        page = name_page(c.page, found.language)
        place = " · ".join(filter(None, (c.outlet or title, c.published or words.undated, page)))
        rows.append(
            f'<i data-for="km-{turn.number}-m{c.number}" data-quote="{escape_html(c.quote)}" data-place="{escape_html(place)}"'
            f' data-label="{escape_html(words.source.format(c.number))}: {escape_html(title)}"></i>'
        )
    return "".join(rows)


def _withheld(found: Answer) -> str:
    """What was not shown, to be unfolded: struck through, with the reasons."""
    withheld = [claim for claim in found.claims if claim.status != "supported"]
    if not withheld:
        return ""
    label = get_texts(found.language).withheld.format(len(withheld))
    reasons = ("; ".join(word_reason(reason, found.language) for reason in claim.reasons) for claim in withheld)
    rows = "".join(
        f"<li><s>{escape_markdown(claim.text)}</s> <span>{escape_markdown(why)}</span></li>"
        for claim, why in zip(withheld, reasons, strict=True)
    )
    return f'<details class="km-withheld"><summary>{escape_markdown(label)}</summary><ul>{rows}</ul></details>'


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
    return f'<button type="button" class="{classes}" title="{escape_attribute(label)}"></button>'
