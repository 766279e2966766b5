"""`rag.verification`: any claim against any paragraphs, without an index."""

from __future__ import annotations

import pytest

from rag import verify
from rag.types.reasons import NumberDiffers

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
        ("The store in Istanbul is the 39th.", 2),
    ],
)
def test_a_true_claim_is_supported_by_its_own_paragraph(claim, index):
    verdict = verify(claim, ALL)
    assert (verdict.status, verdict.paragraph_index) == ("supported", index), verdict.reasons


@pytest.mark.parametrize(
    "claim",
    [
        "The expo opened on Oct 19 in Jingdezhen.",
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
    paragraph = "The five-day event opened on Oct 18."
    assert NumberDiffers("2025 days", "five-day") in verify("The event lasted 2025 days.", [paragraph]).reasons


@pytest.mark.parametrize(("claim", "paragraphs"), [("", ["x"]), ("Anything.", []), ("Anything.", [""]), (" ", [" "])])
def test_nothing_to_compare_is_unsupported(claim, paragraphs):
    assert verify(claim, paragraphs).status == "unsupported"


@pytest.mark.parametrize("claim", ["Kaya is deputy mayor.", "这是第39家店。", "Sergi açıldı.", "?", "Nothing at all like it", "\ud800 a b"])
def test_the_quote_always_stands_in_the_paragraph(claim):
    v = verify(claim, ALL)
    assert v.quote == ALL[v.paragraph_index][v.start : v.end] and v.quote


def test_lone_surrogates_are_quoted_as_they_stand():
    paragraph = "The kiln \ud800 of Kars was lit in 2004."
    verdict = verify("The kiln of Kars was lit in 2004.", [paragraph])
    assert verdict.quote == paragraph[verdict.start : verdict.end] == paragraph
