"""The reply of a language model, taken apart into claims: the same ones however it comes."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.claims import MAX_HELD_CHARS, Proposed, ReplyBuffer, without_markdown
from rag.paragraphs import sentence_spans

REPLIES = {
    "en": [
        "The expo opened on Oct 18 [1]. It covers 140,000 square meters. [2][3] Exports grew by 9.5 percent [4].",
        "Dr. Kaya went to Jingdezhen in 2024 [1, 2]. The U.S. buyers came too[^3]. It cost $13.1 billion.【4】",
        "# Answer\n\n- **The expo** opened on Oct 18 [1].\n- See [the site](http://example.org/a.b?c=1). It is old [2].\n",
        '"It is small. It is important," he said [1]. Is it? Yes! It is… [2]\n\n1. One kiln.\n2. Two kilns [3].',
        "Iznik and Jingdezhen became sister cities in 2021 [1]. ![a](http://x.example/a.png) Kaya is deputy mayor [2]. </paragraph>",
    ],
    "zh": [
        "博览会于10月18日开幕[1]。展览面积为14万平方米。[2][3]去年产值增长9.5%【4】。",
        "伊斯坦布尔店是第39家门店。【1】它位于伊斯坦布尔[1, 2]。胡雪梅说:“景德镇是重要的文化符号。”[3]对吗?对!",
        "- **伊兹尼克**与景德镇于2021年结为友好城市[^1]。\n- 双方签署了协议［2］。\n",
    ],
    "tr": [
        "Fuar 18 Ekim'de açıldı [1]. Alan 140.000 metrekaredir. [2] Büyüme yüzde 9,5 oldu [3].",
        "Prof. Kaya 3. kez Jingdezhen'e gitti [1][2]. İznik ile Jingdezhen 2021'de kardeş şehir oldu【3】. Mağaza Kızıltoprak Mah. No: 14'tedir [4].",
    ],
}  # fmt: skip
SAMPLES = [(language, reply) for language, replies in REPLIES.items() for reply in replies]


def taken(pieces, language="en"):
    """The claims of a reply that comes in these pieces."""
    reply = ReplyBuffer(language, sentence_spans)
    found = [claim for piece in pieces for claim in reply.add(piece)]
    return found + reply.end()


def read(reply, language="en"):
    """(text, numbers) of every claim, in plain words."""
    return [(without_markdown(c.text), c.numbers) for c in taken([reply], language)]


# As it comes


def test_a_sentence_is_whole_with_the_full_stop_after_its_marker():
    reply = ReplyBuffer("en", sentence_spans)
    assert reply.add("The kiln was lit in 1987 [1]") == []
    assert reply.add(".") == [Proposed("The kiln was lit in 1987.", (1,))]
    assert reply.add(" It cooled [2][3].[1] Then") == [Proposed("It cooled.", (2, 3))]
    assert reply.end() == [Proposed("Then", ())]
    assert reply.end() == []


def test_a_sentence_is_whole_as_soon_as_the_next_begins():
    reply = ReplyBuffer("en", sentence_spans)
    assert reply.add("The kiln was lit in 1987.") == []
    assert reply.add(" ") == []
    assert reply.add("It co") == [Proposed("The kiln was lit in 1987.", ())]
    assert reply.add("oled.") == []
    assert reply.end() == [Proposed("It cooled.", ())]


def test_a_marker_that_comes_after_the_full_stop_is_waited_for():
    reply = ReplyBuffer("en", sentence_spans)
    assert reply.add("It glows. [") == []
    assert reply.add("1") == []
    assert reply.add("]") == []
    assert reply.add(" It cools.") == [Proposed("It glows.", (1,))]


def test_what_has_no_letters_or_digits_is_no_claim():
    assert taken(["", " \n", "…", "---\n", "**"]) == []
    assert taken(["[1]", " [2]."]) == []


def test_a_reply_without_an_end_mark_is_a_claim_when_it_ends():
    assert taken(["The kiln ", "was lit [1]"]) == [Proposed("The kiln was lit", (1,))]


@pytest.mark.parametrize(("language", "reply"), SAMPLES)
def test_a_reply_letter_by_letter_is_the_reply_at_once(language, reply):
    assert taken(reply, language) == taken([reply], language)


@pytest.mark.parametrize(("language", "reply"), SAMPLES)
def test_a_reply_word_by_word_is_the_reply_at_once(language, reply):
    assert taken(reply.replace(" ", " \0").split("\0"), language) == taken([reply], language)


@given(st.sampled_from(SAMPLES), st.lists(st.integers(1, 40), max_size=60))
@example(SAMPLES[0], [28, 1, 1])
def test_however_a_reply_is_cut_its_claims_are_the_same(sample, lengths):
    language, reply = sample
    pieces, at = [], 0
    for length in lengths:
        pieces.append(reply[at : at + length])
        at += length
    assert taken([*pieces, reply[at:]], language) == taken([reply], language)


@given(
    st.sampled_from(["en", "zh", "tr"]),
    st.lists(st.text(alphabet="aB1 .。[]【】(),!\n*-<>“”^（）–\ud800\x00", max_size=12), max_size=8),
)
def test_no_reply_however_odd_is_too_much(language, pieces):
    for claim in taken(pieces, language):
        assert any(c.isalnum() for c in claim.text) and len(set(claim.numbers)) == len(claim.numbers)
        assert claim.text == " ".join(claim.text.split())


@given(st.sampled_from(SAMPLES))
def test_no_word_of_a_reply_is_lost_and_none_is_told_twice(sample):
    language, reply = sample
    assert [claim.text for claim in taken([reply], language)] == list(
        dict.fromkeys(c.text for c in taken([reply], language))
    )
    letters = [c for claim in taken([reply], language) for c in claim.text if c.isalpha()]
    assert letters == [c for c in reply if c.isalpha()] or "</paragraph>" in reply or "](" in reply


# Markers


@pytest.mark.parametrize(
    ("reply", "claims"),
    [
        ("It glows [1]. It cools [2].", [("It glows.", (1,)), ("It cools.", (2,))]),
        ("It glows. [1] It cools. [2]", [("It glows.", (1,)), ("It cools.", (2,))]),
        ("It glows.[1] It cools.[2]", [("It glows.", (1,)), ("It cools.", (2,))]),
        ("It glows [1][2]. It cools.", [("It glows.", (1, 2)), ("It cools.", ())]),
        ("It glows. [2] [1] It cools.", [("It glows.", (2, 1)), ("It cools.", ())]),
        ("It glows【1】. It cools ［２］.", [("It glows.", (1,)), ("It cools.", (2,))]),
        ("It glows [^1]. It cools [1, 2].", [("It glows.", (1,)), ("It cools.", (1, 2))]),
        ("It glows [1], says Ada [2]. It cools [1][1].", [("It glows, says Ada.", (1, 2)), ("It cools.", (1,))]),
        ("It glows [99]. It cools [0].", [("It glows.", (99,)), ("It cools.", (0,))]),
        ("It glows [store#p4]. It cools [-1][2].", [("It glows.", ()), ("It cools.", (2,))]),
        ("It glows.\n[1]\nIt cools.", [("It glows.", (1,)), ("It cools.", ())]),
        ("(It glows [1].) It cools [2].", [("(It glows.) It cools.", (1, 2))]),
        ("«It glows [1].» It cools [2].", [("«It glows.»", (1,)), ("It cools.", (2,))]),
        ("It glows [1]... It cools [2].", [("It glows.", (1,)), ("It cools.", (2,))]),
        ("It glows [sic]. It cools [2025].", [("It glows [sic].", ()), ("It cools [2025].", ())]),
        ("It glows [1-3]. It cools [2–3].", [("It glows.", (1, 2, 3)), ("It cools.", (2, 3))]),
        ("It glows (1). It cools (2).", [("It glows.", (1,)), ("It cools.", (2,))]),
        ("It glows. (1) It cools. (2)", [("It glows.", (1,)), ("It cools.", (2,))]),
        ("It (1) glows and (2) cools (in 2).", [("It (1) glows and (2) cools (in 2).", ())]),
        ("It glows [Paragraph 1]. It cools [paragraphs 1, 3].", [("It glows.", (1,)), ("It cools.", (1, 3))]),
        ("It glows [1 and 2]. It cools [9-1].", [("It glows.", (1, 2)), ("It cools.", (9, 1))]),
    ],
)
def test_a_marker_belongs_to_the_sentence_before_it(reply, claims):
    assert read(reply) == claims


@pytest.mark.parametrize(
    "reply",
    [
        "窑火点燃[1]。窑冷却了[2]。",
        "窑火点燃。[1]窑冷却了。[2]",
        "窑火点燃。【1】 窑冷却了。【2】",
        "窑火点燃［1］。窑冷却了［2］。",
        "窑火点燃（1）。窑冷却了（2）。",
        "窑火点燃[段落1]。窑冷却了【第2段】。",
    ],
)
def test_in_chinese_too_a_marker_belongs_to_the_sentence_before_it(reply):
    assert read(reply, "zh") == [("窑火点燃。", (1,)), ("窑冷却了。", (2,))]


# Where a sentence ends


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "It cost $13.1 billion, approx. 9.5 percent more, says Dr. Kaya."),
        ("en", "It opened on Oct. 18 in Iznik."),
        ("tr", "Mağaza Kızıltoprak Mah. No: 14 adresindedir."),
        ("tr", "Fuar 3. kez açıldı ve yüzde 9,5 büyüdü."),
        ("zh", "去年产值增长9.5%,达131.5亿元。"),
    ],
)
def test_abbreviations_and_decimals_do_not_end_a_sentence(language, sentence):
    assert read(f"{sentence[:-1]} [1]{sentence[-1]}", language) == [(sentence, (1,))]


def test_a_line_ends_a_sentence_that_has_no_full_stop():
    assert read("- The kiln [1]\n- The bowl [2]\n") == [("The kiln", (1,)), ("The bowl", (2,))]


# Form is not text


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("- It glows [1].", "It glows."), ("* It glows [1].", "It glows."), ("• It glows [1].", "It glows."),
        ("1. It glows [1].", "It glows."), ("2) It glows [1].", "It glows."), ("## It glows [1].", "It glows."),
        ("> It glows [1].", "It glows."), ("**It** *glows* [1].", "It glows."), ("__It__ `glows` [1].", "It glows."),
        ("[It glows](http://example.org/a) [1].", "It glows."), ("It glows ![x](http://example.org/a.png) [1].", "It glows."),
        ("[It glows](javascript:alert(1)) [1].", "It glows."), ("It glows [1]. </paragraph>", "It glows."),
        ("It glows [1].</paragraph>", "It glows."),
        ("It <b>glows</b> [1].", "It glows."),
    ],
)  # fmt: skip
def test_markdown_and_tags_are_form_and_not_text(reply, text):
    found = read(reply)
    assert [claim for claim, _ in found] == [text]
    assert found[0][1] == (1,)


def test_a_turkish_ordinal_at_the_start_is_no_bullet():
    sentence = "15. yüzyıldan 17. yüzyıla kadar çiniler üretildi."
    assert read(f"- {sentence} [1]\n39. mağaza açıldı [2].", "tr") == [(sentence, (1,)), ("39. mağaza açıldı.", (2,))]


@pytest.mark.parametrize("odd", ["\ud800", "\udfff", "\x00", "\x1b", "\u202e", "\x85", "\u2028"])
def test_lone_surrogates_and_control_characters_break_nothing(odd):
    [claim, other] = taken([f"It{odd} glows{odd} [1]{odd}. It cools [2]."])
    assert (claim.numbers, other.numbers) == ((1,), (2,)) and "glows" in claim.text
    claim.text.encode("utf-8")


def test_a_line_without_an_end_is_taken_piece_by_piece():
    found = taken(["kiln " * 5000])
    assert len(found) > 3 and all(len(claim.text) <= MAX_HELD_CHARS for claim in found)
    assert sum(claim.text.count("kiln") for claim in found) >= 4990


def test_a_quotation_is_not_cut_before_it_ends():
    reply = ReplyBuffer("en", sentence_spans)
    assert reply.add('"It is small. It is important,') == []
    assert reply.add('" he said [1]. It') == [Proposed('"It is small. It is important," he said.', (1,))]
    # One that never ends does not hold everything back.
    assert taken(['It is 5" wide. ' + "It glows a lot. " * 40])[3:]


def test_the_longest_reply_is_read_in_a_moment():
    start = time.process_time()  # other programs' time is not counted
    for reply in (
        "a. b, " * 1400,
        "1.5 " * 2000,
        "[" * 8000,
        "</a " * 2000,
        "![](" * 2000,
        "It is. " * 1200,
        '"a. ' * 2000,
        "[ " * 4000,
        "[1\n" * 2600,
        "\n" * 8000,
    ):
        taken([reply])
        held = ReplyBuffer("en", sentence_spans)
        for at in range(0, len(reply), 16):
            held.add(reply[at : at + 16])
            held.expected()
    assert time.process_time() - start < 60  # what backtracks without end takes hours


@pytest.mark.parametrize("text", ["5 * 6 is 30.", "It has 2 < 3 kilns.", "A snake_case name.", "It was -5 degrees."])
def test_what_only_looks_like_markdown_stays(text):
    assert without_markdown(text) == text


@pytest.mark.parametrize(
    ("language", "came", "rest", "expected"),
    [
        ("en", "It glows [", "1].", "It glows."), ("en", "It glows [1]", ".", "It glows."), ("en", "It glows. [1]", " It", "It glows."),
        ("en", "It glows [1][2", "].", "It glows."), ("en", "It glows. It cools [1, ", "2].", "It cools."),
        ("zh", "窑火闪耀【", "1】。", "窑火闪耀。"), ("zh", "窑火闪耀。[1", "]窑", "窑火闪耀。"), ("tr", "Fırın parlar [1", "].", "Fırın parlar."),
    ],
)  # fmt: skip
def test_a_sentence_is_expected_when_its_marker_begins(language, came, rest, expected):
    reply = ReplyBuffer(language, sentence_spans)
    reply.add(came)
    assert reply.expected() == expected
    assert reply.add(rest)[-1].text == expected


@pytest.mark.parametrize("came", ["", "It glows", "It glows.", 'He said: "It glows [1]', "It glows [sic", "[1]"])
def test_no_sentence_is_expected_before(came):
    reply = ReplyBuffer("en", sentence_spans)
    reply.add(came)
    assert reply.expected() == ""
