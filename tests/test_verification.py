"""Claims against paragraphs: quotes are always real, and what differs in number, name or negation is not supported."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import Citation, Paragraph, Source, verify
from rag.types import Draft, DraftClaim, Evidence, Passage
from rag.verification import answer

EXPO = (
    "The 2025 China Jingdezhen International Ceramic Expo opened on Oct 18 in Jingdezhen, attracting more than 1,000 buyers. "
    "The five-day event has brought together exhibitors from over 30 countries, including Italy, Germany and Russia."
)
IZNIK = "Iznik and Jingdezhen became sister cities in 2021. Ahmet Kaya is deputy mayor of Iznik."
STORE = "伊斯坦布尔店是景德镇陶瓷官方旗舰店布局的第39家。仪式由余笑兵主持。"
FUAR = "Sergi 18 Ekim’de açıldı ve 1.000’den fazla alıcı geldi. İznik 2021’de kardeş şehir oldu."
ALL = [EXPO, IZNIK, STORE, FUAR]


@pytest.mark.parametrize(
    ("claim", "index"),
    [
        ("The expo opened on Oct 18 in Jingdezhen.", 0),
        ("Exhibitors from over 30 countries came, including Italy, Germany and Russia.", 0),
        ("Ahmet Kaya is deputy mayor of Iznik.", 1),
        ("伊斯坦布尔店是景德镇陶瓷官方旗舰店布局的第39家。", 2),
        ("余笑兵主持了仪式。", 2),
        ("Sergi 18 Ekim’de açıldı.", 3),
    ],
)
def test_a_true_claim_is_supported_by_its_own_paragraph(claim, index):
    verdict = verify(claim, ALL)
    assert (verdict.status, verdict.paragraph_index) == ("supported", index), verdict.reasons


@pytest.mark.parametrize(
    "claim",
    [
        "The expo opened on Oct 19 in Jingdezhen.",
        "The 2025 China Jingdezhen International Ceramic Expo opened on Oct 1",
        "The expo attracted more than 5,000 buyers.",
        "The expo did not open on Oct 18 in Jingdezhen.",
        "Exhibitors from over 30 countries came, including Spain.",
        "Mehmet Demir is deputy mayor of Iznik.",
        "伊斯坦布尔店是景德镇陶瓷官方旗舰店布局的第93家。",
        "伊斯坦布尔店不是景德镇陶瓷官方旗舰店布局的第39家。",
        "Sergi 19 Ekim’de açıldı.",
        "Sergi 18 Ekim’de açılmadı.",
        "Tickets cost ten euros at the door.",
        "门票每张十欧元。",
    ],
)
def test_a_claim_that_differs_from_the_paragraph_is_unsupported_with_a_reason(claim):
    verdict = verify(claim, ALL)
    assert verdict.status == "unsupported" and verdict.reasons


def test_a_number_that_differs_is_named():
    assert (
        "says 2025 days; the paragraph says five-day"
        in verify("The event lasted 2025 days.", ["The five-day event opened on Oct 18."]).reasons
    )


@pytest.mark.parametrize(
    ("claim", "paragraph", "reason"),
    [
        (
            "The hall covers 14 hectares.",
            "The hall covers 14 kilometers.",
            "says 14 hectare; the paragraph says 14 kilometer",
        ),
        ("展厅面积为14公顷。", "展厅面积为14公里。", "says 14公顷; the paragraph says 14公里"),
        (
            "Salon 14 hektar yer kaplıyor.",
            "Salon 14 kilometre yer kaplıyor.",
            "says 14 hektar; the paragraph says 14 kilomet",
        ),
    ],
)
def test_the_right_number_of_the_wrong_unit_is_named_with_its_unit(claim, paragraph, reason):
    assert any(given.startswith(reason) for given in verify(claim, [paragraph]).reasons)


def test_a_negation_elsewhere_in_the_paragraph_does_not_count_against_a_claim():
    paragraph = "The museum is not open on Mondays. The kiln was built beside the lake in 1987."
    assert verify("The kiln was built in 1987 beside the lake.", [paragraph]).status == "supported"
    assert verify("The museum is open on Mondays.", [paragraph]).status == "unsupported"


def test_a_claim_in_another_language_finds_its_paragraph():
    assert verify("İznik ve Jingdezhen 2021’de kardeş şehir oldu.", [EXPO, IZNIK]).paragraph_index == 1
    assert verify("景德镇与伊兹尼克于2021年结为姐妹城市。", [EXPO, IZNIK]).paragraph_index == 1


@pytest.mark.parametrize(("claim", "paragraphs"), [("", ["x"]), ("Anything.", []), ("Anything.", [""]), (" ", [" "])])
def test_nothing_to_compare_is_unsupported(claim, paragraphs):
    assert verify(claim, paragraphs).status == "unsupported"


@pytest.mark.parametrize(
    "claim", ["Kaya is deputy mayor.", "这是第39家店。", "Sergi açıldı.", "?", "Nothing at all like it"]
)
def test_the_quote_always_stands_in_the_paragraph(claim):
    v = verify(claim, ALL)
    assert v.quote == ALL[v.paragraph_index][v.start : v.end] and v.quote


PARAGRAPH = Paragraph("a#p1", "a", "Kilns glow. Bowls cool.", "en", ((0, 11), (12, 23)))
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


def test_a_claim_whose_number_differs_from_the_paragraph_is_withheld():
    shown = answer(
        Draft((drafted("Kilns glow.", (0, 11)), drafted("Bowls cool in 3 days.", (12, 23))), 0.9), "?", "en", "no"
    )
    assert shown.text == "Kilns glow. [1]" and shown.status == "partial"
    assert [c.status for c in shown.claims] == ["supported", "unsupported"]
    assert shown.claims[1].reasons == ("3 days is not in the paragraph",)
    assert len(shown.citations) == 1


def test_a_claim_without_evidence_is_uncited_and_not_shown():
    shown = answer(Draft((drafted("Kilns glow."),), 0.9), "?", "en", "The articles do not say.")
    assert (shown.text, shown.status, shown.claims[0].status) == ("The articles do not say.", "not_found", "uncited")


def test_citations_are_numbered_in_order_of_use_and_shared():
    shown = answer(
        Draft(
            (drafted("Bowls cool.", (12, 23)), drafted("Kilns glow.", (0, 11)), drafted("Bowls cool.", (12, 23))), 1.0
        ),
        "?",
        "en",
        "",
    )
    assert shown.text == "Bowls cool. [1] Kilns glow. [2] Bowls cool. [1]"
    assert [c.quote for c in shown.citations] == ["Bowls cool.", "Kilns glow."]
