"""The versions that were tested: constraints.txt names one for every dependency, within the bounds of pyproject.toml."""

from __future__ import annotations

import re
import subprocess
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import HOME

TEXT = (HOME / "constraints.txt").read_text(encoding="utf-8")
PINNED = [Requirement(line) for line in TEXT.splitlines() if line and not line.startswith("#")]
PROJECT = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DEPENDENCIES = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_every_dependency_has_one_version_that_is_within_its_bounds(version):
    python = {"python_version": version, "python_full_version": f"{version}.0"}
    pins: dict[str, list[str]] = {}
    for pin in PINNED:
        if pin.marker is None or pin.marker.evaluate(python):
            pins.setdefault(canonicalize_name(pin.name), []).append(str(pin.specifier).removeprefix("=="))
    assert all(len(versions) == 1 for versions in pins.values())
    for wanted in map(Requirement, DEPENDENCIES):
        (pinned,) = pins[canonicalize_name(wanted.name)]
        assert wanted.specifier.contains(pinned), f"{wanted}: run make update"


def test_the_versions_name_no_host_and_no_path():
    assert all(str(pin.specifier).startswith("==") and not pin.url for pin in PINNED)
    assert not re.search(r"://|(?<!\w)/|\\|^-", TEXT, re.MULTILINE)


@pytest.mark.parametrize("target", ["app", "test", "eval", "check"])
def test_what_is_installed_is_what_was_tested(target):
    shown = subprocess.run(["make", "-nB", target], cwd=HOME, capture_output=True, text=True, check=True).stdout
    installing = [line for line in shown.splitlines() if "pip install" in line and " -e " in line]
    assert installing and all("-c constraints.txt" in line for line in installing)


def test_the_versions_are_renewed_by_a_command():
    shown = subprocess.run(["make", "-nB", "update"], cwd=HOME, capture_output=True, text=True, check=True).stdout
    assert "-o constraints.txt" in shown and "make update" in TEXT
