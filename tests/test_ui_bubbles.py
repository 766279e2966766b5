"""Questions and answers of the chat: every marker is a citation's, what was withheld and what is uncertain is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from rag.types import Answer, Claim
from rag.types.reasons import NameMissing
from rag.ui import bubbles
from rag.ui.conversation import Turn
from rag.ui.markup import make_visible
from rag.ui.texts import CHINESE, ENGLISH, TURKISH, get_texts
from tests.reading import Read, answered, anything, filled, quoting

GLOW = quoting("Kilns glow.", "Kilns glow.")


@given(anything, filled, anything, anything)
def test_nothing_of_a_question_an_answer_or_a_notice_becomes_markup(
    asked: str, sentence: str, notice: str, problem: str
) -> None:
    withheld = Claim(notice, (), "unsupported", (NameMissing(problem),))
    turn = answered(quoting(sentence, sentence), claims=(Claim(sentence, (1,)), withheld), notice=notice)
    for made in (turn, Turn(1, asked, None, problem)):
        assert Read(bubbles.render_question(replace(made, question=asked))).harmless()
        assert Read(bubbles.render_bubble(made, ENGLISH)).harmless()
    assert Read(bubbles.render_bubble(turn, ENGLISH)).text.startswith(make_visible(sentence).replace("\t", " ") + "[1]")
    note = Read(bubbles.render_notes((turn,)))
    assert note.harmless() and make_visible(sentence) in note.values("data-quote")


def test_a_number_in_brackets_that_an_article_wrote_itself_is_no_marker() -> None:
    sentence = "As note [1] says, see [2]."
    turn = answered(quoting(sentence, sentence), claims=(Claim(sentence, (1,)),))
    assert bubbles.render_bubble(turn, ENGLISH).count("<a ") == 1


def test_a_sentence_quoted_in_another_language_is_marked_as_being_in_it() -> None:
    sentence = "这是第39家店。"
    turn = answered(quoting(sentence, sentence, language="zh"), claims=(Claim(sentence, (1,)),))
    assert f'<span lang="zh">{sentence}</span>' in bubbles.render_bubble(turn, ENGLISH)


@pytest.mark.parametrize(
    ("sentence", "short"),
    [("It was lit in 1900.", "1900"), ("它建于1900年。", "1900年"), ("Fırın 1900'de yakıldı.", "1900"), ("a < b & c.", "< b &")],
)
def test_the_exact_answer_is_bold_in_the_sentence_that_holds_it(sentence: str, short: str) -> None:
    turn = answered(quoting(sentence, sentence), claims=(Claim(sentence, (1,)),), short=short)
    made = bubbles.render_bubble(turn, ENGLISH)
    assert made.count("<strong ") == 1
    assert Read(made[made.index("<strong ") : made.index("</strong>")]).text == short
    assert Read(made).text.startswith(f"{short}[1]{sentence}[1]")


def test_without_an_exact_answer_nothing_is_bold() -> None:
    for short in (None, "not there"):
        assert "<strong " not in bubbles.render_bubble(answered(GLOW, claims=(Claim("Kilns glow.", (1,)),), short=short), ENGLISH)


def test_a_withheld_claim_is_struck_through_with_its_reason_and_no_part_of_the_answer() -> None:
    kept, withheld = Claim("Kilns glow.", (1,)), Claim("Kilns sing.", (), "unsupported", (NameMissing("Ada"),))
    shown = bubbles.render_bubble(answered(GLOW, claims=(withheld, kept)), ENGLISH)
    said, folded = shown.split("<details", 1)
    assert "sing" not in said and "<s>Kilns sing&#46;</s>" in folded and "Ada" in folded
    assert ENGLISH.withheld.format(1).replace(",", "&#44;").replace(":", "&#58;") in folded


@pytest.mark.parametrize(("language", "words"), [("en", ENGLISH), ("zh", CHINESE), ("tr", TURKISH)])
@pytest.mark.parametrize(("confidence", "label"), [(0.95, None), (0.5, "likely"), (0.1, "unsure")])
def test_how_sure_an_answer_is_stands_in_words_and_not_in_decimals(language, words, confidence, label) -> None:
    turn = answered(GLOW, claims=(Claim("Kilns glow.", (1,)),), confidence=confidence, language=language)
    shown = Read(bubbles.render_bubble(turn, ENGLISH)).text
    assert [name for name in ("likely", "unsure") if getattr(words, name) in shown] == ([label] if label else [])
    assert str(confidence) not in shown


def test_a_follow_up_says_how_it_was_read() -> None:
    turn = answered(GLOW, claims=(Claim("Kilns glow.", (1,)),), question="When did the expo open?")
    assert "Read as: When did the expo open?" in Read(bubbles.render_bubble(turn, ENGLISH)).text


def test_what_is_said_once_is_not_said_again_as_a_notice() -> None:
    turn = Turn(1, "q", Answer("q", "Too long.", "not_found", "en", 0.0, notice="Too long."))
    assert bubbles.render_bubble(turn, ENGLISH).count("Too long") == 1


def test_an_answer_that_was_stopped_says_so_and_can_be_asked_for_again() -> None:
    for turn in (
        Turn(1, "q", stopped=True),
        replace(answered(GLOW, claims=(Claim("Kilns glow.", (1,)),)), stopped=True),
    ):
        shown = bubbles.render_bubble(turn, ENGLISH)
        assert ENGLISH.stopped in Read(shown).text and "km-do-retry" in shown


def test_any_question_can_be_edited() -> None:
    turn = answered(GLOW, claims=(Claim("Kilns glow.", (1,)),))
    for last in (True, False):
        assert "km-do-edit" in bubbles.render_bubble(turn, ENGLISH, last=last)


def test_a_verdict_given_is_shown_as_given() -> None:
    turn = replace(answered(GLOW, claims=(Claim("Kilns glow.", (1,)),)), verdict="bad")
    shown = bubbles.render_bubble(turn, ENGLISH)
    assert "km-do-bad km-turn-1 km-pressed" in shown and "km-do-good km-turn-1 km-pressed" not in shown


def test_a_question_of_a_book_is_shown_by_its_beginning() -> None:
    assert len(Read(bubbles.render_question(Turn(1, "x" * 100_000))).text) < 500


@pytest.mark.parametrize("language", ["en", "zh", "tr"])
def test_a_copied_answer_brings_its_sources(language: str) -> None:
    turn = answered(GLOW, claims=(Claim("Kilns glow.", (1,)),), language=language)
    (copied,) = Read(bubbles.render_notes((turn,))).values("data-text")
    assert (
        copied.startswith("Kilns glow. [1]") and f"[1] Kilns, {get_texts(language).undated}, a#p1: “Kilns glow.”" in copied
    )
