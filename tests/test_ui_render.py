"""What the page shows: nothing of an article, question or model becomes markup; every marker leads somewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.types import Answer, Citation, Claim, Paragraph, Source
from rag.ui import render
from rag.ui.conversation import Turn
from rag.ui.markup import escape, highlighted, literal, visible
from rag.ui.texts import CHINESE, ENGLISH, EXAMPLES, TEXTS, TURKISH, texts

VECTORS = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "![x](http://127.0.0.1/leak)",
    "[a](javascript:alert(1))",
    "<!-- -->", "&lt;b&gt;", "$$x$$", "**bold** _it_ `code` # head\n- item\n> quote\n---", "<details ontoggle=a()>",
    "</mark></p></article><h1>", "[1] [2] 【1】", "' onmouseover='x", "\u202egnp.exe", "\x00\x1b[31m", "\ud800",
    "{{x}} ${value}",
)  # fmt: skip
TAGS = {
    "a", "article", "b", "code", "details", "div", "h3", "h4", "header", "i", "li", "mark", "p", "span", "summary",
    "time", "ul", "br",
}  # fmt: skip
anything = st.one_of(st.text(), st.sampled_from(VECTORS))
filled = anything.filter(lambda text: text.strip() and text.isprintable())


class Read(HTMLParser):
    """What a browser makes of the HTML: its text, tags, attributes and ids."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.marked = "", ""
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self._inside = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self._inside += tag == "mark"
        self.text += "\n" * (tag == "br")

    def handle_endtag(self, tag: str) -> None:
        self._inside -= tag == "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data * (self._inside > 0)

    def values(self, attribute: str) -> set[str]:
        return {value for name, value in self.attributes if name == attribute}

    def harmless(self) -> bool:
        links = all(v.startswith(("#km-", "http://", "https://")) for v in self.values("href"))
        names = {name for name, _ in self.attributes}
        allowed = {"class", "id", "href", "title", "aria-label", "lang", "dir", "role", "data-n", "tabindex"}
        return links and set(self.tags) <= TAGS and names <= allowed | {"datetime", "target", "rel"}


def paragraph(text: str, language: str = "en", name: str = "a#p1") -> Paragraph:
    return Paragraph(name, name.partition("#")[0], text, language, ((0, len(text)),))


def answered(*citations: Citation, claims: tuple[Claim, ...], **changes: object) -> Turn:
    text = " ".join(c.text + " " + "".join(f"[{n}]" for n in c.citations) for c in claims if c.status == "supported")
    found = Answer("q", text, "answered", "en", 0.9, claims=claims, citations=citations)
    return Turn(1, "q", replace(found, **changes))


def quoting(text: str, quote: str, number: int = 1, language: str = "en", source: Source | None = None) -> Citation:
    start = text.index(quote)
    given_source = source or Source("a", "Kilns", language)
    return Citation(number, paragraph(text, language), given_source, start, start + len(quote))


@st.composite
def text_and_spans(draw: st.DrawFn) -> tuple[str, list[tuple[int, tuple[int, int]]]]:
    text = draw(anything.filter(bool))
    spans = []
    for number in range(1, draw(st.integers(0, 4)) + 1):
        start = draw(st.integers(0, len(text) - 1))
        spans.append((number, (start, draw(st.integers(start + 1, len(text))))))
    return text, spans


@given(text_and_spans())
def test_a_highlighted_paragraph_reads_as_the_paragraph_whatever_its_text_and_spans(
    drawn: tuple[str, list[tuple[int, tuple[int, int]]]],
) -> None:
    text, spans = drawn
    page = Read(highlighted(text, spans, "km-1"))
    covered = {i for _, (start, end) in spans for i in range(start, end)}
    assert page.text == visible(text)
    assert page.marked == "".join(visible(text)[i] for i in sorted(covered))
    assert set(page.tags) <= {"mark", "span"}
    assert page.values("id") == {f"km-1-{number}" for number, _ in spans}


@given(anything)
def test_text_for_markdown_reads_as_it_was_and_leaves_markdown_nothing_to_read(text: str) -> None:
    assert Read(literal(text)).text == visible(text).replace("\t", " ")
    assert not re.search(r"[!-/:-@\[-`{-~]", re.sub(r"&#\d+;|<br>", "", literal(text)))


@given(anything)
def test_what_cannot_be_shown_is_replaced_one_for_one_so_offsets_hold(text: str) -> None:
    assert len(visible(text)) == len(text)
    visible(text).encode("utf-8")
    assert "<" not in escape(text) and '"' not in escape(text)


@given(filled, anything, anything, filled, anything)
def test_nothing_of_an_article_becomes_markup(text: str, title: str, outlet: str, quote: str, url: str) -> None:
    source = Source("a", title, "en", outlet, outlet, url)
    whole = f"{text}{quote}"
    cited = Citation(1, paragraph(whole), source, len(text), len(whole), translation=title)
    page = Read(render.card([cited], 1, ENGLISH) + render.welcome([source], ENGLISH))
    assert page.harmless()
    assert visible(whole) in page.text and page.marked == visible(quote)


@given(anything, filled, anything, anything)
def test_nothing_of_a_question_an_answer_or_a_notice_becomes_markup(
    asked: str, sentence: str, notice: str, problem: str
) -> None:
    turn = answered(quoting(sentence, sentence), claims=(Claim(sentence, (1,)),), notice=notice)
    for made in (turn, Turn(1, asked, None, problem)):
        assert Read(render.question(replace(made, question=asked))).harmless()
        assert Read(render.answer(made, ENGLISH)).harmless()
    assert Read(render.answer(turn, ENGLISH)).text.startswith(visible(sentence).replace("\t", " ") + "[1]")


@given(st.lists(filled, min_size=1, max_size=5))
@example(["0", "[1]"])
def test_every_marker_leads_to_a_place_in_the_sources_and_back(sentences: list[str]) -> None:
    cited = tuple(quoting(text, text, number) for number, text in enumerate(sentences, 1))
    first = answered(*cited, claims=tuple(Claim(text, (n,)) for n, text in enumerate(sentences, 1)))
    turns = (first, replace(first, number=2))
    chat = Read("".join(render.answer(turn, ENGLISH) for turn in turns))
    pane = Read(render.sources(turns, ENGLISH))
    assert {href[1:] for href in chat.values("href")} <= pane.values("id")
    assert {href[1:] for href in pane.values("href")} <= chat.values("id")


@pytest.mark.parametrize(
    ("spans", "pieces"),
    [
        ([(1, (0, 3)), (2, (3, 6))], ["1:abc", "2:def"]),
        ([(1, (0, 4)), (2, (2, 6))], ["1:ab", "2:cd", ":ef"]),
        ([(1, (0, 6)), (2, (2, 4))], ["1:ab", "2:cd", ":ef"]),
        ([(1, (0, 6)), (2, (0, 6))], ["1,2:abcdef"]),
    ],
    ids=["touching", "overlapping", "nested", "the same"],
)
def test_spans_that_meet_are_cut_at_their_edges_and_numbered_where_they_begin(
    spans: list[tuple[int, tuple[int, int]]], pieces: list[str]
) -> None:
    found = re.findall(r'data-n="([\d,]*)">(\w+)<', highlighted("abcdef", spans))
    assert [f"{number}:{text}" for number, text in found] == pieces


@pytest.mark.parametrize(
    ("text", "quote", "language"),
    [
        ("伊斯坦布尔店是第39家。也是“海外第二站”。", "也是“海外第二站”。", "zh"),
        ("İZNİK’te ışık, Kadıköy/İstanbul.", "Kadıköy/İstanbul.", "tr"),
        ("A bowl 🏺 of 𠮷 clay.", "𠮷 clay.", "en"),
    ],
)
def test_quotes_are_found_by_code_points_and_their_language_is_declared(text: str, quote: str, language: str) -> None:
    page = render.card([quoting(text, quote, language=language)], 1, ENGLISH)
    assert Read(page).marked == quote
    assert f'<p class="km-paragraph" lang="{language}"' in page


def test_two_quotes_of_one_paragraph_share_a_card() -> None:
    text = "One kiln. Two kilns."
    turn = answered(
        quoting(text, "One kiln."), quoting(text, "Two kilns.", 2),
        claims=(Claim("One kiln.", (1,)), Claim("Two kilns.", (2,))),
    )  # fmt: skip
    pane = render.sources((turn,), ENGLISH)
    assert pane.count("<article") == 1 and pane.count("<mark") == 2


def test_a_number_in_brackets_that_an_article_wrote_itself_is_no_marker() -> None:
    sentence = "As note [1] says, see [2]."
    turn = answered(quoting(sentence, sentence), claims=(Claim(sentence, (1,)),))
    assert render.answer(turn, ENGLISH).count("<a ") == 1


def test_a_sentence_quoted_in_another_language_is_marked_as_being_in_it() -> None:
    sentence = "这是第39家店。"
    turn = answered(quoting(sentence, sentence, language="zh"), claims=(Claim(sentence, (1,)),))
    assert f'<span lang="zh">{sentence}</span>' in render.answer(turn, ENGLISH)


def test_a_withheld_claim_is_not_shown_as_part_of_the_answer() -> None:
    kept, withheld = Claim("Kilns glow.", (1,)), Claim("Kilns sing.", (), "unsupported", ("no evidence",))
    turn = answered(quoting("Kilns glow.", "Kilns glow."), claims=(withheld, kept))
    assert "sing" not in render.answer(turn, ENGLISH)


def test_a_refusal_is_calm_and_shows_no_source() -> None:
    turn = Turn(1, "q", Answer("q", "文章中没有提到。", "not_found", "zh", 0.1))
    assert "km-refusal" in render.answer(turn, ENGLISH)
    assert "<article" not in render.sources((turn,), ENGLISH)
    assert CHINESE.no_source in render.sources((turn,), ENGLISH)


def test_a_refusal_may_show_the_nearest_thing() -> None:
    turn = answered(quoting("Kilns glow.", "Kilns glow."), claims=(), status="not_found", text="Nothing.")
    assert ENGLISH.nearest in render.sources((turn,), ENGLISH)


def test_what_is_said_once_is_not_said_again_as_a_notice() -> None:
    turn = Turn(1, "q", Answer("q", "Too long.", "not_found", "en", 0.0, notice="Too long."))
    assert render.answer(turn, ENGLISH).count("Too long") == 1
    assert ENGLISH.no_source not in render.sources((turn,), ENGLISH)


def test_a_question_of_a_book_is_shown_by_its_beginning() -> None:
    assert len(Read(render.question(Turn(1, "x" * 100_000))).text) < 500


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "ftp://x", ""])
def test_only_web_addresses_become_links(url: str) -> None:
    assert "<a " not in render.welcome([Source("a", "t", "en", url=url)], ENGLISH)


def test_labels_take_the_same_values_in_every_language() -> None:
    for name in ENGLISH.__slots__:
        assert len({getattr(words, name).count("{}") for words in TEXTS.values()}) == 1, name
    assert texts("zh-CN") is CHINESE and texts("tr") is TURKISH and texts("xx") is ENGLISH
    assert len(EXAMPLES) == 6
