"""The gold questions, the scores and the gate; and what the project promises on them."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import gold, runner
from evals.fitting.models import conditional_logit, logistic
from evals.metrics import auroc, calibration_error, holds_facts, share
from tests.conftest import HOME


@pytest.fixture(scope="module")
def paragraphs(assistant):
    return {p.id: p.text for s in assistant.articles() for p in assistant.article(s.id)[1]}


@pytest.fixture(scope="module")
def results(assistant, paragraphs):
    return runner.run(assistant, gold.load(paragraphs), paragraphs)


def test_there_are_enough_questions_of_each_kind(paragraphs):
    items = gold.load(paragraphs)
    same = [i for i in items if i.answerable and i.language == {"store": "zh"}.get(i.article, "en")]
    assert len(same) >= 40 and sum(not i.answerable for i in items) >= 15
    assert set(Counter(i.language for i in items)) == {"en", "zh", "tr"}


def test_no_gold_fact_stands_in_the_code():
    code = "".join(p.read_text(encoding="utf-8") for p in (HOME / "rag").rglob("*.py"))
    for fact in ("140,000", "Ahmet", "Kaya", "余笑兵", "第39家", "Xuemei", "胡雪梅", "Kadıköy", "杨俊康"):
        assert fact not in code.replace("How old is Ahmet Kaya", "")


def test_every_floor_of_the_gate_is_met(results):
    floors = tomllib.loads((HOME / "evals" / "thresholds.toml").read_text(encoding="utf-8"))["floor"]
    assert list(runner.breaches(runner.scores(results), floors)) == [], "\n".join(runner.failures(results))


def test_every_quote_stands_in_its_paragraph_and_every_answer_is_in_the_language_of_its_question(results):
    found = runner.scores(results)
    assert found["quotes that stand in their paragraph"][0] == 1
    assert found["answer in the question's language"][0] >= 0.99


def test_the_figures_in_the_readme_are_those_of_today(results):
    readme = (HOME / "README.md").read_text(encoding="utf-8")
    for name, (value, n) in runner.scores(results).items():
        assert f"| {value:.3f} | {n} |" in readme, name


def test_the_gate_closes_on_a_low_and_on_a_missing_figure():
    floors = [{"name": "a", "least": 0.5}, {"name": "b", "least": 0.5}, {"name": "c", "least": 0.5}]
    lines = list(runner.breaches({"a": (0.5, 4), "b": (0.4, 4)}, floors))
    assert [line.split(": ")[1] for line in lines] == ["b", "c"] and "no figure" in lines[1]


def test_a_gold_item_that_is_not_in_the_articles_is_an_error(tmp_path):
    (tmp_path / "x.yaml").write_text(
        "- {id: a, question: Q, language: en, article: expo, quotes: [nowhere], facts: []}"
    )
    with pytest.raises(gold.GoldError, match="nowhere"):
        gold.load({"expo#p1": "text"}, tmp_path)


def test_facts_are_found_in_any_of_their_forms_and_all_are_needed():
    assert holds_facts("Opened Oct 18, 140,000 square  meters", [["18 Oct", "oct 18"], ["140,000 square meters"]])
    assert not holds_facts("Opened Oct 18", [["Oct 18"], ["140,000"]])
    assert holds_facts("x", []) is None


@given(st.lists(st.floats(0, 1), max_size=8), st.lists(st.floats(0, 1), max_size=8))
def test_auroc_is_the_chance_that_a_positive_scores_higher(yes, no):
    pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a in yes for b in no]
    assert auroc(yes, no) == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)


def test_nothing_to_score_is_no_score():
    assert share([]) is None and auroc([], [1.0]) is None


def test_logistic_regression_finds_the_weights_that_made_the_data():
    import numpy as np

    rng = np.random.default_rng(0)
    x = rng.normal(size=(20_000, 2))
    y = rng.random(20_000) < 1 / (1 + np.exp(-(0.5 + 2 * x[:, 0] - x[:, 1])))
    assert np.abs(logistic(x, y.astype(float)) - [0.5, 2, -1]).max() < 0.1


def test_a_conditional_logit_finds_the_weights_that_made_the_choices():
    import numpy as np

    rng = np.random.default_rng(0)
    groups = [rng.normal(size=(5, 2)) for _ in range(4000)]
    odds = [group @ [1.5, -1.0] for group in groups]
    chosen = [rng.choice(5, p=np.exp(o) / np.exp(o).sum()) for o in odds]
    fitted = conditional_logit(groups, [[n == c for n in range(5)] for c in chosen])
    assert np.abs(fitted - [1.5, -1.0]).max() < 0.1


def test_a_third_of_the_gold_questions_is_held_out_and_stays_so(paragraphs):
    items = gold.load(paragraphs)
    held_out = [item for item in items if item.held_out]
    assert 0.25 < len(held_out) / len(items) < 0.4
    assert [item.id for item in held_out] == [item.id for item in gold.load() if item.held_out]


def test_calibration_is_perfect_when_the_share_right_is_the_confidence():
    assert calibration_error([0.5, 0.5], [True, False]) == 0
    assert calibration_error([0.9, 0.9], [False, False]) == pytest.approx(0.9)
    assert calibration_error([], []) is None
