"""What is shown beside the best sentence."""

from __future__ import annotations

import pytest

from rag.answer.agreement import compare_articles, find_quantity, quote_hedged
from rag.answer.ranking import Candidate
from rag.answer.selection import MAX_SCORE_LAG, MAX_SENTENCES, find_term, select_sentences
from rag.names import Names
from rag.paragraphs import sentence_spans
from rag.types import Paragraph, Passage, Source


def passage(text: str, article: str = "a", language: str = "en") -> Passage:
    paragraph = Paragraph(f"{article}#p1", article, text, language, tuple(sentence_spans(text, language)))
    return Passage(paragraph, Source(article, article.upper(), language, published="2020-05-01"), 1.0)


def candidate(found: Passage, answer: str, score: float) -> Candidate:
    start = found.text.index(answer)
    index = next(i for i, (a, b) in enumerate(found.paragraph.sentences) if a <= start < b)
    return Candidate(found, found.reading, index, (start, start + len(answer)), score, score)


KILN = passage("The kiln was lit in 1900. It was lit again in 1950. Ayla and Can were there.")


def test_a_sentence_that_holds_another_answer_is_shown_after_the_best():
    ranked = [candidate(KILN, "1900", 9.0), candidate(KILN, "1950", 9.0 - MAX_SCORE_LAG / 2)]
    assert [c.answer for c in select_sentences(ranked)] == ["1900", "1950"]


def test_a_sentence_far_below_the_best_is_not_shown():
    ranked = [candidate(KILN, "1900", 9.0), candidate(KILN, "1950", 9.0 - 2 * MAX_SCORE_LAG)]
    assert [c.answer for c in select_sentences(ranked)] == ["1900"]


def test_a_sentence_with_the_same_answer_is_not_shown():
    other = passage("It dates from 1900.", "b")
    assert len(select_sentences([candidate(KILN, "1900", 9.0), candidate(other, "1900", 8.9)])) == 1


@pytest.mark.parametrize(
    ("text", "language", "first", "second"),
    [
        ("The kiln is old. It was lit in 1900.", "en", "kiln", "1900"),
        ("窑炉很古老。它建于1900年。", "zh", "窑炉", "1900年"),
        ("Fırın eskidir. Bu fırın 1900'de yakıldı.", "tr", "Fırın", "1900"),
    ],
)
def test_the_sentence_before_is_shown_when_the_best_points_back_to_it(text, language, first, second):
    found = passage(text, language=language)
    ranked = [candidate(found, second, 9.0), candidate(found, first, -20.0)]
    assert [c.index for c in select_sentences(ranked)] == [1, 0]


def test_no_more_than_a_few_sentences_are_shown():
    found = passage(" ".join(f"Kiln {n} was lit in {1900 + n}." for n in range(9)))
    ranked = [candidate(found, str(1900 + n), 9.0 - n / 10) for n in range(9)]
    assert len(select_sentences(ranked)) == MAX_SENTENCES


def test_an_article_that_gives_another_number_of_the_same_unit_differs():
    other = passage("It has made bowls for 1,700 years.", "b")
    ranked = [candidate(passage("It has made bowls for 2,000 years."), "2,000 years", 9.0), candidate(other, "1,700 years", 8.0)]
    assert compare_articles(ranked, Names()).different == (ranked[1],)


def test_an_article_that_says_the_same_agrees():
    other = passage("1950年再次点火。1900年首次点火。", "b", "zh")
    ranked = [candidate(KILN, "1900", 9.0), candidate(other, "1900年", 8.0)]
    assert compare_articles(ranked, Names()).same == (ranked[1],)


def test_names_do_not_contradict_each_other():
    ranked = [candidate(KILN, "Ayla", 9.0), candidate(passage("Bora came too.", "b"), "Bora", 8.0)]
    found = compare_articles(ranked, Names())
    assert (found.same, found.different) == ((), ())


def test_an_exact_answer_with_two_numbers_has_no_single_quantity():
    assert find_quantity(candidate(passage("It took 3 days or 4 weeks."), "3 days or 4 weeks", 1.0)) is None


@pytest.mark.parametrize(
    ("text", "language", "answer", "hedged"),
    [
        ("It made more than 2,000 bowls.", "en", "2,000 bowls", "more than 2,000 bowls"),
        ("历史超过2000年。", "zh", "2000年", "超过2000年"),
        ("En az 30 ülke katıldı.", "tr", "30 ülke", "En az 30 ülke"),
    ],
)
def test_words_that_make_a_number_less_than_exact_go_with_it(text, language, answer, hedged):
    assert quote_hedged(candidate(passage(text, language=language), answer, 1.0)) == hedged


def test_an_end_is_reckoned_from_sentences_of_one_article_alone():
    begins, lasts = passage("The fair opened on Oct 18."), passage("The five-day fair was full.")
    term = find_term([candidate(begins, "Oct 18", 1.0), candidate(lasts, "five-day", 0.5)])
    assert term and (term.last.month, term.last.day) == (10, 22)
    elsewhere = passage("The five-day fair was full.", "b")
    assert find_term([candidate(begins, "Oct 18", 1.0), candidate(elsewhere, "five-day", 0.5)]) is None
