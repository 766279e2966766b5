"""What docs/deploy.md says can be done: its settings are known, its units start programs that are there, its files are named."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import app
import ingest
from rag import Settings

HOME = Path(__file__).parent.parent
FILES = sorted((HOME / "docs" / "deploy").iterdir())
GUIDE = (HOME / "docs" / "deploy.md").read_text(encoding="utf-8")


def test_every_setting_that_is_named_is_known():
    named = set(re.findall(r"\bRAG_[A-Z_]*[A-Z]", GUIDE + "".join(f.read_text(encoding="utf-8") for f in FILES)))
    assert {"RAG_CHROMA_URL", "RAG_CHROMA_TOKEN", "RAG_AUTH"} <= named <= set(Settings.list_variables())


def test_every_file_is_named_in_the_guide_and_none_is_named_that_is_not_there():
    assert {f.name for f in FILES} == set(re.findall(r"`(?:docs/deploy/)?((?:kilnmark|chroma)[-@.\w]*\.(?:service|conf))`", GUIDE)) | {
        "kilnmark@.service"
    }


@pytest.mark.parametrize("program", [app, ingest])
def test_every_option_that_is_named_is_one(program, capsys):
    with pytest.raises(SystemExit):
        program.main(["--help"])
    known = capsys.readouterr().out
    for line in re.findall(rf"python {program.__name__}\.py(.*)", GUIDE):
        for option in (part for part in shlex.split(line.rstrip("`")) if part.startswith("--")):
            assert option in known


def test_a_server_without_a_password_of_its_own_listens_on_loopback_only():
    for file in FILES:
        for command in re.findall(r"chroma run.*", file.read_text(encoding="utf-8") + GUIDE):
            assert "--host" not in command or "--host 127.0.0.1" in command
