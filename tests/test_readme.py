"""The README: its example runs, its commands exist and do what it says, its settings are the real ones."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess

import pytest

from rag import Settings
from rag.__main__ import main
from tests.conftest import ARTICLES, HOME

README = (HOME / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(
    {line.split("#")[0].strip() for line in re.findall(r"^    ((?:make|python) .+)$", README, re.MULTILINE)}
    | set(re.findall(r"`((?:make|python) [^`]+)`", README))
)


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
    }
    assert wanted[target] in shown


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("python -m rag ") and "…" not in c])
def test_every_command_of_the_assistant_runs(command, settings, capsys):
    arguments = shlex.split(command)[3:]
    assert main(["--store", str(settings.store), *arguments]) == 0
    assert capsys.readouterr().out


def test_every_setting_is_in_the_readme():
    assert set(re.findall(r"`((?:RAG|OPENAI)_[A-Z_]+)`", README)) == set(Settings.names())


def test_the_readme_promises_no_figure_that_is_left_blank():
    assert "MEASURED" not in README and "TODO" not in README


def test_both_answers_of_the_first_screen_are_real(assistant):
    for question in re.findall(r"^    you   (.+)$", README, re.MULTILINE):
        answer = assistant.ask(question)
        assert answer.status == "answered"
        assert answer.citations[0].paragraph_id in README
        assert answer.citations[0].quote[:30].split("\n")[0] in re.sub(r"\s+", " ", README)


def test_ci_runs_the_same_commands():
    script = (HOME / ".ci" / "run").read_text(encoding="utf-8")
    assert all(line in script for line in ("make check", "make eval", "make test"))
