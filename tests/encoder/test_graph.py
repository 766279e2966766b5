"""The graph's products: what is rounded, and where the largest numbers stand."""

from __future__ import annotations

import numpy as np
import pytest

from rag.encoder.engine import Engine
from rag.encoder.graph import Kernel
from rag.encoder.layers import QuantizedMatrix, read_layers

TEXTS = [
    "The museum opened in 1998 and was designed by Ayla Demir.", "该博物馆于1998年开放，由艾拉·德米尔设计。",
    "Müze 1998 yılında açıldı ve Ayla Demir tarafından tasarlandı.", "Kilns burn pine wood for two days and nights.",
]  # fmt: skip


@pytest.mark.parametrize("kernel", list(Kernel))
def test_a_token_of_zeros_does_not_spoil_the_others(kernel):
    engine = Engine(kernel=kernel)
    embedded = engine.embed([engine.tokenizer.encode(TEXTS[0]).ids])
    alone = engine.own_layers.run(embedded, [embedded.shape[1]])
    padded = np.concatenate([embedded, np.zeros_like(embedded)], axis=1)
    beside = engine.own_layers.run(padded, [embedded.shape[1]])
    assert np.abs(alone - beside[:, : embedded.shape[1]]).max() < 1e-5


def test_a_matrix_as_floats_is_what_was_rounded():
    rows = np.arange(-127, 129, dtype=np.float32).reshape(4, 64).clip(-127, 127).astype(np.int8)
    scales = np.array([1, 0.5, 0.25, 2], np.float32)
    matrix = QuantizedMatrix.from_rows(rows, scales, np.zeros(4, np.float32))
    assert np.array_equal(matrix.to_floats(), rows * scales[:, None])
    assert next(iter(read_layers(Engine().weights))).qkv.to_floats().shape == (1152, 384)
