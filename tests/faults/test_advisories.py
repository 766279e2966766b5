"""Known advisories of our dependencies: row T51 of the fault table in docs/results.md. The list is the table in SECURITY.md."""

from __future__ import annotations

import re
from importlib.metadata import distributions, version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.conftest import HOME
from tests.test_versions import DEPENDENCIES, PINNED

TEXT = (HOME / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines() if re.match(r"\| (CVE|GHSA)-", line)
]  # fmt: skip
FIXED = [row for row in ROWS if row[2] != "open"]
OPEN = [row for row in ROWS if row[2] == "open"]
PINS = {canonicalize_name(pin.name): Version(str(pin.specifier).removeprefix("==")) for pin in PINNED}


def test_t51_the_list_has_rows_and_says_when_it_was_made() -> None:
    assert len(ROWS) > 15 and OPEN and re.search(r"As known on 20\d\d-\d\d-\d\d", TEXT)
    assert all(len(row) == 4 and re.fullmatch(r"(CVE-\d{4}-\d+|GHSA(-[\w]{4}){3})(, .+)?", row[0]) for row in ROWS)
    numbers = [number for row in ROWS for number in row[0].split(", ")]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("row", FIXED, ids=lambda row: row[0])
def test_t51_what_is_installed_and_what_was_tested_are_past_the_fix(row: list[str]) -> None:
    name, fixed = canonicalize_name(row[1]), Version(row[2])
    assert PINS[name] >= fixed and Version(version(name)) >= fixed
    for wanted in map(Requirement, DEPENDENCIES):
        if canonicalize_name(wanted.name) == name:
            lowest = min(Version(part.version) for part in wanted.specifier if part.operator == ">=")
            assert lowest >= fixed, f"pyproject.toml lets {name} {lowest} in"


@pytest.mark.parametrize("row", OPEN, ids=lambda row: row[0])
def test_t51_what_is_open_has_a_reason_and_a_date(row: list[str]) -> None:
    assert canonicalize_name(row[1]) in PINS
    assert len(row[3]) > 60 and re.search(r"Seen again 20\d\d-\d\d-\d\d\.", row[3])


def test_t51_every_package_named_is_one_that_is_installed() -> None:
    installed = {canonicalize_name(found.metadata["Name"]) for found in distributions()}
    assert {canonicalize_name(row[1]) for row in ROWS} <= installed & set(PINS)


def test_t51_the_server_and_the_functions_that_are_open_are_not_used() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in [*(HOME / "rag").rglob("*.py"), HOME / "app.py"])
    for word in ("chromadb.server", "chromadb.app", "query_texts", "gr.load(", "FileExplorer", "LoginButton", "share=True"):
        assert word not in code, word
