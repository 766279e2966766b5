"""P6 of the fault table in docs/results.md: every answer ends within the deadline, which begins when the question comes in."""

from __future__ import annotations

from itertools import chain, count, repeat
from types import SimpleNamespace

import gradio as gr
import pytest

from rag import Answer, Assistant
from rag.api.asked import Asked
from rag.api.streaming import AnswerStream
from rag.encoder.embeddings import CentredEmbedder
from rag.messages import word_message
from rag.question.length import MAX_TOKENS
from rag.ui import guard
from rag.ui.endpoints import Endpoints

QUESTIONS = {
    "en": "How large is the exhibition space of the expo?", "zh": "博览会的展览面积有多大？", "tr": "Fuara kaç ülkeden katılımcı geldi?",
}  # fmt: skip
TWO = "How large is the exhibition space of the expo, and who is the deputy mayor of Iznik?"


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that are embedded."""
    texts: list[str] = []
    query = CentredEmbedder.query

    def noting(self: CentredEmbedder, text: str, language: str):
        texts.append(text)
        return query(self, text, language)

    monkeypatch.setattr(CentredEmbedder, "query", noting)
    return texts


@pytest.mark.parametrize(("unit", "language"), [("瓷器", "zh"), ("窑火千年不熄？", "zh"), ("kiln fire ", "en"), ("fırın ateşi ", "tr")])
def test_p6_of_a_question_of_4000_characters_only_the_beginning_is_embedded_and_read(
    assistant: Assistant, embedded: list[str], unit: str, language: str
) -> None:
    whole = (unit * 4000)[:3980].strip()
    answer = assistant.ask(whole, language=language)
    limit = MAX_TOKENS if language == "zh" else 4 * MAX_TOKENS
    assert sum(map(len, embedded)) <= limit and whole.startswith(answer.question)
    assert answer.status != "answered" and word_message("question_cut", language, count=len(answer.question)) in answer.notice


def test_p6_a_question_of_ordinary_length_is_read_whole_and_says_nothing_of_it(assistant: Assistant) -> None:
    for question in QUESTIONS.values():
        answer = assistant.ask(question)
        assert answer.question == question and answer.status == "answered" and word_message("question_cut", "en", count=0)[:20] not in str(answer.notice)


@pytest.mark.parametrize("language", QUESTIONS)
def test_p6_a_question_that_waited_for_the_whole_deadline_is_told_so_and_nothing_is_done_for_it(
    assistant: Assistant, embedded: list[str], language: str
) -> None:
    answer = assistant.ask(QUESTIONS[language], waited=assistant.settings.deadline + 1)
    assert answer.text == word_message("too_busy", language) and answer.status == "not_found" and not embedded
    assert assistant.ask(QUESTIONS[language], waited=1.0).status == "answered"


def running_out(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Have the deadline pass after it was looked at so many times."""
    looks = chain(repeat(False, after), repeat(True))
    monkeypatch.setattr(Asked, "late", property(lambda asked: next(looks)))


def test_p6_an_answer_that_runs_out_of_time_is_what_there_is_with_a_notice(
    assistant: Assistant, embedded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Kaya" in assistant.ask(TWO).text
    assert len(embedded) > 1
    embedded.clear()
    running_out(monkeypatch, after=1)
    answer = assistant.ask(TWO)
    assert "140,000" in answer.text and "Kaya" not in answer.text
    assert answer.status == "partial" and word_message("out_of_time", "en") in answer.notice and len(embedded) == 1


def test_p6_no_more_passages_are_read_when_the_deadline_has_passed(assistant: Assistant) -> None:
    clock = count()
    answerer = assistant.answerer
    answerer._clock = lambda: float(next(clock))
    passages = assistant.retrieve(QUESTIONS["en"], 6)
    hurried = answerer.rank_sentences(QUESTIONS["en"], "en", passages, ends=0.0)
    assert len({c.passage.paragraph_id for c in hurried.candidates}) == 2
    patient = answerer.rank_sentences(QUESTIONS["en"], "en", passages)
    assert len({c.passage.paragraph_id for c in patient.candidates}) > 2


def test_p6_the_wait_is_counted_from_when_the_request_came_in(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float] = []

    class Asking:
        def stream(self, question: str, *, history: object, language: object, waited: float):
            told.append(waited)
            return AnswerStream(lambda token: (a for a in [Answer("q", "", "not_found", "en", 0.0)]))

    request = gr.Request(request=SimpleNamespace(scope={"rag.begun": 100.0}))  # type: ignore[arg-type]
    monkeypatch.setattr(guard.time, "perf_counter", lambda: 107.5)
    Endpoints(Asking()).ask("q", request=request)  # type: ignore[arg-type]
    Endpoints(Asking()).ask("q")  # type: ignore[arg-type]
    assert told == [7.5, 0.0]
