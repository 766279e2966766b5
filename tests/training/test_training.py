"""A few seconds of the real training: a checkpoint is gone on from, and what is exported is read by the package."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="the extra `training` is not installed")

from rag.answer.reader import Reader, Text
from rag.encoder.joint import JointModel
from training.examples import tokenize
from training.export import export_weights
from training.rows import Row
from training.train import train

CONTEXT = "The museum opened in 1998. It stands in Kars."


def rows():
    asked = [("When did the museum open?", "1998"), ("Where does it stand?", "Kars")]
    said = [Row("test", q, "en", "en", q, CONTEXT, (CONTEXT.index(a), CONTEXT.index(a) + 4)) for q, a in asked]
    return [*said, Row("test", "no", "en", "en", "Who built the bridge?", CONTEXT, None)]


@pytest.mark.slow
def test_training_goes_on_from_its_checkpoint_and_its_weights_are_read(tmp_path: Path, unused_port, monkeypatch):
    monkeypatch.setenv("MASTER_PORT", str(unused_port))
    data, checkpoint = tmp_path / "rows.pkl", tmp_path / "reader.pt"
    data.write_bytes(pickle.dumps(tokenize(rows())))
    train(0, 1, data, checkpoint, 12.0, None, seed=1)
    first = torch.load(checkpoint)
    train(0, 1, data, checkpoint, 20.0, None, seed=1)
    second = torch.load(checkpoint)
    assert second["seen"] > first["seen"] > 0
    assert second["seconds"] > first["seconds"]
    calibration = {kind: {"scale": 1.0, "offset": 0.0} for kind in ("same", "cross")}
    export_weights(checkpoint, tmp_path / "reader.npz", {"calibration": calibration})
    reader = Reader(JointModel.load(tmp_path / "reader.npz"))
    found = reader.read("When did the museum open?", [Text(CONTEXT, "en", ((0, 26), (27, 45)))])[0]
    assert [best.sentence for best in found] == [0, 1]
