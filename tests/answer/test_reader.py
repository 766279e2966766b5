"""A question is read together with paragraphs, indexed or not."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from rag import read
from rag.answer import reader
from rag.answer.reader import MAX_WINDOW_TOKENS, Text, cut_windows, shipped_reader
from rag.encoder.tokenizer import TokenizedText
from rag.errors import EncoderError

MUSEUM = {
    "en": ("It stands in Kars and is made of basalt.", "The museum opened in 1998 and was designed by Ayla Demir."),
    "zh": ("它位于卡尔斯，由玄武岩建成。", "该博物馆于1998年开放，由艾拉·德米尔设计。"),
    "tr": ("Kars'tadır ve bazalttan yapılmıştır.", "Müze 1998 yılında açıldı ve Ayla Demir tarafından tasarlandı."),
}
QUESTIONS = {"en": "When did the museum open?", "zh": "博物馆是哪一年开放的？", "tr": "Müze ne zaman açıldı?"}


@pytest.mark.parametrize("text", MUSEUM)
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_span_that_answers_is_found_in_any_pair_of_languages(question, text):
    best = read(QUESTIONS[question], MUSEUM[text])[0]
    assert best.paragraph_index == 1
    assert "1998" in best.text
    assert best.text == MUSEUM[text][1][best.start : best.end]
    assert 0.5 <= best.confidence <= 1


TITLED = {
    "en": ("Lantern fair opens in Kars", "The five-day event has drawn makers from 14 countries.", "five"),
    "zh": ("卡尔斯灯笼展开幕", "为期五天的活动吸引了来自14个国家的工匠。", "五"),
    "tr": ("Kars'ta fener fuarı açıldı", "Beş günlük etkinlik 14 ülkeden ustayı bir araya getirdi.", "Beş"),
}
DAYS = {"en": "How many days does the lantern fair last?", "zh": "灯笼展办几天？", "tr": "Fener fuarı kaç gün sürüyor?"}


def test_paragraphs_that_call_their_subject_an_event_answer_better_under_their_titles():
    alone, titled = [], []
    for language, (title, paragraph, told) in TITLED.items():
        bare = Text(paragraph, language, [(0, len(paragraph))])
        for question in DAYS.values():
            (one,), (other,) = shipped_reader().read_spans(question, [bare, replace(bare, title=title)])
            assert told in paragraph[slice(*other.span)]
            alone.append(one.score)
            titled.append(other.score)
    assert np.mean(titled) > np.mean(alone) + 1


@pytest.mark.parametrize("text", TITLED)
def test_no_answer_lies_in_the_title(text):
    title, paragraph, _ = TITLED[text]
    (found,) = shipped_reader().read_spans(DAYS[text], [Text(title, text, [(0, len(title))], title=paragraph)])
    start, end = found[0].span
    assert 0 <= start < end <= len(title)


def test_a_title_without_end_costs_a_reading_no_more_than_a_long_one():
    text = Text(MUSEUM["en"][1], "en", [(0, len(MUSEUM["en"][1]))], title="museum " * 100)
    longer = replace(text, title="museum " * 10_000)
    assert shipped_reader().read_spans(QUESTIONS["en"], [text]) == shipped_reader().read_spans(QUESTIONS["en"], [longer])


def test_what_is_not_said_gives_nothing():
    assert read("How many people visited the zoo in Paris?", MUSEUM["en"]) == []


@pytest.mark.parametrize("question", ["", " ", "?!…", "\ud800"])
def test_a_question_without_a_letter_gives_nothing(question):
    assert read(question, MUSEUM["en"]) == []


@pytest.mark.parametrize("paragraphs", [[], [""], ["one"], ["\ud83d kiln"], ["word " * 5000]])
def test_odd_paragraphs_are_read_without_an_error(paragraphs):
    for found in read("When did the museum open? " * 150, paragraphs):
        assert found.text == paragraphs[found.paragraph_index][found.start : found.end]


def test_an_answer_far_into_a_long_paragraph_is_found():
    filler = "The kiln was lit again and the bowls were stacked beside the wall. "
    paragraph = filler * 60 + "The museum opened in 1998. " + filler * 60
    assert "1998" in read(QUESTIONS["en"], [paragraph])[0].text


def test_windows_overlap_and_hold_every_token():
    tokens = np.arange(2000, dtype=np.int32)
    text = TokenizedText(tokens, tokens, tokens + 1)
    windows = cut_windows(text)
    assert all(len(window) == MAX_WINDOW_TOKENS and window.ids[0] == 0 and window.ids[-1] == 1999 for window in windows)
    assert set().union(*(window.ids.tolist() for window in windows)) == set(range(2000))


def test_confidence_grows_with_the_score():
    chances = [shipped_reader().chance(score, same_language=True) for score in (-20, -1, 0, 1, 20)]
    assert chances == sorted(chances)
    assert 0 <= chances[0] < chances[-1] <= 1


def test_threads_that_ask_first_at_once_load_the_weights_once(monkeypatch):
    loads = []

    def load(path):
        loads.append(path.name)
        time.sleep(0.05)
        return path

    monkeypatch.setattr(reader.JointModel, "load", load)
    reader._load_shipped.cache_clear()
    try:
        with ThreadPoolExecutor(4) as pool:
            found = set(pool.map(reader.shipped_model, ["some.npz"] * 4))
        assert len(found) == 1 and loads == ["some.npz"]
    finally:
        reader._load_shipped.cache_clear()


def test_weights_that_cannot_be_loaded_in_the_background_are_reported_by_the_first_question(monkeypatch):
    def refuse(path):
        raise EncoderError(f"{path.name} is damaged.", "Install this package again.")

    monkeypatch.setattr(reader.JointModel, "load", refuse)
    for kept in (reader._load_shipped, shipped_reader):
        kept.cache_clear()
    try:
        reader.start_loading_reader()
        with pytest.raises(EncoderError, match=r"reader\.npz is damaged"):
            read(QUESTIONS["en"], ["The museum opened in 1998."])
    finally:
        for kept in (reader._load_shipped, shipped_reader):
            kept.cache_clear()
