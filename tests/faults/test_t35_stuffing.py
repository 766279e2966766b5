"""T22 and T35 of the fault table in docs/results.md: what is written over and over takes no more than one place of an article."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Assistant, Settings, ingest
from rag.retrieval import _are_copies

QUESTIONS = (
    "How large is the exhibition space of the expo?", "When was the expo inaugurated?", "Who is the deputy mayor of Iznik?",
    "How many countries took part in the expo?", "博览会的展览面积有多大？", "Fuara kaç ülkeden katılımcı geldi?",
)  # fmt: skip
STUFFED = (
    "Expo exhibition space, expo exhibition area, square meters of the expo, Jingdezhen expo opening date, when the expo was inaugurated, "
    "how many countries took part in the expo, deputy mayor of Iznik, mayor of Iznik, Iznik and Jingdezhen sister cities, visit stall {n}."
)  # fmt: skip
ARTICLES = Path(__file__).parents[2] / "articles"


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory, remembered: None) -> Assistant:
    folder = tmp_path_factory.mktemp("stuffed")
    (folder / "stuffed.en.txt").write_text("Stalls\n\n" + "\n\n".join(STUFFED.format(n=n) for n in range(30)), "utf-8")
    for paper in "abcdef":  # one story that six papers print
        (folder / f"paper-{paper}.en.txt").write_text(
            f"Kiln at Kars\n\nThe great kiln at Kars was lit on 3 March 1999 by forty potters who had built it in a year, paper {paper} says.", "utf-8"
        )  # fmt: skip
    settings = Settings(store=folder / "store")
    ingest([ARTICLES, *sorted(folder.glob("*.txt"))], settings)
    return Assistant(settings)


@pytest.mark.parametrize("question", QUESTIONS)
def test_t35_a_paragraph_stuffed_with_questions_and_written_thirty_times_takes_one_place(poisoned: Assistant, question: str) -> None:
    found = [p.article_id for p in poisoned.retrieve(question, 5)]
    assert sum(article.startswith("stuffed") for article in found) <= 1, found


@pytest.mark.slow
@pytest.mark.parametrize("question", QUESTIONS[:3])
def test_t35_what_answers_is_still_found_beside_stuffed_paragraphs(
    poisoned: Assistant, assistant: Assistant, question: str
) -> None:
    cited = assistant.ask(question).citations[0].paragraph_id
    assert cited in [p.paragraph_id for p in poisoned.retrieve(question, 5)]


def test_t22_of_one_story_that_six_papers_print_two_are_found_and_so_is_what_others_say(poisoned: Assistant) -> None:
    found = poisoned.retrieve("When was the great kiln at Kars lit?", 5)
    printed = [p.article_id for p in found if p.article_id.startswith("paper-")]
    assert len(set(printed)) == 2 and len(printed) < 5, printed  # of each its headline too
    assert "1999" in poisoned.ask("When was the great kiln at Kars lit?").text


def test_t22_short_texts_that_share_some_words_are_no_copies() -> None:
    assert not _are_copies(frozenset("abc"), frozenset("abc"))
    assert _are_copies(frozenset("abcdefghij"), frozenset("abcdefghijk"))
    assert not _are_copies(frozenset("abcdefghij"), frozenset("klmnopqrst"))
