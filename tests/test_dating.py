"""Relative times and reckoned ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.dating import last_day, read_relative_times, states_end, write_day, year_of
from rag.language import find_quantities


@pytest.mark.parametrize(
    ("sentence", "said", "meant"),
    [
        ("Last year 40 kilns were lit.", "Last year", "2019"),
        ("去年点了40座窑。", "去年", "2019"),
        ("Geçen yıl 40 fırın yakıldı.", "Geçen yıl", "2019"),
        ("This year's fair is bigger.", "This year's", "2020"),
        ("上个月开业。", "上个月", "2019-12"),
        ("Dün açıldı.", "Dün", "2020-01-04"),
    ],
)
def test_a_relative_time_is_read_against_the_date_of_the_article(sentence, said, meant):
    [found] = read_relative_times(sentence, "2020-01-05")
    assert (found.said, found.meant) == (said, meant)
    assert read_relative_times(sentence, None)[0].meant is None


@pytest.mark.parametrize(
    "sentence", ["This year is the 10th anniversary.", "今年是签署10周年。", "Bu yıl 10. yıl dönümü."]
)
def test_an_anniversary_points_to_its_year(sentence):
    assert read_relative_times(sentence, "2025-06-04")[-1].meant == "2015" and read_relative_times(sentence, "2025-06-04")[-1].reckoned
    assert not any(r.reckoned for r in read_relative_times(sentence, None))


@pytest.mark.parametrize(
    ("first", "length", "language", "last"),
    [("Oct 18", "five days", "en", "Oct 22"), ("10月18日", "为期五天", "zh", "10月22日"), ("18 Ekim", "beş gün", "tr", "22 Ekim"),
     ("Dec 30, 2020", "3 days", "en", "Jan 1, 2021"), ("Oct 18", "two weeks", "en", "Oct 31")],
)  # fmt: skip
def test_the_last_day_counts_the_first(first, length, language, last):
    ends = last_day(find_quantities(first, language)[0], find_quantities(length, language)[0])
    assert ends is not None and write_day(ends, language) == last


def test_an_end_that_depends_on_a_leap_year_is_not_guessed():
    assert last_day(find_quantities("Feb 27", "en")[0], find_quantities("5 days", "en")[0]) is None


@given(st.dates(), st.integers(1, 60))
def test_a_day_with_its_year_always_has_its_end(day, days):
    from datetime import date, timedelta

    begins = find_quantities(f"{day.year:04}-{day.month:02}-{day.day:02}", "en")
    lasts = find_quantities(f"{days} days", "en")
    if begins and begins[0].year and lasts and day <= date(2090, 1, 1):
        ends = last_day(begins[0], lasts[0])
        assert ends is not None
        assert date(ends.year, ends.month, ends.day) == day + timedelta(days=days - 1)


def test_a_sentence_that_states_an_end_needs_no_reckoning():
    assert (
        states_end("It runs until Oct 30.", "en")
        and states_end("展览10月30日闭幕。", "zh")
        and states_end("18 Ekim'e kadar sürecek.", "tr")
    )
    assert not states_end("It opened on Oct 18.", "en")


def test_the_year_of_a_day_is_the_last_before_the_article():
    day = find_quantities("May 31", "en")[0]
    assert (year_of(day, "2025-06-04"), year_of(day, "2025-03-01"), year_of(day, None)) == (2025, 2024, None)
