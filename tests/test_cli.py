"""The command lines: what they print, and how they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

import ingest as script
from rag.__main__ import run_module as main
from rag.weights import shipped_versions
from tests.conftest import ARTICLES, HOME


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=HOME, env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_asking_prints_the_answer_and_its_sources(settings, capsys):
    assert main(["--store", str(settings.store), "ask", "Who is Iznik's deputy mayor?"]) == 0
    shown = capsys.readouterr().out
    assert "Ahmet Kaya" in shown and "[1]" in shown and "iznik#p" in shown and "2025-05-14" in shown


def test_asking_for_what_is_not_there_ends_with_one(settings, capsys):
    assert main(["--store", str(settings.store), "ask", "法国的首都是哪里?"]) == 1
    assert "文章中没有提到" in capsys.readouterr().out


def test_json_is_the_answer_as_programs_get_it(settings, capsys):
    main(["--store", str(settings.store), "ask", "Expo opening date?", "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert answer["status"] in ("answered", "not_found") and {"claims", "citations", "timings"} <= set(answer)
    assert answer["weights"]["reader"] == dict(shipped_versions())["reader"]


def test_timings_tell_how_much_more_than_embedding_an_answer_takes(settings, capsys):
    main(["--store", str(settings.store), "ask", "When did the expo open?", "--timings"])
    assert "times embedding the question" in capsys.readouterr().err


def test_showing_a_paragraph_an_article_and_the_list(settings, capsys):
    assert main(["--store", str(settings.store), "show", "expo#p1"]) == 0
    assert "Jingdezhen takes the spotlight" in capsys.readouterr().out
    assert main(["--store", str(settings.store), "show", "store"]) == 0
    assert "store#p20" in capsys.readouterr().out
    assert main(["--store", str(settings.store), "articles"]) == 0
    assert "Xinhua" in capsys.readouterr().out
    assert main(["--store", str(settings.store), "show", "expo#p999"]) == 2
    assert "expo#p1 to expo#p16" in capsys.readouterr().err
    assert main(["--store", str(settings.store), "show", "nowhere"]) == 2
    assert "expo, iznik, store" in capsys.readouterr().err


def test_without_an_index_there_is_one_line_that_says_what_to_run(tmp_path, capsys):
    assert main(["--store", str(tmp_path / "none"), "ask", "Who?"]) == 2
    error = capsys.readouterr().err
    assert "python ingest.py" in error and error.count("\n") == 1


def test_ingesting_again_embeds_nothing_and_shows_the_table(settings, capsys):
    assert script.main([str(ARTICLES), "--store", str(settings.store)]) == 0
    shown = capsys.readouterr().out
    assert "0 texts embedded" in shown
    assert all(
        word in shown
        for word in ("article", "language", "paragraphs", "sentences", "removed", "repairs", "expo", "iznik", "store")
    )


@pytest.mark.parametrize(
    ("files", "code"), [({"a.txt": "A kiln."}, 0), ({"a.txt": "A kiln.", "b.txt": ""}, 1), ({"b.txt": ""}, 2), ({}, 2)]
)
def test_the_exit_code_says_whether_all_some_or_nothing_was_indexed(tmp_path, capsys, files, code):
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    assert script.main([str(folder), "--store", str(tmp_path / "store")]) == code
    assert ("b.txt: empty" in capsys.readouterr().out) == ("b.txt" in files)


def test_a_wrong_setting_is_one_line_and_no_traceback(tmp_path):
    for arguments in (["-m", "rag", "ask", "Who?"], ["ingest.py", str(tmp_path)]):
        done = run(*arguments, RAG_PORT="many")
        assert done.returncode == 2 and "port" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [["-m", "rag"], ["ingest.py"], ["app.py"], ["-m", "evals"]])
def test_every_command_has_help(command):
    done = run(*command, "--help")
    assert done.returncode == 0 and "usage" in done.stdout.lower()
