"""One normal form for numbers and dates in English, Chinese and Turkish."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language import find_quantities, fold_with_offsets, match_quantity

SAME = [
    [("Oct 18", "en"), ("18 October", "en"), ("October 18th", "en"), ("10月18日", "zh"), ("10月18号", "zh"), ("18 Ekim'de", "tr")],
    [("93 billion yuan", "en"), ("930亿元", "zh"), ("93 milyar yuan", "tr")],
    [("$13.1 billion", "en"), ("131亿美元", "zh"), ("13,1 milyar dolar", "tr")],
    [("140,000 square meters", "en"), ("14万平方米", "zh"), ("140.000 metrekare", "tr"), ("140 bin metrekare", "tr")],
    [("the five-day event", "en"), ("five days", "en"), ("为期五天", "zh"), ("5天", "zh"), ("beş günlük", "tr")],
    [("the 39th store", "en"), ("第39家", "zh"), ("第三十九家", "zh"), ("39. mağaza", "tr"), ("39'uncu mağaza", "tr")],
    [("9 percent", "en"), ("9%", "en"), ("百分之九", "zh"), ("9%", "zh"), ("yüzde 9", "tr"), ("%9", "tr")],
    [("eight zones", "en"), ("八大展区", "zh"), ("sekiz alan", "tr")],
    [("more than 2,000 years", "en"), ("2000多年", "zh"), ("两千年", "zh"), ("2.000 yıl", "tr"), ("iki bin yıl", "tr")],
    [("June 4, 2025", "en"), ("2025-06-04", "zh"), ("2025年6月4日", "zh"), ("二〇二五年六月四日", "zh"), ("4 Haziran 2025", "tr")],
    [("the 17th century", "en"), ("17世纪", "zh"), ("17. yüzyıl", "tr"), ("on yedinci yüzyıl", "tr")],
    [("more than 80", "en"), ("80多个", "zh"), ("seksenden fazla", "tr")],
    [("over 1,000 buyers", "en"), ("binden fazla alıcı", "tr")],
    [("since 2004", "en"), ("2004年", "zh"), ("2004'te", "tr")],
]  # fmt: skip
DIFFERENT = [
    (("Oct 18", "en"), ("Oct 19", "en")), (("Oct 18", "en"), ("18 Kasım", "tr")), (("five days", "en"), ("六天", "zh")),
    (("five days", "en"), ("five years", "en")), (("93 billion yuan", "en"), ("93 billion dollars", "en")),
    (("930亿元", "zh"), ("93亿元", "zh")), (("140,000", "en"), ("14,000", "en")), (("39th", "en"), ("第38家", "zh")),
    (("9%", "en"), ("9 yuan", "en")), (("18 October 2025", "en"), ("2024年10月18日", "zh")),
]  # fmt: skip


@pytest.mark.parametrize("writings", SAME, ids=lambda w: w[0][0])
def test_writings_of_one_quantity_agree_in_every_language(writings):
    for one in writings:
        for other in writings:
            claimed, evidence = find_quantities(*one), find_quantities(*other)
            assert claimed and all(match_quantity(q, evidence) for q in claimed), (one, other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT, ids=lambda pair: pair[0])
def test_what_differs_in_value_unit_or_day_does_not_agree(one, other):
    assert not all(match_quantity(q, find_quantities(*other)) for q in find_quantities(*one))


@pytest.mark.parametrize(
    ("text", "language"),
    [("一带一路", "zh"), ("进一步统一", "zh"), ("one of the artists", "en"), ("bir başka on", "tr"), ("May I ask?", "en"),
     ("they march on", "en"), ("dünyanın dört bir yanından", "tr"), ("two three", "en"), ("a kiln ocak", "tr")],
)  # fmt: skip
def test_words_that_only_look_like_numbers_or_months_are_none(text, language):
    assert find_quantities(text, language) == ()


def test_a_year_is_found_anywhere_in_the_evidence():
    evidence = find_quantities("The 2025 expo opened on Oct 18.", "en")
    assert match_quantity(find_quantities("18 Ekim 2025", "tr")[0], evidence)
    assert not match_quantity(find_quantities("18 Ekim 2024", "tr")[0], evidence)


@given(st.text(alphabet=st.sampled_from("0123456789.,-/年月日万亿第% 一二十百五OctMayekimgünfive$天th'\u0307İ"), max_size=30),
       st.sampled_from(["en", "zh", "tr", "de"]))  # fmt: skip
def test_quantities_stand_where_they_say_and_hold_every_digit_once(text, language):
    found = find_quantities(text, language)
    for before, after in pairwise(found):
        assert before.end <= after.start
    for q in found:
        assert 0 <= q.start < q.end <= len(text) and match_quantity(q, found)
    inside = {i for q in found for i in range(q.start, q.end)}
    assert all(i in inside for i, c in enumerate(text) if c in "123456789")


@given(st.integers(2, 10**9))
def test_a_whole_number_survives_every_way_of_grouping_it(number):
    plain = find_quantities(f"{number} x", "en")[0].value
    assert plain == find_quantities(f"{number:,} x", "en")[0].value == number
    assert find_quantities(f"{number:,} x".replace(",", "."), "tr")[0].value == number


@given(st.text())
def test_every_folded_character_leads_back_to_where_it_came_from(text):
    plain = fold_with_offsets(text)
    assert len(plain.offsets) == len(plain.text) and list(plain.offsets) == sorted(plain.offsets)
    for i in range(len(plain.text)):
        start, end = plain.span(i, i + 1)
        assert 0 <= start < end <= len(text)
        assert plain.text[i] in fold_with_offsets(text[start:end]).text
