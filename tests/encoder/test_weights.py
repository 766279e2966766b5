"""A weight file that is missing, cut, foreign or changed gives one clear line, never a vector."""

from __future__ import annotations

import mmap
import shutil

import numpy as np
import pytest

from rag.encoder import weights
from rag.encoder.weights import WeightFile, find_weight_file, hash_weights, open_weights
from rag.errors import EncoderError


def test_the_wheels_file_is_of_multilingual_e5_small():
    sizes = open_weights().sizes
    assert (sizes.hidden, sizes.layers, sizes.heads, sizes.feed_forward, sizes.positions) == (384, 12, 12, 1536, 512)


def test_a_word_row_is_its_blocks_unpacked():
    row = open_weights().read_word_rows(np.array([[5]], np.int32))[0, 0]
    data = find_weight_file().read_bytes()
    block = data[open_weights()._directory["emb.word"].offset + 5 * 12 * 18 :][:18]
    scale = np.frombuffer(block[:2], np.float16)[0].astype(np.float32)
    expected = [(byte & 15) - 8 for byte in block[2:]] + [(byte >> 4) - 8 for byte in block[2:]]
    assert row[:32].tolist() == [scale * weight for weight in expected]


@pytest.mark.parametrize("keep", [0, 3, 40, 5000, 2_000_000, 40_000_000])
def test_a_cut_file_is_refused_in_one_line(tmp_path, keep):
    path = tmp_path / "cut.bin"
    with find_weight_file().open("rb") as stream:
        path.write_bytes(stream.read(keep))
    with pytest.raises(EncoderError, match=r"cut\.bin") as caught:
        WeightFile(path)
    assert "\n" not in str(caught.value) and "pip install" in str(caught.value)


def test_a_foreign_file_is_refused(tmp_path):
    path = tmp_path / "foreign.bin"
    path.write_bytes(b"GGUF" + bytes(4096))
    with pytest.raises(EncoderError, match="not a weight file"):
        WeightFile(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(EncoderError, match="cannot be read"):
        WeightFile(tmp_path / "none.bin")
    with pytest.raises(EncoderError, match="cannot be read"):
        hash_weights(tmp_path / "none.bin")


@pytest.mark.parametrize("at", [8, 24, 44, 60])
def test_sizes_that_do_not_fit_are_refused(tmp_path, at):
    path = tmp_path / "odd.bin"
    shutil.copyfile(find_weight_file(), path)
    with path.open("r+b") as stream, mmap.mmap(stream.fileno(), 0) as mapped:
        mapped[at : at + 4] = b"\xff\xff\xff\x7f"
    with pytest.raises(EncoderError, match=r"odd\.bin"):
        WeightFile(path)


def test_one_flipped_bit_is_noticed(tmp_path, monkeypatch):
    path = tmp_path / "flipped.bin"
    data = bytearray(find_weight_file().read_bytes())
    recorded = weights._recorded_hash(find_weight_file())
    assert recorded is not None
    monkeypatch.setattr(weights, "_recorded_hash", lambda path: recorded)
    path.write_bytes(data)
    assert hash_weights(path) == recorded.hex()
    data[60_000_000] ^= 1
    path.write_bytes(data)
    with pytest.raises(EncoderError, match="damaged"):
        hash_weights(path)
