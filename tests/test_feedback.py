"""What readers made of answers: kept in one local file, the later verdict for the earlier, nothing lost."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from rich.console import Console

from rag import feedback
from rag.cli import main
from rag.cli.printing import print_feedback
from rag.errors import FeedbackError
from rag.feedback import Feedback
from rag.language.invisible import INVISIBLE

GIVEN = [
    Feedback("c1", 1, "good", "When did it open?", "On Oct 18. [1]", ("expo#p3",), "g1", "clear"),
    Feedback("c1", 2, "bad", "第几家店？", "第39家。 [1]", ("store#p5",), "g1", "太长"),
    Feedback(
        "c2", 1, "bad", "Ne zaman açıldı?", "18 Ekim'de. [1]", ("expo#p3",), "g1", "İyi değil; DROP TABLE feedback"
    ),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return feedback.locate_verdicts(tmp_path / ".store")


def test_verdicts_come_back_as_they_were_given_the_latest_first(file: Path) -> None:
    assert feedback.list_verdicts(file) == [] and not file.exists()
    for given in GIVEN:
        feedback.keep_verdict(file, given)
    found = feedback.list_verdicts(file)
    assert [(f.verdict, f.question, f.answer, f.paragraphs, f.word) for f in found] == [
        (g.verdict, g.question, g.answer, g.paragraphs, g.word) for g in reversed(GIVEN)
    ]
    assert all(f.at.endswith("+00:00") for f in found)


def test_a_later_verdict_on_the_same_answer_takes_the_place_of_the_earlier(file: Path) -> None:
    feedback.keep_verdict(file, GIVEN[0])
    feedback.keep_verdict(file, Feedback("c1", 1, "bad", "q", "a", word="on second thought"))
    (found,) = feedback.list_verdicts(file)
    assert (found.verdict, found.word, found.question) == ("bad", "on second thought", "When did it open?")


def test_the_file_is_beside_the_index_so_that_indexing_afresh_keeps_it(file: Path, tmp_path: Path) -> None:
    assert file.parent == tmp_path and file.name == ".store-feedback.sqlite"


HOSTILE = "ki\u200bln \x1b[2J\x1b]0;owned\x07 \ud800 \u202egnp.exe"


def test_what_a_terminal_would_obey_is_neither_kept_nor_printed(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    feedback.keep_verdict(file, Feedback("c", 1, "bad", HOSTILE, HOSTILE, word=HOSTILE))
    with sqlite3.connect(file) as database:  # as an earlier version kept it
        database.execute("UPDATE feedback SET word = ?", ("\x1b[31mred",))
    print_feedback(feedback.list_verdicts(file), Console(highlight=False))
    shown = capsys.readouterr().out
    assert "kiln" in shown and "red" in shown
    assert not INVISIBLE.search(shown)


def test_a_book_as_a_word_is_cut(file: Path) -> None:
    feedback.keep_verdict(file, Feedback("c", 1, "bad", "q" * 9000, "a" * 9000, word="w" * 9000))
    (found,) = feedback.list_verdicts(file)
    assert len(found.word) == len(found.question) == len(found.answer) == feedback.LONGEST


def test_a_file_that_is_no_database_is_one_line_that_says_what_to_do(file: Path) -> None:
    file.write_text("not a database " * 100, encoding="utf-8")
    with pytest.raises(FeedbackError, match="Move it away"):
        feedback.list_verdicts(file)


def test_a_full_file_takes_no_more_and_says_so(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "MOST", 1)
    feedback.keep_verdict(file, GIVEN[0])
    with pytest.raises(FeedbackError, match="full"):
        feedback.keep_verdict(file, GIVEN[1])


def test_the_command_lists_them_for_people_and_for_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    store = ["--store", str(tmp_path / ".store"), "feedback"]
    assert main(store) == 0 and "Nobody" in capsys.readouterr().out
    for given in GIVEN:
        feedback.keep_verdict(file, given)
    assert main(store) == 0
    shown = capsys.readouterr().out
    assert all(given.word in shown and given.question in shown for given in GIVEN)
    assert main([*store, "--json"]) == 0
    assert [row["word"] for row in json.loads(capsys.readouterr().out)] == [g.word for g in reversed(GIVEN)]


def test_two_writers_at_once_both_get_their_row_in(file: Path) -> None:
    feedback.keep_verdict(file, GIVEN[0])
    other = sqlite3.connect(file)
    try:
        feedback.keep_verdict(file, GIVEN[1])
        assert other.execute("SELECT count(*) FROM feedback").fetchone() == (2,)
    finally:
        other.close()
