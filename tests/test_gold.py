"""The typed facts of the gold questions, and that the set is whole: every paragraph asked about, enough of every kind."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from num2words import num2words

from evals import gold, written
from evals.facts import Number, SaidBy, parse

# Paragraphs that state nothing a reader could ask for, with the reason.
NO_FACT = {"store#p14": "the caption of a photo, 签约仪式 (signing ceremony), says no more than that there was one"}


@pytest.fixture(scope="module")
def paragraphs(assistant):
    return {p.id: p.text for s in assistant.articles() for p in assistant.article(s.id)[1]}


@pytest.fixture(scope="module")
def items(paragraphs):
    return gold.load(paragraphs)


STATED = [
    ({"date": "10-18"}, "Oct 18|Oct. 18|October 18th|the 18th of October|18 October|10月18日|10月18号|十月十八日|18 Ekim'de|18 EKİM"),
    ({"date": "10-18"}, "2025-10-18|18.10.2025|18-22 Ekim|Oct 16-18, 2025|10月18日至22日|2025年10月18日"),
    ({"date": "2025-06-04"}, "2025-06-04 16:35|June 4, 2025|4 June 2025|2025年6月4日|4 Haziran 2025|04.06.2025"),
    ({"date": "2025-06"}, "June 2025|2025年6月|Haziran 2025|June 4, 2025"),
    ({"date": 2021}, "in 2021,|2021年|2021'de|二〇二一年"),
    ({"number": 140000, "unit": "m2"}, "140,000 square meters|140.000 metrekare|140 000 m²|14 万平方米|140 bin metrekarelik|yüz kırk bin metrekare|140,000m2"),
    ({"number": 5, "unit": "day"}, "a five-day event|5 days|为期五天|5天|五日|beş gün|5 günlük"),
    ({"number": 93_000_000_000, "unit": "yuan"}, "93 billion yuan|930多亿元|九百三十亿元|93 milyar yuanı aştı|RMB 93 billion"),
    ({"number": 13_100_000_000, "unit": "dollar"}, "($13.1 billion)|131亿美元|13,1 milyar dolar|13.1 billion US dollars"),
    ({"number": 9, "unit": "percent"}, "9 percent|9％|百分之九|yüzde 9'u aştı|%9|yüzde dokuz"),
    ({"number": 80, "unit": "country"}, "80 countries and regions|80多个国家|八十余个国家|80’i aşkın ülke|seksenden fazla ülke"),
    ({"number": 1000, "unit": "buyer"}, "more than 1,000 buyers|1000多名国内外采购商|1.000'den fazla alıcı|bini aşkın alıcı|binin üzerinde alıcı"),
    ({"number": 39, "ordinal": True}, "the 39th opened by|第39家|第三十九家|39. mağaza|39'uncu|otuz dokuzuncu|thirty-ninth"),
    ({"number": 15, "unit": "century", "ordinal": True}, "the late 15th to the 17th century|15世纪|十五世纪|15. yüzyılın|fifteenth century"),
    ({"number": 10, "unit": "anniversary", "ordinal": True}, "10周年|10th anniversary|tenth anniversary|10. yıl|onuncu yıl"),
    ({"number": 2000, "unit": "year"}, "more than 2,000 years|2000多年|两千多年|2.000 yıllık|iki bin yıl|2 bin yıl"),
    ({"name": ["Adil Can Güven", "阿迪尔·詹·居文"]}, "ADİL CAN GUVEN’in|Adil Can Guven's|阿迪尔・詹・居文"),
    ({"text": ["FenerKalamış", "嘉年华"]}, "Fener Kalamış|fenerkalamis caddesi|嘉 年 华"),
    ({"any": [{"number": 93, "unit": "yuan"}, {"date": 2004}]}, "93 yuan|2004"),
]  # fmt: skip
NOT_STATED = [
    ({"date": "10-18"}, "Oct 1|Oct 8|October 19|10月8日|Oct 180|18 Nov|1818 October|2025-11-18"),
    ({"date": "2025-06-04"}, "June 4|June 4, 2024|14 June 2025|2025-06-14"),
    ({"date": 2021}, "2022|12021|2,021 people"),
    ({"number": 140000, "unit": "m2"}, "40,000 square meters|1,140,000 square meters|140,000 visitors|114万平方米|14万元"),
    ({"number": 5, "unit": "day"}, "15 days|十五天|10月5日|第五天|the 5th day|5. gün|twenty-five days|on beş gün|5 bin gün|1.5 days|5 Ekim günü|five zones in two days"),
    ({"number": 93_000_000_000, "unit": "yuan"}, "93 million yuan|$93 billion|193 billion yuan|930万元|931亿元"),
    ({"number": 9, "unit": "percent"}, "19 percent|13.9%|yüzde 90|百分之九十|9 years"),
    ({"number": 80, "unit": "country"}, "180 countries|80 cities in 72 countries|80 buyers from 30 countries"),
    ({"number": 39, "ordinal": True}, "39 stores|the 139th|第三十家|39 mağaza|There are 39. The"),
    ({"number": 15, "unit": "century", "ordinal": True}, "15 centuries|17th century|5世纪|the 15th day"),
    ({"number": 2000, "unit": "year"}, "12,000 years|iki bin beş yüz yıl|2 bin 500 yıl|两千五百年"),
    ({"name": ["Guven"]}, "güvenli|Guvenir"),
    ({"text": ["red"]}, "colored"),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "text"), [(e, t) for e, texts in STATED for t in texts.split("|")])
def test_a_fact_is_found_in_what_states_it(entry, text):
    assert parse(entry).stated(text)


@pytest.mark.parametrize(("entry", "text"), [(e, t) for e, texts in NOT_STATED for t in texts.split("|")])
def test_a_fact_is_not_found_in_what_states_something_else(entry, text):
    assert not parse(entry).stated(text)


def test_forty_thousand_is_not_found_in_a_hundred_and_forty_thousand():
    forty = parse({"number": 40000})
    assert not any(
        map(forty.stated, ("140,000", "140.000", "140 000", "14万", "140 bin", "one hundred and forty thousand"))
    )


def test_a_form_that_cannot_be_derived_is_given_besides_the_value():
    assert not parse({"number": 1000}).stated("上千名采购商") and parse({"number": 1000, "also": ["上千名"]}).stated(
        "上千名采购商"
    )


def test_a_fact_is_written_as_people_say_it():
    entries = (
        {"date": "2025-06-04"},
        {"number": 140000, "unit": "m2"},
        {"name": ["Yu Xiaobing"]},
        {"said_by": ["Kaya"]},
    )
    assert list(map(str, map(parse, entries))) == ["date 2025-06-04", "140000 m2", "Yu Xiaobing", "said by Kaya"]
    assert [parse(entry).kind for entry in entries] == ["date", "number", "name", "said_by"]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"nmae": ["x"]}, "a fact is one of"),
        ({"name": ["x"], "text": ["x"]}, "a fact is one of"),
        ({"name": "x"}, "forms are a list"),
        ({"text": []}, "forms are a list"),
        ({"text": [2021]}, "quotation marks"),
        ({"number": 5, "unit": "parsec"}, "unknown unit 'parsec'"),
        ({"number": "five"}, "not a number"),
        ({"number": -1}, "from 0"),
        ({"number": 5, "ordinal": "yes"}, "true or false"),
        ({"date": "18-10"}, "a date is"),
        ({"date": "2025-02-30"}, "a date is"),
        ({"date": "10"}, "a date is"),
        ({"date": 2021, "unit": "day"}, "unknown key unit"),
        ({"any": []}, "alternatives"),
    ],
)  # fmt: skip
def test_a_fact_that_cannot_be_read_is_an_error_that_says_why(entry, message):
    with pytest.raises(ValueError, match=message):
        parse(entry)


whole = st.one_of(st.integers(0, 3000), st.integers(0, 10**15 - 1), st.integers(1, 9999).map(lambda n: n * 10**8))


@given(whole)
def test_any_number_is_found_in_the_digits_and_words_of_all_three_languages(n):
    digits = [f"{n}", f"{n:,}", f"{n:,}".replace(",", "."), f"{n:,}".replace(",", "\u202f")]
    words = [num2words(n, lang="en").replace(",", ""), written.chinese(n)]
    for form in [*digits, *words]:
        assert Number(Decimal(n)).stated(f"({form})"), form
    assert Number(Decimal(n), "day").stated(f"{num2words(n, lang='tr')} gün")


SCALES = {
    "thousand": 3,
    "bin": 3,
    "千": 3,
    "万": 4,
    "million": 6,
    "milyon": 6,
    "百万": 6,
    "亿": 8,
    "billion": 9,
    "milyar": 9,
}


@given(st.integers(1, 9999), st.sampled_from(sorted(SCALES)))
def test_any_number_is_found_with_a_scale_word_and_not_without(n, word):
    text = f"some {n} {word}"
    assert Number(Decimal(n) * 10 ** SCALES[word]).stated(text)
    assert not Number(Decimal(n)).stated(text)


@given(whole, st.integers(1, 9), st.booleans())
def test_a_number_is_not_found_in_the_digits_of_a_longer_one(n, digit, before):
    longer = int(f"{digit}{n}" if before else f"{n}{digit}")
    assume(longer != n)
    for form in (f"{longer}", f"{longer:,}", f"{longer:,}".replace(",", "."), f"{longer:,}".replace(",", " ")):
        assert not Number(Decimal(n)).stated(f"({form})"), form


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_number_is_not_found_in_the_words_of_another(n, other):
    assume(n != other)
    for form in (num2words(other, lang="en").replace(",", ""), num2words(other, lang="tr"), written.chinese(other)):
        assert not Number(Decimal(n)).stated(f"({form})"), form


@given(st.integers(0, 10**16 - 1))
def test_chinese_numerals_read_back_as_the_number(n):
    values = dict(zip("零一二三四五六七八九", range(10), strict=True))
    total = section = digit = 0
    for c in written.chinese(n):
        if c in values:
            digit = values[c]
        elif c in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[c]
            digit = 0
        elif c == "万":
            section, digit = (section + digit) * 10**4, 0
        else:
            total, section, digit = (total + section + digit) * 10**8, 0, 0
    assert total + section + digit == n


@given(
    st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)),
    st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)),
)
def test_a_day_is_found_in_every_way_to_write_it_and_no_other_day_is(day, other):
    month = [
        "Ocak",
        "Şubat",
        "Mart",
        "Nisan",
        "Mayıs",
        "Haziran",
        "Temmuz",
        "Ağustos",
        "Eylül",
        "Ekim",
        "Kasım",
        "Aralık",
    ][day.month - 1]
    forms = (
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%b} {day.year}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.day} {month} {day.year}",
        f"{day}",
    )
    for form in forms:
        assert parse({"date": f"{day}"}).stated(form) and parse({"date": f"{day:%m-%d}"}).stated(form), form
        assert parse({"date": f"{other}"}).stated(form) == (other == day)
        assert parse({"date": f"{other:%m-%d}"}).stated(form) == ((other.month, other.day) == (day.month, day.day)), (
            form
        )


def test_no_number_or_date_of_the_gold_set_is_found_in_a_text_with_another_value(items):
    for fact in {f for i in items for f in (*i.facts, *i.reading) if isinstance(f, Number) and not f.ordinal}:
        after = {"": "", "m2": "metrekare", "percent": "%", "city": "cities", "country": "countries"}.get(
            fact.unit, fact.unit
        )
        assert fact.stated(f"{fact.value:,f} {after}")
        for wrong in (fact.value + 1, fact.value * 10, fact.value / 10, fact.value + 10**9):
            assert not fact.stated(f"{wrong:,f} {after}"), (fact, wrong)


def test_every_paragraph_that_states_a_fact_is_asked_about(items, paragraphs):
    assert gold.coverage(items, paragraphs) == set(NO_FACT)


def test_there_are_enough_questions_of_every_language_and_kind(items):
    languages, kinds = Counter(i.language for i in items), Counter(i.kind for i in items)
    assert len(items) >= 240 and min(languages[code] for code in gold.LANGUAGES) >= 60 and len(languages) == 3
    assert kinds["near-miss"] >= 60 and kinds["off-topic"] >= 20
    assert {i.language for i in items if i.kind == "injection"} == set(gold.LANGUAGES)
    assert all(kinds[kind] >= 9 for kind in ("wrong-premise", "list", "join", "conflict", "time"))
    turns = Counter(len(i.history) for i in items if i.kind == "follow-up")
    assert set(turns) == {1, 2, 3} and min(turns.values()) >= 6


def test_facts_of_every_type_are_used_and_who_said_what_is_asked_for(items):
    kinds = Counter(fact.kind for item in items for fact in item.facts)
    assert set(kinds) == {"date", "number", "name", "text", "said_by"} and kinds["said_by"] >= 40


def test_the_test_split_is_the_third_held_out(items):
    assert all((item.split == "test") == item.held_out for item in items)
    assert 0.25 < sum(item.split == "test" for item in items) / len(items) < 0.4


def test_every_group_of_needed_paragraphs_is_gold_and_holds_no_other_group(items, paragraphs):
    for item in items:
        groups = gold.needed(item, paragraphs)
        assert bool(groups) == item.answerable
        assert all(group and group <= gold.gold_paragraphs(item, paragraphs) for group in groups)
        assert not any(a < b for a in groups for b in groups) and len(set(groups)) == len(groups)


def test_both_articles_are_needed_where_both_are_asked_for():
    text = {"a#p1": "Founded in 2021.", "a#p2": "Blue since 2021.", "b#p1": "Since 2021."}
    item = gold.Item("x", "?", "en", "join", quotes=tuple(text.values()), facts=(parse({"date": 2021}),))
    assert gold.needed(item, text) == (frozenset(text),)
    assert gold.needed(replace(item, both=True), text) == (frozenset({"a#p1", "a#p2"}), frozenset({"b#p1"}))


def test_a_speaker_named_in_no_gold_paragraph_needs_no_paragraph_of_its_own():
    text = {"a#p1": '"It is about synergy," he added.', "a#p2": "Kaya said so."}
    facts = (parse({"text": ["synergy"]}), SaidBy(("Kaya",)))
    item = gold.Item("x", "?", "en", "fact", quotes=("It is about",), facts=facts)
    assert gold.needed(item, text) == (frozenset({"a#p1"}),)


def test_an_item_without_facts_needs_one_of_its_paragraphs_and_one_without_quotes_needs_none():
    text = {"a#p1": "One.", "a#p2": "Two."}
    assert gold.needed(gold.Item("x", "?", "en", "fact", quotes=("One", "Two")), text) == (frozenset(text),)
    assert gold.needed(gold.Item("x", "?", "en", "near-miss"), text) == ()


GOOD = {"id": "a", "language": "en", "kind": "fact", "question": "?", "quotes": ["in 2021"], "facts": [{"date": 2021}]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"quotes": ["nowhere"]}, "a: not in the articles: 'nowhere'"),
        ({"facts": [{"date": 2022}]}, "a: no article states date 2022"),
        ({"facts": [{"date": "tomorrow"}]}, "a: a date is"),
        ({"facts": ["2021"]}, "a: "),
        ({"language": "de"}, "a: unknown language 'de'"),
        ({"kind": "riddle"}, "a: unknown kind 'riddle'"),
        ({"qoutes": ["in 2021"]}, "a: unknown key qoutes"),
        ({"quotes": "in 2021"}, "a: quotes is a list"),
        ({"kind": "near-miss"}, "a: a near-miss has no quotes"),
        ({"kind": "follow-up"}, "a: a follow-up has a history"),
        ({"history": ["Where?"]}, "a: a follow-up has a history"),
        ({"quotes": []}, "a: facts without quotes"),
        ({"never": ["2021"]}, "a: a forbidden form states what is asked for"),
        ({"never": ["cities"]}, "a: forbidden, but in a paragraph it quotes"),
        ({"never": [" "]}, "a: an empty quote"),
        ({"article": "y"}, "a: unknown article 'y'"),
        ({"both": True}, "a: both articles"),
        ({"question": None}, "a: no question"),
    ],
)  # fmt: skip
def test_a_wrong_item_is_an_error_that_names_it(tmp_path, change, message):
    entry = {key: value for key, value in {**GOOD, **change}.items() if value is not None}
    (tmp_path / "x.yaml").write_text(yaml.safe_dump([entry], allow_unicode=True), encoding="utf-8")
    with pytest.raises(gold.GoldError, match=message):
        gold.load({"x#p1": "They are sister cities: in 2021."}, tmp_path)


def test_the_same_id_twice_is_an_error(tmp_path):
    (tmp_path / "x.yaml").write_text(yaml.safe_dump([GOOD, GOOD]), encoding="utf-8")
    with pytest.raises(gold.GoldError, match="a: twice"):
        gold.load(None, tmp_path)
