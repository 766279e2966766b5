"""Text on the page is data: nothing of it becomes markup, and what is shown reads as what was written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ui.markup import Mark, escape_attribute, escape_html, escape_markdown, highlight_spans, make_visible
from rag.ui.texts import CHINESE, ENGLISH, TEXTS, get_texts
from tests.reading import Read, anything


@st.composite
def text_and_spans(draw: st.DrawFn) -> tuple[str, list[Mark], list[tuple[int, int]]]:
    text = draw(anything.filter(bool))

    def span() -> tuple[int, int]:
        start = draw(st.integers(0, len(text) - 1))
        return start, draw(st.integers(start + 1, len(text)))

    marks = [Mark(number, span()) for number in range(1, draw(st.integers(0, 4)) + 1)]
    return text, marks, [span() for _ in range(draw(st.integers(0, 2)))]


@given(text_and_spans())
def test_a_highlighted_text_reads_as_the_text_whatever_it_and_its_spans_are(
    drawn: tuple[str, list[Mark], list[tuple[int, int]]],
) -> None:
    text, marks, bold = drawn
    page = Read(highlight_spans(text, marks, bold))
    covered = {i for mark in marks for i in range(*mark.span)}
    assert page.text == make_visible(text)
    assert page.marked == "".join(make_visible(text)[i] for i in sorted(covered))
    assert set(page.tags) <= {"mark", "b"} and ("b" in page.tags) == bool(bold)


@given(anything)
def test_text_for_markdown_reads_as_it_was_and_leaves_markdown_nothing_to_read(text: str) -> None:
    assert Read(escape_markdown(text)).text == make_visible(text).replace("\t", " ")
    assert not re.search(r"[!-/:-@\[-`{-~]", re.sub(r"&#\d+;|<br>", "", escape_markdown(text)))


@given(anything)
def test_an_attribute_holds_the_text_with_its_line_breaks_on_one_line(text: str) -> None:
    page = Read(f'<i title="{escape_attribute(text)}"></i>')
    assert page.attributes == [("title", make_visible(text).replace("\t", " "))]
    assert "\n" not in escape_attribute(text)


@given(anything)
def test_what_cannot_be_shown_is_replaced_one_for_one_so_offsets_hold(text: str) -> None:
    assert len(make_visible(text)) == len(text)
    make_visible(text).encode("utf-8")
    assert "<" not in escape_html(text) and '"' not in escape_html(text)


@pytest.mark.parametrize(
    ("spans", "pieces"),
    [
        ([(1, (0, 3)), (2, (3, 6))], ["1:abc", "2:def"]),
        ([(1, (0, 4)), (2, (2, 6))], ["1:ab", "1:cd", "2:ef"]),
        ([(1, (0, 6)), (2, (2, 4))], ["1:ab", "1:cd", "1:ef"]),
        ([(1, (0, 6)), (2, (0, 6))], ["1:abcdef"]),
    ],
    ids=["touching", "overlapping", "nested", "the same"],
)
def test_spans_that_meet_are_cut_at_their_edges(spans: list[tuple[int, tuple[int, int]]], pieces: list[str]) -> None:
    found = re.findall(r'class="km-c(\d)">(\w+)<', highlight_spans("abcdef", [Mark(*span) for span in spans]))
    assert [f"{number}:{text}" for number, text in found] == pieces


def test_labels_take_the_same_values_in_every_language() -> None:
    for name in ENGLISH.__slots__:
        filled = {tuple(sorted(re.findall(r"\{\w*\}", getattr(words, name)))) for words in TEXTS.values()}
        assert len(filled) == 1 and all(getattr(words, name) for words in TEXTS.values()), name
    assert get_texts("zh-CN") is CHINESE and get_texts("tr").code == "tr" and get_texts("xx") is ENGLISH
