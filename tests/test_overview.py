"""The newcomer's walk in docs/overview.md: the files it names exist, and a question enters those of its line."""

from __future__ import annotations

import re

from tests.conftest import HOME
from tests.walk import OWN, follow

OVERVIEW = (HOME / "docs" / "overview.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:rag|evals|training|tests)/[\w/.]*|\w+\.py)`", OVERVIEW)))
# Entered when the assistant is opened, when a claim has to be read, or when times, names or articles ask for it.
NOT_AT_EVERY_QUESTION = {"figures/", "verification/checker.py", "verification/names.py", "messages.py"}


def test_every_file_that_the_overview_names_exists():
    assert len(NAMED) > 40
    assert [name for name in NAMED if not (HOME / name).exists()] == []


def test_a_plain_question_enters_the_files_of_its_stations(assistant):
    stations = OVERVIEW.partition("## A question")[2].partition("With a model (")[0]
    named = {name.removeprefix("rag/") for name in re.findall(r"`(rag/[\w/.]+)`", stations)} - NOT_AT_EVERY_QUESTION
    assistant.ask("When did the expo open?")
    entered, _ = follow(lambda: assistant.ask("Who signed the agreement?"))
    files = {name.partition(":")[0] for name in entered}
    assert OWN.endswith("/rag/")
    assert sorted(named - files) == []
