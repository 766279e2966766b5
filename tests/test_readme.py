"""The documents: the example runs, commands exist and do what is said of them, settings are the real ones, links lead somewhere."""

from __future__ import annotations

import io
import re
import shlex
import shutil
import subprocess

import pytest

from rag import Settings
from rag.__main__ import run_module as main
from tests.conftest import ARTICLES, HOME

README = (HOME / "README.md").read_text(encoding="utf-8")
PAGES = [HOME / "README.md", HOME / "CONTRIBUTING.md", *sorted((HOME / "docs").glob("*.md"))]
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
COMMANDS = sorted(
    {line.split("#")[0].strip() for line in re.findall(r"^    ((?:make|python) .+)$", TEXT, re.MULTILINE)}
    | set(re.findall(r"`((?:make|python) [^`\n]+)`", TEXT))
)
MAX_README_WORDS = 1500


def test_the_python_example_runs_and_prints_what_it_says(settings, tmp_path, monkeypatch, capsys):
    code = re.search(r"```python\n(.+?)```", README, re.DOTALL).group(1)
    (tmp_path / "articles").symlink_to(ARTICLES)
    shutil.copytree(settings.store, tmp_path / "my-index")  # so that the articles are not embedded once more
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out.split("\n")
    promised = re.findall(r"print\(.+\)\s+# (.+)", code)
    assert len(promised) == 4
    assert printed[:4] == promised


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("make")])
def test_every_make_target_exists_and_calls_what_it_is_for(command):
    target = command.split()[1]
    shown = subprocess.run(["make", "-nB", target], cwd=HOME, capture_output=True, text=True, check=True).stdout
    wanted = {
        "app": "python app.py",
        "test": "python -m pytest",
        "eval": "python -m evals",
        "eval-model": "python -m tests.smollm .venv/bin/python -m evals --model smollm2",
        "check": "ruff check",
        "update": "-o constraints.txt",
        "ingest": "python ingest.py",
        "test-slow": "-m pytest -m",
        "faults": "tests/faults",
    }
    assert wanted[target] in shown


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("python -m rag ") and "…" not in c])
def test_every_command_of_the_assistant_runs(command, settings, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("When did the expo open?\n"))
    arguments = shlex.split(command)[3:]
    assert main(["--store", str(settings.store), *arguments]) == 0
    assert capsys.readouterr().out


def test_every_setting_is_in_the_readme():
    assert set(re.findall(r"`((?:RAG|OPENAI)_[A-Z_]+)`", README)) == set(Settings.list_variables())


def test_the_readme_can_be_read_in_one_sitting():
    assert len(README.split()) <= MAX_README_WORDS


def test_the_documents_promise_no_figure_that_is_left_blank():
    assert "MEASURED" not in TEXT and "TODO" not in TEXT


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_project_leads_somewhere(page):
    text = page.read_text(encoding="utf-8")
    linked = re.findall(r"\]\((?!https?:)([^)#]*)(#[^)]+)?\)", text) + re.findall(r'src="(?!https?:)([^"]+)()"', text)
    for target, anchor in linked:
        file = page.parent / target if target else page
        assert file.exists(), target
        if anchor:
            titles = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor[1:] in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}, anchor


def test_both_answers_of_the_first_screen_are_real(assistant):
    for question in re.findall(r"^    you   (.+)$", README, re.MULTILINE):
        answer = assistant.ask(question)
        assert answer.status == "answered"
        assert answer.citations[0].paragraph_id in README
        assert answer.citations[0].quote[:30].split("\n")[0] in re.sub(r"\s+", " ", README)


def test_ci_runs_the_same_commands():
    script = (HOME / ".ci" / "run").read_text(encoding="utf-8")
    assert all(line in script for line in ("make check", "make eval", "make test"))


def test_every_row_of_the_fault_table_names_tests_that_exist():
    table = (HOME / "docs" / "results.md").read_text(encoding="utf-8").partition("## What goes wrong")[2]
    rows = re.findall(r"^\| ([\d ,to]+) \| .+ \| (.+) \|$", table, re.MULTILINE)
    covered = {n for row, _ in rows for n in _spread(row)}
    assert covered == set(range(1, 53))
    named = set(re.findall(r"`([\w/]+\.py)`", table))
    assert [name for name in sorted(named) if not (HOME / "tests" / name).exists()] == []


def _spread(row: str) -> list[int]:
    """The numbers of a row: "3", "16, 17" or "28 to 30"."""
    numbers = [int(n) for n in re.findall(r"\d+", row)]
    return list(range(numbers[0], numbers[-1] + 1)) if "to" in row else numbers
