"""A conversation outside the page: kept by the browser and read back, saved as a file, and what to ask next in it."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.types import Claim
from rag.ui import exporting, saved, suggesting
from rag.ui.conversation import Turn
from rag.ui.markup import make_visible
from tests.reading import VECTORS, Shelf, answered, paragraph, quoting

QUESTIONS = [
    ("en", "When did Iznik and Jingdezhen become sister cities?"), ("zh", "博览会的展览面积有多大？"),
    ("tr", "İznik ile Jingdezhen ne zaman kardeş şehir oldu?"),
]  # fmt: skip
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda v: st.lists(v) | st.dictionaries(st.text(), v),
)


@pytest.mark.parametrize(("language", "question"), QUESTIONS)
def test_a_conversation_that_went_through_a_browser_is_the_same(assistant, language, question) -> None:
    turns = (
        Turn(1, question, assistant.ask(question), verdict="good"), Turn(2, "?", problem="No."), Turn(3, "x", stopped=True)
    )  # fmt: skip
    back = saved.load_turns(json.loads(json.dumps(saved.dump_turns(turns))), assistant)
    assert saved.dump_turns(back) == [
        {**row, "answer": row["answer"] and {**row["answer"], "timings": {}}} for row in saved.dump_turns(turns)
    ]
    assert back[0].answer.citations == turns[0].answer.citations and back[1:] == turns[1:]


@given(values)
def test_what_is_no_conversation_is_read_as_none(kept: object) -> None:
    assert saved.load_turns(kept, Shelf()) == ()


@given(values, st.sampled_from(["question", "text", "citations", "claims", "confidence", "language"]))
def test_a_turn_that_was_tampered_with_never_fails(value: object, name: str) -> None:
    turn = answered(quoting("Kilns glow.", "Kilns glow."), claims=(Claim("Kilns glow.", (1,)),))
    (row,) = saved.dump_turns((turn,))
    row["answer"][name] = value
    assert len(saved.load_turns([row], Shelf(paragraph("Kilns glow.")))) <= 1


def test_a_citation_of_a_paragraph_that_changed_keeps_its_words() -> None:
    turn = answered(quoting("Kilns glow.", "glow"), claims=(Claim("Kilns glow.", (1,)),))
    for shelf in (Shelf(paragraph("Kilns sleep.")), Shelf()):
        ((cited,),) = [t.answer.citations for t in saved.load_turns(saved.dump_turns((turn,)), shelf)]
        assert (cited.quote, cited.paragraph.text, cited.paragraph_id) == ("glow", "glow", "a#p1")


def test_of_a_conversation_too_long_to_keep_the_oldest_turns_go() -> None:
    long = "Kilns glow. " * 1000
    turns = tuple(Turn(n, long) for n in range(1, 60))
    kept = saved.dump_turns(turns)
    assert len(json.dumps(kept)) < 2 * saved.ROOM and kept[-1]["number"] == 59 and kept[0]["number"] > 1


def test_turns_count_upwards_whatever_a_browser_says() -> None:
    rows = saved.dump_turns((Turn(2, "a"), Turn(1, "b"), Turn(2, "c"), Turn(3, "d")))
    assert [t.number for t in saved.load_turns(rows, Shelf())] == [2, 3]


@pytest.mark.parametrize(("language", "question"), QUESTIONS)
def test_a_saved_conversation_holds_every_quotation_with_its_source(assistant, language, question) -> None:
    turns = (Turn(1, question, assistant.ask(question)),)
    text, read = exporting.write_markdown(turns), json.loads(exporting.as_json(turns))
    plain = text.replace("\\", "")
    assert f"## {question}" in plain
    for cited in turns[0].answer.citations:
        assert " ".join(cited.quote.split()) in plain and cited.paragraph_id in plain
    assert read["turns"][0]["answer"]["citations"] == [c.to_dict() for c in turns[0].answer.citations]


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_in_a_saved_conversation_is_markdown_of_its_own(vector: str) -> None:
    if not vector.strip() or not make_visible(vector).strip():
        return
    turn = answered(quoting(vector + " glows.", vector + " glows."), claims=(Claim(vector + " glows.", (1,)),))
    made = MarkdownIt().render(exporting.write_markdown((turn,)))
    assert set(re.findall(r"<(\w+)", made)) <= {"h1", "h2", "p", "blockquote", "br"}


@pytest.mark.parametrize("language", ["en", "zh", "tr"])
def test_every_question_the_page_suggests_is_answered_from_its_own_article(assistant, language) -> None:
    assert len(suggesting.suggest_first(assistant, language)) == suggesting.AT_START
    for source in assistant.articles():
        for question in assistant.about(source.id).questions[language]:
            answer = assistant.ask(question)
            assert answer.status == "answered" and source.id in {c.article_id for c in answer.citations}, question
            assert answer.language == language


def test_what_was_asked_is_not_suggested_again_and_the_article_just_cited_comes_first(assistant) -> None:
    question = "Who is the deputy mayor of Iznik?"
    turns = (Turn(1, "WHO is the deputy mayor of Iznik", assistant.ask(question)),)
    asks = suggesting.suggest_following(assistant, turns, "en")
    assert len(asks) == suggesting.AT_ONCE and question not in asks
    assert asks[0] in assistant.about("iznik").questions["en"]
    assert suggesting.suggest_following(assistant, (Turn(1, "q"),), "en") == [] == suggesting.suggest_following(Shelf(), (), "en")
