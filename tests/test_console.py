"""The console command `kilnmark`: one program beside the scripts, and a conversation in a terminal or over a pipe."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
import tomllib

import pytest

from rag.cli import app, main, scripts
from rag.cli.chatting import converse
from rag.errors import ModelError
from rag.store.hints import find_program
from tests.conftest import ARTICLES, HOME

FIRST, FOLLOWING = "When did the expo open?", "And how many exhibitors came to it?"


@pytest.fixture
def piped(monkeypatch):
    """Gives standard input lines that come over a pipe."""

    def give(*lines: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    return give


def test_the_installed_command_is_this_program():
    declared = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))
    module, _, function = declared["project"]["scripts"]["kilnmark"].partition(":")
    assert module == "rag.cli" and getattr(sys.modules[module], function)
    shipped = declared["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert {HOME / "rag" / "scripts" / name for name in shipped} == {HOME / target for target in shipped.values()}
    assert scripts.FOLDERS[1] == HOME / "rag" / "scripts"


def test_what_mends_an_index_is_named_as_it_was_installed(tmp_path):
    assert find_program() == "python ingest.py"
    assert find_program(tmp_path / "site-packages") == "kilnmark ingest"


@pytest.mark.parametrize(
    ("command", "option"), [("ask", "--timings"), ("chat", "--json"), ("ingest", "--translate"), ("serve", "--mcp"), ("eval", "--baseline")]
)
def test_every_command_names_itself_and_its_options_in_its_help(command, option, capsys):
    assert main([command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"kilnmark {command}" in shown and option in shown


def test_the_guide_lists_every_command():
    guide = (HOME / "docs" / "guide.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `kilnmark (\w+)", guide, re.MULTILINE)) == {
        command.name or command.callback.__name__ for command in app.registered_commands
    }


def test_the_index_can_be_named_before_and_after_the_command(settings, capsys):
    for arguments in (["--store", str(settings.store), "articles"], ["articles", "--store", str(settings.store)]):
        assert main(arguments) == 0
        assert "Xinhua" in capsys.readouterr().out


def test_ingesting_is_the_script_with_its_options_and_its_exit_codes(settings, tmp_path, capsys):
    assert main(["--store", str(settings.store), "ingest", str(ARTICLES)]) == 0
    assert "0 texts embedded" in capsys.readouterr().out
    assert main(["ingest", str(tmp_path), "--store", str(tmp_path / "store")]) == 2
    assert main(["ingest", "--no-such-option"]) == 2
    assert "usage: kilnmark ingest" in capsys.readouterr().err


def test_serving_ends_with_the_exit_code_of_the_script():
    command = [sys.executable, "-m", "rag", "serve", "--port", "many"]
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 2 and "port" in done.stderr and "Traceback" not in done.stderr


def test_evaluating_takes_no_index_of_somebody_elses(tmp_path, capsys):
    assert main(["--store", str(tmp_path), "eval"]) == 2
    error = capsys.readouterr().err
    assert "index of its own" in error and error.count("\n") == 1


def test_a_script_that_is_not_installed_is_named_in_one_line(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(scripts, "FOLDERS", (tmp_path,))
    assert main(["ingest"]) == 2
    assert capsys.readouterr().err == "ingest.py is not installed. Run it from a checkout of the project.\n"


def test_lists_are_json_for_programs(settings, capsys):
    store = ["--store", str(settings.store)]
    assert main(["articles", "--json", *store]) == 0
    assert {article["id"] for article in json.loads(capsys.readouterr().out)} == {"expo", "iznik", "store"}
    assert main(["show", "expo#p1", "--json", *store]) == 0
    (paragraph,) = json.loads(capsys.readouterr().out)
    assert paragraph["id"] == "expo#p1" and paragraph["language"] == "en" and "Jingdezhen" in paragraph["text"]


def test_a_conversation_over_a_pipe_understands_follow_ups_and_cites(settings, piped, capsys):
    piped(FIRST, "", FOLLOWING)
    assert main(["chat", "--store", str(settings.store)]) == 0
    shown = capsys.readouterr().out
    first, _, second = shown.partition(FOLLOWING)
    assert FIRST in first and "[1]" in first and "expo#p" in first
    assert "expo#p" in second and "exhibitors" in second


def test_a_conversation_of_programs_is_one_json_line_an_answer(settings, piped, capsys):
    piped(FIRST, FOLLOWING)
    assert main(["chat", "--json", "--store", str(settings.store)]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["question"] == FIRST and first["citations"]
    assert FIRST in second["question"] or second["citations"][0]["article_id"] == "expo"


def test_bytes_that_are_no_text_do_not_end_a_conversation(settings, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe\n" + FIRST.encode() + b"\n"), encoding="utf-8"))
    assert main(["chat", "--json", "--store", str(settings.store)]) == 0
    assert [json.loads(line)["status"] for line in capsys.readouterr().out.splitlines()] == ["not_found", "answered"]


class Failing:
    """An assistant that fails at the first question, and is stopped at the third."""

    def __init__(self, assistant):
        self.assistant, self.asked = assistant, []

    def ask(self, question, **options):
        self.asked.append(options["history"])
        if len(self.asked) == 1:
            raise ModelError("The model is away.", "Ask again.")
        if len(self.asked) == 3:
            raise KeyboardInterrupt
        return self.assistant.ask(question, **options)


def test_an_answer_that_fails_is_one_line_and_the_conversation_goes_on_until_ctrl_c(assistant, piped, capsys):
    from rich.console import Console

    piped(FIRST, FIRST, FOLLOWING, FIRST)
    failing = Failing(assistant)
    assert converse(failing, Console(soft_wrap=True)) == 2
    out, err = capsys.readouterr()
    assert err == "The model is away. Ask again.\n" and "[1]" in out
    assert [len(history) for history in failing.asked] == [0, 0, 1]  # a question that failed is no part of the conversation


def test_a_conversation_in_a_terminal_ends_with_ctrl_d(settings, monkeypatch, capsys):
    master, slave = pty.openpty()
    with os.fdopen(slave, "r") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        os.write(master, f"{FIRST}\n\x04".encode())
        assert main(["chat", "--store", str(settings.store)]) == 0
    os.close(master)
    shown = capsys.readouterr().out
    assert "Ctrl-D" in shown and "[1]" in shown and shown.count("\n> ") == 2


@pytest.mark.slow
def test_a_conversation_in_a_terminal_ends_with_ctrl_c(settings):
    process, master = pty.fork()
    if process == 0:
        os.chdir(HOME)
        os.execv(sys.executable, [sys.executable, "-m", "rag", "chat", "--store", str(settings.store)])
    shown = b""
    while b"\n> " not in shown:
        shown += os.read(master, 4096)
    os.write(master, b"\x03")
    _, status = os.waitpid(process, 0)
    os.close(master)
    assert os.waitstatus_to_exitcode(status) == 0 and b"Traceback" not in shown
