"""The reply of a language model -> claims: sentences with the numbers of the paragraphs they cite, as soon as each is whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.language.invisible import remove_invisible
from rag.locales import find_full_stop
from rag.prompts import MARKER, read_marker, replace_unreadable
from rag.types import Span

Split = Callable[[str, str], Sequence[Span]]
# Markdown that is form and not text: list bullets, headings, emphasis, links and images (of a link its words stay), tags.
_TARGET = r"\((?:[^()\s]|\([^()\s]{0,200}\)){1,500}(?:[ ]+\"[^\"\n]{0,200}\")?\)"
_IMAGE = re.compile(rf"!\[[^\]\n]{{0,200}}\]{_TARGET}")
_LINK = re.compile(rf"\[([^\]\[]{{1,200}})\]({_TARGET})")
# A number before a small letter is an ordinal: "15. yüzyıl".
_BULLET = re.compile(r"^[ \t]*(?:[-*•>#]+|\d{1,2}[.)、](?![ \t]+[a-zçğıöşü]))[ \t]+", re.MULTILINE)
_EMPHASIS = re.compile(r"\*\*|__|`|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)")
_SCRIPT = re.compile(r"<(script|style)\b.{0,2000}?</\1>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z|][^<>\n]{0,200}>")
# A marker, a link or a tag that is not whole yet.
_OPEN = re.compile(r"(?:[\[【［][^\]】］\n]{0,40}|[(（][0-9０-９]{0,2}|\]\([^)\s]{0,500}|</?[A-Za-z|][^<>\n]{0,200})$")
# The last markers of what has come, of which the last may not be whole.
_MARKED = re.compile(r"(?<!\s)(?:\s*+[\[【［][\s\d０-９^＾,，、;；~～–—-]*+[\]】］]?+)++\s*+$")
_STOPS = ".。!！?？…"
_PAIRS = tuple(zip("(（«‘“「『《", ")）»’”」』》", strict=True))
_CLOSING = _STOPS + "".join(closing for _, closing in _PAIRS) + "\"'"
_ENDS = re.compile(r"[.!?。！？…\n]")
MAX_HELD_CHARS = 4000  # that are kept for a sentence that does not end; then it is taken as it is
_OPEN_CHARS = 600  # characters at the end that the beginning of a form is looked for in
_MARKS = 200  # characters at the end that markers are looked for in
_QUOTATION = 300  # characters that a sentence is held back for a quotation in it that is still open


@dataclass(frozen=True, slots=True)
class Proposed:
    """A sentence of a reply without its markers, and the paragraph numbers they name, in order, each once."""

    text: str
    numbers: tuple[int, ...]


class ReplyBuffer:
    """A reply as it comes, taken apart into claims. What is not whole yet is kept until more comes or it ends; a sentence is
    whole with the full stop after its marker, or with the next one's first letter. Markers after both are no sentence's.

    split: sentence spans of a text in a language.

    >>> reply = ReplyBuffer("en", lambda text, _: [m.span() for m in re.finditer(r"[^.]+\\.?", text)])
    >>> reply.add("It glows [1]. It "), reply.add("cools.[2]"), reply.end()
    ([Proposed(text='It glows.', numbers=(1,))], [], [Proposed(text='It cools.', numbers=(2,))])
    """

    def __init__(self, language: str, split: Split) -> None:
        self._language, self._split = language, split
        self._held = ""
        self._closed = False  # whether a sentence just ended, so that closing brackets and more stops are still its own

    def add(self, text: str) -> list[Proposed]:
        """The claims that are whole with this piece of the reply.

        They are looked for letter by letter, so that they are the same however the reply is cut into pieces.
        """
        found: list[Proposed] = []
        for c in remove_invisible(replace_unreadable(text)):
            if self._closed and c in _CLOSING:
                continue
            begins = c.isalnum() and not self._held[-1:].isalnum()
            ends = c in _STOPS and _ends_with_marker(self._held)
            self._held += c
            self._closed = ends and not _enclosed(self._held)
            if self._closed:
                found += self._take(ended=True)
            elif begins and _ENDS.search(self._held) and not (_begins_form(self._held) or _quoting(self._held)):
                found += self._take(ended=False)
            elif len(self._held) >= MAX_HELD_CHARS:
                found += self._take(ended=True)
        return found

    def expected(self) -> str:
        """The sentence that is whole once the marker that began is followed by a full stop: "" when none began. What comes may
        differ."""
        begun = _MARKED.search(self._held, max(0, len(self._held) - _MARKS))
        if not begun or _quoting(self._held):
            return ""
        plain, _ = _unmarked(self._held[: begun.start()])
        spans = [span for span in self._split(plain, self._language) if any(c.isalnum() for c in plain[slice(*span)])]
        text = " ".join(plain[slice(*spans[-1])].split()) if spans else ""
        return text if not text or text.endswith(tuple(_STOPS)) else text + find_full_stop(self._language)

    def end(self) -> list[Proposed]:
        """The claims that are left."""
        return self._take(ended=True)

    def _take(self, ended: bool) -> list[Proposed]:
        plain, marks = _unmarked(self._held)
        spans = [
            (start + a, start + b)
            for start, line in _lines(_masked(plain))
            for a, b in self._split(line, self._language)
            if any(c.isalnum() for c in line[a:b])
        ]
        whole = spans if ended else spans[:-1]
        found = []
        for n, (start, end) in enumerate(whole):
            until = spans[n + 1][0] if n + 1 < len(spans) else len(plain) + 1
            numbers = dict.fromkeys(number for at, own in marks for number in own if start < at <= until)
            found.append(Proposed(" ".join(plain[start:end].split()), tuple(numbers)))
        if ended:
            self._held = ""
        elif whole:
            self._held = self._held[_raw(self._held, spans[-1][0]) :]
        return found


def _begins_form(text: str) -> bool:
    """Whether a marker, a link or a tag has begun that is not whole yet."""
    return _OPEN.search(text, max(0, len(text) - _OPEN_CHARS)) is not None


def _ends_with_marker(text: str) -> bool:
    at = max(text.rfind(c) for c in "[【［(（")
    return at >= 0 and MARKER.fullmatch(text, at) is not None


def _enclosed(text: str) -> bool:
    """Whether brackets or quotation marks of this line are still open."""
    line = text[text.rfind("\n") + 1 :]
    return _quoting(text) or any(0 <= line.rfind(b) < line.rfind(a) or line.count(a) > line.count(b) for a, b in _PAIRS)


def _unmarked(text: str) -> tuple[str, list[tuple[int, list[int]]]]:
    """The text without its markers, and where in it each stood with its numbers."""
    kept: list[str] = []
    marks: list[tuple[int, list[int]]] = []
    at = length = 0
    for found in MARKER.finditer(text):
        # The blank before a marker goes with it: "It glows [1]." is "It glows."
        piece = text[at : found.start()].rstrip(" ")
        kept.append(piece)
        length += len(piece)
        marks.append((length, read_marker(found.group())))
        at = found.end()
    kept.append(text[at:])
    return "".join(kept), marks


def _raw(text: str, at: int) -> int:
    """The offset in `text` of offset `at` of the text without markers."""
    start = length = 0
    for found in MARKER.finditer(text):
        piece = len(text[start : found.start()].rstrip(" "))
        if length + piece > at:
            break
        length += piece
        start = found.end()
    return start + at - length


def _masked(text: str) -> str:
    """The text with blanks for what is form and would be cut into sentences."""
    for form in (_IMAGE, _SCRIPT, _TAG, _BULLET):
        text = form.sub(lambda found: " " * len(found.group()), text)
    return _LINK.sub(lambda found: found.group()[: -len(found.group(2))] + "_" * len(found.group(2)), text)


def _quoting(text: str) -> bool:
    """Whether a quotation of this line is still open."""
    line = text[text.rfind("\n") + 1 :]
    opened = [line.rfind(a) for a, b in ("“”", "「」", "『』") if line.rfind(a) > line.rfind(b)]
    if line.count('"') % 2:
        opened.append(line.rfind('"'))
    return any(len(line) - at < _QUOTATION for at in opened)


def _lines(text: str) -> list[tuple[int, str]]:
    found, at = [], 0
    for line in text.splitlines(keepends=True):
        found.append((at, line))
        at += len(line)
    return found


def without_markdown(text: str) -> str:
    """A claim as plain words.

    >>> without_markdown("- **Kilns** [glow](http://example.org/a)")
    'Kilns glow'
    """
    plain = _TAG.sub(" ", _SCRIPT.sub(" ", _LINK.sub(r"\1", _IMAGE.sub(" ", text))))
    plain = " ".join(_EMPHASIS.sub("", _BULLET.sub("", plain)).split())
    return re.sub(r" (?=[.,。，](?:\s|$))", "", plain)  # left by what stood before it
