"""Drafts of quoted sentences: each is verified, and cited with a span of its paragraph or not shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import Citation, Paragraph, Source
from rag.types import Draft, DraftClaim, Evidence, Passage, View
from rag.types.reasons import NumberMissing
from rag.verification import cite_draft
from tests.verification.making import verifier

PARAGRAPH = Paragraph("a#p1", "a", "Kilns glow. Bowls cool.", "en", ((0, 11), (12, 23)),
                      translations=(View("zh", "窑火闪耀。碗已冷却。", ((0, 5), (5, 10))),))  # fmt: skip
SOURCE = Source("a", "Kilns", "en")


@given(st.integers(-5, 40), st.integers(-5, 40))
def test_a_citation_is_a_span_of_its_paragraph_or_an_error(start, end):
    if 0 <= start < end <= len(PARAGRAPH.text):
        c = Citation(1, PARAGRAPH, SOURCE, start, end)
        assert PARAGRAPH.text[c.start : c.end] == c.quote
    else:
        with pytest.raises(ValueError):
            Citation(1, PARAGRAPH, SOURCE, start, end)


def drafted(text: str, *spans: tuple[int, int]) -> DraftClaim:
    return DraftClaim(text, tuple(Evidence(Passage(PARAGRAPH, SOURCE, 1.0), a, b) for a, b in spans))


def shown(*claims: DraftClaim, language: str = "en", **rest: object):
    draft = Draft(claims, 0.9, **rest)  # type: ignore[arg-type]
    return cite_draft(draft, "?", language, "The articles do not say.", "Near:", verifier(0.1))


def test_a_claim_whose_number_differs_from_the_paragraph_is_withheld():
    answer = shown(drafted("Kilns glow.", (0, 11)), drafted("Bowls cool in 3 days.", (12, 23)))
    assert answer.text == "Kilns glow. [1]" and answer.status == "partial"
    assert [c.status for c in answer.claims] == ["supported", "unsupported"]
    assert answer.claims[1].reasons == (NumberMissing("3 days"),) and len(answer.citations) == 1


def test_a_translated_sentence_cites_the_original_and_carries_its_own_words():
    answer = shown(drafted("碗已冷却。", (12, 23)), language="zh")
    assert answer.text == "碗已冷却。 [1]"
    assert (answer.citations[0].quote, answer.citations[0].translation) == ("Bowls cool.", "碗已冷却。")


def test_what_is_cited_word_for_word_is_shown_also_when_it_is_no_whole_sentence():
    assert shown(drafted("glow.", (6, 11))).text == "glow. [1]"


def test_a_claim_without_evidence_is_uncited_and_not_shown():
    answer = shown(drafted("Kilns glow."))
    assert (answer.text, answer.status, answer.claims[0].status) == ("The articles do not say.", "not_found", "uncited")


def test_a_refusal_names_the_nearest_thing_that_is_said():
    answer = shown(nearest=drafted("Bowls cool.", (12, 23)))
    assert answer.text == "The articles do not say. Near: Bowls cool. [1]" and answer.status == "not_found"


def test_citations_are_numbered_in_order_of_use_and_shared():
    answer = shown(drafted("Bowls cool.", (12, 23)), drafted("Kilns glow.", (0, 11)), drafted("Bowls cool.", (12, 23)))
    assert answer.text == "Bowls cool. [1] Kilns glow. [2] Bowls cool. [1]"
    assert [c.quote for c in answer.citations] == ["Bowls cool.", "Kilns glow."]
