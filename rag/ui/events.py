"""What happens when something is typed, pressed, opened or stopped, as values of the page's components.

The conversation lives in the visitor's browser: it comes in with every event as plain JSON (`kept`) and goes back with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import gradio as gr

from rag.ui import bubbles, conversation, exporting, frame, reader, saved, suggesting
from rag.ui.answering import Answering
from rag.ui.browser import (
    Kept,
    choose_language,
    name_conversation,
    read_action,
    read_articles,
    read_turn_number,
    select_own,
)
from rag.ui.catalogue import render_catalogue
from rag.ui.conversation import PageAssistant, Turns
from rag.ui.evaluation import SHIPPED, draw_evaluation, load_evaluation
from rag.ui.guard import count_waited_seconds
from rag.ui.judging import Judgement, keep_judgement
from rag.ui.questions import QuestionMaker
from rag.ui.texts import TEXTS, Texts, get_texts
from rag.ui.titles import list_titles

Values = tuple[Any, ...]


@dataclass(frozen=True)
class Events:
    """The events of a page over an assistant. report: the evaluation's on this machine, shown when it is there. verdicts: where
    they are kept. shipped: the report of the release."""

    assistant: PageAssistant
    report: Path
    verdicts: Path
    answering: Answering = field(default_factory=Answering)
    shipped: Path = SHIPPED

    @cached_property
    def maker(self) -> QuestionMaker:
        """Makes questions for articles that bring none."""
        return QuestionMaker(self.assistant)

    # A question: outputs are conversation, messages, pane, status line, next questions, notes, box, hint, the turn being edited

    def on_typed(
        self, question: str, kept: Kept, editing: int, language: str, request: gr.Request
    ) -> Iterator[Values]:
        """The page while a question is answered; a hint alone when there is none."""
        if not question.strip():
            yield (*[gr.skip()] * 7, frame.render_hint(get_texts(language).empty_question), gr.skip())
            return
        turns = self.read_turns(kept)
        before = conversation.turns_before(turns, editing) if editing else turns
        if editing and len(before) + 1 < len(turns):
            kept = kept | {"id": ""}  # another conversation: what came after the earlier question stays with the old one
        yield from self._answered(question, before, kept, language, request)

    def on_pressed(self, kept: Kept, language: str, event: gr.EventData, request: gr.Request) -> Iterator[Values]:
        """A question of the page's, or an earlier one asked again."""
        action, turns = read_action(event), self.read_turns(kept)
        question = str(action.get("question", ""))
        if action.get("do") == "retry":
            number = read_turn_number(action)
            question = next((t.question for t in turns if t.number == number), "")
            turns = conversation.turns_before(turns, number)
        if question.strip():
            yield from self._answered(question, turns, kept, language, request)
        else:
            yield (gr.skip(),) * 9

    def on_linked(self, kept: Kept, language: str, request: gr.Request) -> Iterator[Values]:
        """The question of a link, `?q=`, in a conversation of its own; not again when the page is opened once more."""
        question, turns = str(request.query_params.get("q", "")), self.read_turns(kept)
        if question.strip() and [turn.question for turn in turns] != [question]:
            yield from self._answered(question, (), self._begin_anew(kept), language, request)
        else:
            yield (gr.skip(),) * 9

    def _answered(
        self, question: str, turns: Turns, kept: Kept, language: str, request: gr.Request
    ) -> Iterator[Values]:
        words, kept = get_texts(language), name_conversation(kept)
        box: object = gr.Textbox(value="", submit_btn=False, stop_btn=True)  # what is typed meanwhile stays
        now, articles = turns, self._read_articles(kept)
        with self.answering.begin_answer(request.session_hash or "") as token:
            waited = count_waited_seconds(request)
            for now in conversation.answer_turn(self.assistant, turns, question, words, token, waited, articles):
                yield (*self.show(now, kept, language, busy=True), box, "", 0)
                box = gr.skip()
            yield (*self.show(now, kept, language), gr.Textbox(submit_btn=True, stop_btn=False), "", 0)

    def on_stopped(self, request: gr.Request) -> None:
        """Stop what is being answered: the page then shows what came of it, and can be asked again."""
        self.answering.stop(request.session_hash or "")

    def on_cleared(self, kept: Kept, language: str, request: gr.Request) -> Values:
        """An empty page: a new conversation. The last of the old one is shown before."""
        self.answering.stop(request.session_hash or "", wait=True)
        fresh = self._begin_anew(kept)
        chat = gr.Chatbot(value=[], placeholder=self.make_placeholder(language))
        outputs = self.show((), fresh, language)
        return (outputs[0], chat, *outputs[2:], gr.Textbox(value="", submit_btn=True, stop_btn=False), "", 0)

    def _begin_anew(self, kept: Kept) -> Kept:
        """What the browser keeps of an empty conversation."""
        return {name: kept[name] for name in ("language", "articles") if kept.get(name)}

    # What is quickly done

    def on_acted(self, kept: Kept, language: str, event: gr.EventData) -> Values:
        """A marker of an earlier answer, a question to edit, a verdict.

        Outputs: conversation, messages, pane, box, hint, the turn being edited."""
        action, turns, words = read_action(event), self.read_turns(kept), get_texts(language)
        number = read_turn_number(action)
        turn = next((t for t in turns if t.number == number), None)
        outputs: list[Any] = [gr.skip()] * 6
        if turn is None:
            return tuple(outputs)
        match action.get("do"):
            case "open":
                outputs[2] = reader.render_pane(self.assistant, turns, words, number)
            case "edit":
                told = words.editing if turn is turns[-1] else words.editing_earlier
                outputs[3:] = turn.question, frame.render_hint(told), number
            case "good" | "bad" as verdict:
                turns = tuple(replace(t, verdict=verdict) if t is turn else t for t in turns)
                kept = name_conversation(kept)
                given = Judgement(turn, verdict, str(action.get("word", "")), kept["id"], self.assistant.generation)
                said = keep_judgement(self.verdicts, given, words)
                outputs[0] = select_own(kept) | {"turns": saved.dump_turns(turns)}
                outputs[1] = self._messages(turns, words)
                outputs[4] = frame.render_hint(said)
        return tuple(outputs)

    # The page as a whole

    def on_arrived(self, kept: Kept, request: gr.Request) -> Values:
        """The page when it is opened: in the language chosen before or the browser's, with the conversation that the browser
        kept. Outputs: the generation seen, the language, those of `switched`."""
        language = kept.get("language")
        if language not in TEXTS:
            language = choose_language(request)
        turns = conversation.end_turns(self.read_turns(kept))
        shown = self.on_switched(kept | {"turns": saved.dump_turns(turns)}, language)
        if paragraph_id := str(request.query_params.get("p", "")):
            opened = reader.open_article(self.assistant, paragraph_id, get_texts(language))
            shown = (*shown[:2], opened, *shown[3:])
        return (self.assistant.generation, language, *shown)

    def on_switched(self, kept: Kept, language: str) -> Values:
        """The page in another language.

        Outputs: conversation, messages, pane, status line, next questions, notes, head, box, buttons, tabs."""
        words, turns = get_texts(language), self.read_turns(kept)
        values = self.show(turns, kept | {"language": language}, language)
        chat = gr.Chatbot(value=values[1], placeholder=self.make_placeholder(language))
        buttons = [gr.Button(value=label) for label in (words.new, words.save_markdown, words.save_json)]
        tabs = [gr.Tab(label=label) for label in (words.tab_ask, words.tab_articles, words.tab_evaluation)]
        return (
            values[0], chat, *values[2:], frame.render_header(words), gr.Textbox(placeholder=words.placeholder), *buttons, *tabs,
        )  # fmt: skip

    def on_ticked(self, seen: str, language: str, kept: Kept | None = None) -> Values:
        """A new generation of the index shows by itself. Outputs: the generation seen, status line, listing.

        kept: the articles chosen, without the conversation."""
        if seen == self.assistant.generation:
            return (gr.skip(),) * 3
        return self.assistant.generation, self.tell_line((), get_texts(language), kept or {}), self.listed(language)

    def listed(self, language: str) -> str:
        """The Articles tab: made when it is opened, since it holds all that is indexed."""
        return render_catalogue(self.assistant, get_texts(language))

    def on_evaluated(self, language: str) -> Values:
        """The Evaluation tab. Outputs: table, bars of systems, curve of calibration."""
        words = get_texts(language)
        return draw_evaluation(load_evaluation(self.report, words, self.shipped), words)

    def export_markdown(self, kept: Kept) -> list[str]:
        """File name and text of the conversation to read."""
        return ["kilnmark.md", exporting.write_markdown(self.read_turns(kept))]

    def as_json(self, kept: Kept) -> list[str]:
        """File name and text of the conversation for programs."""
        return ["kilnmark.json", exporting.as_json(self.read_turns(kept))]

    # What the rest is made of

    def read_turns(self, kept: object) -> Turns:
        """The turns of what a browser kept."""
        return saved.load_turns(kept.get("turns") if isinstance(kept, Mapping) else None, self.assistant)

    def show(self, turns: Turns, kept: Kept, language: str, busy: bool = False) -> Values:
        """What the browser keeps, messages, sources pane, status line, next questions and notes of a conversation.

        busy: an answer is coming, and nothing else can be asked until it is there or stopped."""
        words = get_texts(language)
        asks = [] if busy else suggesting.suggest_following(self.assistant, turns, language, self.maker)
        return (
            select_own(kept) | {"turns": saved.dump_turns(turns)}, self._messages(turns, words, busy),
            reader.render_pane(self.assistant, turns, words), self.tell_line(turns, words, kept),
            frame.render_following(words, asks),
            bubbles.render_notes(turns),
        )  # fmt: skip

    def _messages(self, turns: Turns, words: Texts, busy: bool = False) -> list[dict[str, str]]:
        return [
            {"role": role, "content": content}
            for turn in turns
            for role, content in (
                ("user", bubbles.render_question(turn)),
                ("assistant", bubbles.render_bubble(turn, words, last=turn is turns[-1] and not busy)),
            )
        ]

    def _read_articles(self, kept: Kept) -> tuple[str, ...] | None:
        return read_articles(kept, [source.id for source in self.assistant.articles()])

    def tell_line(self, turns: Turns, words: Texts, kept: Kept) -> str:
        """The status line of a conversation."""
        model = next((turn.answer.model for turn in reversed(turns) if turn.answer), self.assistant.model)
        count, chosen = len(self.assistant.articles()), self._read_articles(kept)
        asked = len(chosen) if chosen else count
        return frame.render_status(count, self.assistant.generation, self.assistant.created, model, words, asked)

    def make_placeholder(self, language: str) -> str:
        """What stands in the empty conversation."""
        words = get_texts(language)
        asks = suggesting.suggest_first(self.assistant, language, self.maker)
        return frame.render_placeholder(words, list_titles(self.assistant, words), asks)
