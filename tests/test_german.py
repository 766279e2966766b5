"""A fourth language, by two files alone: it is asked in, answered in, verified in, and the page is shown in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest

from rag import Article, Assistant, Settings, ingest, read, verify
from rag.api.edges import check_language
from rag.dating import read_relative_times, write_day
from rag.language import Quantity, detect_language, find_quantities
from rag.languages import remove_languages
from rag.locales import list_languages
from rag.question.parts import split_parts
from rag.types.reasons import NegationDiffers, NotSaid, NumberDiffers
from rag.ui import events, layout
from rag.ui.answering import Answering
from rag.ui.questions import propose_questions
from rag.ui.texts import get_texts, list_labels, name_language
from tests.conftest import HOME

GERMAN = HOME / "tests" / "german"
TEXT = (
    "Das Scherbenmuseum in Kahla wurde am 18. Oktober 2019 eröffnet. Es zeigt etwa zwei Millionen Scherben.",
    "Die Werkstatt neben dem Museum leitet Anna Weber. Im letzten Jahr kamen 12.500 Besucher.",
)


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    settings = Settings(store=tmp_path_factory.mktemp("german"), languages=GERMAN)
    ingest([Article("kahla", "Ein Museum für Scherben", paragraphs=list(TEXT), published="2021-03-01")], settings)
    yield Assistant(settings)
    remove_languages(GERMAN)
    assert "de" not in list_languages() and get_texts("de").send == "Send"


def test_an_article_is_read_and_a_question_is_asked_and_answered_in_german(german: Assistant) -> None:
    assert german.articles()[0].language == "de"
    answer = german.ask("Wann wurde das Museum in Kahla eröffnet?")
    assert (answer.language, answer.status, answer.short) == ("de", "answered", "18. Oktober 2019")
    assert answer.citations[0].quote == "Das Scherbenmuseum in Kahla wurde am 18. Oktober 2019 eröffnet." and answer.notice is None
    assert read("Wer leitet die Werkstatt?", TEXT)[0].text == "Anna Weber"


@pytest.mark.parametrize(
    ("asked", "told"),
    [("Hallo!", "Guten Tag! Fragen können Sie zu: Das Scherbenmuseum in Kahla"), ("Welche Farbe hat der Mond?", "Die Artikel sagen dazu nichts.")],
)  # fmt: skip
def test_what_the_assistant_says_itself_is_german(asked: str, told: str, german: Assistant) -> None:
    assert german.ask(asked, language="de").text.partition("\n")[0].startswith(told)


def test_last_year_is_dated_by_its_article(german: Assistant) -> None:
    answer = german.ask("Wie viele Besucher kamen im letzten Jahr?")
    assert answer.short == "12.500" and "„letzten Jahr“ heißt 2020: der Artikel ist vom 2021-03-01." in (answer.notice or "")


@pytest.mark.parametrize(
    ("claim", "status", "reason"),
    [
        ("Das Scherbenmuseum in Kahla wurde am 18.10.2019 eröffnet.", "supported", ()),
        ("Das Museum zeigt zwei Millionen Scherben.", "supported", ()),
        ("Das Museum zeigt drei Millionen Scherben.", "unsupported", (NumberDiffers("drei Millionen", "zwei Millionen"),)),
        ("Das Museum wurde am 18. November 2019 eröffnet.", "unsupported", (NumberDiffers("18. November 2019", "18. Oktober 2019"),)),
        ("Das Museum zeigt keine Scherben.", "unsupported", (NegationDiffers(),)),
        ("Der Bürgermeister mag Erdbeeren.", "unsupported", (NotSaid(),)),
    ],
)  # fmt: skip
def test_a_claim_is_verified_in_german(claim: str, status: str, reason: tuple[object, ...], german: Assistant) -> None:
    found = verify(claim, list(TEXT))
    assert (found.status, found.reasons) == (status, reason)


def test_numbers_dates_and_questions_are_read_as_german(german: Assistant) -> None:
    assert detect_language("Wer leitet die Werkstatt?") == "de" and check_language("de-AT") == "de"
    assert [q.value for q in find_quantities("12.500 und 7,5 und dreißig Tausend", "de")] == [12500, 7.5, 30000]
    assert write_day(Quantity(0, 0, year=2019, month=10, day=18), "de") == "18. Oktober 2019"
    assert read_relative_times("Letztes Jahr brannte der Ofen.", "2021-03-01")[0].meant == "2020"
    assert split_parts("Wann wurde es eröffnet und wer leitet es?") == ("Wann wurde es eröffnet?", "wer leitet es?")
    body = replace(german.article("kahla")[1][1], kind="body")
    assert [made.question for made in propose_questions(body, "de")] == ["Im letzten Jahr kamen wie viele Besucher?"]


def test_the_page_is_shown_in_german(german: Assistant, tmp_path: Path) -> None:
    page = events.Events(german, tmp_path / "none.json", tmp_path / "verdicts", Answering())
    words = get_texts("de")
    assert words.send == "Senden" and name_language("de") == "Deutsch" and list_labels()["de"]["send"] == "Senden"
    assert words.articles.format(1) in page.tell_line((), words, {}) and words.no_model in page.tell_line((), words, {})
    with gr.Blocks():
        assert ("Deutsch", "de") in layout.lay_out(gr.I18n(**list_labels())).language.choices
