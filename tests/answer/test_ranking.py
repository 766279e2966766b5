"""The best sentences get a second opinion: does the passage carry the question with the span put in?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answer.calibration import EVIDENCE, shipped_calibration
from rag.answer.ranking import CHECKED_SENTENCES, order_sentences, rank_sentences
from rag.answer.reader import Text, shipped_reader
from rag.answer.spans import SpanScore
from rag.names import Names
from tests.answer.test_selection import KILN, candidate, passage

CALIBRATION = replace(shipped_calibration(), passage=0.0, sentence=0.0, carried=1.0)
TEXTS = [f"Kiln {n} was lit in {1900 + n}." for n in range(CHECKED_SENTENCES + 2)]
PASSAGES = [passage(text, f"a{n}") for n, text in enumerate(TEXTS)]


class DoubtingReader:
    """A reader that is asked for a second opinion and believes one sentence alone."""

    def __init__(self, believed: str) -> None:
        self.believed, self.asked = believed, []

    def check(self, question, answers):
        self.asked += [text.text for text, _ in answers]
        return [9.0 if text.text == self.believed else -9.0 for text, _ in answers]


def rank(reader):
    read = [(p, [SpanScore(0, (0, 4), 9.0 - n)]) for n, p in enumerate(PASSAGES)]
    return rank_sentences(reader, CALIBRATION, "When?", "en", read, Names())


def test_the_best_few_are_checked_and_put_in_order_anew():
    reader = DoubtingReader(TEXTS[1])
    assert [c.passage.text for c in rank(reader).candidates] == [TEXTS[1], TEXTS[0], *TEXTS[2:]]
    assert reader.asked == TEXTS[:CHECKED_SENTENCES]


def test_the_chance_is_told_from_the_second_opinion_on_the_first():
    ranking = rank(DoubtingReader(TEXTS[1]))
    assert ranking.evidence[EVIDENCE.index("carried")] == 9.0


def test_sentences_that_were_not_checked_keep_their_order_behind_those_that_were():
    one, two = candidate(KILN, "1900", 5.0), candidate(KILN, "1950", 6.0)
    assert order_sentences(CALIBRATION, [one, two]) == [two, one]
    assert order_sentences(CALIBRATION, [replace(one, carried=-9.0), two])[0].answer == "1900"


@pytest.mark.parametrize(
    ("question", "text", "language", "right", "wrong"),
    [
        ("When was the kiln lit?", "The kiln was lit in 1900 and the bridge was built in 1950.", "en", "1900", "1950"),
        ("窑炉是哪一年点火的？", "窑炉于1900年点火，桥梁于1950年建成。", "zh", "1900年", "1950年"),
        ("Fırın ne zaman yakıldı?", "Fırın 1900 yılında yakıldı, köprü 1950 yılında yapıldı.", "tr", "1900", "1950"),
    ],
)
def test_the_right_answer_is_surer_than_another_of_its_kind(question, text, language, right, wrong):
    paragraph = Text(text, language, ((0, len(text)),))
    spans = [(text.index(answer), text.index(answer) + len(answer)) for answer in (right, wrong)]
    sure, unsure = shipped_reader().check(question, [(paragraph, span) for span in spans])
    assert sure > unsure
