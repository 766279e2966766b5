"""The article beside the conversation: every paragraph as it stands, the cited words marked, every marker leads there and back."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.types import Answer, Claim, Paragraph, Source, View
from rag.ui import bubbles, reader
from rag.ui.catalogue import render_catalogue
from rag.ui.conversation import Turn
from rag.ui.markup import make_visible
from rag.ui.texts import CHINESE, ENGLISH, TURKISH
from tests.reading import Read, Shelf, answered, anything, filled, paragraph, quoting


def read(shelf: Shelf, *turns: Turn, words=ENGLISH, number: int | None = None) -> Read:
    return Read(reader.render_pane(shelf, turns, words, number))


@given(filled, anything, anything, filled, anything)
def test_nothing_of_an_article_becomes_markup(text: str, title: str, outlet: str, quote: str, url: str) -> None:
    source, whole = Source("a", title, "en", outlet, outlet, url), f"{text}{quote}"
    cited = quoting(whole, whole, source=source, translation=title)
    shelf = Shelf(paragraph(whole, tr=title or "x"), source=source)
    cited = replace(cited, paragraph=shelf.paragraph("a#p1"))
    turn = answered(cited, claims=(Claim("Kilns.", (1,)),))
    page = read(shelf, turn)
    assert page.harmless() and make_visible(whole) in page.text and make_visible(whole) in page.marked
    for other in (reader.render_welcome(shelf, ENGLISH), reader.open_article(shelf, "a#p1", ENGLISH), render_catalogue(shelf, ENGLISH)):
        assert Read(other).harmless()


@given(st.lists(filled, min_size=1, max_size=5))
@example(["0", "[1]"])
def test_every_marker_leads_to_a_place_in_the_article_and_back(sentences: list[str]) -> None:
    paragraphs = [paragraph(text, name=f"a#p{n}") for n, text in enumerate(sentences, 1)]
    shelf = Shelf(*paragraphs)
    cited = [replace(quoting(p.text, p.text, n), paragraph=p) for n, p in enumerate(paragraphs, 1)]
    turn = answered(*cited, claims=tuple(Claim(text, (n,)) for n, text in enumerate(sentences, 1)))
    turns = (turn, replace(turn, number=2))
    for number in (1, 2):
        chat, pane = Read(bubbles.render_bubble(turns[number - 1], ENGLISH)), read(shelf, *turns, number=number)
        assert {href[1:] for href in chat.values("href")} == pane.values("data-anchor")
        assert {h[1:] for h in pane.values("href") if h.startswith("#")} == {v for v in chat.values("id")}


@pytest.mark.parametrize(
    ("text", "quote", "language"),
    [
        ("伊斯坦布尔店是第39家。也是“海外第二站”。", "也是“海外第二站”。", "zh"),
        ("İZNİK’te ışık, Kadıköy/İstanbul.", "Kadıköy/İstanbul.", "tr"),
        ("A bowl 🏺 of 𠮷 clay.", "𠮷 clay.", "en"),
    ],
)
def test_quotes_are_found_by_code_points_and_their_language_is_declared(text: str, quote: str, language: str) -> None:
    turn = answered(quoting(text, quote, language=language), claims=(Claim(quote, (1,)),))
    html = reader.render_pane(Shelf(paragraph(text, language)), (turn,), ENGLISH)
    assert Read(html).marked == quote and f'<p class="km-text" lang="{language}"' in html


def test_the_whole_article_is_there_and_the_exact_answer_in_it_is_bold() -> None:
    first, second = paragraph("Kilns glow in 1904."), paragraph("Bowls cool.", name="a#p2")
    turn = answered(quoting(first.text, first.text, focus=(14, 18)), claims=(Claim(first.text, (1,)),))
    html = reader.render_pane(Shelf(first, second), (turn,), ENGLISH)
    assert "<b>1904</b>" in html and "Bowls cool." in html and html.count("km-cited") == 1
    assert Read(html).values("data-id") == {"a#p1", "a#p2"} and "?p=a%23p2" in Read(html).values("href")


def test_a_long_article_is_shown_around_what_is_cited() -> None:
    paragraphs = [paragraph(f"Kiln {n} glows.", name=f"a#p{n}") for n in range(1, 400)]
    cited = replace(quoting("Kiln 200 glows.", "Kiln 200 glows."), paragraph=paragraphs[199])
    page = read(Shelf(*paragraphs), answered(cited, claims=(Claim("Kiln 200 glows.", (1,)),)))
    assert "Kiln 200 glows." in page.marked and "Kiln 199 glows." in page.text and "Kiln 9 glows." not in page.text
    assert len(page.values("data-id")) == 2 * reader.AROUND + 1
    linked = Read(reader.open_article(Shelf(*paragraphs), "a#p300", ENGLISH))
    assert "a#p300" in linked.values("data-id") and len(linked.values("data-id")) == 2 * reader.AROUND + 1


@pytest.mark.parametrize(("language", "view"), [("en", "original"), ("tr", "both"), ("zh", "both")])
def test_an_article_in_another_language_than_the_answer_is_shown_beside_its_translation(language, view) -> None:
    p = paragraph("Kilns glow.", tr="Fırınlar parlar.", zh="窑火闪耀。")
    cited = replace(quoting(p.text, p.text), paragraph=p)
    turn = answered(cited, claims=(Claim(p.text, (1,)),), language=language)
    html = reader.render_pane(Shelf(p), (turn,), ENGLISH)
    said = {"en": "窑火闪耀。", "tr": "Fırınlar parlar.", "zh": "窑火闪耀。"}
    assert f'<article class="km-article" data-view="{view}">' in html
    if language != "en":
        assert said[language] in Read(html).marked
    assert {"original", "translation", "both"} <= Read(html).values("data-view")


def test_a_translation_stands_sentence_by_sentence_beside_the_original() -> None:
    view = View("tr", "Bir. İki.", ((0, 4), (5, 9)))
    p = Paragraph("a#p1", "a", "One. Two.", "en", ((0, 4), (5, 9)), translations=(view,))
    turn = answered(replace(quoting("One. Two.", "Two."), paragraph=p), claims=(Claim("Two.", (1,)),), language="tr")
    html = reader.render_pane(Shelf(p), (turn,), TURKISH)
    pairs = re.findall(r'class="km-s"><span class="km-o">(.*?)</span><span class="km-t"[^>]*>(.*?)</span></span>', html)
    assert [(Read(a).text, Read(b).text.strip()) for a, b in pairs] == [("One.", "Bir."), ("Two.", "İki.")]


def test_the_article_stays_while_the_next_answer_comes_or_fails() -> None:
    shelf, first = Shelf(paragraph("Kilns glow.")), answered(quoting("Kilns glow.", "Kilns glow."), claims=())
    for after in (Turn(2, "q"), Turn(2, "q", problem="No."), Turn(2, "q", stopped=True)):
        assert read(shelf, first, after).marked == "Kilns glow."


def test_two_cited_articles_are_two_tabs() -> None:
    a, b = Source("a", "Kilns", "en"), Source("b", "Bowls", "en")
    first = quoting("Kilns glow.", "Kilns glow.", source=a)
    second = replace(
        quoting("Bowls cool.", "Bowls cool.", 2, source=b), paragraph=paragraph("Bowls cool.", name="b#p1")
    )
    html = reader.render_pane(Shelf(paragraph("Kilns glow.")), (answered(first, second, claims=()),), ENGLISH)
    assert html.count('role="tab"') == 2 and html.count('role="tabpanel"') == 2
    assert "Bowls cool." in Read(html).marked  # of an article that is no longer there, the words that were quoted


def test_what_was_quoted_is_shown_though_the_article_changed() -> None:
    turn = answered(quoting("Kilns glow.", "Kilns glow."), claims=(Claim("Kilns glow.", (1,)),))
    page = read(Shelf(paragraph("Kilns were torn down.")), turn, words=CHINESE)
    assert page.marked == "Kilns glow." and CHINESE.changed in page.text and "torn down" in page.text


def test_a_refusal_shows_no_article_unless_it_names_the_nearest_thing() -> None:
    shelf = Shelf(paragraph("Kilns glow."))
    turn = Turn(1, "q", Answer("q", "文章中没有提到。", "not_found", "zh", 0.1))
    assert CHINESE.no_source in read(shelf, turn, words=CHINESE).text
    nearest = answered(quoting("Kilns glow.", "Kilns glow."), claims=(), status="not_found", text="Nothing.")
    assert ENGLISH.nearest in read(shelf, nearest).text
    greeting = Turn(1, "q", Answer("q", "您好!", "answered", "zh", 1.0))
    assert CHINESE.welcome in read(shelf, greeting, words=CHINESE).text
    unread = Turn(1, "q", Answer("q", "Too long.", "not_found", "en", 0.0, notice="Too long."))
    assert not read(shelf, unread).text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "ftp://x", ""])
def test_only_web_addresses_become_links(url: str) -> None:
    shelf = Shelf(paragraph("Kilns glow."), source=Source("a", "t", "en", url=url))
    assert "<a " not in reader.render_welcome(shelf, ENGLISH)


@pytest.mark.parametrize("words", [ENGLISH, CHINESE, TURKISH])
def test_a_link_to_a_paragraph_opens_its_article_and_one_to_nothing_says_so(words) -> None:
    shelf = Shelf(paragraph("Kilns glow."))
    for known in ("a#p1", "a"):
        page = Read(reader.open_article(shelf, known, words))
        assert page.values("data-show") == {known} and "km-empty km-unknown" not in page.values("class")
    for unknown in ("a#p9", "b#p1", "<script>", "x" * 5000):
        page = Read(reader.open_article(shelf, unknown, words))
        assert page.harmless() and words.unknown.format(unknown)[:20] in page.text and page.values("data-show") == {""}
        assert len(page.text) < 500
    assert "Kilns glow." in Read(reader.open_article(shelf, "a#p9", words)).text


@pytest.mark.parametrize(("words", "title"), [(ENGLISH, "Kilns glow"), (CHINESE, "窑火闪耀"), (TURKISH, "Fırınlar parlar")])
def test_a_title_is_read_in_the_language_of_the_reader_with_the_original_beneath(words, title) -> None:
    p = paragraph("Kilns glow - Daily", tr="Fırınlar parlar - Daily", zh="窑火闪耀 - 日报")
    shelf = Shelf(p, source=Source("a", "Kilns glow", "en"))
    for html in (reader.render_welcome(shelf, words), reader.open_article(shelf, "a", words), render_catalogue(shelf, words)):
        said = re.search(r'<h[23] lang="(\w+)" dir="auto">(.*?)</h[23]>', html)
        assert said and said.groups() == (words.code, title)
        beneath = re.findall(r'km-title-original" lang="en" dir="auto">(.*?)</p>', html)
        assert beneath == ([] if words is ENGLISH else ["Kilns glow"])


def test_an_article_is_read_in_every_language_it_is_translated_into_the_answers_first() -> None:
    p = paragraph("Kilns glow.", de="Öfen glühen.", tr="Fırınlar parlar.", zh="窑火闪耀。")
    cited = replace(quoting(p.text, p.text), paragraph=p)
    html = reader.render_pane(Shelf(p), (answered(cited, claims=(Claim(p.text, (1,)),), language="tr"),), CHINESE)
    assert re.findall(r'data-into="(\w+)"', html) == ["tr", "zh", "de"]
    assert re.findall(r'class="km-t" lang="(\w+)" dir="auto"( hidden)?', html) == [
        ("tr", ""), ("zh", " hidden"), ("de", " hidden")
    ]  # fmt: skip


def test_a_paragraph_written_from_right_to_left_has_its_number_on_that_side() -> None:
    html = reader.open_article(Shelf(paragraph("الأفران تتوهج.", "ar")), "a#p1", ENGLISH)
    assert 'data-id="a#p1" dir="rtl"' in html and '<p class="km-text" lang="ar" dir="auto">' in html
    assert "rtl" not in reader.open_article(Shelf(paragraph("Kilns glow.")), "a#p1", ENGLISH)


@pytest.mark.parametrize("words", [ENGLISH, CHINESE, TURKISH])
def test_the_list_of_articles_has_every_paragraph_and_what_was_left_out(assistant, words) -> None:
    page = Read(render_catalogue(assistant, words))
    for source in assistant.articles():
        assert source.title in page.text
        assert all(make_visible(p.text) in page.text for p in assistant.article(source.id)[1])
        assert all(removed.reason in page.text for removed in assistant.about(source.id).removed)
    assert words.left_out in page.text and words.nothing_indexed in Read(render_catalogue(Shelf(), words)).text
