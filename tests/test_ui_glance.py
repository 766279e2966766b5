"""An answer at a glance: the exact answer first and the same words everywhere, what differs side by side, the rest folded."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from rag.api.composing import join_drafts
from rag.messages import word_difference
from rag.types import Claim, Draft, DraftClaim, Source
from rag.ui import bubbles, exporting, glance, reader
from rag.ui.conversation import Turn
from rag.ui.texts import CHINESE, ENGLISH, TURKISH, get_texts
from tests.reading import Read, answered, paragraph, quoting

PLAIN = [
    ("en", "Who is the deputy mayor of Iznik?"), ("zh", "伊兹尼克的副市长是谁？"),
    ("tr", "İznik belediye başkan yardımcısı kim?"),
]  # fmt: skip
DAILY, BOWLS = Source("a", "Kilns", "en", "Daily", "2025-05-14"), Source("b", "Bowls", "en")
languages = pytest.mark.parametrize("words", [ENGLISH, CHINESE, TURKISH], ids=lambda words: words.code)


def bold(html: str, tag: str) -> list[str]:
    return [Read(found).text for found in re.findall(rf"<{tag}[ >].*?</{tag}>", html)]


def text_of(html: str, name: str) -> list[str]:
    """The text of elements of a class that hold no others of their kind."""
    return [Read(found).text for found in re.findall(rf'<div class="{name}"[^>]*>.*?</div>', html)]


@pytest.mark.parametrize(("language", "question"), PLAIN)
def test_the_exact_answer_leads_and_the_same_words_are_bold_in_answer_original_and_translation(
    assistant, language, question
) -> None:
    answer = assistant.ask(question)
    assert answer.short and answer.language == language
    turn = Turn(1, question, answer)
    chat, pane = bubbles.render_bubble(turn, get_texts(language)), reader.render_pane(assistant, (turn,), get_texts(language))
    cited = answer.citations[0]
    assert text_of(chat, "km-glance") == [f"{answer.short}[1]"]
    assert chat.index("km-glance") < chat.index("km-main")
    assert bold(chat, "strong") == [answer.short]
    assert f"**{answer.short}** \\[1\\]" in exporting.write_markdown((turn,))
    focus = cited.paragraph.text[slice(*cited.focus)]
    assert focus in bold(pane, "b")
    if cited.language == language:
        assert focus == answer.short
    else:
        translated = next(found for found in re.findall(r'<span class="km-t"[^>]*>.*?</span>', pane) if "<b>" in found)
        assert bold(translated, "b") == [answer.short] and f'lang="{language}"' in translated


@pytest.mark.parametrize("language", ["en", "zh", "tr"])
def test_for_every_demo_question_the_exact_answer_and_all_that_is_bold_are_the_same_words(assistant, language) -> None:
    words, shorts = get_texts(language), 0
    for question in [q for source in assistant.articles() for q in assistant.about(source.id).questions[language]]:
        answer = assistant.ask(question)
        turn = Turn(1, question, answer)
        chat, pane = bubbles.render_bubble(turn, words), reader.render_pane(assistant, (turn,), words)
        figures = [claim.figure for claim in answer.claims if claim.figure]
        assert bold(chat, "strong") == ([answer.short] if answer.short else figures), question
        if not answer.short:
            continue
        shorts += 1
        first = answer.claims[0]
        start, end = glance.find_bold(answer, first)
        assert first.text[start:end] == answer.short and text_of(chat, "km-glance") == [f"{answer.short}[1]"], question
        assert bold(MarkdownIt().render(exporting.write_markdown((turn,))), "strong") == [answer.short] * 2, question
        assert answer.short in bold(pane, "b"), question
        cited = answer.citations[0]
        if cited.language == answer.language:
            assert cited.paragraph.text[slice(*cited.focus)] == answer.short, question
    assert shorts >= 5


def test_the_figures_in_which_articles_differ_are_known_to_the_answer(assistant) -> None:
    answer = assistant.ask("How many years of ceramics history does Jingdezhen have?")
    differing = [claim for claim in answer.claims if claim.figure]
    assert len({claim.figure for claim in differing}) == len(differing) == 2 and answer.short is None
    assert answer.difference in answer.notice and all(claim.figure in answer.difference for claim in differing)
    assert glance.strip_difference(answer, glance.arrange(answer)) == ""


@languages
def test_figures_that_differ_stand_side_by_side_with_outlet_and_date(words) -> None:
    sources = DAILY, BOWLS
    cited = [quoting(f"It is {n} old.", f"It is {n} old.", i, source=s) for i, (n, s) in enumerate(zip((90, 80), sources, strict=True), 1)]
    claims = tuple(Claim(c.quote, (c.number,), figure=c.quote[6:8]) for c in cited)
    said = word_difference([(source, None, claim.figure) for source, claim in zip(sources, claims, strict=True)], words.code)
    turn = answered(*cited, claims=claims, language=words.code, notice=f"{said} More.", difference=said)
    chat = bubbles.render_bubble(turn, words)
    assert text_of(chat, "km-differ") == [words.differ] and bold(chat, "strong") == ["90", "80"]
    assert text_of(chat, "km-glance") == ["90[1]", "80[2]"]
    assert text_of(chat, "km-place") == ["Daily · 2025-05-14", f"Bowls · {words.undated}"]
    assert said not in Read(chat).text and "More." in Read(chat).text
    assert table_of(exporting.write_markdown((turn,))) == [
        ["Daily, 2025-05-14", f"Bowls, {words.undated}"], ["90", "80"], ["It is 90 old. [1]", "It is 80 old. [2]"],
    ]  # fmt: skip


def table_of(markdown: str) -> list[list[str]]:
    """The cells of the table in Markdown, row by row, as they are read."""
    rows = re.findall(r"<tr>.*?</tr>", MarkdownIt().enable("table").render(markdown), re.DOTALL)
    return [[Read(cell).text for cell in re.findall(r"<t[hd]>.*?</t[hd]>", row)] for row in rows]


@languages
def test_what_several_articles_say_stands_side_by_side_and_what_one_says_twice_in_one_column(words) -> None:
    said = [("It opened in May.", DAILY), ("It closed | in June.", BOWLS), ("It has two doors.", DAILY)]
    cited = [quoting(text, text, n, source=source) for n, (text, source) in enumerate(said, 1)]
    claims = tuple(Claim(c.quote, (c.number,)) for c in cited)
    turn = answered(*cited, claims=claims, language=words.code)
    chat = bubbles.render_bubble(turn, words)
    assert text_of(chat, "km-place") == ["Daily · 2025-05-14", f"Bowls · {words.undated}"]
    assert [text_of(column, "km-main") for column in chat.split("km-column")[2:]] == [
        ["It opened in May.[1]", "It has two doors.[3]"], ["It closed | in June.[2]"],
    ]  # fmt: skip
    assert "km-list" not in chat and words.differ not in Read(chat).text
    assert table_of(exporting.write_markdown((turn,))) == [
        ["Daily, 2025-05-14", f"Bowls, {words.undated}"],
        ["It opened in May. [1]", "It closed | in June. [2]"], ["It has two doors. [3]", ""],
    ]  # fmt: skip


def test_a_sentence_that_several_articles_say_and_what_is_shown_for_safety_are_in_no_column() -> None:
    one, two = (quoting("Kilns glow.", "Kilns glow.", n, source=source) for n, source in ((1, DAILY), (2, BOWLS)))
    other = quoting("Bowls cool.", "Bowls cool.", 3, source=BOWLS)
    agreed, apart = Claim("Kilns glow.", (1, 2)), Claim("Bowls cool.", (3,))
    for claims in ((agreed, apart), (Claim("Kilns glow.", (1,)), replace(apart, beside=True)), (apart,)):
        assert "km-column" not in bubbles.render_bubble(answered(one, two, other, claims=claims), ENGLISH)


def test_a_question_of_two_things_that_two_articles_answer_is_answered_side_by_side(assistant) -> None:
    answer = assistant.ask("When did the expo open and when did the Istanbul store open?")
    found = glance.arrange(answer)
    assert sorted(column.source.id for column in found.columns) == ["expo", "store"] and not found.main and not found.differing
    assert all(not claim.beside for claim in found.proper) and all(claim.beside for claim in found.more)


def test_what_more_articles_say_than_stand_side_by_side_is_a_list() -> None:
    rows = [(f"Kiln {n} glows.", Source(f"a{n}", "Kilns", "en")) for n in range(1, glance.MAX_COLUMNS + 2)]
    cited = [quoting(text, text, n, source=source) for n, (text, source) in enumerate(rows, 1)]
    for count in (glance.MAX_COLUMNS, glance.MAX_COLUMNS + 1):
        turn = answered(*cited[:count], claims=tuple(Claim(c.quote, (c.number,)) for c in cited[:count]))
        assert ("km-list" in bubbles.render_bubble(turn, ENGLISH)) == (count > glance.MAX_COLUMNS)


GLOW, COOL = quoting("Kilns glow in 1904.", "Kilns glow in 1904.", focus=(14, 18)), quoting("Bowls cool.", "Bowls cool.", 2)
SAID = (Claim("Kilns glow in 1904.", (1,)), Claim("Bowls cool.", (2,), beside=True))


@languages
def test_what_is_shown_for_safety_is_folded_and_in_sight_where_the_answer_is_not_sure(words) -> None:
    sure = answered(GLOW, COOL, claims=SAID, short="1904", language=words.code, confidence=0.95)
    said, _, folded = bubbles.render_bubble(sure, words).partition("<details")
    assert "Bowls" not in said and "Bowls cool" in Read("<details" + folded).text and words.more in Read(folded).text
    assert set(re.findall(r'id="(km-1-m\d)"', folded)) == {"km-1-m2"}
    unsure = replace(sure, answer=replace(sure.answer, confidence=0.55))
    shown = bubbles.render_bubble(unsure, words)
    assert "<details" not in shown and words.more in Read(shown).text and words.likely in Read(shown).text
    assert shown.index("Kilns") < shown.index(words.likely[:12]) < shown.index("Bowls")
    text = exporting.write_markdown((sure,))
    assert text.index("**1904** \\[1\\]") < text.index("Kilns glow in **1904**") < text.index(words.more) < text.index("- Bowls")


def test_every_marker_with_a_name_has_it_once() -> None:
    both = quoting("Kilns glow.", "Kilns glow.")
    turn = answered(both, claims=(Claim("Kilns glow.", (1,)), Claim("They glow.", (1,))), short="glow")
    shown = bubbles.render_bubble(turn, ENGLISH)
    assert shown.count('id="km-1-m1"') == 1 and shown.count('href="#km-1-1"') == 3


def test_several_sentences_that_answer_are_a_list_and_a_models_text_stays_as_it_was_written() -> None:
    claims = tuple(replace(claim, beside=False) for claim in SAID)
    quoted, written = answered(GLOW, COOL, claims=claims), answered(GLOW, COOL, claims=claims, mode="model")
    assert bubbles.render_bubble(quoted, ENGLISH).count("<li>") == 2 and "<li>" not in bubbles.render_bubble(written, ENGLISH)
    assert "\n\n- Kilns" in exporting.write_markdown((quoted,)) and "\n\n- " not in exporting.write_markdown((written,))
    assert Read(bubbles.render_bubble(written, ENGLISH)).text.startswith("Kilns glow in 1904.[1] Bowls cool.[2]")


def test_what_the_assistant_says_before_it_quotes_stands_first() -> None:
    turn = answered(GLOW, claims=SAID[:1], status="not_found", text="No. Nearest: Kilns glow in 1904. [1]")
    assert Read(bubbles.render_bubble(turn, ENGLISH)).text.startswith("No. Nearest:Kilns glow")


def test_an_answer_that_lost_its_best_sentence_shows_the_others_as_the_answer() -> None:
    withheld = replace(SAID[0], status="unsupported", citations=())
    shown = bubbles.render_bubble(answered(GLOW, COOL, claims=(withheld, SAID[1]), short=None), ENGLISH)
    assert text_of(shown, "km-main") == ["Bowls cool.[2]"] and "km-more" not in shown


@pytest.mark.parametrize(
    ("sentence", "short", "start"),
    [("Of 39 kilns 3 glow.", "3", 12), ("共39座窑，3座有火。", "3", 6), ("39 fırından 3'ü yanıyor.", "3", 12)],
)
def test_the_words_that_are_bold_are_not_a_part_of_a_longer_number(sentence: str, short: str, start: int) -> None:
    found = answered(quoting(sentence, sentence), claims=(Claim(sentence, (1,)),), short=short).answer
    assert glance.find_short(found, sentence) == (start, start + 1)


def test_in_the_articles_own_sentence_the_bold_words_are_those_the_article_is_marked_with() -> None:
    sentence = "May fired the kiln in May."
    cited = quoting(sentence, sentence, focus=(22, 25))
    found = answered(cited, claims=(Claim(sentence, (1,)),), short="May").answer
    assert glance.find_short(found, sentence) == (22, 25)


def test_two_questions_in_one_have_no_single_exact_answer() -> None:
    one, two = (Draft((DraftClaim(text, ()),), 0.9, short=text[:3]) for text in ("Ada fired it.", "May sold it."))
    assert join_drafts(["a", "b"], [one, two], "en").short is None
    assert join_drafts(["a", "b"], [one, Draft((), 0.0)], "en").short == "Ada"


def test_a_title_cut_from_a_sentence_is_translated_by_that_sentence() -> None:
    from rag.ui.titles import translate_title

    p = paragraph("Kilns glow in the old town.", tr="Eski kentte fırınlar parlıyor.", zh="老城的窑火闪耀。")
    source = Source("a", "Kilns glow in…", "en")
    assert translate_title(source, [p], "tr") == "Eski kentte fırınlar parlıyor."
    assert translate_title(source, [p], "en") == translate_title(source, [p], "de") == ""
    assert translate_title(Source("a", "Bowls", "en"), [p], "zh") == ""
