"""Conversations as a whole, seen from Python: what comes from the browser's list or from a link, and which articles are asked."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Claim
from rag.ui import saved
from rag.ui.browser import read_articles
from rag.ui.conversation import Turn
from rag.ui.events import Events
from rag.ui.frame import render_status, shared
from rag.ui.talks import Talks, count_held
from rag.ui.texts import TEXTS, get_texts
from tests.reading import VECTORS, Read, Shelf, answered, paragraph, quoting

VISITOR = SimpleNamespace(session_hash="a", headers={}, query_params={})
NOWHERE = Path("no-such-file")
HELD = answered(quoting("Kilns glow.", "Kilns glow."), claims=(Claim("Kilns glow.", (1,)),))
SHELF = Shelf(paragraph("Kilns glow."))


def talks(assistant: object = SHELF) -> Talks:
    return Talks(Events(assistant, NOWHERE, NOWHERE))


def rows(*turns: Turn) -> list[dict[str, Any]]:
    """Turns as they come back from a browser."""
    found: list[dict[str, Any]] = json.loads(json.dumps(saved.dump_turns(turns)))
    return found


def test_a_conversation_of_the_list_takes_the_place_of_the_one_shown_and_nothing_of_it_is_new() -> None:
    kept, _, pane, *_ = talks().turned({"id": "x", "turns": rows(HELD)}, "en", VISITOR)
    assert kept["echo"] and kept["id"] == "x" and kept["turns"] == rows(HELD)
    assert "Kilns glow" in Read(pane).marked
    empty = talks().turned({"language": "tr"}, "tr", VISITOR)[0]
    assert empty == {"language": "tr", "turns": [], "echo": True}


@pytest.mark.parametrize("language", TEXTS)
def test_the_answer_of_a_link_is_shown_as_such_and_is_none_of_the_conversations(language: str) -> None:
    (row,) = rows(HELD)
    given_ = {"language": language, "shared": {"question": "Do kilns glow?", "answer": row["answer"]}}
    _, _, kept, _, pane, *_, hint = talks().arrived(given_, VISITOR)
    assert kept == {"language": language, "turns": [], "echo": True, "shared": True}
    assert "Kilns glow" in Read(pane).marked and "Do kilns glow?" in Read(hint).text and "km-shared" in hint
    assert get_texts(language).shared.format(1, 1) in Read(hint).text


def test_what_a_link_makes_up_is_counted_as_not_held() -> None:
    forged = answered(
        quoting("Kilns glow.", "Kilns glow."), quoting("Kilns melt.", "Kilns melt.", 2), quoting("Kilns glow.", "glow", 3),
        claims=(Claim("Kilns melt.", (1, 2, 3)),),
    )  # fmt: skip
    (turn,) = saved.load_turns(rows(forged), SHELF)
    assert turn.answer is not None
    assert [c.paragraph.text for c in turn.answer.citations] == ["Kilns glow.", "Kilns melt.", "Kilns glow."]
    assert count_held(turn.answer, SHELF) == 2
    assert count_held(turn.answer, Shelf()) == 0


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda v: st.lists(v) | st.dictionaries(st.sampled_from(["question", "answer", "text", "citations", "x"]), v),
    )
)
def test_a_link_that_holds_no_answer_says_so(held: object) -> None:
    *_, hint = talks().arrived({"language": "en", "shared": held}, VISITOR)
    assert TEXTS["en"].shared_broken in hint


@pytest.mark.parametrize("vector", VECTORS)
def test_the_question_of_a_link_is_only_text(vector: str) -> None:
    assert Read(shared(TEXTS["en"], vector, 0, 0)).harmless()


def test_an_earlier_question_that_is_edited_begins_another_conversation(assistant) -> None:
    asked = "When did the expo open?"
    turns = rows(Turn(1, "a", problem="No."), Turn(2, "b", problem="No."))
    events = Events(assistant, NOWHERE, NOWHERE)
    kept = {"id": "x", "turns": turns, "language": "en"}
    first = list(events.on_typed(asked, kept, 1, "en", VISITOR))[-1][0]
    last = list(events.on_typed(asked, kept, 2, "en", VISITOR))[-1][0]
    assert [t["question"] for t in first["turns"]] == [asked] and first["id"] != "x" and len(first["id"]) == 32
    assert [t["question"] for t in last["turns"]] == ["a", asked] and last["id"] == "x"
    for number, told in (("1", TEXTS["en"].editing_earlier), ("2", TEXTS["en"].editing)):
        hint = events.on_acted(kept, "en", gr.EventData(None, {"do": "edit", "turn": number}))[4]
        assert told in Read(hint).text


def test_the_ticked_articles_are_asked_and_the_status_line_says_how_many(assistant) -> None:
    events = Events(assistant, NOWHERE, NOWHERE)
    kept = {"articles": ["iznik", "gone"], "turns": []}
    own, line = Talks(events).choose(kept, "tr")
    assert own["articles"] == ["iznik", "gone"] and TEXTS["tr"].chosen.format(1, 3) in Read(line).text
    *_, (after, *_) = events.on_typed("How large is the exhibition space of the expo?", kept, 0, "en", VISITOR)
    answer = after["turns"][-1]["answer"]
    assert {c["article_id"] for c in answer["citations"]} <= {"iznik"} and after["articles"] == kept["articles"]
    fresh = events.on_cleared(after, "en", VISITOR)
    assert fresh[0]["articles"] == kept["articles"] and TEXTS["en"].chosen.format(1, 3) in Read(fresh[3]).text


@given(st.none() | st.integers() | st.lists(st.sampled_from(["a", "b", "c"]) | st.integers() | st.lists(st.none())))
def test_articles_that_a_browser_names_are_some_that_there_are_or_all(named: object) -> None:
    found = read_articles({"articles": named}, ("a", "b"))
    assert found in (None, ("a",), ("b",))


def test_a_conversation_is_kept_in_so_many_bytes_whatever_its_writing() -> None:
    turns = tuple(Turn(n, "瓷" * 10_000) for n in range(1, 40))
    kept = json.dumps(saved.dump_turns(turns), ensure_ascii=False).encode()
    assert saved.ROOM / 2 < len(kept) < saved.ROOM + 10_000


def test_one_answer_is_saved_without_the_others() -> None:
    kept = {"turns": rows(HELD, Turn(2, "another", problem="No."))}
    name, text = talks().save_answer(kept, gr.EventData(None, {"turn": 1}))
    assert name.endswith(".md") and "Kilns glow" in text and "another" not in text


def test_the_status_line_names_the_choice_only_where_there_is_one() -> None:
    assert "km-all" not in render_status(3, "g", "2025-01-01", None, TEXTS["en"], 3)
    assert "km-all" in render_status(3, "g", "2025-01-01", None, TEXTS["en"], 2)
