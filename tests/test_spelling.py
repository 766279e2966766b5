"""What a question misspells is found all the same, in three languages; what is spelt right costs nothing more."""

from __future__ import annotations

import pytest

from rag.language import keys
from rag.lexical import LexicalIndex
from rag.spelling import SpellingIndex, write_spellings

TEXTS = [
    ("The expo opened in October.", "en"),
    ("Jingdezhen porselen mağazası Kadıköy'dedir.", "tr"),
    ("陶瓷博览会在景德镇开幕。", "zh"),
    ("Bowls cool slowly.", "en"),
]


@pytest.fixture
def index(tmp_path) -> LexicalIndex:
    return LexicalIndex.build(TEXTS, tmp_path / "words")


@pytest.mark.parametrize(
    ("question", "language", "text"),
    [
        ("wen did teh exop opn", "en", 0),
        ("the exop", "en", 0),
        ("bowlz", "en", 3),
        ("porselen magazasi nerede", "tr", 1),
        ("prselen mağzası nerede", "tr", 1),
        ("博揽会何时开幕", "zh", 2),
        ("陶磁博览会", "zh", 2),
    ],
)
def test_a_misspelt_question_finds_the_text_that_it_means(index, question, language, text):
    assert index.find_best(keys(question, language), 1)[0][0] == text


@pytest.mark.parametrize(
    ("question", "language", "paragraph"),
    [
        ("wen did teh expo opn", "en", "expo#p3"),
        ("who is teh deptuy mayr of Iznk", "en", "iznik#p4"),
        ("Cin porselen magazasi nerede", "tr", "store#p5"),
        ("Anlasmayi kim imzladi", "tr", "store#p15"),
        ("博揽会何时开幕?", "zh", "expo#p3"),
        ("谁签暑了合作协议?", "zh", "store#p15"),
    ],
)
def test_a_misspelt_question_finds_its_paragraph_among_the_first_five(assistant, question, language, paragraph):
    assert paragraph in [p.paragraph_id for p in assistant.retrieve(question, 5)]


def test_a_word_that_is_known_is_compared_with_no_other(index, monkeypatch):
    monkeypatch.setattr(SpellingIndex, "find_nearest", lambda self, word: pytest.fail(word))
    assert index.find_best(["expo"], 1)[0][0] == 0


def test_a_misspelt_word_scores_less_than_the_word_itself(index):
    (text, right), (other, wrong) = index.find_best(["octob"], 1)[0], index.find_best(["octbo"], 1)[0]
    assert text == other == 0 and 0 < wrong < right


@pytest.mark.parametrize("word", ["", "ex", "zzzzzz", "expo2", "博", "^expo", "a" * 1000])
def test_what_is_like_no_word_finds_none(tmp_path, word):
    write_spellings({"expo", "open"}, tmp_path)
    assert SpellingIndex(tmp_path).find_nearest(word) == []


def test_the_likeness_of_two_words_is_dices_share_of_their_trigrams(tmp_path):
    """Worked by hand: "expo" has ^^e ^ex exp xpo po$, "exop" shares the first two of its five."""
    write_spellings({"expo", "kiln"}, tmp_path)
    assert SpellingIndex(tmp_path).find_nearest("exop") == [("expo", pytest.approx(2 * 2 / (5 + 5)))]


def test_words_nearly_as_much_alike_as_the_best_are_found_beside_it(tmp_path):
    write_spellings({"kilns", "kilnx", "kiln", "bowl"}, tmp_path)
    found = SpellingIndex(tmp_path).find_nearest("kilnz")
    assert [word for word, _ in found] == ["kiln", "kilns", "kilnx"]


def test_an_index_without_words_finds_nothing(tmp_path):
    write_spellings([], tmp_path)
    assert SpellingIndex(tmp_path).find_nearest("expo") == []


@pytest.mark.parametrize("name", ["letters", "ends", "trigrams", "starts", "words"])
def test_a_file_that_was_cut_is_an_error(tmp_path, name):
    write_spellings({"expo", "open"}, tmp_path)
    file = tmp_path / f"spelling-{name}.bin"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(ValueError, match=r"cut|fit"):
        SpellingIndex(tmp_path)
