"""Numbers, dates and times are read whole or called unread; other libraries write the numbers that are read here."""

from __future__ import annotations

from itertools import pairwise

import cn2an
import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from rag.figures import read_figures

WHOLE = st.one_of(st.integers(3, 200), st.integers(3, 10**5), st.integers(3, 10**12 - 1))


def amounts(text: str, language: str) -> list[tuple[float | None, str | None, str]]:
    """Value, unit and rounding of every figure that a claim may make."""
    return [(f.value, f.unit, f.rounding) for f in read_figures(text, language) if not f.doubtful]


def kinds(text: str, language: str) -> list[str]:
    return [figure.kind for figure in read_figures(text, language) if not figure.doubtful]


# What independent libraries write


@given(WHOLE)
def test_a_number_in_english_words_is_read_whole(number):
    assert amounts(f"{num2words(number)} kilns", "en") == [(number, None, "")]


@given(WHOLE)
def test_a_number_in_turkish_words_is_read_whole_written_together_or_not(number):
    together = num2words(number, lang="tr")
    words = f"{together} fırın"
    assert amounts(words, "tr") == [(number, None, "")]


@given(WHOLE, st.sampled_from(["low", "smart"]))
def test_a_number_in_chinese_numerals_is_read_whole(number, mode):
    numeral = cn2an.an2cn(str(number), mode) if mode == "low" else cn2an.an2cn(str(number), "low")
    assert amounts(f"{numeral}件瓷器", "zh") == [(number, None, "")]


@given(WHOLE, st.sampled_from(["en", "zh", "tr"]))
def test_a_number_in_digits_is_read_as_each_language_groups_them(number, language):
    assert amounts(f"{format_decimal(number, locale=language)} x", language) == [(number, None, "")]


@given(st.integers(1, 10**6), st.integers(1, 9), st.sampled_from(["en", "zh", "tr"]))
def test_a_decimal_is_read_as_each_language_points_it(number, tenth, language):
    value = number + tenth / 10
    assert amounts(f"{format_decimal(value, locale=language, format='#,##0.0')} x", language) == [(value, None, "")]


@given(st.integers(3, 99))
def test_an_ordinal_is_read_in_words_and_digits(number):
    for text, language in (
        (f"the {num2words(number, to='ordinal')} store", "en"), (f"the {num2words(number, to='ordinal_num')} store", "en"),
        (f"第{cn2an.an2cn(str(number))}家店", "zh"), (f"第{number}家店", "zh"), (f"{number}. mağaza", "tr"),
        (f"{num2words(number, to='ordinal', lang='tr')} mağaza", "tr"),
    ):  # fmt: skip
        found = [figure for figure in read_figures(text, language) if not figure.doubtful]
        assert [(f.kind, f.value) for f in found] == [("ordinal", number)], (text, found)


@given(st.dates(), st.sampled_from(["long", "medium"]), st.sampled_from(["en", "zh", "tr"]))
def test_a_date_is_read_as_each_language_writes_it(day, width, language):
    if not 1000 <= day.year <= 2099:
        return
    found = read_figures(format_date(day, width, locale=language), language)
    assert [(f.kind, f.year, f.month, f.day) for f in found] == [("date", day.year, day.month, day.day)]


# Words that make other numbers of numbers


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("half a million", "en", (500_000, None, "")), ("over half a million dollars", "en", (500_000, "USD", "more")),
        ("a million", "en", (1_000_000, None, "")), ("a dozen", "en", (12, None, "")), ("half a dozen", "en", (6, None, "")),
        ("one and a half million", "en", (1_500_000, None, "")), ("a year and a half", "en", (1.5, "year", "")),
        ("two-thirds of it", "en", (2 / 3, "share", "")), ("a quarter of it", "en", (0.25, "share", "")),
        ("2½ hours", "en", (2.5, "hour", "")), ("nineteen eighty-four", "en", (1984, None, "")),
        ("five point five million", "en", (5_500_000, None, "")), ("$13.1 billion", "en", (13.1e9, "USD", "")),
        ("£30m", "en", (30e6, "GBP", "")), ("at least 80", "en", (80, None, "more")), ("fewer than 80", "en", (80, None, "less")),
        ("nearly 80", "en", (80, None, "near")), ("exactly 80", "en", (80, None, "exact")), ("minus 5 percent", "en", (-5, "percent", "")),
        ("1万件", "zh", (10_000, None, "")), ("一百二十多万件", "zh", (1_200_000, None, "more")), ("三万五千件", "zh", (35_000, None, "")),
        ("百余家", "zh", (100, None, "more")), ("近千件", "zh", (1000, None, "near")), ("30家以上", "zh", (30, None, "")),
        ("不足30家", "zh", (30, None, "less")), ("一半", "zh", (0.5, "share", "")), ("三分之二", "zh", (2 / 3, "share", "")),
        ("半年", "zh", (0.5, "year", "")), ("一年半", "zh", (1.5, "year", "")), ("百分之九点五", "zh", (9.5, "percent", "")),
        ("三成", "zh", (3, "tenths", "")), ("1.2万亿元", "zh", (1.2e12, "CNY", "")), ("3亿5000万", "zh", (350_000_000, None, "")),
        ("零下5摄氏度", "zh", (-5, "celsius", "")), ("两千年", "zh", (2000, "year", "")), ("正好80个", "zh", (80, None, "exact")),
        ("yarım milyon", "tr", (500_000, None, "")), ("bir buçuk milyon", "tr", (1_500_000, None, "")),
        ("10 bini aşkın", "tr", (10_000, None, "more")), ("2 bin 500 kişi", "tr", (2500, None, "")), ("binden fazla", "tr", (1000, None, "more")),
        ("üçte ikisi", "tr", (2 / 3, "share", "")), ("yarısından fazlası", "tr", (0.5, "share", "more")), ("%9,5", "tr", (9.5, "percent", "")),
        ("yüzde 9", "tr", (9, "percent", "")), ("en az 80", "tr", (80, None, "more")), ("80'den az", "tr", (80, None, "less")),
        ("tam 80", "tr", (80, None, "exact")), ("beş günlük", "tr", (5, "day", "")), ("140 bin metrekare", "tr", (140_000, "m2", "")),
    ],
)  # fmt: skip
def test_a_number_is_read_with_its_unit_and_what_rounds_it(text, language, expected):
    assert amounts(text, language) == [(pytest.approx(expected[0]), *expected[1:])]


@pytest.mark.parametrize(
    ("text", "language", "value", "up_to"),
    [
        ("hundreds of kilns", "en", 100, 10), ("tens of thousands", "en", 10_000, 10), ("dozens of kilns", "en", 12, 10),
        ("several hundred kilns", "en", 100, 10), ("数百件", "zh", 100, 10), ("上万人", "zh", 10_000, 10), ("几十个", "zh", 10, 10),
        ("十几个", "zh", 10, 2), ("yüzlerce", "tr", 100, 10), ("on binlerce", "tr", 10_000, 10), ("birkaç yüz", "tr", 100, 10),
    ],
)  # fmt: skip
def test_a_size_is_read_as_from_so_many_up(text, language, value, up_to):
    assert [(f.value, f.up_to) for f in read_figures(text, language)] == [(value, up_to)]


@pytest.mark.parametrize(
    ("text", "language", "values"),
    [
        ("five to seven million dollars", "en", [(5e6, "USD"), (7e6, "USD")]), ("between 5 and 7 km", "en", [(5, "km"), (7, "km")]),
        ("5万至7万元", "zh", [(5e4, "CNY"), (7e4, "CNY")]), ("七八十人", "zh", [(70, None), (80, None)]), ("三五天", "zh", [(3, "day"), (5, "day")]),
        ("%7 ila 10", "tr", [(7, "percent"), (10, "percent")]), ("5 ila 7 gün", "tr", [(5, "day"), (7, "day")]),
    ],
)  # fmt: skip
def test_both_ends_of_a_range_have_its_unit_and_scale(text, language, values):
    assert [(f.value, f.unit) for f in read_figures(text, language)] == values


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("two three", "en", "unread"), ("five hundred million trillion", "en", "unread"), ("1,500 kişi", "tr", "unread"), ("十百三个", "zh", "unread"),
        ("G20", "en", "code"), ("1.2.3", "en", "code"), ("1e6", "en", "code"), ("007", "en", "code"), ("+90 212 555 12 34", "tr", "code"),
        ("at 3:30 p.m.", "en", "time"), ("下午3点半", "zh", "time"), ("saat 14.30", "tr", "time"),
        ("on Tuesday", "en", "date"), ("星期二", "zh", "date"), ("Salı günü", "tr", "date"), ("in May", "en", "date"), ("Oct 18", "en", "date"),
        ("the 1980s", "en", "decade"), ("上世纪80年代", "zh", "decade"), ("1980'ler", "tr", "decade"),
    ],
)  # fmt: skip
def test_what_is_no_plain_number_is_told_apart(text, language, kind):
    assert kinds(text, language) == [kind]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("一带一路", "zh"), ("进一步统一", "zh"), ("十分重要", "zh"), ("万一", "zh"), ("one of the artists", "en"), ("May I ask?", "en"),
        ("they march on", "en"), ("dünyanın dört bir yanından", "tr"), ("onu gördü", "tr"), ("bu yüzden", "tr"), ("sır altı tekniği", "tr"),
        ("yüz yüze", "tr"), ("a kiln ocak", "tr"),
    ],
)  # fmt: skip
def test_words_that_only_look_like_numbers_are_none(text, language):
    assert kinds(text, language) == []


@given(
    st.text(alphabet=st.sampled_from("0123456789.,-/:'½年月日万亿第% 一二十百半多五点OctMayekimgünfivedozenbinyüz$天th\u0307İ\ud800"), max_size=40),
    st.sampled_from(["en", "zh", "tr", "de"]),
)  # fmt: skip
def test_figures_stand_where_they_say_and_hold_every_digit_once(text, language):
    found = read_figures(text, language)
    for before, after in pairwise(found):
        assert before.end <= after.start
    inside = {i for f in found for i in range(f.start, f.end)}
    assert all(0 <= f.start < f.end <= len(text) for f in found)
    assert all(i in inside for i, c in enumerate(text) if c in "123456789")
