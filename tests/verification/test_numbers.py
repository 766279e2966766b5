"""Numbers, dates and times of a claim that a paragraph does not state; the same ones written otherwise are stated."""

from __future__ import annotations

import cn2an
import pytest
from babel.numbers import format_decimal
from hypothesis import assume, given
from hypothesis import strategies as st
from num2words import num2words

from rag.figures import read_figures
from rag.language import fold_text
from rag.verification.numbers import find_mismatches, write_alike


def missing(claim: str, language: str, paragraph: str, paragraph_language: str) -> list[str]:
    here, there = read_figures(claim, language), read_figures(paragraph, paragraph_language)
    return [mismatch.claimed.text for mismatch in find_mismatches(here, there, fold_text(paragraph))]


SAME = [
    [("opened on Oct 18", "en"), ("on 18 October", "en"), ("October 18th", "en"), ("10月18日", "zh"), ("十月十八日", "zh"), ("18 Ekim'de", "tr")],
    [("93 billion yuan", "en"), ("930亿元", "zh"), ("93 milyar yuan", "tr")],
    [("$13.1 billion", "en"), ("131亿美元", "zh"), ("13,1 milyar dolar", "tr")],
    [("140,000 square meters", "en"), ("14万平方米", "zh"), ("140 bin metrekare", "tr"), ("14 hectares", "en"), ("14公顷", "zh")],
    [("the five-day event", "en"), ("为期五天", "zh"), ("beş günlük", "tr")],
    [("the 39th store", "en"), ("第三十九家", "zh"), ("39. mağaza", "tr"), ("39'uncu mağaza", "tr")],
    [("9 percent", "en"), ("百分之九", "zh"), ("yüzde 9", "tr"), ("%9", "tr")],
    [("half of them", "en"), ("50 percent", "en"), ("一半", "zh"), ("五成", "zh"), ("yarısı", "tr")],
    [("more than 2,000 years", "en"), ("2000多年", "zh"), ("两千余年", "zh"), ("2.000 yılı aşkın", "tr")],
    [("June 4, 2025", "en"), ("2025-06-04", "zh"), ("二〇二五年六月四日", "zh"), ("4 Haziran 2025", "tr")],
    [("the 17th century", "en"), ("17世纪", "zh"), ("XVII. yüzyıl", "tr"), ("on yedinci yüzyıl", "tr")],
    [("the 1980s", "en"), ("20世纪80年代", "zh"), ("1980'ler", "tr")],
    [("hundreds of kilns", "en"), ("数百座窑", "zh"), ("yüzlerce fırın", "tr")],
    [("at 3:30 p.m.", "en"), ("下午3点半", "zh"), ("saat 15.30", "tr")],
    [("on Tuesday", "en"), ("周二", "zh"), ("Salı günü", "tr")],
    [("a decade", "en"), ("十年", "zh"), ("on yıl", "tr")],
    [("Oct 18-22", "en"), ("10月18日至22日", "zh"), ("18-22 Ekim", "tr")],
]  # fmt: skip
DIFFERENT = [
    (("half a million visitors", "en"), ("a million visitors", "en")), (("a dozen kilns", "en"), ("three kilns", "en")),
    (("共有1万件", "zh"), ("一百二十多万件", "zh")), (("Oct 18", "en"), ("Oct 19", "en")), (("Oct 18", "en"), ("18 Kasım", "tr")),
    (("five days", "en"), ("六天", "zh")), (("five days", "en"), ("five years", "en")), (("93 billion yuan", "en"), ("93 billion dollars", "en")),
    (("930亿元", "zh"), ("93亿元", "zh")), (("39th store", "en"), ("第38家", "zh")), (("9%", "en"), ("9 yuan", "en")),
    (("18 October 2025", "en"), ("2024年10月18日", "zh")), (("140,000 square feet", "en"), ("140,000 square meters", "en")),
    (("exactly 1,000 buyers", "en"), ("more than 1,000 buyers", "en")), (("fewer than 1,000 buyers", "en"), ("more than 1,000 buyers", "en")),
    (("more than 1,000 buyers", "en"), ("1,000 buyers", "en")), (("不足80个国家", "zh"), ("80多个国家", "zh")), (("80'den az ülke", "tr"), ("80'den fazla ülke", "tr")),
    (("hundreds of kilns", "en"), ("thousands of kilns", "en")), (("a third of them", "en"), ("half of them", "en")), (("三分之一", "zh"), ("三分之二", "zh")),
    (("two kilns", "en"), ("three kilns", "en")), (("the first store", "en"), ("the third store", "en")), (("on Monday", "en"), ("on Tuesday", "en")),
    (("at 3:30 p.m.", "en"), ("at 3:30 a.m.", "en")), (("下午两点", "zh"), ("下午三点", "zh")), (("one and a half million", "en"), ("a million", "en")),
    (("G7", "en"), ("G20", "en")), (("+90 212 555 12 34", "tr"), ("+90 212 555 12 35", "tr")), (("the 1980s", "en"), ("the 1990s", "en")),
    (("-5 percent", "en"), ("5 percent", "en")), (("yarım milyon ziyaretçi", "tr"), ("bir milyon ziyaretçi", "tr")), (("seven of 9", "en"), ("9", "en")),
]  # fmt: skip


@pytest.mark.parametrize("writings", SAME, ids=lambda w: w[0][0])
def test_one_quantity_is_stated_however_it_is_written(writings):
    for claim in writings:
        for paragraph in writings:
            assert missing(*claim, *paragraph) == [], (claim, paragraph)


@pytest.mark.parametrize(("claim", "paragraph"), DIFFERENT, ids=lambda pair: pair[0])
def test_another_quantity_is_not_stated(claim, paragraph):
    assert missing(*claim, *paragraph)


def test_one_may_leave_out_more_than_but_not_a_number_that_cannot_be_read():
    assert missing("1,000 buyers", "en", "more than 1,000 buyers", "en") == []
    assert missing("two three kilns", "en", "two three kilns", "en") == ["two three"]


def test_the_two_sides_are_stated_where_no_other_number_stands_in_their_place():
    assert missing("the two sides signed", "en", "双方签署了协议", "zh") == []
    assert missing("the two sides signed", "en", "三方签署了协议", "zh") == ["two"]


def test_day_and_year_of_a_date_may_stand_apart():
    assert missing("18 Ekim 2025", "tr", "The 2025 expo opened on Oct 18.", "en") == []
    assert missing("18 Ekim 2024", "tr", "The 2025 expo opened on Oct 18.", "en")


WRITTEN = {
    "en": [lambda n: num2words(n), lambda n: f"{n:,}"],
    "zh": [lambda n: cn2an.an2cn(str(n)), lambda n: str(n)],
    "tr": [lambda n: num2words(n, lang="tr"), lambda n: format_decimal(n, locale="tr")],
}
NOUN = {"en": " kilns", "zh": "座窑", "tr": " fırın"}


@given(st.integers(3, 10**9), st.integers(3, 10**9), st.sampled_from(list(WRITTEN)), st.sampled_from(list(WRITTEN)), st.booleans(), st.booleans())
def test_a_number_that_other_libraries_write_is_stated_by_itself_alone(number, other, language, paragraph_language, words, digits):
    assume(number != other)
    write, write_there = WRITTEN[language][words], WRITTEN[paragraph_language][digits]
    claim = write(number) + NOUN[language]
    assert missing(claim, language, write_there(number) + NOUN[paragraph_language], paragraph_language) == []
    assert missing(claim, language, write_there(other) + NOUN[paragraph_language], paragraph_language)


@given(st.integers(3, 999), st.sampled_from(["hundred", "thousand", "million", "billion"]), st.sampled_from(["hundred", "thousand", "million", "billion"]))
def test_another_scale_is_another_number(number, scale, other):
    assume(scale != other)
    assert missing(f"{number} {scale} bowls", "en", f"{number} {other} bowls", "en")


@pytest.mark.parametrize(
    ("claim", "paragraph", "language", "written"),
    [
        ("It opened on 18 October.", "On Oct 18 it opened.", "en", "It opened on Oct 18."),
        ("More than thirty came.", "Over 30 of them came.", "en", "More than 30 came."),
        ("这是第三十九家店。", "第39家店在此。", "zh", "这是第39家店。"),
        ("Seksenden fazla ülke geldi.", "80'den fazla ülke.", "tr", "80'den fazla ülke geldi."),
        ("It lasts five days.", "The five-day event.", "en", "It lasts five days."),
        ("It lasts six days.", "The event lasts 5 days.", "en", "It lasts six days."),
    ],
)
def test_a_claim_is_read_with_its_numbers_as_the_paragraph_writes_the_same_ones(claim, paragraph, language, written):
    assert write_alike(claim, read_figures(claim, language), read_figures(paragraph, language)) == written


@pytest.mark.parametrize(
    ("claim", "language", "paragraph", "paragraph_language", "wrong"),
    [
        ("揭牌仪式于5月31日凌晨举行。", "zh", "5月31日下午，揭牌仪式举行。", "zh", ["凌晨"]),
        ("The store was unveiled in the morning.", "en", "5月31日下午，揭牌仪式举行。", "zh", ["morning"]),
        ("Mağaza akşam açıldı.", "tr", "The store opened in the afternoon.", "en", ["akşam"]),
        ("Mağaza öğleden sonra açıldı.", "tr", "5月31日下午，揭牌仪式举行。", "zh", []),
        ("It was unveiled early in the morning.", "en", "5月31日凌晨举行。", "zh", []),
        ("It was unveiled in the morning.", "en", "It was unveiled on May 31.", "en", []),
    ],
)
def test_the_part_of_the_day_counts_where_the_paragraph_names_another(claim, language, paragraph, paragraph_language, wrong):
    assert missing(claim, language, paragraph, paragraph_language) == wrong
