"""Languages of short questions, words for matching, folding."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import py3langid
import pytest
import snowballstemmer
from hypothesis import given
from hypothesis import strategies as st
from py3langid.langid import LanguageIdentifier

import rag.corpus as corpus
from rag.claims import ReplyBuffer
from rag.language import detect_language, detection, fold_text, tokens
from rag.language.invisible import remove_invisible
from rag.paragraphs import sentence_spans


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Expo dates?", "en"), ("Who signed?", "en"), ("Where is the store", "en"), ("ticket price", "en"),
        ("Kim imzaladı?", "tr"), ("magaza nerede", "tr"), ("peki ne zaman?", "tr"), ("Hu Xuemei kimdir?", "tr"),
        ("谁签署了协议?", "zh"), ("Hu Xuemei是谁?", "zh"), ("店址?", "zh"),
        ("Wer hat den Vertrag unterschrieben?", "de"), ("Was kostet das Ticket?", "de"), ("Was hat Kaya gesagt?", "de"), ("Кто подписал соглашение?", "ru"),
        ("原文地址:http://en.people.cn/n3/2025/0514/c90000-20314615.html", "zh"),
    ],
)  # fmt: skip
def test_the_language_of_a_short_text_is_found(text, language):
    assert detect_language(text) == language


def test_a_text_without_letters_has_the_default_language():
    assert detect_language("2025-06-04 16:35", "zh") == "zh"


def test_threads_that_ask_first_at_once_load_one_identifier_and_are_told_the_same(monkeypatch):
    load, loads = LanguageIdentifier.from_model_file, []

    def load_slowly(file):
        loads.append(file)
        time.sleep(0.02)
        return load(file)

    monkeypatch.setattr(LanguageIdentifier, "from_model_file", load_slowly)
    detection._load_identifier.cache_clear()
    texts = [f"Das alte Museum zeigt Porzellan aus zehn Jahrhunderten in Saal {'I' * n}" for n in range(1, 9)]
    with ThreadPoolExecutor(len(texts)) as pool:
        assert set(pool.map(detect_language, texts)) == {"de"}
    assert len(loads) == 1


def test_other_users_of_the_library_do_not_change_what_is_detected():
    try:
        py3langid.set_languages(["fr", "es"])
        assert detect_language("Das Museum der Stadt zeigt altes Porzellan aus der ganzen Umgebung, auch an Feiertagen") == "de"
    finally:
        py3langid.set_languages()


@given(st.text())
def test_folding_twice_changes_nothing_and_digits_are_never_folded_away(text):
    assert fold_text(fold_text(text)) == fold_text(text)
    folded = iter(fold_text(text))
    assert all(digit in folded for digit in text if digit in "0123456789")


@pytest.mark.parametrize(
    "pair", [("İznik", "IZNIK"), ("Kadıköy", "KADIKÖY"), ("Ｔürkiye", "turkiye"), ("ISTANBUL", "İstanbul")]
)
def test_writings_a_reader_takes_as_the_same_fold_alike(pair):
    assert fold_text(pair[0]) == fold_text(pair[1])


@given(st.text(), st.sampled_from(["en", "zh", "tr", "de", "xx"]))
def test_tokens_stand_where_they_say(text, language):
    for token in tokens(text, language):
        assert 0 <= token.start < token.end <= len(text)
        assert token.key


def test_turkish_suffixes_do_not_hide_a_name():
    keys = {t.key for t in tokens("İznik'in kardeş şehri", "tr")}
    assert "iznik" in keys


def test_threads_that_stem_at_once_stem_as_one_does():
    # Words that no other test uses: a word's stem is kept.
    words = [f"kilning{chr(97 + n % 26)}{chr(97 + n // 26)}ations" for n in range(600)]
    texts = [" ".join(words[n::40]) for n in range(40)]
    with ThreadPoolExecutor(16) as pool:
        together = list(pool.map(lambda text: [t.key for t in tokens(text, "en")], texts))
    stemmer = snowballstemmer.stemmer("english")
    assert together == [[fold_text(stemmer.stemWord(word)) for word in text.split()] for text in texts]


@pytest.mark.parametrize("unseen", ["\u061c", "\u180e", "\ufff9", "\ufffa", "\ufffb", "\u200b", "\u202e", "\U000e0041", "\x1b", "\ud800"])
def test_t24_a_character_that_nobody_sees_is_taken_out_wherever_text_comes_in(unseen):
    text = f"The ki{unseen}ln{unseen} is red."
    assert remove_invisible(text) == "The kiln is red."
    assert corpus.without_invisible(text)[0] == "The kiln is red."
    buffer = ReplyBuffer("en", sentence_spans)
    assert all(unseen not in proposed.text for proposed in (*buffer.add(text), *buffer.end()))


@pytest.mark.parametrize("spelt", ["نمی\u200cخواهم", "क्\u200dष", "👩\u200d🔬", "ᠮᠣᠩᠭᠣᠯ"])
def test_t24_what_a_language_or_a_picture_is_spelt_with_stays(spelt):
    assert remove_invisible(spelt) == spelt
