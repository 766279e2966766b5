"""T3: on a full disk a whole index opens and answers, an ingestion says what is the matter, and succeeds when there is room."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import RagError, ingest
from rag.store import generations
from tests.faults.stores import DIMENSIONS, find_unfindable, make, open_index, use
from tests.synthetic import HashEmbedder, articles


@pytest.fixture
def embedder(monkeypatch) -> HashEmbedder:
    monkeypatch.setattr(generations, "GRACE_SECONDS", 0)
    return use(monkeypatch, HashEmbedder(DIMENSIONS))


@pytest.fixture
def disk(tmp_path) -> Iterator[Path]:
    """A disk of 12 MB."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(tmp_path)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a disk can be mounted by root alone")
    try:
        yield tmp_path
    finally:
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)


def fill(disk: Path, left: int) -> None:
    """Leave so many bytes."""
    with (disk / "ballast").open("wb", buffering=0) as ballast:
        try:
            while ballast.write(bytes(1 << 12)):
                pass
        except OSError:
            pass
        ballast.truncate(max(0, ballast.tell() - left))


def test_t3_a_full_disk_keeps_nobody_from_asking_and_costs_an_ingestion_nothing_but_itself(disk, embedder):
    settings = make(disk / "store", articles(40))
    failed = 0
    for left in (0, 1 << 17, 3 << 18, 3 << 19):
        fill(disk, left)
        index = open_index(settings.store, embedder)
        assert index.nearest_paragraphs(embedder.query("Anything.", "en"), 5)
        index.close()
        try:
            ingest(articles(200), settings)
        except (RagError, OSError) as error:
            failed += 1
            said = str(error).lower()
            assert any(word in said for word in ("space", "full", "disk")) and "python ingest.py" not in said, said
            index = open_index(settings.store, embedder)
            assert len(index.sources) == 2 and not find_unfindable(index, embedder)
            index.close()
            assert len(list(settings.store.glob("g*"))) == 1
        (disk / "ballast").unlink()
    assert failed >= 3
    ingest(articles(100), settings)
    index = open_index(settings.store, embedder)
    assert not find_unfindable(index, embedder)
    index.close()
