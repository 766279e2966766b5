"""The measure of time to the first sentence: what is asked, what is shown, what is counted. How long it takes is not tested."""

from __future__ import annotations

from functools import partial

import pytest
from rich.console import Console

from evals import __main__ as command
from evals import gold
from evals.research import pacing
from evals.research.endpoint import Endpoint, quote_sentences, serve_endpoint
from evals.research.pacing import Pair, make_table, spread_questions, time_reader
from evals.runner import of_articles
from rag import Assistant, Settings
from rag.prompts import CANNOT_ANSWER

QUESTIONS = {
    "en": "When did the expo open?",
    "zh": "博览会什么时候开幕?",
    "tr": "Jingdezhen fuarı hangi gün açıldı?",
}


@pytest.fixture
def paced(settings):
    """An endpoint that does not wait, and an assistant that asks it."""
    with serve_endpoint(Endpoint(lambda prompt: [CANNOT_ANSWER], start=0, rate=1e6)) as endpoint:
        yield endpoint, Assistant(Settings(store=settings.store, **endpoint.settings))


def item(language):
    return gold.Item("i", QUESTIONS[language], language, "fact")


@pytest.mark.parametrize("language", QUESTIONS)
def test_the_two_sentences_of_the_endpoint_are_true_and_shown(paced, assistant, language):
    endpoint, model = paced
    endpoint.reply = partial(quote_sentences, paragraphs=of_articles(assistant).values(), language=language)
    answer = model.ask(QUESTIONS[language])
    assert (answer.mode, answer.status, len(answer.claims)) == ("model", "answered", 2)
    assert len(endpoint.seconds) == 1 and time_reader(model, QUESTIONS[language]) is not None


def test_a_refusal_is_no_sentence(paced):
    endpoint, model = paced
    assert time_reader(model, QUESTIONS["en"]) is None and len(endpoint.asked) == 1


def test_about_twenty_questions_in_three_languages_are_asked():
    some = spread_questions(gold.load())
    assert 15 <= len(some) <= 24 and len({item.id for item in some}) == len(some)
    assert {item.language for item in some} == {"en", "zh", "tr"}
    assert len({item.file for item in some}) > 3 and all(item.answerable for item in some)


def test_the_table_has_both_times_and_the_ratio_of_each_question():
    console = Console(record=True, width=100)
    console.print(make_table([Pair(1.0, 1.1), Pair(2.0, 2.6), Pair(1.0, 1.2)]))
    shown = console.export_text()
    assert "1.000 s" in shown and "1.200" in shown and "aim 1.15" in shown
    assert "–" in str(list(make_table([]).columns[2].cells))


def test_the_command_states_its_pace_and_its_figures(settings, monkeypatch, capsys):
    class AtOnce(Endpoint):
        def __init__(self, reply):
            super().__init__(reply, start=0, rate=1e6)

    monkeypatch.setattr(pacing, "Endpoint", AtOnce)
    monkeypatch.setattr(pacing, "indexed", lambda chosen: _over(settings, chosen))
    monkeypatch.setattr(pacing, "spread_questions", lambda items: [item("en"), item("zh")])
    assert command.main(["pace"]) == 0
    shown = capsys.readouterr().out
    shown = " ".join(shown.split())
    assert shown.count("0.5 s to the first token, then 50 tokens a second") == shown.count("aim 1.15 │ 2 │") == 2


def _over(settings, chosen):
    from contextlib import nullcontext

    return nullcontext(Assistant(chosen.model_copy(update={"store": settings.store})))
