"""What the server has to do with the conversations that a browser keeps: one of them is opened in the place of another, an answer
that came with a link is shown, one answer is saved.

They are kept, listed, renamed and deleted by talks.js and talklist.js, and links are made by sharing.js. Nothing stays here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from rag.types import Answer
from rag.ui import conversation, exporting, frame, saved
from rag.ui.browser import Kept, read_action, read_turn_number, select_own
from rag.ui.bubbles import SHOWN_QUESTION
from rag.ui.conversation import PageAssistant, Turn
from rag.ui.events import Events
from rag.ui.texts import get_texts

Values = tuple[Any, ...]


@dataclass(frozen=True)
class Talks:
    """What happens to a conversation as a whole, over the events of a page."""

    events: Events

    def arrived(self, kept: Kept, request: gr.Request) -> Values:
        """The page when it is opened, with the conversation that the browser gave or the answer of a link.

        Outputs: those of `Events.arrived` and the hint."""
        generation, language, shown, *others = self.events.on_arrived(kept, request)
        if "shared" not in kept:
            return (generation, language, _echo(shown), *others, "")
        told = frame.render_hint(get_texts(language).shared_broken)
        if turn := self._read_shared(kept["shared"]):
            assert turn.answer is not None
            _, messages, pane, _, _, notes = self.events.show((turn,), kept, language, busy=True)
            others[:2], others[4] = (gr.Chatbot(value=messages), pane), notes
            held, quoted = count_held(turn.answer, self.events.assistant), len(turn.answer.citations)
            question = turn.question if len(turn.question) <= SHOWN_QUESTION else ""
            told = frame.shared(get_texts(language), question, held, quoted)
        return (generation, language, _echo(shown) | {"shared": True}, *others, told)

    def turned(self, kept: Kept, language: str, request: gr.Request) -> Values:
        """Another conversation of the browser's, or an empty one. The last of the one before is shown first.

        Outputs: those of a question."""
        self.events.answering.stop(request.session_hash or "", wait=True)
        turns = conversation.end_turns(self.events.read_turns(kept))
        shown, messages, *others = self.events.show(turns, kept, language)
        chat = gr.Chatbot(value=messages, placeholder=self.events.make_placeholder(language))
        return (_echo(shown), chat, *others, gr.Textbox(submit_btn=True, stop_btn=False), "", 0)

    def choose(self, kept: Kept, language: str) -> Values:
        """Other articles are ticked. Outputs: what the browser keeps, the status line."""
        own = select_own(kept)
        return own, self.events.tell_line(self.events.read_turns(kept), get_texts(language), own)

    def save_answer(self, kept: Kept, event: gr.EventData) -> list[str]:
        """File name and text of one answer to read."""
        number = read_turn_number(read_action(event))
        turns = tuple(turn for turn in self.events.read_turns(kept) if turn.number == number)
        return ["kilnmark.md", exporting.write_markdown(turns)]

    def _read_shared(self, given: object) -> Turn | None:
        """The turn that a link holds, which anybody may have written; None when it holds no answer."""
        row = {**given, "number": 1} if isinstance(given, dict) else {}
        turns = saved.load_turns([row], self.events.assistant)
        return turns[0] if turns and turns[0].answer else None


def count_held(answer: Answer, assistant: PageAssistant) -> int:
    """How many quotations of an answer stand in the articles as they are now, word for word, at the place that is named."""
    held = 0
    for cited in answer.citations:
        try:
            text = assistant.paragraph(cited.paragraph_id).text
        except KeyError:
            continue
        held += bool(cited.quote.strip()) and cited.paragraph.text == text  # else it was read without its paragraph
    return held


def _echo(kept: Kept) -> Kept:
    """What the browser gave, going back to it: nothing of it is new."""
    return kept | {"echo": True}
