"""Trained weights are known by the beginning of their SHA-256, which answers, reports and the model card name."""

from __future__ import annotations

import hashlib
from pathlib import Path

from rag.weights import read_versions, shipped_versions

CARD = Path(__file__).parent.parent.parent / "rag" / "weights" / "README.md"


def test_a_version_is_the_beginning_of_the_files_sha256(tmp_path):
    (tmp_path / "checker.npz").write_bytes(b"numbers")
    (tmp_path / "README.md").write_bytes(b"no weights")
    assert read_versions(tmp_path) == {"checker": hashlib.sha256(b"numbers").hexdigest()[:12]}


def test_other_weights_have_another_version(tmp_path):
    (tmp_path / "reader.npz").write_bytes(b"numbers")
    before = read_versions(tmp_path)
    (tmp_path / "reader.npz").write_bytes(b"numbers\0")
    assert before.keys() == read_versions(tmp_path).keys() and before != read_versions(tmp_path)


def test_weights_that_cannot_be_read_have_no_version(tmp_path):
    (tmp_path / "reader.npz").mkdir()
    assert read_versions(tmp_path) == read_versions(tmp_path / "missing") == {}


def test_the_model_card_names_the_version_of_every_file_that_ships():
    versions = dict(shipped_versions())
    assert "reader" in versions
    card = CARD.read_text(encoding="utf-8")
    assert [name for name, version in versions.items() if f"`{name}.npz`, version `{version}`" not in card] == []
