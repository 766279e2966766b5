"""T52 of the fault table in docs/results.md: a process that serves while others ingest lets go of generations that were replaced."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag import Assistant, Settings
from tests.conftest import HOME

GENERATIONS, SETTLED = 20, 4  # what is loaded at first use is loaded after so many
OPEN_FILES = 16  # of one generation
# A generation that is not let go of holds 15 MB. Chroma's client alone, opened and stopped over as many copies of an index, leaves
# 2 MB each, in native memory that no call gives back (chromadb 1.x, 2026-11-27).
MAX_GROWTH_BYTES = 6 << 20  # a generation


def count_resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read as Linux tells it")
def test_t52_twenty_ingestions_beside_it_leave_no_descriptor_and_little_memory_in_a_serving_process(tmp_path: Path) -> None:
    folder, store = tmp_path / "articles", tmp_path / "store"
    folder.mkdir()
    assistant, opened, resident = None, list[int](), list[int]()
    for n in range(GENERATIONS):
        lines = [f"Kiln {k} was lit in {1900 + k + n}." for k in range(60)]
        (folder / "kilns.txt").write_text("Kilns\n\n" + "\n\n".join(lines), encoding="utf-8")
        command = [sys.executable, str(HOME / "ingest.py"), str(folder), "--store", str(store)]
        subprocess.run(command, check=True, capture_output=True)
        assistant = assistant or Assistant(Settings(store=store))
        assert str(1907 + n) in assistant.ask("When was kiln 7 lit?").text
        gc.collect()
        opened.append(len(os.listdir("/proc/self/fd")))
        resident.append(count_resident_bytes())
    assert opened[-1] - opened[SETTLED] < OPEN_FILES, opened
    grown = (resident[-1] - resident[SETTLED]) / (GENERATIONS - 1 - SETTLED)
    assert grown < MAX_GROWTH_BYTES, resident
