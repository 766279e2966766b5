"""Files of one's own in the Articles tab: who may add some, what the page shows of them, and what happens when some come or go.

They belong to the page, not to a visitor: on one's own machine that is the same, and behind a login all who have it share them,
which the page says.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, Literal

import gradio as gr

from rag.api.generation import Progress
from rag.api.own_files import MAX_BYTES, MAX_FILE_BYTES, MAX_FILES, OwnFiles
from rag.config import Settings
from rag.corpus import SUFFIXES
from rag.errors import ArgumentError, IndexBusy
from rag.file_messages import word_file_reason
from rag.types import FileReport, Source
from rag.ui.browser import Kept
from rag.ui.conversation import PageAssistant
from rag.ui.events import Events
from rag.ui.guard import LOOPBACK
from rag.ui.layout import Layout
from rag.ui.markup import escape_html
from rag.ui.texts import get_texts
from rag.ui.texts.own_files import OwnTexts, get_own_texts
from rag.ui.titles import title_article

log = logging.getLogger(__name__)
Values = tuple[Any, ...]
Obstacle = Literal["off", "server", "read_only"]
_SKIPPED = (gr.skip(),) * 4  # what stays as it is while files are read
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def find_obstacle(settings: Settings, own: OwnFiles) -> Obstacle | None:
    """Why the page of these settings takes no files; None when it does. "off" is nothing that a visitor is told."""
    if not settings.uploads or (settings.host not in LOOPBACK and not settings.auth):
        return "off"
    if settings.chroma_url:
        return "server"
    return None if own.is_writable() else "read_only"


@dataclass(frozen=True)
class OwnEvents:
    """What happens with files of one's own, over the events of a page and the folder of those files."""

    events: Events
    own: OwnFiles

    @property
    def assistant(self) -> PageAssistant:
        """Who answers from them."""
        return self.events.assistant

    def may_add(self, request: gr.Request) -> bool:
        """Whether who asks may add files and remove them: with the login, else from this machine itself and through no proxy."""
        settings = self.own.settings
        if find_obstacle(settings, self.own):
            return False
        from_here = getattr(request.client, "host", "") in LOOPBACK and not any(name in request.headers for name in _FORWARDED)
        return bool(settings.auth) or from_here

    def show_own(self, language: str, request: gr.Request) -> Values:
        """Where files are added, and the list of those there are. Outputs: zone, list."""
        words, obstacle = get_own_texts(language), find_obstacle(self.own.settings, self.own)
        if self.may_add(request):
            return render_zone(words, bool(self.own.settings.auth)), self._render_list(language)
        said = {"server": words.server, "read_only": words.read_only}.get(obstacle or "", "")
        return (f'<p class="km-empty">{escape_html(said)}</p>' if said else ""), ""

    def begin_batch(self, request: gr.Request) -> dict[str, str]:
        """The name of a new batch of files, "" for those who may add none, as JSON."""
        return {"batch": self.own.begin_batch() if self.may_add(request) else ""}

    def take_batch(self, sent: dict[str, Any], language: str, kept: Kept) -> Iterator[Values]:
        """The page while a batch is indexed that the browser has sent, and with the report.

        sent: the name of the batch, and those of its files. kept: the articles chosen, without the conversation.
        Outputs: told, list, listing, the generation seen, status line."""
        batch, names = str(sent.get("batch", "")), [str(name) for name in sent.get("names") or ()]
        yield from self._follow(
            lambda progress: render_report(self.own.take_batch(batch, names, progress), language), language, kept
        )

    def remove_files(self, pressed: dict[str, Any], language: str, kept: Kept, request: gr.Request) -> Iterator[Values]:
        """The page while files are removed: that of the article whose button was pressed, or all ("*"). Outputs: those of
        `take_batch`."""
        words, wanted = get_own_texts(language), pressed.get("article")
        if not self.may_add(request):
            yield render_told(words.refused), *_SKIPPED
            return
        gone = [source for source in self._list_sources() if wanted in ("*", source.id)]
        origins = [self.assistant.about(source.id).origin for source in gone]
        yield from self._follow(
            lambda progress: render_told(words.removed.format(self.own.remove_files(origins, progress))), language, kept
        )

    def _follow(self, work: Callable[[Progress], str], language: str, kept: Kept) -> Iterator[Values]:
        """How far the work is, and then what came of it. It goes on when nobody looks any more."""
        words = get_own_texts(language)
        came: queue.SimpleQueue[tuple[str, int, int] | str | Exception] = queue.SimpleQueue()

        def run() -> None:
            try:
                came.put(work(lambda stage, done, total: came.put((stage, done, total))))
            except Exception as error:
                came.put(error)

        threading.Thread(target=copy_context().run, args=(run,), daemon=True, name="rag-own-files").start()
        yield render_progress(words.stages["read"], 0, 0), *_SKIPPED
        while isinstance(found := came.get(), tuple):
            if came.empty():  # else there is a newer one
                yield render_progress(words.stages[found[0]], *found[1:]), *_SKIPPED
        told = found if isinstance(found, str) else render_told(_explain_failure(found, words))
        line = self.events.tell_line((), get_texts(language), kept)
        yield told, self._render_list(language), self.events.listed(language), self.assistant.generation, line

    def _list_sources(self) -> list[Source]:
        return [a for a in self.assistant.articles() if self.own.holds(self.assistant.about(a.id).origin)]

    def _render_list(self, language: str) -> str:
        return render_list(self._list_sources(), language)


def _explain_failure(error: Exception, words: OwnTexts) -> str:
    if isinstance(error, ArgumentError):  # no such batch, or not any more
        return words.refused
    if not isinstance(error, IndexBusy):
        log.error("own files failed: %s", type(error).__name__, extra={"failure": error})
    return words.busy if isinstance(error, IndexBusy) else words.failed


def render_zone(words: OwnTexts, shared: bool) -> str:
    """Where files are dropped, chosen or pasted. Set as it is. shared: others see them."""
    limits = words.limits.format(" ".join(SUFFIXES), MAX_FILE_BYTES // 1_000_000, MAX_FILES, MAX_BYTES // 1_000_000)
    who = words.shared if shared else words.here
    return (
        f'<section class="km-own" aria-labelledby="km-own-title" data-largest="{MAX_FILE_BYTES}" '
        f'data-sending="{escape_html(words.sending)}"><h2 id="km-own-title">{escape_html(words.title)}</h2>'
        f'<p class="km-own-who">{escape_html(who)}</p>'
        f'<div class="km-own-drop"><span>{escape_html(words.drop)}</span> '
        f'<input type="file" id="km-own-files" multiple accept="{",".join(SUFFIXES)}" aria-describedby="km-own-limits">'
        f'<label for="km-own-files">{escape_html(words.choose)}</label>'
        f'<p id="km-own-limits">{escape_html(limits)}</p></div><details><summary>{escape_html(words.paste)}</summary>'
        f'<label>{escape_html(words.paste_title)}<input type="text" class="km-own-name" maxlength="160"></label>'
        f'<label>{escape_html(words.paste_text)}<textarea class="km-own-text" rows="6"></textarea></label>'
        f'<button type="button" class="km-own-add">{escape_html(words.paste_add)}</button></details>'
        '<p class="km-own-sending" role="status"></p></section>'
    )


def render_progress(stage: str, done: int, total: int) -> str:
    """How far an ingestion is."""
    bar = f'<progress max="{total}" value="{done}" aria-label="{escape_html(stage)}"></progress>' if total else ""
    return f'<div class="km-own-told" role="status">{escape_html(stage)} {bar}</div>'


def render_told(line: str) -> str:
    """One line of what came of it."""
    return f'<div class="km-own-told" role="status" tabindex="-1" data-done>{escape_html(line)}</div>'


def render_report(files: Sequence[FileReport], language: str) -> str:
    """What became of every file."""
    words = get_own_texts(language)
    rows = "".join(
        f'<li class="km-own-{"used" if file.use == "article" else "unused"}"><b dir="auto">{escape_html(file.path)}</b> '
        f"{escape_html(_word_outcome(file, language))}</li>"
        for file in files
    )
    added = words.added.format(sum(file.use == "article" for file in files), len(files))
    return f'<div class="km-own-told" role="status" tabindex="-1" data-done>{escape_html(added)}<ul>{rows}</ul></div>'


def _word_outcome(file: FileReport, language: str) -> str:
    words = get_own_texts(language)
    return words.used if file.use == "article" else words.unused.format(word_file_reason(file.code, file.detail, language))


def render_list(sources: Sequence[Source], language: str) -> str:
    """The files there are, each to be removed, and all to be asked alone; "" when there are none. A button that removes asks
    first, in own.js; what it asks is said aloud, too."""
    if not sources:
        return ""
    words = get_own_texts(language)
    rows = "".join(
        f'<li><span lang="{escape_html(source.language)}" dir="auto">{escape_html(title)}</span> '
        f"{_render_removal(source.id, (words.remove, words.remove_one.format(title)), (words.sure, asked))}</li>"
        for source in sources
        for title in (title_article(source, get_texts(language)),)
        for asked in (f"{words.sure} {title} – {words.again}",)
    )
    buttons = f'<button type="button" class="km-own-only">{escape_html(words.only)}</button>'
    if len(sources) > 1:
        buttons += " " + _render_removal("*", (words.remove_all,) * 2, (words.sure_all, f"{words.sure_all} {words.again}"))
    return (
        f'<div class="km-owned"><h3>{escape_html(words.listed.format(len(sources)))}</h3><ul>{rows}</ul><p>{buttons}</p>'
        '<p class="km-own-asked" role="status"></p></div>'
    )


def _render_removal(article: str, said: tuple[str, str], asked: tuple[str, str]) -> str:
    """A button that removes the file of an article, or all ("*"). said, asked: text and name, at first and when it asks."""
    (text, label), (sure, sure_label) = said, asked
    return (
        f'<button type="button" class="km-own-remove" data-article="{escape_html(article)}" aria-label="{escape_html(label)}" '
        f'data-text="{escape_html(text)}" data-label="{escape_html(label)}" data-sure="{escape_html(sure)}" '
        f'data-sure-label="{escape_html(sure_label)}">{escape_html(text)}</button>'
    )


def connect_own(layout: Layout, events: OwnEvents) -> None:
    """Which event of the page leads where."""
    quick: dict[str, Any] = {"show_progress": "hidden", "queue": False, "api_visibility": "private"}
    slow: dict[str, Any] = {
        "inputs": [layout.own.batch, layout.language, layout.kept],
        "outputs": [layout.own.told, layout.own.owned, layout.listing, layout.seen, layout.talk.line],
        "show_progress": "hidden", "concurrency_limit": 1, "concurrency_id": "own-files", "api_visibility": "private",
    }  # fmt: skip
    door, language = layout.door, layout.language
    gr.on([layout.tabs[1].select, language.input], events.show_own, [language], [layout.own.zone, layout.own.owned], **quick)
    begun = door.upload(events.begin_batch, None, layout.own.batch, **quick)
    taken = begun.then(events.take_batch, js="(...given) => window.kilnmark.sendFiles(...given)", **slow)
    removed = door.delete(events.remove_files, js="(...given) => window.kilnmark.removeFiles(...given)", **slow)
    for ended in (taken, removed):
        ended.then(None, js="() => window.kilnmark.endFiles()", api_visibility="private")
