"""How paragraphs are named."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.types import ParagraphId


@given(st.text(max_size=30), st.integers(min_value=0, max_value=10**9))
def test_an_id_gives_back_its_article_and_its_number(article_id: str, number: int):
    named = ParagraphId.from_place(article_id, number)
    assert (named.article_id, named.number) == (article_id, number)
    assert [near.number for near in named.neighbours] == [number - 1, number + 1] or number == 0


@given(st.text(max_size=30).filter(lambda text: "#p" not in text))
def test_a_string_of_another_form_is_an_article_without_number(text: str):
    assert (ParagraphId(text).article_id, ParagraphId(text).number, ParagraphId(text).neighbours) == (text, None, ())
