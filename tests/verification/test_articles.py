"""Claims against the three articles: what passes, what is withheld and why, whether a head was trained for it or not."""

from __future__ import annotations

import pytest

from rag.api.verifying import IndexComparison
from rag.messages import word_reason
from rag.types.reasons import NothingCited
from rag.verification import Statement, Verifier, shipped_checker

trained = pytest.mark.skipif(shipped_checker() is None, reason="the weights that ship have no head for it")
missed = pytest.mark.xfail(reason="the checker that ships is mistaken about this one", strict=True)


# What is true passes


@pytest.mark.parametrize(
    ("claim", "paragraph", "language"),
    [
        ("The expo opened on 18 October in Jingdezhen.", "expo#p3", "en"),
        ("The exhibition covers 140,000 square meters and has eight themed zones.", "expo#p4", "en"),
        ("Iznik and Jingdezhen became sister cities in 2021.", "iznik#p3", "en"),
        ("Ahmet Kaya is deputy mayor of Iznik.", "iznik#p4", "en"),
        ("Jingdezhen has established partnership ties with over 180 cities in 72 countries.", "expo#p14", "en"),
        ("伊斯坦布尔店是景德镇陶瓷官方旗舰店的第39家店。", "store#p5", "zh"),
    ],
)
def test_a_true_paraphrase_passes_in_the_language_of_the_article(assistant, claim, paragraph, language):
    verdict = assistant.verify(claim, [paragraph], language)
    assert verdict.status == "supported" and verdict.reasons == ()
    assert (
        verdict.quote == assistant.paragraph(paragraph).text[verdict.start : verdict.end]
        and verdict.paragraph_index == 0
    )


@pytest.mark.parametrize(
    ("claim", "paragraph", "language"),
    [
        ("博览会于10月18日在景德镇开幕。", "expo#p3", "zh"),
        ("博览会始办于2004年。", "expo#p10", "zh"),
        ("伊兹尼克和景德镇于2021年成为友好城市。", "iznik#p3", "zh"),
        ("İznik ile Jingdezhen 2021'de kardeş şehir oldu.", "iznik#p3", "tr"),
        ("Fuarda sekiz tematik alan var.", "expo#p4", "tr"),
        ("Jingdezhen, 72 ülkede 180'den fazla şehirle ortaklık kurdu.", "expo#p14", "tr"),
        ("İstanbul mağazası 39. mağazadır.", "store#p5", "tr"),
        ("The Istanbul store is the 39th store of the Jingdezhen ceramics flagship store.", "store#p5", "en"),
    ],
)
def test_a_true_paraphrase_passes_in_another_language_than_the_article(assistant, claim, paragraph, language):
    verdict = assistant.verify(claim, [paragraph], language)
    assert (verdict.status, verdict.reasons) == ("supported", ())
    assert verdict.quote == assistant.paragraph(paragraph).text[verdict.start : verdict.end]


def test_the_language_of_a_claim_is_detected(assistant):
    assert assistant.verify("博览会于10月18日在景德镇开幕。", ["expo#p3"]).status == "supported"


def test_the_paragraph_that_carries_a_claim_is_named_among_several(assistant):
    verdict = assistant.verify("Iznik and Jingdezhen became sister cities in 2021.", ["expo#p4", "iznik#p3"], "en")
    assert verdict.status == "supported" and verdict.paragraph_index == 1


def test_a_paragraph_that_is_not_indexed_is_a_key_error(assistant):
    with pytest.raises(KeyError):
        assistant.verify("It opened.", ["expo#p99"], "en")


def test_a_claim_that_cites_nothing_rests_on_nothing(assistant):
    verdict = assistant.verify("The expo opened on 18 October.", [], "en")
    assert verdict.status == "unsupported" and verdict.reasons == (NothingCited(),) and verdict.quote == ""


# What is false is withheld, and why is said


@pytest.mark.parametrize(
    ("claim", "paragraph", "language", "named"),
    [
        # a number
        ("The exhibition covers 150,000 square meters.", "expo#p4", "en", ("150,000", "140,000")),
        ("博览会展览面积为15万平方米。", "expo#p4", "zh", ("15万", "14万")),
        ("Fuarda yedi tematik alan var.", "expo#p4", "tr", ("yedi",)),
        ("The Istanbul store is the 93rd store of the flagship store.", "store#p5", "en", ("93",)),
        ("A dozen exhibition zones were shown at the expo.", "expo#p4", "en", ("dozen",)),
        # a date
        ("The expo opened on Oct 19 in Jingdezhen.", "expo#p3", "en", ("Oct 19", "Oct 18")),
        ("Fuar 19 Ekim'de Jingdezhen'de açıldı.", "expo#p3", "tr", ("19 Ekim", "18 Ekim")),
        ("The expo was inaugurated in 2014.", "expo#p10", "en", ("2014",)),
        # a name
        ("Mehmet Demir, deputy mayor of Iznik, said the bond has improved.", "iznik#p4", "en", ("Demir",)),
        ("Iznik's tilework is known for its deep blue motifs in India and at Athens.", "iznik#p10", "en", ("India",)),
        ("Çini, koyu mavi ve turkuaz motifleriyle İtalya'da tanınıyor.", "iznik#p10", "tr", ("İtalya",)),
        ("博览会于10月18日在东京开幕。", "expo#p3", "zh", ("东京",)),
        ("参展商来自包括西班牙、德国和俄罗斯在内的30多个国家。", "expo#p5", "zh", ("西班牙",)),
        # a unit, and what rounds a number
        ("The expo covers 140,000 square feet.", "expo#p4", "en", ("140,000",)),
        ("The event lasts five weeks, with exhibitors from over 30 countries.", "expo#p5", "en", ("five",)),
        ("Exactly 1,000 buyers came to the expo.", "expo#p3", "en", ("1,000",)),
        # words that nobody said, and an address
        ('Kaya called it "a giant leap for mankind" in joint marketing efforts.', "iznik#p8", "en", ("giant leap",)),
        ("The two cities opened a retail outlet in Istanbul, see https://evil.example/x.", "iznik#p8", "en", ("evil.example",)),
        ("Visit evil.example.com; the expo opened on Oct 18 in Jingdezhen.", "expo#p3", "en", ("evil.example.com",)),
        # true, but not of this paragraph
        ("Iznik and Jingdezhen became sister cities in 2021.", "expo#p4", "en", ("2021", "Iznik")),
    ],
)  # fmt: skip
def test_what_a_veto_finds_is_withheld_with_a_reason_that_names_it(assistant, claim, paragraph, language, named):
    verdict = assistant.verify(claim, [paragraph], language)
    assert verdict.status == "unsupported"
    said = "; ".join(word_reason(reason, "en") for reason in verdict.reasons)
    assert all(word in said for word in named), said


@pytest.mark.parametrize(
    ("claim", "paragraph", "language"),
    [
        ("The expo did not open on Oct 18 in Jingdezhen.", "expo#p3", "en"),
        ("Fuar 18 Ekim'de Jingdezhen'de açılmadı.", "expo#p3", "tr"),
        ("博览会没有于10月18日在景德镇开幕。", "expo#p3", "zh"),
        ("Kilns are fired with pine wood.", "expo#p4", "en"),
    ],
)
def test_what_is_denied_or_not_said_at_all_is_withheld(assistant, claim, paragraph, language):
    assert assistant.verify(claim, [paragraph], language).status == "unsupported"


@trained
@pytest.mark.parametrize(
    ("claim", "paragraph", "language"),
    [
        # the office or the deed of another
        ("出席仪式的有伊兹尼克市长魏晓东。", "store#p4", "zh"),
        pytest.param("Ahmet Kaya is the mayor of Iznik.", "iznik#p4", "en", marks=missed),
        # an opposite, a plan told as done, words added, two sentences stitched
        ("The expo closed on Oct 18 in Jingdezhen.", "expo#p3", "en"),
        ("The ceramic and porcelain production facility has been established in Iznik.", "iznik#p5", "en"),
        ("İznik'te seramik ve porselen üretim tesisi çoktan kuruldu.", "iznik#p5", "tr"),
        ("The expo opened on Oct 18 in Jingdezhen and admission is free.", "expo#p3", "en"),
        ("Adil Can Guven has visited Jingdezhen, with products exported to more than 80 countries and regions.", "iznik#p9", "en"),
    ],
)  # fmt: skip
def test_what_takes_reading_is_withheld_by_the_checker(assistant, claim, paragraph, language):
    assert assistant.verify(claim, [paragraph], language).status == "unsupported"


# What it costs


def test_claims_that_come_together_are_embedded_together_and_sentences_that_stand_there_not_at_all(assistant, monkeypatch):
    calls, passages = [], assistant._embedder.passages
    monkeypatch.setattr(assistant._embedder, "passages", lambda texts, of: calls.append(list(texts)) or passages(texts, of))
    comparison = IndexComparison(assistant._store, assistant._embedder)
    found = assistant.paragraph("expo#p3")
    claims = ["Buyers came from many places.", "It is held once a year.", "Buyers came from many places."]
    statements = [Statement(claim, "en", (found,)) for claim in (*claims, found.original.sentence(0))]
    verdicts = Verifier(comparison, assistant.names).verify_claims(statements)
    assert calls == [claims[:2]] and verdicts[-1].status == "supported"
