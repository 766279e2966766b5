"""Rows of both formats are read with their answers where the files say."""

from __future__ import annotations

import gzip
import json

import pytest

from training.rows import read_lines, read_squad


def test_lines_are_read_with_language_and_answer(tmp_path):
    path = tmp_path / "tr.jsonl.gz"
    said = {"set": "museum", "id": "1", "question": "Ne zaman?", "context": "Müze 1998'de açıldı.", "answerable": True}
    rows = [said | {"answers": [{"text": "1998", "start": 5}]}, said | {"answers": [], "answerable": False}]
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    first, second = read_lines(path)
    assert (first.question_language, first.context_language, first.answer_text) == ("tr", "tr", "1998")
    assert second.answer is None


def test_the_name_of_a_set_tells_both_languages_where_they_differ(tmp_path):
    path = tmp_path / "x.jsonl.gz"
    row = {"set": "mlqa-dev-context-zh-question-en", "id": "1", "question": "When?", "context": "1998年", "answers": []}
    path.write_bytes(gzip.compress(json.dumps(row | {"answerable": False}).encode()))
    (found,) = read_lines(path)
    assert (found.question_language, found.context_language) == ("en", "zh")


def squad(start):
    qas = [{"id": "1", "question": "When?", "answers": [{"text": "1998", "answer_start": start}]}]
    qas.append({"id": "2", "question": "Who?", "answers": [], "is_impossible": True})
    return {"data": [{"title": "t", "paragraphs": [{"context": "It opened in 1998.", "qas": qas}]}]}


def test_squad_files_are_read_with_the_place_of_each_question(tmp_path):
    path = tmp_path / "en.json"
    path.write_text(json.dumps(squad(13)), encoding="utf-8")
    (_, _, said), (article, paragraph, not_said) = read_squad(path, "en")
    assert said.answer_text == "1998"
    assert (article, paragraph, not_said.answer) == (0, 0, None)


def test_an_answer_that_is_not_where_the_file_says_is_an_error(tmp_path):
    path = tmp_path / "en.json"
    path.write_text(json.dumps(squad(3)), encoding="utf-8")
    with pytest.raises(ValueError, match="answer of 1 is not at 3"):
        read_squad(path, "en")
