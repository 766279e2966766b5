"""Small talk is told from questions in three languages, however it is typed."""

from __future__ import annotations

import pytest

from rag.question.small_talk import find_small_talk


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hello!", "greeting"), ("helloooo", "greeting"), ("你好！", "greeting"), ("MERHABA", "greeting"), ("merhba", "greeting"),
        ("Thank you very much.", "thanks"), ("thank you so mush", "thanks"), ("非常感谢！", "thanks"), ("tesekkurler", "thanks"),
        ("Bye bye", "farewell"), ("再见", "farewell"), ("görüşürüz", "farewell"),
        ("OK", "assent"), ("好的", "assent"), ("tamam.", "assent"),
        ("How are you?", "wellbeing"), ("你好吗？", "wellbeing"), ("nasilsin", "wellbeing"),
        ("Who are you?", "identity"), ("你是谁？", "identity"), ("Sen kimsin?", "identity"),
    ],
)  # fmt: skip
def test_small_talk_is_known_by_its_letters(text, kind):
    assert find_small_talk(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "Who is the mayor?", "Where is it?", "hi, when did the expo open?", "Who are the signatories?", "谁是市长?", "什么时候开幕?",
        "Kim imzaladı?", "Nerede?", "When?", "", "?!", "x" * 5000,
    ],
)  # fmt: skip
def test_a_question_is_no_small_talk(text):
    assert find_small_talk(text) is None


@pytest.mark.parametrize(
    ("text", "language", "says"),
    [("hello", "en", "You can ask about"), ("谢谢", "zh", "您可以就以下内容提问"), ("Teşekkürler", "tr", "soru sorabilirsiniz")],
)
def test_small_talk_gets_one_line_and_what_can_be_asked_without_a_citation(assistant, text, language, says):
    answer = assistant.ask(text)
    assert (answer.status, answer.language, answer.citations, answer.claims) == ("answered", language, (), ())
    assert says in answer.text
    assert answer.timings["search"] == 0


def test_a_short_word_follows_the_language_of_the_conversation(assistant):
    assert assistant.ask("ok", history=[("瓷博会什么时候开幕?", "10月18日。")]).language == "zh"
    assert assistant.ask("ok").language == "en"
