"""A few seconds of the real training: a checkpoint is gone on from, and what is exported is read by the package."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `training` is not installed")

from rag.answer.reader import Reader, Text
from rag.encoder.engine import shared_engine
from rag.encoder.joint import JointModel
from training.average import average_weights
from training.batches import DeviceData
from training.examples import CARRIED, NOT_KNOWN, NOT_SAID, READ, REFUTED, Dataset, tokenize
from training.export import export_weights
from training.model import joint_loss
from training.rows import ClaimRow, Row
from training.train import load_model, train

CONTEXT = "The museum opened in 1998. It stands in Kars."


def rows():
    asked = [("When did the museum open?", "1998"), ("Where does it stand?", "Kars")]
    said = [Row("test", q, "en", "en", q, CONTEXT, (CONTEXT.index(a), CONTEXT.index(a) + 4)) for q, a in asked]
    return [*said, Row("test", "no", "en", "en", "Who built the bridge?", CONTEXT, None)]


def claims():
    return [
        ClaimRow("It opened in 1998.", "en", CONTEXT, "en", True, "sentence", (0, 26)),
        ClaimRow("1998'de açıldı.", "tr", CONTEXT, "en", True, "translation"),
        ClaimRow("它于1989年开放。", "zh", CONTEXT, "en", False, "number"),
    ]


def test_a_file_of_examples_is_read_as_it_was_written(tmp_path: Path):
    made = tokenize([*rows(), *claims()])
    made.save(tmp_path / "reader.data")
    read = Dataset.load(tmp_path / "reader.data")
    for name in ("examples", "first_ids", "second_ids", "allowed", "words"):
        assert (getattr(made, name) == getattr(read, name)).all()
    assert read.examples[:, 4].tolist() == [READ, READ, READ, CARRIED, CARRIED, REFUTED]
    assert read.examples[2, 2] == read.examples[5, 2] == NOT_SAID
    assert read.examples[4, 2] == NOT_KNOWN


@pytest.mark.parametrize("window", [4, 8, 100])
def test_a_batch_holds_the_states_and_the_spans_of_its_texts(window):
    made = tokenize([*rows(), *claims()])
    data = DeviceData(made, torch.device("cpu"), torch.float32)
    batch = data.cut(np.arange(len(made.examples)), window, torch.Generator().manual_seed(0))
    engine = shared_engine()
    for n, row in enumerate(rows()):
        question, context = (engine.tokenizer.encode(text) for text in (row.question, CONTEXT))
        length = len(question) + min(window + 1, len(context))
        assert int(batch.mask[n].sum()) == length
        if row.answer:
            first, last = (int(t) - len(question) for t in batch.spans[n])
            low = int(made.examples[n, 2]) - first
            a, b = context.starts[first + low], context.ends[last + low]
            assert a <= row.answer[0] < row.answer[1] <= b
            ids = np.concatenate([question.ids, [engine.weights.vocabulary.end_id], context.ids[low + 1 : low + window + 1]])
            expected = engine.embed([ids.astype(np.int32)])[0]
            assert np.abs(batch.states[n, :length].numpy() - expected).max() < 1e-4
        else:
            assert batch.spans[n].tolist() == [batch.mask.shape[1]] * 2
    assert batch.spans[4].tolist() == [-1, -1]
    for n, claim in enumerate(claims(), len(rows())):  # the context of a claim is never cut
        assert int(batch.mask[n].sum()) == len(engine.tokenizer.encode(claim.claim)) + len(engine.tokenizer.encode(CONTEXT))
    assert batch.segments[0, 0] == 0 and batch.segments[5, 0] == 2


def test_the_mean_of_two_sets_of_weights_takes_new_heads_as_they_are(tmp_path: Path):
    before, after = tmp_path / "before.pt", tmp_path / "after.pt"
    torch.save({"model": {"segment": torch.zeros(2)}, "seconds": 1.0, "seen": 1}, before)
    torch.save({"model": {"segment": torch.ones(2), "heads.new": torch.ones(1)}, "seconds": 2.0, "seen": 5}, after)
    average_weights(before, after, tmp_path / "mean.pt")
    state = torch.load(tmp_path / "mean.pt")
    assert state["model"]["segment"].tolist() == [0.5, 0.5] and state["model"]["heads.new"].tolist() == [1.0]
    assert state["seen"] == 5


def test_frozen_layers_get_no_gradient_and_the_others_do():
    made = tokenize([*rows(), *claims()])
    data = DeviceData(made, torch.device("cpu"), torch.float32)
    model = load_model(None, data, 0.1).train()
    model.freeze(2)
    joint_loss(model(data.cut(np.arange(len(made.examples)), 100)), data.cut(np.arange(len(made.examples)), 100)).backward()
    assert [layer.qkv.weight.grad is None for layer in model.layers] == [True, True] + [False] * (len(model.layers) - 2)
    assert model.segment.grad is None and not model.layers[0].training and model.layers[2].training


@pytest.mark.slow
def test_training_goes_on_from_its_checkpoint_and_its_weights_are_read(tmp_path: Path):
    data, checkpoint = tmp_path / "reader.data", tmp_path / "reader.pt"
    tokenize([*rows(), *claims()]).save(data)
    train(0, 1, data, checkpoint, 12.0, None, seed=1)
    first = torch.load(checkpoint)
    train(0, 1, data, checkpoint, 20.0, None, seed=1)
    second = torch.load(checkpoint)
    assert second["seen"] > first["seen"] > 0
    assert second["seconds"] > first["seconds"]
    calibration = {kind: {"scale": 1.0, "offset": 0.0} for kind in ("same", "cross")}
    export_weights(checkpoint, tmp_path / "reader.npz", {"calibration": calibration, "checker": calibration})
    reader = Reader(JointModel.load(tmp_path / "reader.npz"))
    found = reader.read_spans("When did the museum open?", [Text(CONTEXT, "en", ((0, 26), (27, 45)))])[0]
    assert [best.sentence for best in found] == [0, 1]
