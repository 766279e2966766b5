"""What programs give, checked where it comes in: both forms of a history, and errors that name what is allowed."""

from __future__ import annotations

import pytest

from rag import read, verify
from rag.api.edges import check_count, check_language, read_history
from rag.errors import ArgumentError, RagError, UnknownIdError

EXPO = "When did the expo open?"
MESSAGES = [{"role": "user", "content": EXPO}, {"role": "assistant", "content": "On October 18. [1]"}]
PAIRS = [(EXPO, "On October 18. [1]")]


@pytest.mark.parametrize(
    ("given", "pairs"),
    [
        (None, []), ([], []), (PAIRS, PAIRS), ([list(PAIRS[0])], PAIRS), (tuple(MESSAGES), PAIRS),
        ([(EXPO, None)], [(EXPO, "")]),
        (MESSAGES[:1], [(EXPO, "")]), (MESSAGES[1:], []),  # nobody asked what was answered
        ([MESSAGES[0], *MESSAGES], [(EXPO, ""), *PAIRS]),
        ([*MESSAGES, MESSAGES[1]], [(EXPO, "On October 18. [1] On October 18. [1]")]),
        ([{"role": "user", "content": [{"type": "text", "text": "博览会"}, {"type": "text", "text": "何时?"}]}], [("博览会 何时?", "")]),
    ],
)  # fmt: skip
def test_a_history_is_pairs_or_messages(given, pairs):
    assert read_history(given) == pairs


@pytest.mark.parametrize(
    "given",
    [
        EXPO, 3, {"role": "user", "content": "x"}, [EXPO], [("a", "b", "c")], [("a", 1)], [{"role": "system", "content": "x"}],
        [{"role": "user"}], [{"role": "user", "content": [{"type": "image"}]}], [{"question": "x"}], [None],
    ],
)  # fmt: skip
def test_a_history_that_is_neither_names_both_forms(given):
    with pytest.raises(ArgumentError, match=r"\(question, answer\).*\"role\": \"user\" or \"assistant\"") as caught:
        read_history(given)
    assert isinstance(caught.value, ValueError) and isinstance(caught.value, RagError) and "\n" not in str(caught.value)


def test_both_forms_of_a_history_give_the_same_answer(assistant):
    answers = [assistant.ask("And how many exhibitors came to it?", history) for history in (PAIRS, MESSAGES)]
    assert answers[0].citations and answers[0].question != "And how many exhibitors came to it?"
    assert (answers[0].question, answers[0].text) == (answers[1].question, answers[1].text)


@pytest.mark.parametrize(
    ("given", "code"),
    [(None, None), ("", None), ("en", "en"), ("ZH", "zh"), ("zh-Hans-CN", "zh"), ("tr_TR", "tr"), ("de", "de"), (" en ", "en")],
)
def test_a_language_is_its_code_without_script_and_region(given, code):
    assert check_language(given) == code


@pytest.mark.parametrize("given", ["english", "xx", "türkçe", "中文", "e", "en;drop", 7])
def test_an_unknown_language_names_those_that_are_known(given, assistant):
    for call in (
        lambda: assistant.ask(EXPO, language=given), lambda: assistant.verify("It opened.", ["expo#p1"], given),
        lambda: read(EXPO, ["It opened."], given), lambda: verify("It opened.", ["It opened."], given),
    ):  # fmt: skip
        with pytest.raises(ArgumentError, match="en, zh, tr"):
            call()


@pytest.mark.parametrize("k", [0, -1, 10_001, 2.5, "3", True, None])
def test_a_number_of_passages_out_of_range_names_the_range(k, assistant):
    with pytest.raises(ArgumentError, match="from 1 to 10000"):
        assistant.retrieve(EXPO, k)


def test_a_number_of_passages_in_range_is_what_comes(assistant):
    assert [len(assistant.retrieve(EXPO, k)) for k in (1, 7)] == [1, 7] and check_count(10_000) == 10_000


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (lambda a: a.paragraph("expo#p999"), "The article expo has expo#p1 to expo#p"),
        (lambda a: a.paragraph("expo"), "The article expo has expo#p1 to expo#p"),
        (lambda a: a.paragraph("nowhere#p1"), "Articles: expo, iznik, store."),
        (lambda a: a.article("nowhere"), "Articles: expo, iznik, store."),
        (lambda a: a.verify("It opened.", ["expo#p1", "store#p0"]), "The article store has store#p1 to store#p"),
    ],
)
def test_an_unknown_id_names_what_there_is(assistant, call, hint):
    with pytest.raises(UnknownIdError) as caught:
        call(assistant)
    assert hint in str(caught.value) and isinstance(caught.value, KeyError) and "\n" not in str(caught.value)


@pytest.mark.parametrize("given", ["It opened.", [b"It opened."], [None]])
def test_a_single_text_in_place_of_a_list_is_told(given):
    for call in (read, verify):
        with pytest.raises(ArgumentError, match="list of texts"):
            call("It opened.", given)
