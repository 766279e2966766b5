"""`.ci/run`: the three commands of home, and no green where tests could not run."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import HOME
from tests.missing import lacking

MADE = ["make check", "make eval", "make test"]


@pytest.fixture
def ci(tmp_path: Path):
    """Runs `.ci/run` where nothing but a few commands is installed, with `make` and `apt-get` that only say what they do."""

    def run(installs: bool, chromium: bool = False, **environment: str) -> subprocess.CompletedProcess[str]:
        for name in ("bash", "env", "dirname", "id"):
            (tmp_path / name).symlink_to(shutil.which(name))
        says = {"make": 'echo "make $@"', "apt-get": f"echo apt-get; exit {0 if installs else 100}", "chromium": ""}
        says |= {"sudo": '"$@"'}
        for name, line in says.items():
            if name != "chromium" or chromium:
                (tmp_path / name).write_text(f"#!{shutil.which('bash')}\n{line}\n")
                (tmp_path / name).chmod(0o755)
        return subprocess.run(
            [HOME / ".ci" / "run"], env={"PATH": str(tmp_path)} | environment, capture_output=True, text=True, check=False
        )

    return run


def test_with_a_browser_the_three_commands_run_and_nothing_is_installed(ci):
    assert ci(installs=False, chromium=True, CI="true").stdout.splitlines() == MADE


def test_a_browser_is_installed_where_there_is_none(ci):
    assert ci(installs=True, CI="true").stdout.splitlines() == ["apt-get", "apt-get", *MADE]


def test_a_browser_that_cannot_be_installed_ends_ci(ci):
    done = ci(installs=False, CI="true")
    assert done.returncode == 1 and "make" not in done.stdout and "cannot run" in done.stderr


def test_at_home_the_browser_tests_are_then_skipped_with_a_line(ci):
    done = ci(installs=False)
    assert done.returncode == 0 and done.stdout.splitlines()[-3:] == MADE and "will be skipped" in done.stdout


def test_what_a_test_lacks_skips_it_at_home_and_fails_it_in_ci(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="a kiln"):
        lacking("a kiln")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="a kiln"):
        lacking("a kiln")
