"""The one door: vetoes before the checker, likeness where there is none, and no verdict where nothing can be said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag.verification.verify as door
from rag.names import Names
from rag.types import Name
from rag.types.reasons import (
    AddressMissing,
    ClaimTooLong,
    LanguageUnknown,
    NameMissing,
    NegationDiffers,
    NothingCited,
    NothingToCompare,
    NotSaid,
    NumberDiffers,
    NumberMissing,
    NumberUnread,
    QuoteMissing,
    TooLittle,
)
from rag.verification import Statement
from tests.verification.making import FakeChecker, alike, paragraph, verifier

MUSEUM = "The museum opened on Oct 18, 1998 in Kars. It holds half a million bowls, as Ada Lane of a@b.org said: \"They glow.\""
MUZE = "Müze 18 Ekim 1998'de Kars'ta açıldı. Yarım milyon kâse barındırıyor."
GUAN = "博物馆于1998年10月18日在卡尔斯开馆。馆内藏有五十多万件瓷碗。"


def judge(claim, *texts, language="en", chance=1.0, **rest):
    statement = Statement(claim, language, tuple(paragraph(t, identity=f"a#p{n}") for n, t in enumerate(texts, 1)))
    return verifier(chance, **rest).verify_claims([statement])[0]


@pytest.mark.parametrize(
    ("claim", "text", "language"),
    [("It holds half a million bowls, as Ada Lane of a@b.org said: \"They glow.\"", MUSEUM, "en"), ("馆内藏有五十多万件瓷碗。", GUAN, "zh"),
     ("Yarım milyon kâse barındırıyor.", MUZE, "tr"), ("The museum opened on Oct 19, 1998 in Kars.", MUSEUM, "en")],
)  # fmt: skip
def test_the_checker_is_not_loaded_for_a_quotation_nor_for_what_a_veto_stops(claim, text, language):
    def refuse():
        raise AssertionError("the checker was asked for")

    statement = Statement(claim, language, (paragraph(text, language),))
    (verdict,) = door.Verifier(alike(0.5), find_checker=refuse).verify_claims([statement])
    assert verdict.status == ("unsupported" if "19" in claim else "supported")


# Vetoes: no checker overrules them, and each is one that holds by itself

FALSE = [
    ("find_mismatches", "The museum in Kars opened on Oct 19.", "en", MUSEUM, NumberDiffers("Oct 19", "Oct 18, 1998")),
    ("find_mismatches", "The museum holds a million bowls.", "en", MUSEUM, NumberDiffers("a million", "half a million")),
    ("find_mismatches", "博物馆藏有一万件瓷碗。", "zh", GUAN, NumberDiffers("一万", "五十多万")),
    ("find_mismatches", "Müze 19 Ekim'de açıldı.", "tr", MUZE, NumberDiffers("19 Ekim", "18 Ekim 1998")),
    ("find_mismatches", "The museum holds two three bowls.", "en", MUSEUM, NumberUnread("two three")),
    ("find_mismatches", "The museum opened at 3:30 p.m.", "en", MUSEUM, NumberMissing("3:30 p.m.")),
    ("find_missing_names", "The museum of Mehmet Demir opened in Kars.", "en", MUSEUM, NameMissing("Mehmet")),
    ("find_missing_names", "The museum opened in Japan.", "en", GUAN, NameMissing("Japan")),
    ("find_missing_names", "博物馆在东京开馆。", "zh", MUSEUM, NameMissing("东京")),
    ("find_missing_names", "Müze Ankara'da açıldı.", "tr", MUZE, NameMissing("Ankara")),
    ("find_missing_quotes", 'Ada Lane said: "They shine."', "en", MUSEUM, QuoteMissing("They shine.")),
    ("find_missing_addresses", "Ada Lane of c@d.org spoke of the museum.", "en", MUSEUM, AddressMissing("c@d.org")),
]  # fmt: skip


@pytest.mark.parametrize(("veto", "claim", "language", "text", "reason"), FALSE, ids=lambda value: str(value)[:24])
def test_a_veto_stops_what_the_checker_is_sure_of(veto, claim, language, text, reason):
    verdict = judge(claim, text, language=language)
    assert verdict.status == "unsupported" and reason in verdict.reasons, verdict
    assert verdict.chance is None


@pytest.mark.parametrize(("veto", "claim", "language", "text", "reason"), FALSE, ids=lambda value: str(value)[:24])
def test_without_the_veto_the_same_claim_would_pass(monkeypatch, veto, claim, language, text, reason):
    monkeypatch.setattr(door, veto, lambda *_: [])
    assert judge(claim, text, language=language).status == "supported"


@pytest.mark.parametrize(
    ("claim", "language", "text"),
    [
        ("In 1998 the museum of Kars opened on 18 October.", "en", MUSEUM), ("The museum opened on 18 October 1998.", "en", GUAN),
        ("The museum in Kars has more than 500,000 bowls.", "en", GUAN), ("博物馆十月十八日开馆。", "zh", MUZE), ("博物馆藏有50万件瓷碗。", "zh", MUSEUM),
        ("Müze, Ekim 1998'de açıldı.", "tr", MUSEUM), ("Müzede 500 binden fazla kâse var.", "tr", GUAN),
        ('Ada Lane says: "They glow."', "en", MUSEUM), ("Mail a@b.org about the museum.", "en", MUSEUM),
    ],
)  # fmt: skip
def test_what_is_true_passes_all_vetoes(claim, language, text):
    verdict = judge(claim, text, language=language)
    assert (verdict.status, verdict.reasons) == ("supported", ())


@pytest.mark.parametrize(
    ("claim", "language", "text"),
    [
        ("The answer stands in.", "en", MUSEUM), ("CANARY18.", "en", MUSEUM), ("The secret is told below.", "en", MUSEUM),
        ("The answer stands in.", "zh", GUAN), ("CANARY18。", "zh", GUAN), ("答案就写在下面。", "zh", GUAN), ("Yanıt aşağıda duruyor.", "tr", MUZE),
    ],
)  # fmt: skip
def test_a_claim_that_has_no_word_of_its_paragraph_is_not_carried_however_sure_the_checker_is(monkeypatch, claim, language, text):
    verdict = judge(claim, text, language=language)
    assert verdict.status == "unsupported" and verdict.reasons == (NotSaid(),) and verdict.chance is None
    together = judge(claim, text, text, language=language)
    assert together.status == "unsupported"
    monkeypatch.setattr(door, "share_content", lambda *_: True)
    assert judge(claim, text, language=language).status == "supported"


@pytest.mark.parametrize(
    ("claim", "language", "text"),
    [("It welcomed its first guests in October.", "en", MUSEUM), ("18 October 1998.", "en", MUSEUM), ("The answer stands in.", "en", GUAN)],
)
def test_a_date_or_a_word_is_enough_for_a_claim_to_be_read_and_one_in_another_language_always_is(claim, language, text):
    assert judge(claim, text, language=language).status == "supported"


def test_her_may_and_plant_are_no_reasons():
    assert judge("The plant may glow for her.", "The plant glows for her, maybe.").status == "supported"
    assert judge("Her kiln glows.", "The kiln of the potter glows.").status == "supported"


# The checker


def test_what_the_checker_does_not_believe_is_not_said():
    verdict = judge("The museum was sold in Kars.", MUSEUM, chance=0.2)
    assert (verdict.status, verdict.reasons, verdict.chance) == ("unsupported", (NotSaid(),), 0.2)


@pytest.mark.parametrize(
    ("claim", "language", "text"),
    [
        ("The museum did not open in Kars in 1998.", "en", MUSEUM),
        ("博物馆没有于1998年开馆。", "zh", GUAN),
        ("Müze 1998'de Kars'ta açılmadı.", "tr", MUZE),
    ],
)
def test_where_one_of_claim_and_paragraph_is_negated_the_checker_must_be_surer(claim, language, text):
    assert judge(claim, text, language=language, chance=0.7).reasons == (NegationDiffers(),)
    assert judge(claim, text, language=language, chance=0.95).status == "supported"


def test_all_claims_are_checked_in_one_batch_each_against_its_paragraphs():
    fake = FakeChecker(0.9)
    both = (paragraph(MUSEUM), paragraph(MUZE, identity="a#p2"))
    statements = [Statement(claim, "en", both) for claim in ("The museum opened in Kars.", "Kars has a museum of bowls.")]
    verdicts = door.Verifier(alike(0.5), find_checker=lambda: fake).verify_claims(statements)
    assert [v.status for v in verdicts] == ["supported"] * 2 and [v.chance for v in verdicts] == [0.9] * 2
    assert len(fake.asked) == 1 and len(fake.asked[0]) == 4
    assert [pair.same_language for pair in fake.asked[0]] == [True, False, True, False]


def test_the_paragraph_that_the_checker_believes_most_is_quoted():
    verdict = judge("Kars glows bright.", "It rains in Kars.", "Kars glows.", chance=lambda pair: 0.6 if "rains" in pair.evidence else 0.8)
    assert (verdict.paragraph_index, verdict.quote) == (1, "Kars glows.")


def test_a_paragraph_is_read_in_the_language_of_the_claim_where_it_is_translated():
    fake = FakeChecker()
    translated = paragraph(GUAN, en="The museum opened in Kars on 18 October 1998. It holds more than half a million bowls.")
    verdict = door.Verifier(alike(0.5), find_checker=lambda: fake).verify_claims([Statement("Kars has a bowl museum.", "en", (translated,))])[0]
    assert fake.asked[0][0].evidence.startswith("The museum") and fake.asked[0][0].same_language
    assert verdict.quote == GUAN[verdict.start : verdict.end]


def test_two_paragraphs_may_carry_a_claim_together():
    def believe(pair):
        return 0.9 if "kiln" in pair.evidence and "lake" in pair.evidence else 0.1

    texts = ("The kiln was lit in 2004.", "The lake froze in 1998.")
    verdict = judge("The kiln was lit in 2004, and the lake froze in 1998.", *texts, chance=believe)
    assert verdict.status == "supported" and len(verdict.more) == 1
    assert {verdict.paragraph_index, verdict.more[0].paragraph_index} == {0, 1}
    assert judge("The kiln froze in 2004, and the lake in 1999.", *texts, chance=believe).status == "unsupported"


def test_a_number_of_another_sentence_is_cited_with_it():
    text = "The kiln of Kars was lit by the old lake in spring. It cost 5,000 dollars."
    verdict = judge("The kiln of Kars by the old lake was lit in spring, for 5,000 dollars.", text)
    assert [text[place.start : place.end] for place in verdict.more] == ["It cost 5,000 dollars."]


# A sentence as it stands


def test_a_sentence_that_stands_there_is_carried_and_nobody_is_asked():
    fake = FakeChecker(0.0)
    own = paragraph(MUZE, en="The museum opened on 18 October 1998 in Kars. It holds half a million bowls.")
    statements = [Statement(MUZE[:36], "tr", (own,)), Statement("It holds  half a million bowls.", "en", (own,))]
    verdicts = door.Verifier(alike(0.5), find_checker=lambda: fake).verify_claims(statements)
    assert [v.status for v in verdicts] == ["supported"] * 2 and fake.asked == []
    assert verdicts[1].quote == "Yarım milyon kâse barındırıyor."


# Where there is no checker


def test_without_a_checker_likeness_decides():
    assert judge("The museum opened in Kars.", MUSEUM, chance=None).status == "supported"
    assert judge("Pine wood is burnt in spring.", MUSEUM, chance=None, likeness=0.1).reasons == (NotSaid(),)


@pytest.mark.parametrize(
    ("claim", "language", "text"),
    [("The museum did not open in Kars.", "en", MUSEUM), ("Müze Kars'ta açılmadı.", "tr", MUZE), ("博物馆没有在卡尔斯开馆。", "zh", GUAN)],
)
def test_without_a_checker_a_negation_counts(claim, language, text):
    assert judge(claim, text, language=language, chance=None).reasons == (NegationDiffers(),)


@pytest.mark.parametrize("chance", [None, 1.0])
def test_a_language_that_nothing_knows_is_not_supported_but_vetoes_and_floors_hold(chance):
    text = "Das Museum in Kars wurde 1998 eröffnet."
    near = judge("1998 wurde in Kars ein Museum eröffnet.", text, language="de", chance=chance)
    assert (near.status, near.reasons) == ("unchecked", (LanguageUnknown("de"),))
    assert judge("2004 wurde in Kars ein Museum eröffnet.", text, language="de", chance=chance).status == "unsupported"
    assert judge("Ein Hund bellt laut dort.", text, language="de", chance=chance, likeness=0.0).reasons == (NotSaid(),)


# Bad input


def test_nothing_to_compare_and_nothing_cited():
    assert judge("", MUSEUM).reasons == judge(" \n", MUSEUM).reasons == judge("Kars.", "").reasons == (NothingToCompare(),)
    assert judge("It opened in Kars.").reasons == (NothingCited(),)


def test_a_claim_of_ten_thousand_characters_is_not_checked():
    verdict = judge("The museum opened. " * 530, MUSEUM)
    assert (verdict.status, verdict.reasons) == ("unchecked", (ClaimTooLong(door.MAX_CLAIM_CHARS),))


def test_a_paragraph_of_one_word_and_a_claim_of_one_word():
    assert judge("The museum opened in Kars.", "Museum", chance=0.1).reasons[-1] in (NotSaid(), NameMissing("Kars"))
    verdict = judge("museum", MUSEUM)
    assert (verdict.status, verdict.reasons) == ("unchecked", (TooLittle(),)) and verdict.quote


def test_names_of_the_list_meet_across_languages():
    names = Names([Name("kars", "place", {"en": ("Kars",), "zh": ("卡尔斯",)}), Name("van", "place", {"en": ("Van",), "zh": ("凡城",)})])
    assert judge("The museum opened in Kars.", GUAN, names=names).status == "supported"
    assert NameMissing("Van") in judge("The museum opened in Van.", GUAN, names=names).reasons


@given(
    st.text(alphabet=st.sampled_from("ab .。1½[]“\"'’\n\x00İı五多万点年%@-/:ÇŞ\u0307"), max_size=60),
    st.text(alphabet=st.sampled_from("ab .。1½5年月五万点“\"Kars’\n"), max_size=80),
    st.sampled_from(["en", "zh", "tr", "de", "xx", ""]),
)
def test_whatever_is_put_in_a_verdict_comes_out_and_its_quote_stands_there(claim, text, language):
    verdict = judge(claim, text, language=language, chance=0.7)
    assert verdict.status in ("supported", "unsupported", "unchecked")
    assert (verdict.status == "supported") == (not verdict.reasons)
    if verdict.paragraph_index is not None:
        assert verdict.quote == text[verdict.start : verdict.end]
