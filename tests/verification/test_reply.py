"""Sentences of a language model: what each rests on, how sure that is, and what becomes of wrong markers."""

from __future__ import annotations

import pytest

from rag.types import Passage, Source
from rag.types.reasons import MarkerUnknown, MarkerWrong, NotSaid, NumberDiffers
from rag.verification import Reply, Verifier
from tests.verification.making import FakeChecker, alike, paragraph

TEXTS = {
    "en": ("The kiln was lit in 2004.", "The lake froze over.", "The fair of 1998 cost 500 dollars."),
    "zh": ("窑于2004年点火。", "湖面结冰了。", "1998年的博览会耗资500美元。"),
    "tr": ("Fırın 2004'te yakıldı.", "Göl dondu.", "1998 fuarı 500 dolara mal oldu."),
}
TOLD = {"en": "In 2004 they lit the kiln.", "zh": "窑在2004年被点燃。", "tr": "2004'te fırını yaktılar."}


def reply(language="en", chance=None, context=""):
    """A reply whose checker believes a claim of what the paragraph with the same number says."""
    texts = TEXTS[language]
    given = [Passage(paragraph(text, language, f"a#p{n}"), Source("a", "A", language), 1.0) for n, text in enumerate(texts, 1)]
    believe = chance if chance is not None else lambda pair: 0.9 if "2004" in pair.evidence and "2004" in pair.claim else 0.1
    return Reply(language, given, [context] * len(given), Verifier(alike(0.5), find_checker=lambda: FakeChecker(believe)))


@pytest.mark.parametrize("language", TEXTS)
def test_a_claim_cites_the_quote_that_carries_it_and_how_sure_that_is(language):
    checks = reply(language)
    [claim] = checks.check([(TOLD[language], [1])])
    assert (claim.status, claim.citations, claim.reasons, claim.chance) == ("supported", (1,), (), 0.9)
    assert [c.quote for c in checks.citations] == [TEXTS[language][0]] and checks.claims == [claim]


@pytest.mark.parametrize("language", TEXTS)
def test_a_wrong_marker_is_cited_anew_and_noted(language):
    checks = reply(language)
    [claim] = checks.check([(TOLD[language], [2])])
    assert claim.status == "supported" and claim.reasons == (MarkerWrong("[2]"),)
    assert checks.citations[0].paragraph_id == "a#p1"


@pytest.mark.parametrize("number", [99, 0, 4])
def test_a_marker_that_was_never_given_is_noted(number):
    checks = reply()
    claim, beside, false = checks.check([(TOLD["en"], [number]), (TOLD["en"], [1, number]), ("In 2005 they lit the kiln.", [number])])
    assert claim.status == beside.status == "supported" and claim.reasons == beside.reasons == (MarkerUnknown(number),)
    assert false.status == "uncited" and MarkerUnknown(number) in false.reasons and false.citations == ()


def test_a_sentence_without_a_marker_is_cited_when_a_paragraph_carries_it():
    checks = reply()
    claim, other = checks.check([(TOLD["en"], []), ("The lake was sold to them.", [])])
    assert claim.status == "supported" and claim.reasons == ()
    assert (other.status, other.citations, other.reasons) == ("uncited", (), (NotSaid(),)) and other.chance == 0.1


def test_a_false_sentence_is_withheld_whatever_it_cites():
    for numbers in ([1], [2], [1, 2], [3]):
        [claim] = reply(chance=1.0).check([("In 2005 they lit the kiln.", numbers)])
        assert claim.status == "unsupported" and not claim.citations
    assert NumberDiffers("2005", "2004") in reply(chance=1.0).check([("In 2005 they lit the kiln.", [1])])[0].reasons


def test_citations_are_numbered_in_order_of_use_and_shared():
    checks = reply(chance=0.9)
    claims = checks.check([("The lake froze over there.", [2]), (TOLD["en"], [1]), ("Then the lake froze.", [2])])
    assert [c.citations for c in claims] == [(1,), (2,), (1,)]
    assert [c.paragraph_id for c in checks.citations] == ["a#p2", "a#p1"]


def test_a_claim_that_two_paragraphs_carry_together_cites_both():
    def believe(pair):
        return 0.8 if "kiln" in pair.evidence and "lake" in pair.evidence else 0.1

    checks = reply(chance=believe)
    [claim] = checks.check([("They lit the kiln in 2004, and the lake froze.", [1, 2])])
    assert claim.status == "supported" and {c.paragraph_id for c in checks.citations} == {"a#p1", "a#p2"}


def test_what_cannot_be_checked_is_not_shown_as_supported():
    [claim] = reply().check([("2004 wurde der Ofen angezündet. " * 60, [1])])
    assert claim.status == "unchecked" and not claim.citations and claim.reasons


def test_no_sentence_at_all_is_no_claim():
    assert reply().check([]) == []
    [claim] = reply().check([("", [1])])
    assert claim.status == "unsupported"
