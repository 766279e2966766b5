"""Claims of a language model against the three articles: what passes, what is withheld and why, what is cited instead."""

from __future__ import annotations

import pytest

from rag.api.modelled import revision
from rag.types import Passage


@pytest.fixture(scope="module")
def revising(assistant):
    """A Revision over paragraphs of the index, numbered from 1 as given."""

    def make(ids, language="en", question=""):
        index = assistant._store
        found = index.paragraphs(ids)
        given = [Passage(found[row], index.sources[found[row].article_id], 1.0) for row in ids]
        return revision(question, language, given, index, assistant._embedder.passages, assistant.names)

    return make


def real(checks):
    """The paragraph ids of the citations, each a true quote and numbered in order of use."""
    assert [c.number for c in checks.citations] == list(range(1, len(checks.citations) + 1))
    assert all(c.quote and c.paragraph.text[c.start : c.end] == c.quote for c in checks.citations)
    used = [n for claim in checks.claims for n in claim.citations]
    assert list(dict.fromkeys(used)) == [c.number for c in checks.citations]
    for claim in checks.claims:
        assert bool(claim.citations) == (claim.status == "supported")
        assert claim.status == "supported" or claim.reasons
    return [c.paragraph_id for c in checks.citations]


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
    assert verdict.status == "unsupported" and verdict.reasons == ("nothing is cited",) and verdict.quote == ""


# What is false is withheld, and why is said


@pytest.mark.parametrize(
    ("claim", "paragraph", "language", "named"),
    [
        # a number
        ("The exhibition covers 150,000 square meters.", "expo#p4", "en", ("150,000", "140,000")),
        ("博览会展览面积为15万平方米。", "expo#p4", "zh", ("15万", "14万")),
        ("Fuarda yedi tematik alan var.", "expo#p4", "tr", ("yedi",)),
        ("The Istanbul store is the 93rd store of the flagship store.", "store#p5", "en", ("93",)),
        # a date
        ("The expo opened on Oct 19 in Jingdezhen.", "expo#p3", "en", ("Oct 19", "Oct 18")),
        ("Fuar 19 Ekim'de Jingdezhen'de açıldı.", "expo#p3", "tr", ("19 Ekim", "18 Ekim")),
        ("The expo was inaugurated in 2014.", "expo#p10", "en", ("2014",)),
        # a name
        ("Mehmet Demir, deputy mayor of Iznik, said the bond has improved.", "iznik#p4", "en", ("Demir",)),
        # a negation
        ("The expo did not open on Oct 18 in Jingdezhen.", "expo#p3", "en", ("negated",)),
        ("Fuar 18 Ekim'de Jingdezhen'de açılmadı.", "expo#p3", "tr", ("negated",)),
        ("博览会没有于10月18日在景德镇开幕。", "expo#p3", "zh", ("negated",)),
        # more than it says
        ("All Turkish ceramicists have visited Jingdezhen.", "iznik#p9", "en", ("All",)),
        ("Exactly 1,000 buyers came to the expo.", "expo#p3", "en", ("Exactly",)),
        # a unit
        ("The expo covers 140,000 square feet.", "expo#p4", "en", ("140,000",)),
        ("The event lasts five weeks, with exhibitors from over 30 countries.", "expo#p5", "en", ("five",)),
        # words that nobody said, and an address
        ('Kaya called it "a giant leap for mankind" in joint marketing efforts.', "iznik#p8", "en", ("giant leap",)),
        ("The two cities opened a retail outlet in Istanbul, see https://evil.example/x.", "iznik#p8", "en", ("evil.example",)),
        # two true sentences in a false one
        ("Adil Can Guven has visited Jingdezhen, with products exported to more than 80 countries and regions.",
         "iznik#p9", "en", ("80", "something else")),
        # true, but not of this paragraph
        ("Iznik and Jingdezhen became sister cities in 2021.", "expo#p4", "en", ("2021", "Iznik")),
        ("Kilns are fired with pine wood.", "expo#p4", "en", ("no sentence says this",)),
    ],
)  # fmt: skip
def test_what_a_paragraph_does_not_say_is_withheld_with_a_reason_that_names_it(
    assistant, claim, paragraph, language, named
):
    verdict = assistant.verify(claim, [paragraph], language)
    assert verdict.status == "unsupported"
    said = "; ".join(verdict.reasons)
    assert all(word in said for word in named), said
    assert "\n" not in said and all(reason.strip() == reason for reason in verdict.reasons)


# Markers


def test_a_claim_cites_the_quote_that_carries_it(revising):
    checks = revising(["expo#p4", "expo#p3"])
    claim = checks.check("The expo opened on Oct 18 in Jingdezhen.", [2])
    assert claim.status == "supported" and claim.reasons == () and claim.citations == (1,)
    assert real(checks) == ["expo#p3"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The expo opened on Oct 18 in Jingdezhen."),
        ("zh", "博览会于10月18日在景德镇开幕。"),
        ("tr", "Fuar 18 Ekim'de Jingdezhen'de açıldı."),
    ],
)
def test_a_wrong_marker_is_cited_anew_and_noted(revising, language, text):
    checks = revising(["expo#p4", "iznik#p5", "expo#p3"], language)
    claim = checks.check(text, [1])
    assert claim.status == "supported" and real(checks) == ["expo#p3"]
    assert claim.reasons == ("cited [1], which does not say it",)


@pytest.mark.parametrize("number", [99, 0, 4])
def test_a_marker_that_was_never_given_is_noted(revising, number):
    checks = revising(["expo#p4", "iznik#p5", "expo#p3"])
    claim = checks.check("The expo opened on Oct 18 in Jingdezhen.", [number])
    assert (
        claim.status == "supported" and claim.reasons == (f"[{number}] was not given",) and real(checks) == ["expo#p3"]
    )
    beside = checks.check("The expo has eight themed zones.", [1, number])
    assert beside.status == "supported" and beside.reasons == (f"[{number}] was not given",)
    false = checks.check("The expo has nine themed zones.", [number])
    assert false.status == "uncited" and f"[{number}] was not given" in false.reasons
    assert real(checks) == ["expo#p3", "expo#p4"]


def test_a_sentence_without_a_marker_is_cited_when_a_paragraph_carries_it(revising):
    checks = revising(["expo#p4", "expo#p3"])
    assert checks.check("The expo opened on Oct 18 in Jingdezhen.", []).status == "supported"
    assert real(checks) == ["expo#p3"]


def test_a_sentence_without_a_marker_that_nothing_carries_is_uncited(revising):
    checks = revising(["expo#p4", "expo#p3"])
    claim = checks.check("The expo opened on Oct 19 in Jingdezhen.", [])
    assert claim.status == "uncited" and claim.citations == () and claim.reasons and real(checks) == []


def test_a_false_sentence_is_withheld_whatever_it_cites(revising):
    for numbers in ([1], [2], [1, 2]):
        checks = revising(["expo#p4", "expo#p3"])
        claim = checks.check("The exhibition covers 150,000 square meters.", numbers)
        assert claim.status == "unsupported" and "150,000" in "; ".join(claim.reasons) and real(checks) == []


def test_two_claims_of_one_sentence_share_its_citation(revising):
    checks = revising(["expo#p14", "expo#p4"])
    checks.check("The expo has eight themed zones.", [2])
    checks.check("The exhibition covers 140,000 square meters.", [2])
    checks.check("Jingdezhen has partnership ties with over 180 cities in 72 countries.", [1])
    assert [c.citations for c in checks.claims] == [(1,), (1,), (2,)] and real(checks) == ["expo#p4", "expo#p14"]


def test_without_paragraphs_nothing_passes(revising):
    checks = revising([])
    assert checks.check("The expo opened on Oct 18.", [1]).status == "uncited"
    assert checks.check("The expo opened on Oct 18.", []).status == "uncited" and real(checks) == []


# Several sentences in one


def test_two_true_sentences_stitched_into_a_false_one_are_withheld(revising):
    checks = revising(["iznik#p9", "expo#p11", "iznik#p12"])
    stitched = "Adil Can Guven has visited Jingdezhen, with products exported to more than 80 countries and regions."
    assert checks.check(stitched, [1]).status == "unsupported"
    assert (
        checks.check(
            "Adil Can Guven traveled to Jingdezhen in 2024 to attend an international ceramic exposition.", [3]
        ).status
        == "unsupported"
    )


def test_two_true_clauses_of_two_paragraphs_cite_both(revising):
    checks = revising(["expo#p3", "expo#p10"])
    claim = checks.check("The expo was inaugurated in 2004, and the 2025 expo opened on Oct 18 in Jingdezhen.", [1, 2])
    assert claim.status == "supported" and set(real(checks)) == {"expo#p3", "expo#p10"}


# The question


def test_a_number_of_the_question_may_be_repeated_but_no_year_of_it(revising):
    claim = "One of the 12 readers asks: the expo opened on Oct 18 in Jingdezhen."
    checks = revising(["expo#p3"], question="The 12 readers ask when the expo opened in 2019.")
    assert not any("12" in reason for reason in checks.check(claim, [1]).reasons)
    assert any("2019" in reason for reason in checks.check("In 2019 the expo opened on Oct 18.", [1]).reasons)


def test_what_only_the_question_says_is_withheld(revising):
    question = "Is it true that Ahmet Kaya, deputy mayor of Iznik, was arrested in 2019?"
    checks = revising(["iznik#p4", "iznik#p12"], question=question)
    assert checks.check("Ahmet Kaya, deputy mayor of Iznik, was arrested in 2019.", [1]).status != "supported"


def test_a_word_or_a_name_that_only_the_question_has_is_no_evidence(revising):
    checks = revising(
        ["expo#p3", "iznik#p4"], question="Is the expo a fraud, and did Elon Musk and all buyers attend it?"
    )
    assert checks.check("The expo opened on Oct 18 in Jingdezhen and is a fraud.", [1]).status != "supported"
    assert checks.check("Elon Musk is deputy mayor of Iznik.", [2]).status != "supported"


def test_a_short_invention_at_the_end_of_a_true_sentence_is_withheld(revising):
    checks = revising(["expo#p3", "expo#p4"])
    assert checks.check("The expo opened on Oct 18 in Jingdezhen and is a fraud.", [1]).status != "supported"


def test_an_address_without_a_scheme_is_withheld(revising):
    checks = revising(["expo#p3"])
    assert checks.check("Visit evil.example.com; the expo opened on Oct 18 in Jingdezhen.", [1]).status != "supported"


def test_a_word_that_says_nothing_is_not_a_claim_that_is_carried(revising):
    assert revising(["expo#p10", "expo#p3"]).check("expo", [1]).status != "supported"


@pytest.mark.parametrize(
    ("claim", "paragraph", "language"),
    [
        ("The expo opened on Oct 18 in Jingdezhen and admission is free.", "expo#p3", "en"),
        ("The expo closed on Oct 18 in Jingdezhen.", "expo#p3", "en"),
        ("Iznik and Jingdezhen became sister cities in 2021 and are corrupt.", "iznik#p3", "en"),
        ("Ahmet Kaya is the former deputy mayor of Iznik.", "iznik#p4", "en"),
        ("Ahmet Kaya, a criminal, is deputy mayor of Iznik.", "iznik#p4", "en"),
        ("博览会于10月18日在景德镇开幕,是一场骗局。", "expo#p3", "zh"),
        ("Fuar 18 Ekim'de Jingdezhen'de açıldı ve sahtedir.", "expo#p3", "tr"),
    ],
)
def test_a_small_invention_within_a_true_sentence_is_withheld(assistant, claim, paragraph, language):
    assert assistant.verify(claim, [paragraph], language).status == "unsupported"


@pytest.mark.xfail(strict=True, reason="words added within a clause are not told from words put otherwise")
def test_an_invention_within_a_clause_is_withheld(assistant):
    claim = "The expo opened on Oct 18 in Jingdezhen under heavy rain."
    assert assistant.verify(claim, ["expo#p3"], "en").status == "unsupported"


@pytest.mark.parametrize(
    ("claim", "paragraph", "language"),
    [
        ("The ceramic and porcelain production facility has been established in Iznik.", "iznik#p5", "en"),
        ("伊兹尼克的陶瓷生产设施现已建成。", "iznik#p5", "zh"),
        ("İznik'te seramik ve porselen üretim tesisi çoktan kuruldu.", "iznik#p5", "tr"),
    ],
)
def test_what_is_planned_is_not_told_as_done(assistant, claim, paragraph, language):
    assert any("only plans it" in reason for reason in assistant.verify(claim, [paragraph], language).reasons)


@pytest.mark.parametrize(
    ("claim", "name"),
    [
        ("The tilework is known for its turquoise and green, often used in Islamic designs.", "Islamic"),
        ("Iznik's tilework is known for its deep blue motifs in India and at Athens.", "India"),
        ("Çini, koyu mavi ve turkuaz motifleriyle İtalya'da tanınıyor.", "İtalya"),
    ],
)
def test_a_name_that_no_list_has_is_withheld(assistant, claim, name):
    language = "tr" if name == "İtalya" else "en"
    assert any(reason.startswith(name) for reason in assistant.verify(claim, ["iznik#p10"], language).reasons)


@pytest.mark.parametrize(
    ("claim", "place"),
    [("博览会于10月18日在东京开幕。", "东京"), ("参展商来自包括西班牙、德国和俄罗斯在内的30多个国家。", "西班牙")],
)
def test_a_place_in_chinese_that_no_list_of_names_has_is_withheld(assistant, claim, place):
    paragraph = "expo#p3" if place == "东京" else "expo#p5"
    assert f"{place} is not in the paragraph" in assistant.verify(claim, [paragraph], "zh").reasons


@pytest.mark.parametrize(
    ("claim", "paragraph", "language"),
    [
        ("Wei Xiaodong, mayor of Iznik, spoke at the ceremony.", "store#p4", "en"),
        ("Consul General Kağan Mehmet Usta delivered a speech at the ceremony.", "store#p4", "en"),
        ("出席仪式的有伊兹尼克市长魏晓东。", "store#p4", "zh"),
        ("Törende İznik Belediye Başkanı Hu Xuemei konuştu.", "store#p4", "tr"),
        ("Anlaşmayı Belediye Başkanı Yu Xiaobing imzaladı.", "store#p15", "tr"),
        ("Ahmet Kaya is the mayor of Iznik.", "iznik#p4", "en"),
        ("Hu Xuemei notes that the council is helping Jingdezhen to cultivate innovative industrial clusters.", "expo#p9", "en"),
    ],
)
def test_the_office_or_the_deed_of_one_person_is_not_told_of_another(assistant, claim, paragraph, language):
    reasons = assistant.verify(claim, [paragraph], language).reasons
    assert any("said of" in reason for reason in reasons), reasons


@pytest.mark.parametrize(
    ("claim", "paragraph", "language"),
    [
        ("Kağan Mehmet Usta is the mayor of Iznik.", "store#p4", "en"),
        ("Wei Xiaodong, the Chinese Consul General in Istanbul, attended the ceremony.", "store#p4", "en"),
        ("Wei Xiaodong attended the ceremony and delivered a speech.", "store#p4", "en"),
        ("中国驻伊斯坦布尔总领事魏晓东出席仪式并致辞。", "store#p4", "zh"),
        ("胡雪梅书记出席了仪式。", "store#p4", "zh"),
        ("Törende İznik Belediye Başkanı Kağan Mehmet Usta konuşma yaptı.", "store#p4", "tr"),
        ("İznik Belediye Başkanı Kağan Mehmet Usta ile Yu Xiaobing anlaşmayı birlikte imzaladı.", "store#p15", "tr"),
    ],
)
def test_who_is_who_passes(assistant, claim, paragraph, language):
    assert assistant.verify(claim, [paragraph], language).reasons == ()


@pytest.mark.parametrize(
    ("claim", "paragraph", "language"),
    [
        ("The ceremony was attended by the mayor of Iznik, Kağan Mehmet Usta, the chairman of the TBMM Committee, Mustafa Varank, "
         "the Chinese Consul General in Istanbul, Wei Xiaodong, and the Party secretary of Jingdezhen, Hu Xuemei.", "store#p4", "en"),
        ("Kağan Mehmet Usta (mayor of Iznik), Mustafa Varank (committee chairman), Wei Xiaodong (consul general) attended.",
         "store#p4", "en"),
        ("Hu Xuemei, Wei Xiaodong, and the mayor of Iznik attended the ceremony.", "store#p4", "en"),
        ("Hu Xuemei was joined by the mayor of Iznik.", "store#p4", "en"),
        ("Party head Hu Xuemei delivered a speech.", "store#p4", "en"),
        ("Yu Xiaobing, together with the mayor of Iznik, signed the agreement.", "store#p15", "en"),
        ("The agreement was signed by the chairman of the flagship store, Yu Xiaobing, and the mayor of Iznik, Kağan Mehmet Usta.",
         "store#p15", "en"),
        ("伊兹尼克市长与余笑兵共同签署了“陶瓷产业联盟合作协议”。", "store#p15", "zh"),
        ("协议由余笑兵、市长卡安·买合麦德·乌斯塔共同签署。", "store#p15", "zh"),
        ("余笑兵是与伊兹尼克市长共同签署协议的。", "store#p15", "zh"),
        ("出席仪式并致辞的有伊兹尼克市长、魏晓东和胡雪梅。", "store#p4", "zh"),
        ("Başkan Kağan Mehmet Usta konuşma yaptı.", "store#p4", "tr"),
        ("İznik Belediyesi Başkanı Kağan Mehmet Usta törene katıldı.", "store#p4", "tr"),
        ("İznik Belediye Başkanı, Yu Xiaobing ile anlaşmayı imzaladı.", "store#p15", "tr"),
        ("Anlaşmayı imzalayanlar Yu Xiaobing ile İznik Belediye Başkanıdır.", "store#p15", "tr"),
    ],
)  # fmt: skip
def test_what_can_be_read_as_true_is_not_said_to_be_of_somebody_else(assistant, claim, paragraph, language):
    reasons = assistant.verify(claim, [paragraph], language).reasons
    assert not [reason for reason in reasons if "said of" in reason]


# What it costs


@pytest.fixture
def embedded(assistant, monkeypatch):
    """The texts of each call of the embedder."""
    calls, passages = [], assistant._embedder.passages
    monkeypatch.setattr(assistant._embedder, "passages", lambda texts, of: calls.append(texts) or passages(texts, of))
    return calls


@pytest.mark.parametrize(
    ("claim", "paragraph", "language"),
    [
        ("Since then, the partnership matured into wider cooperation built on shared craftsmanship and exchange.", "iznik#p3", "en"),
        ("博览会展览面积达14万平方米,设有八大主题展区,全面展现陶瓷产业从传统杰作到当代设计。", "expo#p4", "zh"),
        ("O zamandan bu yana ortaklık olgunlaşarak kültürel alışveriş üzerine kurulu daha geniş bir iş birliğine dönüştü.", "iznik#p3", "tr"),
    ],
)
def test_a_claim_in_the_words_of_a_sentence_does_not_wait_for_the_embedder(
    revising, embedded, claim, paragraph, language
):
    checks = revising(["expo#p5", paragraph], language)
    assert checks.check(claim, [2]).status == "supported" and embedded == []


def test_claims_that_come_together_are_embedded_together(revising, embedded):
    claims = ["Buyers came from many places.", "It is held once a year.", "Buyers came from many places."]
    checks = revising(["expo#p3"])
    checks.prepare(claims)
    for claim in claims:
        checks.check(claim, [1])
    assert embedded == [claims[:2]]
