"""A trained set of layers on pairs: what the heads give, where spans can lie, and the file it comes in."""

from __future__ import annotations

import numpy as np
import pytest

from rag.encoder.engine import Engine, shared_engine
from rag.encoder.graph import Kernel
from rag.encoder.joint import MAX_FIRST_TOKENS, JointModel
from rag.encoder.joint_file import FORMAT, quantize_rows, read_joint_file, write_joint_file
from rag.encoder.weights import Floats
from rag.errors import EncoderError

QUESTION, PARAGRAPH = "Who signed the agreement?", "The mayors signed it in May.  伊兹尼克市长也签了字。"


def e5_tensors(carried: bool) -> dict[str, Floats]:
    """E5's own layers under the names of the file, with heads of random numbers."""
    weights = shared_engine().weights
    rng = np.random.default_rng(7)

    def dense(layer: int, names: list[str], columns: int = 384) -> tuple[Floats, Floats]:
        parts = [weights.read_blocks(f"l{layer}.{name}.w", columns) for name in names]
        rows = [(w.astype(np.float32) - 8) * np.repeat(scale, 32, axis=1) for scale, w in parts]
        return np.concatenate(rows), np.concatenate([weights.read_floats(f"l{layer}.{name}.b") for name in names])

    tensors: dict[str, Floats] = {"segment": np.zeros((2, 384), np.float32)}
    for i in range(12):
        for name, own in {"qkv": ["q", "k", "v"], "ao": ["ao"], "fi": ["fi"], "fo": ["fo"]}.items():
            weight, bias = dense(i, own, 1536 if name == "fo" else 384)
            tensors |= {f"layers.{i}.{name}.weight": weight, f"layers.{i}.{name}.bias": bias}
        for name in ("aln", "oln"):
            tensors |= {f"layers.{i}.{name}.{n}": weights.read_floats(f"l{i}.{name}.{s}") for n, s in (("weight", "w"), ("bias", "b"))}
    for name, size in {"span": 2, "nothing": 1, **({"carried": 1} if carried else {})}.items():
        tensors[f"heads.{name}.weight"] = rng.normal(size=(size, 384)).astype(np.float32)
        tensors[f"heads.{name}.bias"] = rng.normal(size=size).astype(np.float32)
    return tensors


@pytest.fixture(scope="module")
def tensors() -> dict[str, Floats]:
    return e5_tensors(carried=True)


@pytest.fixture(scope="module")
def path(tensors, tmp_path_factory):
    file = tmp_path_factory.mktemp("joint") / "joint.npz"
    write_joint_file(file, tensors, {"made": "by a test"})
    return file


@pytest.fixture(scope="module")
def model(path) -> JointModel:
    return JointModel.load(path)


def test_scores_are_the_heads_of_e5_on_the_pair(model, tensors):
    first, second = model.tokenize(QUESTION), model.tokenize(PARAGRAPH)
    (scores,) = model.score([(first, second)])
    engine = shared_engine()
    ids = np.concatenate([first.ids, [2], second.ids[1:]]).astype(np.int32)
    states = engine.own_layers.run(engine.embed([ids]), [len(ids)])[0]
    spans = states[len(first) :] @ tensors["heads.span.weight"].T + tensors["heads.span.bias"]
    possible = second.ends > second.starts
    assert np.abs(scores.start[possible] - spans[possible, 0]).max() < 0.8
    assert np.corrcoef(scores.start[possible], spans[possible, 0])[0, 1] > 0.99
    assert np.corrcoef(scores.end[possible], spans[possible, 1])[0, 1] > 0.99
    nothing = states[0] @ tensors["heads.nothing.weight"][0] + tensors["heads.nothing.bias"][0]
    assert scores.nothing == pytest.approx(nothing, abs=0.3)
    carried = states[0] @ tensors["heads.carried.weight"][0] + tensors["heads.carried.bias"][0]
    assert scores.carried == pytest.approx(carried, abs=0.3)


def test_a_span_lies_on_words_of_the_second_text_alone(model):
    second = model.tokenize(PARAGRAPH)
    (scores,) = model.score([(model.tokenize(QUESTION), second)])
    assert len(scores.start) == len(scores.end) == len(second)
    assert np.isfinite(scores.start).tolist() == (second.ends > second.starts).tolist()
    assert not np.isfinite(scores.end[[0, -1]]).any()


def test_a_pair_has_the_same_scores_alone_and_in_any_batch(model):
    texts = [PARAGRAPH, "Short.", PARAGRAPH * 5, "", "The agreement was signed by two mayors."]
    pairs = [(model.tokenize(QUESTION), model.tokenize(text)) for text in texts]
    for pair, together in zip(pairs, model.score(pairs), strict=True):
        (alone,) = model.score([pair])
        assert np.allclose(alone.start, together.start, atol=1e-4)
        assert alone.nothing == pytest.approx(together.nothing, abs=1e-4)


def test_every_kernel_gives_the_same_scores(model, path):
    pair = (model.tokenize(QUESTION), model.tokenize(PARAGRAPH))
    results = [JointModel.load(path, Engine(kernel=kernel)).score([pair])[0] for kernel in Kernel]
    possible = np.isfinite(results[0].start)
    assert np.abs(results[0].start[possible] - results[1].start[possible]).max() < 0.8
    assert results[0].nothing == pytest.approx(results[1].nothing, abs=0.3)


def test_segments_tell_the_two_texts_apart(tensors, tmp_path):
    moved = tensors | {"segment": np.stack([np.zeros(384), np.ones(384)]).astype(np.float32)}
    write_joint_file(tmp_path / "moved.npz", moved, {})
    plain = tmp_path / "plain.npz"
    write_joint_file(plain, tensors, {})
    models = [JointModel.load(file) for file in (tmp_path / "moved.npz", plain)]
    pair = (models[0].tokenize(QUESTION), models[0].tokenize(PARAGRAPH))
    results = [model.score([pair])[0] for model in models]
    assert abs(results[0].nothing - results[1].nothing) > 1e-3


def test_long_texts_are_cut_and_what_is_cut_off_has_no_span(model):
    first, second = model.tokenize("who " * 300), model.tokenize("word " * 900)
    (scores,) = model.score([(first, second)])
    assert len(scores.start) == len(second)
    assert np.isfinite(scores.start).sum() == 512 - MAX_FIRST_TOKENS - 1


def test_no_pairs_have_no_scores(model):
    assert model.score([]) == []


def test_a_set_without_a_check_head_gives_no_carried(tensors, tmp_path):
    file = tmp_path / "reader.npz"
    write_joint_file(file, {n: t for n, t in tensors.items() if not n.startswith("heads.carried")}, {})
    model = JointModel.load(file)
    assert model.score([(model.tokenize(QUESTION), model.tokenize(PARAGRAPH))])[0].carried is None


def test_rows_in_eight_bits_are_the_weights_to_half_a_step():
    weight = np.random.default_rng(1).normal(size=(5, 64)).astype(np.float32)
    weight[3] = 0
    rows, scale = quantize_rows(weight)
    assert rows.dtype == np.int8 and scale.dtype == np.float16
    steps = scale.astype(np.float32)[:, None]
    assert (np.abs(rows * steps - weight) <= 0.51 * steps + np.abs(weight) * 1e-3).all()
    assert not rows[3].any()


def test_a_file_gives_back_what_was_written(path, tensors):
    read = read_joint_file(path)
    assert read.meta == {"made": "by a test"}
    assert set(read.heads) == {"span", "nothing", "carried"}
    assert np.array_equal(read.heads["span"].weight, tensors["heads.span.weight"])


def test_a_damaged_file_is_refused_in_one_line(path, tmp_path):
    data = path.read_bytes()
    for i, bad in enumerate([b"", b"PK\x03\x04", data[: len(data) // 2], b"not a zip file at all"]):
        file = tmp_path / f"{i}.npz"
        file.write_bytes(bad)
        with pytest.raises(EncoderError, match="cannot be read") as caught:
            read_joint_file(file)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("change", ["format", "missing", "shape"])
def test_a_file_of_another_kind_is_refused(path, tmp_path, change):
    with np.load(path) as data:
        arrays = {name: data[name] for name in data.files}
    if change == "format":
        arrays["format"] = np.array(FORMAT + "0")
    elif change == "missing":
        del arrays["layers.4.fi.scale"]
    else:
        arrays["segment"] = arrays["segment"][:, :100]
    np.savez(tmp_path / "other.npz", **arrays)
    with pytest.raises(EncoderError, match=r"other\.npz"):
        read_joint_file(tmp_path / "other.npz")


def test_a_file_that_cannot_be_written_leaves_the_old_one(path, tensors, tmp_path):
    target = tmp_path / "kept.npz"
    target.write_bytes(b"old")
    with pytest.raises(EncoderError):
        write_joint_file(target, {n: t for n, t in tensors.items() if n != "segment"}, {})
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["kept.npz"]
