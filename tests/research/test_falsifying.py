"""The falsifier of claims: it changes what it says and nothing else, a false claim is never a sentence of what it cites, it reads
numbers and names with nothing of `rag`, and it makes the same claims in every run."""

from __future__ import annotations

import ast
import doctest
import json
from collections import Counter
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from evals import runner
from evals.research.falsifying import (
    amounts,
    clauses,
    dates,
    make_claims,
    names,
    numbers,
    quoted,
    spelling,
    texts,
    verbs,
)
from evals.research.probe import EXACT
from evals.research.squad import NotSquad

FOLDER = Path(texts.__file__).parent
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")
ARTICLES = {
    "en": [
        ["The dragon kiln of Lantern Hill was built by Mira Vance (a potter) in 1912. It is 46 metres long and holds over 9,000 bowls. "
         "In May 1934, Tomas Berg sold the kiln to Mira Vance for 12 million yuan, although the council opposed it.",
         "The museum was opened in London on 18 October 1998, which surprised many potters. A guide called it \"a palace of clay\" in the "
         "first review. Its roof has 31 windows, and it will be restored with help from Germany."],
        ["A school for potters has been built in northern Italy by the Ada Marsh Foundation. About 30 percent of its pupils won prizes in "
         "the 19th century, because of good clay. The school will be closed by two teachers.",
         "Lena Horvath met the deputy mayor of Prague, Ivan Kolar, at the market of Brno. The market sells 250 kinds of cups, with the "
         "support of local farmers. It was described as \"the best fair of the year\" by a paper."],
    ],
    "zh": [
        ["灯笼山的龙窑由米拉·万斯（一位陶工）于1912年建造。它长46米，能装9000多只碗。1934年5月，托马斯·贝格以1200万元把龙窑卖给了米拉·万斯，不过委员会反对此事。",
         "博物馆于1998年10月18日在伦敦开幕，许多陶工感到意外。一位导游在第一篇评论里称它为“泥土的宫殿”。它的屋顶有31扇窗户，将在德国的帮助下修复。"],
        ["意大利北部的一所陶工学校由艾达·马什基金会建立。在19世纪，大约30%的学生获得了奖项，因为当地的陶土很好。这所学校将被两名教师关闭，时间未定。",
         "莱娜·霍瓦特在布尔诺的市场会见了布拉格副市长伊万·科拉尔。这个市场出售250种杯子，并得到当地农民的支持。一家报纸称它为“一年中最好的集市”。"],
    ],
    "tr": [
        ["Lantern Hill'in ejder fırını 1912'de Mira Vance (bir çömlekçi) tarafından inşa edildi. Fırın 46 metre uzunluğunda ve 9.000'den fazla "
         "kâse alıyor. Mayıs 1934'te Tomas Berg fırını 12 milyon yuana satıp Mira Vance ile anlaştı, ancak meclis buna karşıydı.",
         "Bu müze 18 Ekim 1998'de Londra'da açıldı, birçok çömlekçi şaşırdı. Bir rehber ilk yazıda ona \"kilden saray\" dedi. Bu çatıda 31 "
         "pencere var ve Almanya'nın yardımıyla onarılacak."],
        ["Bir çömlekçi okulu kuzey İtalya'da Ada Marsh Vakfı tarafından kuruldu. 19. yüzyıl boyunca öğrencilerin yaklaşık yüzde 30 kadarı ödül "
         "kazandı, kil çok iyiydi. Bu okul iki öğretmen tarafından kapatılacak.",
         "Lena Horvath, Brno pazarında Prag belediye başkan yardımcısı Ivan Kolar ile görüştü. Bu pazar 250 çeşit fincan satıyor, yerel "
         "çiftçiler sayesinde büyüyor. Bir gazete ona \"yılın en iyi fuarı\" adını verdi."],
    ],
}  # fmt: skip


def entries(language: str, drop: int = 0):
    data = [{"title": f"a{n}", "paragraphs": [{"context": text, "qas": []} for text in own]} for n, own in enumerate(ARTICLES[language])]
    if drop:
        del data[-1]["paragraphs"][-drop:]
    return {"version": "1.1", "data": data}


@pytest.fixture(scope="module")
def paths(tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("squad")
    for code in ARTICLES:
        (folder / f"{code}.json").write_text(json.dumps(entries(code)), encoding="utf-8")
    return [folder / f"{code}.json" for code in ARTICLES]


@pytest.fixture(scope="module")
def passages(paths) -> list[texts.Passage]:
    return texts.of_files(paths)


@pytest.fixture(scope="module")
def claims(passages):
    return make_claims(passages, "files")


def sentence(text: str, language: str = "en", **others: str) -> texts.Sentence:
    return texts.Sentence(text, language, 1, texts.Passage("a#p1", "a", {language: text, **others}))


def changed(maker, text: str, language: str = "en", **others: str) -> dict[str, str]:
    """What a maker makes of a sentence, by how it was done."""
    return {change.way: change.text for change in maker(sentence(text, language, **others), [])}


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(import_module(f"evals.research.falsifying.{module}")).failed == 0


@pytest.mark.parametrize("module", MODULES)
def test_nothing_of_how_the_assistant_reads_a_text_is_used(module):
    tree = ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))
    own = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom | ast.Import)]
    found = {node.module if isinstance(node, ast.ImportFrom) else name.name for node in own for name in node.names}
    assert not [name for name in found if name and name.startswith("rag.")]
    taken = {name.name for node in own if isinstance(node, ast.ImportFrom) and node.module == "rag" for name in node.names}
    assert taken <= {"Paragraph"}


# ------------------------------------------------------------------------------------------------------------ all claims


def test_there_are_false_claims_of_every_kind_in_three_languages(claims):
    by = {kind: {c.language for c in claims if c.kind == kind} for kind in {c.kind for c in claims}}
    kinds = {*EXACT, "name", "place", "swapped", "opposite", "negation", "tense", "added", "stitched", "neighbour"}
    assert kinds <= set(by) and {"sentence", "part", "value kept", "address kept"} <= set(by)
    missing = {kind: sorted(set(ARTICLES) - by[kind]) for kind in kinds if by[kind] != set(ARTICLES)}
    assert not missing


def test_a_false_claim_is_never_the_sentence_it_was_made_from_nor_stands_in_what_it_cites(claims):
    for claim in claims:
        if claim.true:
            continue
        assert all(claim.text not in text for text in claim.evidence), claim


def test_a_claim_is_put_against_its_own_language_and_against_another(claims):
    assert Counter(c.same for c in claims)[True] == Counter(c.same for c in claims)[False]
    assert {c.evidence_language for c in claims if c.language == "en"} == set(ARTICLES)


def test_claims_are_sentences(claims):
    for claim in claims:
        assert claim.text[-1] in ".。”\"" and claim.text == claim.text.strip() and "  " not in claim.text, claim
        assert claim.language == "zh" or not claim.text[0].islower(), claim
        assert not set("{}") & set(claim.text), claim


def test_claims_have_ids_of_their_own_and_are_the_same_in_every_run(passages, claims):
    assert len({c.id for c in claims}) == len(claims)
    again = make_claims(passages, "files", 3)
    assert make_claims(passages, "files", 3) == again and set(again) < set(claims)
    assert make_claims(passages, "files", 3, seed=1) != again


def test_a_limit_holds_for_each_kind_language_and_relation_and_takes_every_way_in_turn(passages, claims):
    some = make_claims(passages, "files", 4)
    assert max(Counter((c.kind, c.language, c.same) for c in some).values()) == 4
    ways = {c.way for c in claims if (c.kind, c.language, c.same) == ("number", "en", True)}
    taken = [c.way for c in some if (c.kind, c.language, c.same) == ("number", "en", True)]
    assert len(ways) > 4 and len(set(taken)) == 4


def test_paragraphs_of_an_article_are_put_as_they_stand_in_it(assistant):
    paragraphs = runner.of_articles(assistant)
    found = make_claims(texts.of_assistant(paragraphs), "articles", 2)
    for claim in found:
        assert claim.evidence_language == paragraphs[claim.cites[0].removesuffix("+contact")].language
        assert not claim.indexed or claim.evidence == (paragraphs[claim.cites[0]].text,)
    assert {c.same for c in found} == {True, False} and any(not c.indexed for c in found)


# ------------------------------------------------------------------------------------------------------------ numbers

WHOLE = st.integers(2, 10**9 - 1)
FRAMES = {
    "en": ("The fair drew ", " visitors to the square."), "zh": ("集市吸引了", "名游客来到广场。"),
    "tr": ("Meydandaki fuar ", " ziyaretçi çekti."),
}  # fmt: skip


@pytest.mark.parametrize("language", FRAMES)
@given(value=WHOLE)
def test_words_are_read_as_the_number_that_they_were_written_for(language, value):
    assert numbers._value(spelling.in_words(value, language).replace("零", ""), language) == value


@given(value=st.integers(2, 9999))  # from 131001 on it leaves a word out
def test_turkish_words_are_those_of_another_library(value):
    assert spelling.in_words(value, "tr").replace(" ", "") == num2words(value, lang="tr")


@pytest.mark.parametrize("language", FRAMES)
@given(value=WHOLE.filter(lambda value: value <= 10**8))  # another one may be above what is written in words
def test_a_number_put_wrong_leaves_all_around_it_and_is_worth_something_else(language, value):
    head, tail = FRAMES[language]
    text = f"{head}{spelling.in_digits(Decimal(value), language)}{tail}"
    found = [c for c in amounts.wrong_numbers(sentence(text, language), []) if c.way not in ("unit", "bound")]
    assert {"other", "doubled", "in words"} <= {c.way for c in found}
    for change in found:
        assert change.text.startswith(head) and change.text.endswith(tail) and change.text != text
        inner = change.text[len(head) : len(change.text) - len(tail)]
        if change.way in ("other", "doubled", "halved"):
            assert Decimal(inner.replace(".", "").replace(",", "")) != value
        if change.way == "in words":
            assert not any(c.isdigit() for c in inner) and numbers._value(inner.replace("零", ""), language) != value


@pytest.mark.parametrize("language", FRAMES)
@given(value=WHOLE)
def test_the_same_value_in_words_is_worth_the_same(language, value):
    head, tail = FRAMES[language]
    text = f"{head}{spelling.in_digits(Decimal(value), language)}{tail}"
    (change,) = amounts.same_values(sentence(text, language), [])
    assert numbers._value(change.text[len(head) : len(change.text) - len(tail)].replace("零", ""), language) == value


def test_a_wrong_number_is_none_that_a_text_of_the_paragraph_has_in_any_language():
    ways = changed(amounts.wrong_numbers, "There are 20 kilns.", "en", zh="这里有二十座窑和40只碗。", tr="Burada 20 fırın var.")
    assert ways["halved"] == "There are 10 kilns." and "doubled" not in ways


@pytest.mark.parametrize(("text", "language", "way", "new"), [
    ("It cost $13.1 million in all.", "en", "money", "It cost €13.1 million in all."),
    ("It cost $13.1 million in all.", "en", "scale", "It cost $13.1 billion in all."),
    ("The kiln is 46 metres long.", "en", "unit", "The kiln is 46 feet long."),
    ("More than 30 countries came, over 80 cities too.", "en", "bound", "More than 30 countries came, fewer than 80 cities too."),
    ("It is their 39th store.", "en", "place in words", "It is their forty-first store."),
    ("展览面积达14万平方米。", "zh", "scale", "展览面积达14亿平方米。"),
    ("它的产值超过930亿元。", "zh", "bound", "它的产值不到930亿元。"),
    ("这是第39家店。", "zh", "place", "这是第41家店。"),
    ("Fuara 30'dan fazla ülke katıldı.", "tr", "bound", "Fuara 30'dan az ülke katıldı."),
    ("Sergi alanı 46 metre uzunluğunda.", "tr", "unit", "Sergi alanı 46 kilometre uzunluğunda."),
])  # fmt: skip
def test_scales_bounds_currencies_units_and_places_in_a_row(text, language, way, new):
    assert changed(amounts.wrong_numbers, text, language)[way] == new


def test_years_days_parts_of_names_and_of_addresses_are_no_numbers():
    for text in ("It opened in 1998.", "On 3 May they left.", "Apollo 11 flew.", "See www.a.org/12 for it.", "At 16:35 it rang.", "The 19th century."):
        assert not list(numbers.numbers(text, "en")), text
    for text in ("它于1998年开幕。", "5月3日他们离开了。", "十分重要。", "一些人来了。", "20世纪70年代。"):
        assert not list(numbers.numbers(text, "zh")), text


@pytest.mark.parametrize(("text", "language"), [("Fuar 1923'te açıldı.", "tr"), ("Fuara 30'dan fazla ülke geldi.", "tr")])
def test_a_turkish_number_keeps_an_ending_that_fits(text, language):
    found = [*dates.wrong_dates(sentence(text, language), []), *amounts.wrong_numbers(sentence(text, language), [])]
    for change in found:
        old, new = (next(w for w in t.split() if "'" in w).split("'") for t in (text, change.text))
        assert old[1] == new[1] and spelling.fits(old[0], new[0])


# ------------------------------------------------------------------------------------------------------------ dates, quotes, addresses


@pytest.mark.parametrize(("text", "language", "ways"), [
    ("It opened on 18 October 1998.", "en", {"day", "month", "year", "year in words"}),
    ("It was lit in the 1920s and in the 19th century.", "en", {"decade", "century"}),
    ("它于1998年10月18日开幕。", "zh", {"day", "month", "month in words", "year", "year in words"}),
    ("Müze 18 Ekim 1998'de açıldı.", "tr", {"day", "month", "year"}),
    ("The kiln glows.", "en", {"put in"}),
])  # fmt: skip
def test_dates_are_put_wrong_or_put_in(text, language, ways):
    found = changed(dates.wrong_dates, text, language)
    assert ways <= set(found) and text not in found.values()
    assert ("put in" in found) == (ways == {"put in"})


def test_the_part_of_the_day_and_the_clock_are_put_wrong():
    assert changed(dates.wrong_times, "The fair opened in the morning.")["part of the day"] == "The fair opened in the evening."
    assert changed(dates.wrong_times, "集市在下午开幕。", "zh")["part of the day"] == "集市在凌晨开幕。"
    assert changed(dates.wrong_times, "The bell rang at 10:15.")["clock"] == "The bell rang at 4:15."


def test_only_what_is_quoted_changes():
    found = changed(quoted.wrong_quotations, 'A guide called it "a palace of clay" in May.')
    for text in found.values():
        assert text.startswith('A guide called it "') and text.endswith('" in May.') and "a palace of clay" not in text
    assert set(changed(quoted.wrong_quotations, "A guide liked it very much.")) == {"put in"}


@given(key=st.text(min_size=1))
def test_an_address_put_wrong_is_another_address(key):
    for kind, address in quoted.addresses(key).items():
        spoilt = dict(quoted._spoilt(kind, address, key))
        assert len(spoilt) >= 1 and address not in spoilt.values()
        assert all(sum(c.isdigit() for c in new) == sum(c.isdigit() for c in address) for new in spoilt.values() if kind == "phone")


def test_a_contact_is_told_by_its_passage_in_every_language(passages):
    for language in ARTICLES:
        for told, change in quoted.of_contact(passages[0], language):
            address = quoted.addresses(passages[0].id)[change.way.split(",")[0]]
            assert all(address in text for text in told.passage.texts.values())
            assert (address in change.text) == (change.kind == "address kept")


# ------------------------------------------------------------------------------------------------------------ names, verbs, clauses


def test_another_name_stands_where_one_stood_and_is_no_name_of_the_paragraph():
    text = "Then Mira Vance sold the kiln."
    found = changed(names.wrong_names, text)
    assert {"another person", "another surname"} <= set(found)
    for new in found.values():
        assert new.startswith("Then ") and new.endswith(" sold the kiln.")
        assert new[5:-15] not in text and all(word[0].isupper() for word in new[5:-15].split())
    assert found["another surname"].startswith("Then Mira ")


@pytest.mark.parametrize(("text", "language", "kept"), [
    ("The museum is in London.", "en", ("The museum is in ", ".")), ("博物馆位于伦敦。", "zh", ("博物馆位于", "。")),
    ("Müze Londra'da açıldı.", "tr", ("Müze ", "'da açıldı.")), ("The tiles came from Germany then.", "en", ("The tiles came from ", " then.")),
])  # fmt: skip
def test_a_city_stands_for_a_city_and_a_country_for_a_country(text, language, kept):
    ((way, new),) = changed(names.wrong_places, text, language).items()
    place, old = new.removeprefix(kept[0]).removesuffix(kept[1]), text.removeprefix(kept[0]).removesuffix(kept[1])
    assert place != old and place in names.places(language) and way == ("another country" if "Germany" in text else "another city")
    assert language != "tr" or spelling.fits(old, place)


def test_two_persons_are_swapped_and_nothing_else_unless_they_stand_side_by_side():
    text = "Later Mira Vance sold the kiln to Tomas Berg."
    assert changed(names.swapped, text) == {"two persons": "Later Tomas Berg sold the kiln to Mira Vance."}
    assert not changed(names.swapped, "Later Mira Vance and Tomas Berg sold the kiln.")
    assert not changed(names.swapped, "A match between Mira Vance of Rome and Tomas Berg was held.")
    assert changed(names.swapped, "后来米拉·万斯把龙窑卖给了托马斯·贝格。", "zh")["two persons"] == "后来托马斯·贝格把龙窑卖给了米拉·万斯。"


@pytest.mark.parametrize(("maker", "text", "language", "new"), [
    (verbs.opposite, "The council opposed it.", "en", "The council supported it."),
    (verbs.opposite, "委员会支持此事。", "zh", "委员会反对此事。"),
    (verbs.opposite, "Fuar dün açıldı.", "tr", "Fuar dün kapandı."),
    (verbs.negation, "The kiln was built of brick.", "en", "The kiln was not built of brick."),
    (verbs.negation, "这里是一座龙窑。", "zh", "这里不是一座龙窑。"),
    (verbs.negation, "Kaya kente gitti.", "tr", "Kaya kente gitmedi."),
    (verbs.negation, "Çatıda pencere var.", "tr", "Çatıda pencere yok."),
    (verbs.tense, "The roof will be restored.", "en", "The roof has already been restored."),
    (verbs.tense, "The kiln was built of brick.", "en", "The kiln is going to be built of brick."),
    (verbs.tense, "学校将会关闭。", "zh", "学校已经关闭。"),
    (verbs.tense, "陶工们建立了学校。", "zh", "陶工们将建立学校。"),
    (verbs.tense, "Okul kapatılacak.", "tr", "Okul kapatıldı."),
    (verbs.tense, "Okul yapıldı.", "tr", "Okul yapılacak."),
])  # fmt: skip
def test_verbs_are_turned_denied_and_told_in_another_time(maker, text, language, new):
    assert new in changed(maker, text, language).values()


def test_what_is_denied_is_not_denied_again_and_quoted_words_are_left():
    assert not changed(verbs.negation, "The kiln was never built.") and not changed(verbs.negation, "这里没有龙窑。", "zh")
    assert not changed(verbs.negation, 'Here "it was good" at noon.')


def test_a_part_is_what_is_left_of_a_sentence():
    found = changed(clauses.parts, "In May, the museum (a hall) was opened in London, which surprised many potters.")
    assert found == {
        "no brackets": "In May, the museum was opened in London, which surprised many potters.",
        "no tail": "In May, the museum (a hall) was opened in London.",
        "no head": "The museum (a hall) was opened in London, which surprised many potters.",
    }
    assert changed(clauses.parts, "在五月，博物馆正式向公众开放了。", "zh")["no head"] == "博物馆正式向公众开放了。"


def test_words_are_put_in_at_the_end_or_before_a_turkish_sentence():
    assert changed(clauses.added, "The kiln glows.")["a reason"].startswith("The kiln glows ")
    assert changed(clauses.added, "窑在夜里发光。", "zh")["a detail"].startswith("窑在夜里发光，")
    assert changed(clauses.added, "Bu fırın parlıyor.", "tr")["a detail"].endswith(", bu fırın parlıyor.")


# ------------------------------------------------------------------------------------------------------------ files, by hand, figures


def test_articles_of_files_are_counted_from_one(paths):
    assert {p.id for p in texts.of_files(paths, [2])} == {"2#p1", "2#p2"}
    assert len(texts.of_files(paths)) == 4 and set(texts.of_files(paths[:1])[0].texts) == {"en"}


def test_files_that_are_no_translations_of_one_another_are_refused(paths, tmp_path):
    (tmp_path / "tr.json").write_text(json.dumps(entries("tr", drop=1)), encoding="utf-8")
    with pytest.raises(NotSquad, match="not the same number of paragraphs"):
        texts.of_files([paths[0], tmp_path / "tr.json"])
    (tmp_path / "fr.json").write_text(json.dumps(entries("en")), encoding="utf-8")
    with pytest.raises(NotSquad, match="a file in fr"):
        texts.of_files([tmp_path / "fr.json"])
