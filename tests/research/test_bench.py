"""The bench: what is compared is measured, what could not be is told, and the table says what keeps its aim."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from evals.research import costs, turns
from evals.research.bench import MeasurementFailed, Step, make_plan, measure_step, take_pages
from evals.research.costing import FIGURES, compute_value, write_table
from tests.conftest import HOME

PAGES = [{"id": f"p{n}", "title": "", "language": "en", "paragraphs": [f"Kiln {n} glows.", "It cools."]} for n in range(5)]


def make_round(seconds: float, **more) -> dict:
    cost = {"ingest": {"seconds": seconds, "embedding_seconds": 1.0, "seconds_per_paragraph": seconds}, **more}
    return {"corpus-1000": {"ingest": {"seconds_per_paragraph": 1.0}}, "corpus-5000": cost}


def test_every_step_names_a_function_and_every_figure_a_step_that_is_measured(tmp_path):
    plan = make_plan(tmp_path, [3], PAGES, ["What glows?"])
    for steps in plan.values():
        for step in steps:
            module, _, function = step.call.rpartition(".")
            assert callable(getattr(import_module(f"evals.research.{module or 'costs'}"), function))
    for part, figures in FIGURES.items():
        labels = {step.label for group, steps in plan.items() if group.partition("-")[0] == part for step in steps}
        for _, expression, _, _ in figures:
            assert {term.partition(".")[0] for term in expression.split() if term[0].isalpha()} <= labels


def test_a_size_takes_the_first_paragraphs_and_too_few_are_an_error():
    assert [len(page["paragraphs"]) for page in take_pages(PAGES, 3)] == [2, 1]
    with pytest.raises(MeasurementFailed, match="There are 10 paragraphs, not 11"):
        take_pages(PAGES, 11)


def test_a_ratio_is_of_one_round_and_the_middle_one_counts():
    rows = "\n".join(write_table([make_round(1.2), make_round(1.3), make_round(9.0)], "bench", [1.0, 3.0, 2.0]))
    assert "| 5,000 paragraphs: ingest ÷ its own embedding | 1.30 (1.20 to 9.00) | 3 | ≤ 1.15 | **missed** |" in rows
    assert "| ingest of a paragraph, 5,000 ÷ 1,000 | 1.30 (1.20 to 9.00) | 3 | ≤ 1.2 | **missed** |" in rows
    assert "Load average when a round began: 2.0" in rows and "memory" not in rows


def test_one_round_with_an_error_is_a_missed_aim():
    rounds = [{"askers": {"answers": {"errors": errors}}} for errors in (0, 0, 1)]
    assert "errors | 0 errors (0 to 1.00) | 3 | ≤ 0 | **missed** |" in "\n".join(write_table(rounds, "", [0.0]))
    assert compute_value("1 / turns.ratio", {"turns": {"ratio": 0.0}}) is None


def test_a_measurement_in_a_fresh_process_gives_its_values_and_one_that_fails_is_one_line(monkeypatch):
    monkeypatch.setenv("RAG_NONSENSE", "1")  # a reader's own settings do not reach it
    assert measure_step(Step("import", "time_command", {"command": "import"}))["seconds"] > 0
    with pytest.raises(MeasurementFailed, match="chroma, query_chroma: KeyError: 'folder'"):
        measure_step(Step("chroma", "query_chroma", {}))


def test_two_systems_take_turns_in_processes_of_their_own(monkeypatch):
    texts = ["The kiln glows.", "It cools."]
    monkeypatch.setattr(turns, "_TEXTS_OF_A_PIECE", 1)
    found = turns.compare_embedding({"texts": texts})
    assert found["texts"] == 2 and found["cosine_min"] > 0.99 and found["ratio"] > 0 and "unread_ratio" not in found


def test_a_process_that_imports_the_floors_holds_nothing_of_ours():
    code = "import sys, evals.research.costs; print([m for m in sys.modules if m.split('.')[0] == 'rag'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
    assert costs.read_memory()["peak_mib"] >= costs.read_memory()["resident_mib"] > 1
