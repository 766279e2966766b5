"""What a test needs and this machine lacks: it is skipped at home, and fails in CI, where green must mean that it ran."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(what: str) -> NoReturn:
    """Skip the current test, or fail it where CI=true. what: is lacking, and how it is installed."""
    if os.environ.get("CI") == "true":
        pytest.fail(what, pytrace=False)
    pytest.skip(what)
