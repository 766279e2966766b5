"""Written questions and claims are read with their paragraphs, in whatever language those are."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from training.misplaced import ask_elsewhere
from training.rows import Row
from training.written import FOLDER, halve_contexts, make_key, make_rows, pair_composed, parse_lines, vary_titles

MUSEUM = "Müze 1998'de Ada Kaya tarafından açıldı."
COMPOSED = """@1
= en The fair opens on Friday.
= zh 展会将于周五开幕。
n tr Fuar ne zaman bitecek?
a en when does it open | Friday | 周五
f zh 展会已经结束。
"""


def written(tmp_path, text):
    path = tmp_path / "tr.txt"
    path.write_text(text, encoding="utf-8")
    return list(parse_lines(path))


def test_a_question_is_put_to_the_paragraph_that_its_key_names(tmp_path):
    lines = written(tmp_path, f"@{make_key(MUSEUM)}\nn en who closed it\na en who opened it | Ada Kaya\nt zh 博物馆是1998年开的。\n")
    context = Row("tquad", "1", "tr", "tr", "", MUSEUM, None)
    (near, answered), (claim,) = make_rows(lines, {make_key(MUSEUM): [context]})
    assert (near.answer, answered.answer_text, answered.question_language) == (None, "Ada Kaya", "en")
    assert (claim.carried, claim.claim_language, claim.context_language) == (True, "zh", "tr")


def test_a_composed_paragraph_is_asked_about_in_all_its_languages(tmp_path):
    rows, claims = make_rows(written(tmp_path, COMPOSED), {})
    assert sorted((r.context_language, r.answer_text) for r in rows) == [("en", ""), ("en", "Friday"), ("zh", ""), ("zh", "周五")]
    assert [(c.context_language, c.carried) for c in claims] == [("en", False), ("zh", False)]


def test_a_line_whose_paragraph_or_answer_is_not_there_is_left_out(tmp_path):
    context = Row("tquad", "1", "tr", "tr", "", MUSEUM, None)
    lines = written(tmp_path, f"@0123456789ab\nn en who\n@{make_key(MUSEUM)}\na en who opened it | Ada Kara\n")
    assert make_rows(lines, {make_key(MUSEUM): [context]}) == ([], [])


@pytest.mark.parametrize("line", ["x en who", "n de wer", "n en", "a en who opened it", "a en | Ada"])
def test_a_line_of_another_form_is_named_with_its_number(tmp_path, line):
    with pytest.raises(ValueError, match=r"tr\.txt:2: "):
        written(tmp_path, f"@0123456789ab\n{line}\n")


def test_what_is_written_can_be_read():
    lines = [line for path in sorted(FOLDER.glob("*.txt")) for line in parse_lines(path)]
    assert len(lines) > 5000 and {line.kind for line in lines} >= set("natf")


def test_a_question_that_names_its_paragraph_is_asked_of_another_one_too():
    pytest.importorskip("sklearn", reason="an extra, for training only")
    texts = {"1": "Mayor Rosa Quispe opened the harbour of Callao.", "2": "Mayor Ilya Grom opened the harbour of Odesa."}
    rows = [Row("written", key, "en", "en", "", text, None) for key, text in texts.items()]
    asked = replace(rows[0], question="Who opened the harbour of Callao?", answer=(6, 17))
    vague = replace(rows[0], question="Who opened the harbour?", answer=(6, 17))
    (made,) = ask_elsewhere([asked, vague, *rows], 1.0, random.Random(1))
    assert (made.question, made.context, made.answer) == (asked.question, texts["2"], None)


def test_half_of_a_paragraph_answers_what_it_holds_and_not_what_the_other_half_holds():
    text = "The fair opened. Ada Kaya spoke. It rained. The mayor stayed away."
    row = Row("written", "1", "en", "en", "Who spoke?", text, (17, 25))
    made = {(half.answer_text, half.context) for half in halve_contexts([row] * 9, 1.0, random.Random(2))}
    assert made == {("Ada Kaya", "The fair opened. Ada Kaya spoke."), ("", "It rained. The mayor stayed away.")}
    near = {half.context for half in halve_contexts([replace(row, answer=None)] * 9, 1.0, random.Random(2))}
    assert near == {context for _, context in made}


def test_the_first_sentence_stands_for_the_title_that_a_second_half_lacks():
    text = "The fair opened. Ada Kaya spoke. It rained. The mayor stayed away."
    row = Row("written", "1", "en", "en", "Who stayed away?", text, (48, 53))
    (half,) = (half for half in halve_contexts([row], 1.0, random.Random(2)) if half.answer)
    assert (half.title, half.answer_text) == ("The fair opened", "mayor")
    (half,) = (half for half in halve_contexts([replace(row, title="Fair")], 1.0, random.Random(2)) if half.answer)
    assert half.title == "Fair"


def test_a_title_goes_with_its_paragraph_and_now_and_then_in_another_language_or_not_at_all(tmp_path):
    titled = COMPOSED.replace("n tr", "h zh 春季展会\nh en Spring fair\nn tr", 1)
    rows, _ = make_rows(written(tmp_path, titled), {})
    assert {(row.context_language, row.title) for row in rows} == {("en", "Spring fair"), ("zh", "春季展会")}
    english = {row.title for row in vary_titles(rows * 40, random.Random(3)) if row.context_language == "en"}
    assert english == {"Spring fair", "春季展会", ""}


def test_composed_paragraphs_stand_side_by_side_in_their_languages(tmp_path):
    lines = written(tmp_path, COMPOSED.replace("n tr", "= tr Fuar cuma günü açılıyor.\nn tr"))
    by_language = {language: [row.context for _, _, row in own] for language, own in pair_composed(lines).items()}
    assert by_language == {"en": ["The fair opens on Friday."], "zh": ["展会将于周五开幕。"], "tr": ["Fuar cuma günü açılıyor."]}


def test_each_twin_claim_is_about_a_composed_paragraph_and_differs_from_its_true_one():
    composed = {line.key for path in FOLDER.glob("composed-*.txt") for line in parse_lines(path) if line.kind == "="}
    twins = [line for path in sorted(FOLDER.glob("pairs-*.txt")) for line in parse_lines(path)]
    assert {line.key for line in twins} <= composed
    for true, false in zip(twins[::2], twins[1::2], strict=True):
        assert (true.kind, false.kind, true.key, true.language) == ("t", "f", false.key, false.language)
        assert true.text != false.text
